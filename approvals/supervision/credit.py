"""How do supervising units rate a party today, the worst first? By the party's number; a name is never asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from approvals.supervision.models import PartyCredit
from approvals.supervision.words import CreditColour

WORST_FIRST = (CreditColour.RED, CreditColour.YELLOW, CreditColour.GREEN)


def credit_of(hashes: Iterable[str], *, on: date) -> list[PartyCredit]:
    """The ratings that hold on a day for people known by the search hashes of their numbers."""
    wanted = [one for one in hashes if one]
    if not wanted:
        return []
    rows = PartyCredit.objects.select_related("unit", "feedback").filter(id_hash__in=wanted, replaced_at=None)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on), rated_on__lte=on)
    return sorted(rows, key=lambda one: (WORST_FIRST.index(CreditColour(one.colour)), -one.rated_on.toordinal()))
