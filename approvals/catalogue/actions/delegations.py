"""How does a delegation begin, change its mode or end? Dated, by a document, over many regions at once.

In a draft edition freely, by whoever edits the item; in a published one by the city's coordinator only, never backwards:
what was received under the old answer stays, so a change begins on a coming day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from approvals.calendars.workdays import local_day
from approvals.catalogue.access import EditionNotFound, NoDraft, may_coordinate, may_edit_item
from approvals.catalogue.actions.drafts import item_of
from approvals.catalogue.actions.lawdocs import amended
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.jurisdiction import OverlappingDelegations
from approvals.catalogue.models import (
    Agreement,
    CatalogueAct,
    Delegation,
    Edition,
    Item,
    LegalDocument,
    Place,
    SealPath,
)
from approvals.catalogue.modes import HOLDS, Mode
from approvals.documents.models import StoredFile
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Region


@dataclass(frozen=True)
class Grant:
    """What is to be granted: mode, first day, document (文号), perhaps a last day, a place, the seal, a note, the original."""

    mode: str
    effective_from: date
    document: str
    effective_to: date | None = None
    place: str = ""
    seal_path: str = ""
    note: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True)
class Granted:
    """What a bulk act did: rows added, rows ended the day before, and what was refused (region, sentence)."""

    added: list[Delegation]
    ended: list[Delegation]


@transaction.atomic(durable=True)
def grant_many(
    *, edition: str, items: Iterable[str], regions: Iterable[str], grant: Grant, actor: Actor, at: datetime
) -> Granted:
    """Give items to regions; what applied there in this place until now ends the day before (in a draft: is replaced).

    Whole or not at all. Raises NotYourItem, NoDraft, Invalid, OverlappingDelegations.
    """
    book = Edition.objects.select_for_update().filter(code=edition).first()
    if book is None:
        raise EditionNotFound(f"没有版本「{edition[:20]}」的清单。")
    chosen = [item_of(book, code) for code in dict.fromkeys(items)]
    _may_change(book, chosen, actor, at, grant.effective_from)
    where = _regions(regions)
    document = _document(grant.document, grant.effective_from)
    if grant.file is not None:
        document = amended(document=document.pk, values={}, file=grant.file, actor=actor, at=at)
    _sensible(book, grant, where, chosen)
    agreements = _agreements(grant, chosen, where)
    added, ended = [], []
    for item in chosen:
        for region in where:
            ended += _make_room(book, item, region, grant)
            added.append(
                Delegation.objects.create(
                    edition=book,
                    item=item,
                    region=region,
                    mode=grant.mode,
                    place=grant.place,
                    effective_from=grant.effective_from,
                    effective_to=grant.effective_to,
                    document=document,
                    agreement=agreements.get((item.city_unit_id, region.code)),
                    seal_path=_seal(grant),
                    note=grant.note[:200],
                )
            )
    record(
        stream=edition,
        act=CatalogueAct.GRANTED,
        subject=f"{'、'.join(item.code for item in chosen)} → {'、'.join(region.name for region in where)}",
        actor=actor,
        at=at,
        before=[values_of(row) for row in ended],
        after=[values_of(row) for row in added],
    )
    touch()
    return Granted(added, ended)


def _may_change(book: Edition, items: list[Item], actor: Actor, at: datetime, day: date) -> None:
    if book.status == Edition.Status.CHECKED:
        raise NoDraft(f"《{book.title}》已经核对，先退回草拟再改。")
    if not book.is_fixed:
        for item in items:
            may_edit_item(actor, item)
        return
    may_coordinate(actor)
    if day <= local_day(at):
        raise Invalid(
            {"effective_from": [f"已发布的清单只能从以后的日子改，最早 {local_day(at) + timedelta(days=1)}。"]}
        )


def _regions(codes: Iterable[str]) -> list[Region]:
    wanted = list(dict.fromkeys(codes))
    found = {row.code: row for row in Region.objects.exclude(kind=Region.Kind.CITY).filter(code__in=wanted)}
    missing = [code for code in wanted if code not in found]
    if missing or not wanted:
        raise Invalid(
            {"regions": [f"没有区划代码为 {'、'.join(missing)} 的承接地区。" if missing else "选择承接地区。"]}
        )
    return [found[code] for code in wanted]


def _document(number: str, day: date) -> LegalDocument:
    document = LegalDocument.objects.filter(number=number).first()
    if document is None:
        raise Invalid({"document": [f"没有文号为「{number[:60]}」的文件；先登记文件，再按它放权。"]})
    if document.effective_from > day or (document.effective_to and document.effective_to < day):
        raise Invalid({"document": [f"《{document.title}》在 {day} 不在施行期内。"]})
    return document


def _sensible(book: Edition, grant: Grant, regions: list[Region], items: list[Item]) -> None:
    errors: dict[str, list[str]] = {}
    if grant.mode not in Mode.values:
        errors["mode"] = ["选择放权方式。"]
    elif (grant.mode == Mode.DIRECT) != (_seal(grant) == SealPath.OWN):
        errors["seal_path"] = ["直接下放由决定单位用印，其他方式用市级章或者县级保管的2号章。"]
    if grant.effective_to and grant.effective_to < grant.effective_from:
        errors["effective_to"] = [f"终止日期不能早于起始日期 {grant.effective_from}。"]
    if grant.place:
        place = Place.objects.filter(code=grant.place).first()
        if place is None or {place.region_id} != {region.code for region in regions}:
            errors["place"] = ["限定范围只能和它所在的那一个地区一起选。"]
    if book.place is not None and grant.place != book.place.code:
        errors["place"] = [f"《{book.title}》只在{book.place.name}内有效，限定范围选{book.place.name}。"]
    if not items:
        errors["items"] = ["选择事项。"]
    if errors:
        raise Invalid(errors)


def _seal(grant: Grant) -> str:
    return grant.seal_path or (SealPath.OWN if grant.mode == Mode.DIRECT else SealPath.CITY)


def _agreements(grant: Grant, items: list[Item], regions: list[Region]) -> dict[tuple[int, str], Agreement]:
    """The newest signed agreement of each unit and region in force on the first day. Raises Invalid where one lacks."""
    if not HOLDS[grant.mode].needs_agreement:
        return {}
    live = Q(effective_to__isnull=True) | Q(effective_to__gte=grant.effective_from)
    found = {
        (row.city_unit_id, row.region_id): row
        for row in Agreement.objects.filter(live, region__in=regions, effective_from__lte=grant.effective_from)
        .exclude(status=Agreement.Status.DRAFT)
        .order_by("effective_from", "pk")
    }
    missing = sorted(
        {
            f"{item.city_unit.short_name}与{region.name}"
            for item in items
            for region in regions
            if (item.city_unit_id, region.code) not in found
        }
    )
    if missing:
        told = f"没有已签、到 {grant.effective_from} 已生效的承接协议：{'、'.join(missing)}；先签协议，再下放实质性审核权。"
        raise Invalid({"agreement": [told]})
    return found


def _make_room(book: Edition, item: Item, region: Region, grant: Grant) -> list[Delegation]:
    """End (in a draft: take out) what this edition grants on the new first day. Raises OverlappingDelegations for what begins
    later, and for what another edition grants on these days."""
    standing = Delegation.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=grant.effective_from),
        item=item,
        region=region,
        place=grant.place,
    )
    within = Q() if grant.effective_to is None else Q(effective_from__lte=grant.effective_to)
    if other := standing.filter(within).exclude(edition=book).select_related("edition").first():
        raise OverlappingDelegations(
            f"《{other.edition.title}》已把事项 {item.code} 自 {other.effective_from} 起放给{region.name}（同一范围），"
            f"先在那一版里终止。"
        )
    ended = []
    for row in standing.filter(edition=book):
        if row.effective_from >= grant.effective_from and book.is_fixed:
            raise OverlappingDelegations(
                f"事项 {item.code} 在{region.name}已有自 {row.effective_from} 起的放权，先把它终止。"
            )
        ended.append(row)
        if book.is_fixed:
            row.effective_to = grant.effective_from - timedelta(days=1)
            row.save(update_fields=["effective_to"])
        else:
            Delegation.objects.filter(pk=row.pk).delete()
    return ended


@transaction.atomic(durable=True)
def end_many(
    *,
    edition: str,
    items: Iterable[str],
    regions: Iterable[str],
    on: date,
    reason: str,
    actor: Actor,
    at: datetime,
    document: str = "",
    file: StoredFile | None = None,
) -> int:
    """Take items from regions: in a draft at once, in a published edition after the last day `on`; how many rows.

    `document` (文号) is what the ending rests on, if one was issued, `file` its original. Whole or not at all.

    Raises NotYourItem, NoDraft, Invalid.
    """
    book = Edition.objects.select_for_update().filter(code=edition).first()
    if book is None:
        raise EditionNotFound(f"没有版本「{edition[:20]}」的清单。")
    chosen = [item_of(book, code) for code in dict.fromkeys(items)]
    _may_change(book, chosen, actor, at, on + timedelta(days=1))
    where = _regions(regions)
    if not reason.strip():
        raise Invalid({"reason": ["写明终止的依据和理由。"]})
    paper = _document(document, on + timedelta(days=1)) if document else None
    if file is not None:
        if paper is None:
            raise Invalid({"file": ["选择这是哪一份文件的原文。"]})
        paper = amended(document=paper.pk, values={}, file=file, actor=actor, at=at)
    basis = paper.number if paper else ""
    live = Q(effective_to__isnull=True) | Q(effective_to__gt=on)
    rows = list(
        Delegation.objects.filter(live, edition=book, item__in=chosen, region__in=where)
        .select_related("item", "document")
        .order_by("pk")
    )
    later = [row for row in rows if row.effective_from > on]
    if book.is_fixed and later:
        raise Invalid(
            {"on": [f"事项 {later[0].item.code} 的放权自 {later[0].effective_from} 才开始，不能早于它终止。"]}
        )
    before = [values_of(row) for row in rows]
    if book.is_fixed:
        Delegation.objects.filter(pk__in=[row.pk for row in rows]).update(effective_to=on)
    else:
        Delegation.objects.filter(pk__in=[row.pk for row in rows]).delete()
    record(
        stream=edition,
        act=CatalogueAct.ENDED,
        subject=f"{'、'.join(item.code for item in chosen)} ← {'、'.join(region.name for region in where)}",
        actor=actor,
        at=at,
        before=before,
        after={"on": on, "reason": reason.strip()[:500], "document": basis},
    )
    touch()
    return len(rows)


def values_of(row: Delegation) -> dict[str, Any]:
    """A delegation as the record keeps it."""
    return {
        "item": row.item.code,
        "region": row.region_id,
        "mode": row.mode,
        "place": row.place,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "document": row.document.number,
    }
