"""How does one delegation end, and how does a power that was taken back go to the county again, as a new row?"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from approvals.catalogue.access import may_coordinate, may_edit_item
from approvals.catalogue.actions.delegations import values_of
from approvals.catalogue.actions.loading import refuse_overlaps
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import CatalogueAct, Delegation, Edition
from approvals.errors import Invalid
from approvals.organisations.access import Actor


@transaction.atomic
def end_delegation(
    *,
    delegation: int,
    on: date,
    actor: Actor | None = None,
    at: datetime | None = None,
    reason: str = "",
    agreed: bool = False,
) -> Delegation:
    """Set the last day of a delegation: the only change a published one ever takes. Raises Invalid, NotYourItem.

    With an actor the act goes on record and their right is checked, unless two organs have `agreed` on it elsewhere.
    """
    found = Delegation.objects.select_for_update(of=("self",)).select_related("edition", "item", "document")
    row = found.get(pk=delegation)
    if actor is not None and not agreed:
        if row.edition.is_fixed:
            may_coordinate(actor)
        else:
            may_edit_item(actor, row.item)
    if on < row.effective_from:
        raise Invalid({"on": [f"终止日期不能早于起始日期 {row.effective_from}。"]})
    before = values_of(row)
    row.effective_to = on
    row.save(update_fields=["effective_to"])
    if actor is not None and at is not None:
        record(
            stream=row.edition.code,
            act=CatalogueAct.ENDED,
            subject=str(row),
            actor=actor,
            at=at,
            before=before,
            after=values_of(row) | {"reason": reason.strip()[:500]},
        )
    touch()
    return row


@transaction.atomic
def grant_again(
    *, delegation: int, from_on: date, actor: Actor, at: datetime, note: str = "收回后交还", reason: str = ""
) -> Delegation:
    """Grant anew what an ended delegation granted: mode, place, document, agreement and seal as they were; on record.

    Two organs have agreed on it before (`oversight`). Raises Invalid where the old one has not ended before that day,
    OverlappingDelegations where another applies.
    """
    old = Delegation.objects.select_for_update(of=("self",)).select_related("item", "document").get(pk=delegation)
    if old.effective_to is None or old.effective_to >= from_on:
        raise Invalid({"from_on": ["原来的放权那天还没有终止，不需要交还。"]})
    new = Delegation.objects.select_related("item", "region", "document", "edition").get(pk=delegation)
    new.pk, new.effective_from, new.effective_to, new.note = None, from_on, None, note
    refuse_overlaps([new])
    Edition.objects.select_for_update().get(pk=new.edition_id)
    new.save(force_insert=True)
    record(
        stream=new.edition.code,
        act=CatalogueAct.GRANTED,
        subject=str(new),
        actor=actor,
        at=at,
        before=values_of(old),
        after=values_of(new) | {"note": note, "reason": reason.strip()[:500]},
    )
    touch()
    return new
