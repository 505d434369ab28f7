"""How does a delegation begin, change its mode or end? Dated, by a document, never backwards."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import Delegation
from approvals.errors import Invalid


@transaction.atomic
def end_delegation(*, delegation: int, on: date) -> Delegation:
    """Set the last day of a delegation: the only change a published one ever takes. Raises Invalid."""
    row = Delegation.objects.select_for_update().get(pk=delegation)
    if on < row.effective_from:
        raise Invalid({"on": [f"终止日期不能早于起始日期 {row.effective_from}。"]})
    row.effective_to = on
    row.save(update_fields=["effective_to"])
    touch()
    return row
