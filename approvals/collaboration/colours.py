"""How is a party's credit rated, as far as units have said so? The worst colour in force on a day, by case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from approvals.collaboration.parties import parties_of
from approvals.supervision.models import PartyCredit
from approvals.supervision.words import CreditColour

BADNESS = {CreditColour.GREEN: 1, CreditColour.YELLOW: 2, CreditColour.RED: 3}


def colours_of(cases: Sequence[int], *, on: date) -> dict[int, str]:
    """By case, the worst rating in force of any of its applicants, by whichever unit; unrated cases are left out."""
    parties = parties_of(cases)
    hashes = {one for of in parties.values() for one in of}
    rows = PartyCredit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), id_hash__in=hashes, rated_on__lte=on, replaced_at=None
    )
    worst: dict[str, str] = {}
    for id_hash, colour in rows.values_list("id_hash", "colour"):
        worst[id_hash] = max(worst.get(id_hash, colour), colour, key=lambda one: BADNESS[CreditColour(one)])
    found = {case: [worst[one] for one in of if one in worst] for case, of in parties.items()}
    return {case: max(of, key=lambda one: BADNESS[CreditColour(one)]) for case, of in found.items() if of}
