"""How does an item of a draft change? Saved with before and after; only the unit's own admin and the coordinator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from approvals.catalogue.access import NotYourItem, edits_unit, is_coordinator, may_edit_item
from approvals.catalogue.actions.editions import draft
from approvals.catalogue.actions.records import record
from approvals.catalogue.models import (
    CatalogueAct,
    Delegation,
    Edition,
    Guide,
    Item,
    PowerType,
    SupervisionRule,
)
from approvals.catalogue.seeds.printed import code_of, initials
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ

EDITABLE = ("main_name", "sub_name", "power_type", "remark", "scope_note", "keywords", "annex", "seq")
LONGEST = {"main_name": 200, "sub_name": 300, "remark": 100, "keywords": 200}


def item_of(edition: Edition, code: str) -> Item:
    """The item of this code under lock. Raises Invalid."""
    found = Item.objects.select_for_update(of=("self",)).select_related("city_unit", "edition")
    item = found.filter(edition=edition, code=code).first()
    if item is None and edition.place_id:  # a place's own list may grant items of the city's list
        item = found.filter(code=code, pk__in=edition.delegations.values("item")).first()
    if item is None:
        raise Invalid({"item": [f"《{edition.title}》里没有代码为「{code[:20]}」的事项。"]})
    return item


def values_of(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("code", *EDITABLE)} | {"unit": item.city_unit.code}


def _check(item: Item) -> None:
    errors = {
        name: [f"最多 {most} 个字，现有 {len(getattr(item, name))} 个。"]
        for name, most in LONGEST.items()
        if len(getattr(item, name)) > most
    }
    if not item.main_name.strip():
        errors["main_name"] = ["填写主项名称。"]
    if item.power_type not in PowerType.values:
        errors["power_type"] = ["选择权力类型。"]
    if not item.edition.annexes.filter(number=item.annex).exists():
        errors["annex"] = [f"这一版没有附件 {item.annex}。"]
    twin = Item.objects.filter(edition=item.edition, annex=item.annex, seq=item.seq).exclude(pk=item.pk).first()
    if twin:
        errors["seq"] = [f"附件 {item.annex} 第 {item.seq} 项已是“{twin.name}”。"]
    if errors:
        raise Invalid(errors)


@transaction.atomic(durable=True)
def save_item(*, edition: str, code: str, changes: dict[str, Any], actor: Actor, at: datetime) -> Item:
    """Change an item of a draft. Raises NotYourItem, NoDraft, Invalid."""
    book = draft(edition)
    item = item_of(book, code)
    may_edit_item(actor, item)
    if unknown := set(changes) - set(EDITABLE):
        raise Invalid({name: ["不能在这里改。"] for name in unknown})
    before = values_of(item)
    for name, value in changes.items():
        setattr(item, name, value)
    _check(item)
    item.code = code_of(book, item.annex, item.seq)
    item.initials = initials(item.main_name + item.sub_name)
    item.save()
    record(
        stream=edition,
        act=CatalogueAct.SAVED,
        subject=str(item),
        actor=actor,
        at=at,
        before=before,
        after=values_of(item),
    )
    return item


@transaction.atomic(durable=True)
def add_item(*, edition: str, unit: str, values: dict[str, Any], actor: Actor, at: datetime) -> Item:
    """A new item at the end of an annex of a draft. Raises NotYourItem, NoDraft, Invalid."""
    book = draft(edition)
    organ = Organ.objects.filter(code=unit, region__kind="CITY").first()
    if organ is None:
        raise Invalid({"unit": ["选择市级单位。"]})
    if not edits_unit(actor, organ.pk):
        raise NotYourItem(f"{organ.name}的事项由该单位的事项管理员新增。")
    annex = values.get("annex") or 1
    last = Item.objects.filter(edition=book, annex=annex).aggregate(last=Max("seq"))["last"] or 0
    item = Item(
        edition=book,
        city_unit=organ,
        printed_unit=organ.short_name,
        **{"seq": last + 1, "power_type": PowerType.PERMIT, **values, "annex": annex},
    )
    _check(item)
    item.code = code_of(book, item.annex, item.seq)
    item.initials = initials(item.main_name + item.sub_name)
    item.save()
    record(stream=edition, act=CatalogueAct.SAVED, subject=str(item), actor=actor, at=at, after=values_of(item))
    return item


@transaction.atomic(durable=True)
def remove_item(*, edition: str, code: str, reason: str, actor: Actor, at: datetime) -> None:
    """Take an item out of a draft, with its delegations, rules and guides. Raises NotYourItem, NoDraft, Invalid."""
    book = draft(edition)
    item = item_of(book, code)
    may_edit_item(actor, item)
    if not reason.strip():
        raise Invalid({"reason": ["写明移除的理由，如依据的文件。"]})
    Delegation.objects.filter(item=item).delete()
    SupervisionRule.objects.filter(item=item).delete()
    Guide.objects.filter(item=item).delete()
    before = values_of(item)
    subject = str(item)
    item.delete()
    record(
        stream=edition,
        act=CatalogueAct.REMOVED,
        subject=subject,
        actor=actor,
        at=at,
        before=before,
        after={"reason": reason.strip()[:500]},
    )


@transaction.atomic(durable=True)
def drop_draft(*, edition: str, reason: str, actor: Actor, at: datetime) -> None:
    """Give up a draft: the author, or the city's coordinator, with a reason. What it was stays on record."""
    book = draft(edition)
    if actor.user != book.author_id and not is_coordinator(actor):
        raise NotYourItem("草稿由起草人或者市级协调员作废。")
    if not reason.strip():
        raise Invalid({"reason": ["写明作废的理由。"]})
    before = {"title": book.title, "items": book.items.count()}
    Delegation.objects.filter(edition=book).delete()
    SupervisionRule.objects.filter(item__edition=book).delete()
    Guide.objects.filter(item__edition=book).delete()
    book.items.all().delete()
    book.annexes.all().delete()
    book.delete()
    record(
        stream=edition,
        act=CatalogueAct.REMOVED,
        subject=before["title"],
        actor=actor,
        at=at,
        before=before,
        after={"reason": reason.strip()[:500]},
    )
