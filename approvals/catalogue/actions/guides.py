"""How does a guide change? As a new version beside the published one, published by a second person of the unit.

No open case is touched: it keeps the limits, papers, form and basis it was received under.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from approvals.calendars.workdays import local_day
from approvals.catalogue.access import NoDraft, may_edit_item, may_publish_guide, subject_of
from approvals.catalogue.actions.copying import copy_parts
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.guideshape import amiss, parts_amiss, twice
from approvals.catalogue.models import (
    CatalogueAct,
    Edition,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    Material,
    ReviewPoint,
    StandardPhrase,
)
from approvals.catalogue.reform import raises
from approvals.catalogue.sheeting import guide_sheet
from approvals.catalogue.sheets import GuideSheet
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor

RELATIONS: dict[str, type[models.Model]] = {
    "materials": Material,
    "form_fields": FormField,
    "review_points": ReviewPoint,
    "intermediaries": IntermediaryService,
    "phrases": StandardPhrase,
}
NOT_HERE = {"id", "item", "version", "status", "author", "published_by", "published_at"}


class GuideRaises(Refused):
    code = "guide-raises"
    status = 422
    title = "新指南比上一版增加了负担，须说明理由"


@transaction.atomic(durable=True)
def start_guide(*, item: int, effective_from: date, actor: Actor, at: datetime, like: int | None = None) -> Guide:
    """A draft of the next version, as a copy of the newest; for a new item like that of another one, to be completed.

    Raises NotYourItem, Invalid, and NoDraft where one is open already.
    """
    row = Item.objects.select_for_update(of=("self",)).select_related("edition", "city_unit").get(pk=item)
    may_edit_item(actor, row)
    if row.edition.status == Edition.Status.CHECKED:
        raise NoDraft(f"《{row.edition.title}》已经核对，先退回草拟再改。")
    open_one = row.guides.filter(status=Guide.Status.DRAFT).first()
    if open_one:
        raise NoDraft(f"已有第 {open_one.version} 版草稿，接着改它。")
    newest = row.guides.order_by("-version").first() or (
        Guide.objects.filter(item=like).order_by("-version").first() if like else None
    )
    if newest is None:
        raise Invalid({"item": [f"事项 {row.code} 还没有办事指南；选一个相近的事项，照它的指南起草。"]})
    last = row.guides.aggregate(last=Max("version"))["last"] or 0
    guide = Guide.objects.get(pk=newest.pk)
    guide.pk, guide.version, guide.status = None, last + 1, Guide.Status.DRAFT
    guide.item, guide.provisional = row, guide.provisional or newest.item_id != row.pk
    guide.effective_from, guide.effective_to = effective_from, None
    guide.author_id, guide.published_by, guide.published_at, guide.raise_reason = actor.user, None, None, ""
    guide._state.adding = True
    guide.save()
    copy_parts({newest.pk: guide})
    _keep(guide, actor, at, CatalogueAct.COPIED, before={"version": newest.version}, after={"version": guide.version})
    return guide


def _keep(guide: Guide, actor: Actor, at: datetime, act: CatalogueAct, *, before: Any, after: Any) -> None:
    record(
        stream=guide.item.edition.code,
        act=act,
        subject=subject_of(guide),
        actor=actor,
        at=at,
        before=before,
        after=after,
    )


def draft_guide(pk: int) -> Guide:
    """The guide under lock, if it may be changed. Raises NoDraft."""
    found = Guide.objects.select_for_update(of=("self",)).select_related("item__edition", "item__city_unit")
    guide = found.get(pk=pk)
    if guide.status != Guide.Status.DRAFT:
        raise NoDraft(f"第 {guide.version} 版已经发布，只能起草新的一版。")
    if guide.item.edition.status == Edition.Status.CHECKED:
        raise NoDraft(f"《{guide.item.edition.title}》已经核对，先退回草拟再改。")
    return guide


@transaction.atomic(durable=True)
def save_guide(
    *,
    guide: int,
    actor: Actor,
    at: datetime,
    head: Mapping[str, Any] | None = None,
    parts: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Guide:
    """Change columns of a draft (`head`) and replace whole lists of its parts. Raises NotYourItem, NoDraft, Invalid."""
    row = draft_guide(guide)
    may_edit_item(actor, row.item)
    before = said(guide_sheet(row))
    known = {field.name for field in Guide._meta.concrete_fields} - NOT_HERE
    for name, value in (head or {}).items():
        if name not in known:
            raise Invalid({name: ["办事指南没有这一栏，或者不能在这里改。"]})
        setattr(row, name, value)
    _complete(row)
    row.save()
    for relation, lines in (parts or {}).items():
        _replace(row, relation, lines)
    row = Guide.objects.select_related("item__edition").prefetch_related(*RELATIONS).get(pk=row.pk)
    refuse_loose_ends(row)
    _keep(row, actor, at, CatalogueAct.SAVED, before=before, after=said(guide_sheet(row)))
    touch()
    return row


def said(sheet: GuideSheet) -> dict[str, Any]:
    """A guide as the record keeps it."""
    return {
        "limits": sheet.limits,
        "fee": sheet.fee,
        "materials": sheet.materials,
        "fields": sheet.fields,
        "parts": sheet.parts,
        "provisional": sheet.provisional,
    }


def _complete(row: Guide) -> None:
    errors: dict[str, list[str]] = {}
    try:
        row.clean_fields(exclude=["item", "author", "published_by"])
    except ValidationError as error:
        errors = dict(error.message_dict)
    errors = errors or amiss(row)
    if errors:
        raise Invalid(errors)


def refuse_loose_ends(row: Guide) -> None:
    """Refuse a guide of which one part names another that is not there. Raises Invalid."""
    found = parts_amiss(
        row,
        materials=list(row.materials.all()),
        fields=list(row.form_fields.all()),
        phrases=list(row.phrases.all()),
    )
    if found:
        raise Invalid(found)


def _replace(guide: Guide, relation: str, lines: Sequence[Mapping[str, Any]]) -> None:
    model = RELATIONS.get(relation)
    if model is None:
        raise Invalid({relation: ["办事指南没有这一部分。"]})
    rows, errors = [], []
    for number, line in enumerate(lines, start=1):
        row = model(guide=guide, position=number, **line)
        try:
            row.clean_fields(exclude=["guide"])
        except ValidationError as error:
            errors += [f"第 {number} 行：{text}" for texts in error.message_dict.values() for text in texts]
        rows.append(row)
    if model is FormField:
        errors += twice([row.key for row in rows])
    if errors:
        raise Invalid({relation: errors})
    model._default_manager.filter(guide=guide).delete()
    model._default_manager.bulk_create(rows)


def raised_by(guide: Guide) -> list[str]:
    """What a draft raises over the version it follows; for the guide of a draft edition, over the item's last one."""
    previous = predecessor(guide)
    return raises(guide_sheet(previous), guide_sheet(guide)) if previous else []


def predecessor(guide: Guide) -> Guide | None:
    """The published version before this one, of the same item in this edition or in the one before."""
    published = Guide.objects.filter(status=Guide.Status.PUBLISHED).exclude(pk=guide.pk)
    own = published.filter(item=guide.item_id, version__lt=guide.version).order_by("-version").first()
    if own is not None:
        return own
    earlier = published.filter(item__identity=guide.item.identity).exclude(item=guide.item_id)
    return earlier.order_by("-item__edition__effective_from", "-version").first()


@transaction.atomic(durable=True)
def publish_guide(*, guide: int, actor: Actor, at: datetime) -> Guide:
    """Draft → in force from its first day; the version before ends the day before.

    Raises NotYourItem, SamePerson, NoDraft, GuideRaises, Invalid.
    """
    row = draft_guide(guide)
    may_publish_guide(actor, row)
    if not row.item.edition.is_fixed:
        raise NoDraft("草稿清单里的指南随清单一起发布。")
    today = local_day(at)
    previous = row.item.guides.filter(status=Guide.Status.PUBLISHED).order_by("-version").first()
    earliest = max(today, previous.effective_from + timedelta(days=1) if previous else today)
    if row.effective_from < earliest:
        raise Invalid({"effective_from": [f"施行日期最早 {earliest}：已经收的件不按事后的指南改。"]})
    refuse_raises(row)
    _complete(row)
    refuse_loose_ends(row)
    if previous is not None and (previous.effective_to is None or previous.effective_to >= row.effective_from):
        previous.effective_to = row.effective_from - timedelta(days=1)
        previous.save(update_fields=["effective_to"])
    row.status, row.published_by_id, row.published_at = Guide.Status.PUBLISHED, actor.user, at
    row.save(update_fields=["status", "published_by", "published_at"])
    _keep(
        row,
        actor,
        at,
        CatalogueAct.PUBLISHED,
        before=said(guide_sheet(previous)) if previous else None,
        after=said(guide_sheet(row)) | {"author": row.author_id, "effective_from": row.effective_from},
    )
    touch()
    return row


def refuse_raises(row: Guide) -> None:
    """Refuse a guide that raises something without saying why. Raises GuideRaises."""
    found = raised_by(row)
    if found and not row.raise_reason.strip():
        raise GuideRaises(f"{row.item.code} {'；'.join(found)}。写明理由和依据，或者改回来。", raises=found)


@transaction.atomic(durable=True)
def drop_guide(*, guide: int, actor: Actor, at: datetime) -> None:
    """Give up a draft version of a published item's guide. Raises NotYourItem, NoDraft."""
    row = draft_guide(guide)
    may_edit_item(actor, row.item)
    if not row.item.edition.is_fixed:
        raise NoDraft("草稿清单里的事项须有办事指南，不能只作废指南。")
    _keep(row, actor, at, CatalogueAct.REMOVED, before=said(guide_sheet(row)), after=None)
    row.delete()


__all__ = [
    "GuideRaises",
    "drop_guide",
    "publish_guide",
    "raised_by",
    "refuse_raises",
    "said",
    "save_guide",
    "start_guide",
]
