"""Who says line by line which unit watches an item? The coordinator, with the unit's bureau named; then it is settled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from approvals.catalogue.access import may_coordinate, may_edit_item
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import CatalogueAct, Item, SupervisionRule
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Region, SupervisionUnit


@transaction.atomic(durable=True)
def settle_supervision(
    *, item: int, unit: str, actor: Actor, at: datetime, region: str = "", note: str = ""
) -> SupervisionRule:
    """Name, or confirm, the unit that watches an item (in one region, as an exception): 待确认 no more.

    In a draft by whoever edits the item, in a published edition by the city's coordinator. Raises NotYourItem, Invalid.
    """
    row = Item.objects.select_for_update(of=("self",)).select_related("edition", "city_unit").get(pk=item)
    if row.edition.is_fixed:
        may_coordinate(actor)
    else:
        may_edit_item(actor, row)
    found = SupervisionUnit.objects.select_related("organ").filter(code=unit).first()
    if found is None:
        raise Invalid({"unit": ["选择监管单位。"]})
    if region and found.organ.region_id != region:
        raise Invalid({"unit": [f"{found.name}不是这个地区的监管单位。"]})
    if not region and found.organ.region_id != _city():
        raise Invalid({"unit": [f"{found.name}不是市级监管单位。"]})
    rule = SupervisionRule.objects.select_for_update().filter(item=row, region=region or None).first()
    before = {"unit": rule.unit.code, "provisional": rule.provisional} if rule else None
    rule = rule or SupervisionRule(
        item=row, level=Level.COUNTY if region else Level.CITY, region_id=region or None, unit=found
    )
    rule.unit, rule.provisional = found, False
    rule.confirmed_by_id, rule.confirmed_at = actor.user, at
    rule.note = note.strip()[:200] or rule.note
    rule.save()
    record(
        stream=row.edition.code,
        act=CatalogueAct.CONFIRMED,
        subject=str(row),
        actor=actor,
        at=at,
        before=before,
        after={"unit": found.code, "region": region, "provisional": False},
    )
    touch()
    return rule


def _city() -> str:
    return Region.objects.values_list("code", flat=True).get(kind=Region.Kind.CITY)
