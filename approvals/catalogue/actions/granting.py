"""How does a power that was taken back go to the county again? The same delegation, as a new row from a later day."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from approvals.catalogue.actions.loading import refuse_overlaps
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import Delegation
from approvals.errors import Invalid


@transaction.atomic
def grant_again(*, delegation: int, from_on: date, note: str = "收回后交还") -> Delegation:
    """Grant anew what an ended delegation granted: mode, place, document, agreement and seal as they were.

    Raises Invalid where the old one has not ended before that day, OverlappingDelegations where another applies.
    """
    old = Delegation.objects.select_for_update().get(pk=delegation)
    if old.effective_to is None or old.effective_to >= from_on:
        raise Invalid({"from_on": ["原来的放权那天还没有终止，不需要交还。"]})
    new = Delegation.objects.get(pk=delegation)
    new.pk, new.effective_from, new.effective_to, new.note = None, from_on, None, note
    refuse_overlaps([new])
    new.save(force_insert=True)
    touch()
    return new
