"""What keeps a draft from being published? Every item somebody must accept, decide and watch, under a guide.

Pure over rows (`blockers`); what stands only in the database (guides, agreements' papers) is asked by `of_edition`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import F, Q

from approvals.catalogue.guideshape import amiss, parts_amiss
from approvals.catalogue.jurisdiction import NoCounterpart, OverlappingDelegations, judge
from approvals.catalogue.models import Delegation, Edition, Guide, Item
from approvals.catalogue.modes import HOLDS
from approvals.catalogue.reform import raises
from approvals.catalogue.rows import DelegationRow, EditionRow, ItemRow, Rows
from approvals.catalogue.rowset import FIXED, rows_of
from approvals.catalogue.sheeting import guide_sheet, newest_guides


@dataclass(frozen=True)
class Blocker:
    """One thing to mend: the item's code (empty: the edition itself) and a sentence."""

    item: str
    name: str
    text: str

    def as_json(self) -> dict[str, str]:
        return {"item": self.item, "name": self.name, "text": self.text}


def as_published(rows: Rows, code: str) -> Rows:
    """The rows as they will be once the draft `code` is published: what it replaces ends the day before."""
    new = rows.edition[code]
    eve = new.effective_from - timedelta(days=1)

    def ended(one: EditionRow) -> EditionRow:
        meets = one.effective_to is None or one.effective_to > eve
        if one.code == code or one.place != new.place or not meets or one.effective_from > eve:
            return one
        return replace(one, effective_to=eve)

    carried = tuple(replace(row, edition=code, effective_from=new.effective_from) for row in strangers(rows, new))
    return replace(rows, editions=tuple(ended(one) for one in rows.editions), delegations=rows.delegations + carried)


def strangers(rows: Rows, new: EditionRow) -> list[DelegationRow]:
    """What the lists of a place that `new` replaces grant of items of other lists, still standing on its first day: they
    go on under the new list, from its first day."""
    if not new.place:
        return []
    first = new.effective_from
    owner = {item.pk: item.edition for item in rows.items}
    replaced = {
        one.code
        for one in rows.editions
        if one.place == new.place and one.code != new.code and one.effective_from < first
        if one.effective_to is None or one.effective_to >= first
    }
    return [
        row
        for row in rows.delegations
        if row.edition in replaced and owner.get(row.item) != row.edition
        if row.effective_from < first and (row.effective_to is None or row.effective_to >= first)
    ]


def rows_with(edition: Edition) -> Rows:
    """The published rows and those of one draft, as they will stand once it is published."""
    published = Edition.objects.filter(status__in=FIXED).values_list("pk", flat=True)
    return as_published(rows_of([*published, edition.pk]), edition.code)


def blockers(rows: Rows, code: str) -> list[Blocker]:
    """Items of the edition that nobody receives, or that nobody accepts, decides or supervises somewhere."""
    edition = rows.edition[code]
    found = []
    for item in rows.items:
        if item.edition == code:
            found += [Blocker(item.code, item.name, text) for text in _of_item(rows, edition, item)]
    return found


def _of_item(rows: Rows, edition: EditionRow, item: ItemRow) -> Iterable[str]:
    grants = [row for row in rows.delegations_of.get(item.pk, ()) if row.edition == edition.code]
    if not grants:
        yield "没有任何地区承接：先加放权，或者从这一版移除"
        return
    wrong: dict[str, list[str]] = defaultdict(list)
    for row in grants:
        region = rows.region[row.region].name
        start = max(row.effective_from, edition.effective_from)
        if row.effective_to is not None and row.effective_to < start:
            wrong["的放权在本版施行前已经终止"].append(region)
            continue
        if HOLDS[row.mode].needs_agreement:
            paper = rows.agreement.get(row.agreement) if row.agreement is not None else None
            if paper is None:
                wrong["下放实质性审核权而没有承接协议"].append(region)
            elif not paper.signed or paper.effective_from > start:
                wrong["所依据的承接协议还没有签订，或者到放权那天还没有生效"].append(region)
        try:
            answer = judge(rows, item, region=row.region, on=start, place=row.place)
        except OverlappingDelegations:
            wrong["的放权日期重叠"].append(region)
            continue
        except NoCounterpart:
            wrong["没有受理、审核或者决定的机构"].append(region)
            continue
        if not answer.supervise:
            wrong["没有监管单位"].append(region)
    for text, regions in wrong.items():
        names = list(dict.fromkeys(regions))
        yield (f"全部 {len(names)} 个承接地区" if len(names) == len(grants) > 3 else "、".join(names)) + text


def of_edition(edition: Edition, *, on: date) -> list[Blocker]:
    """Everything that keeps this draft from being published on a day."""
    found = []
    if edition.effective_from <= on:
        found.append(
            Blocker("", edition.title, f"施行日期 {edition.effective_from} 应在 {on} 之后：收件从不按事后的清单改")
        )
    later = Edition.objects.filter(
        status__in=FIXED, place=edition.place, effective_from__gte=edition.effective_from
    ).exclude(pk=edition.pk)
    found += [
        Blocker("", edition.title, f"《{one.title}》自 {one.effective_from} 起施行，本版的施行日期应在它之后")
        for one in later
    ]
    if not edition.items.exists():
        return [*found, Blocker("", edition.title, "没有一个事项")]
    found += blockers(rows_with(edition), edition.code)
    guided = set(Guide.objects.filter(item__edition=edition).values_list("item", flat=True))
    found += [
        Blocker(item.code, item.name, "没有办事指南")
        for item in Item.objects.filter(edition=edition).order_by("annex", "seq")
        if item.pk not in guided
    ]
    newest = newest_guides(edition)
    found += _loose(newest.values())
    found += _heavier(edition, newest.values())
    strangers = Delegation.objects.filter(edition=edition).exclude(item__edition=edition)
    found += _not_begun(edition)
    if edition.place_id is None and strangers.exists():
        found.append(Blocker("", edition.title, "有放权指向别的版本的事项"))
    return found


def _not_begun(edition: Edition) -> Iterable[Blocker]:
    """What the list of a place grants of other lists' items from this draft's first day or later: it could not go on."""
    first = edition.effective_from
    rows = Delegation.objects.filter(
        Q(edition__effective_to__isnull=True) | Q(edition__effective_to__gte=first),
        edition__place=edition.place_id,
        edition__status__in=FIXED,
        edition__effective_from__lt=first,
        effective_from__gte=first,
    ).exclude(item__edition=F("edition"))
    for row in rows.select_related("item", "region", "edition").order_by("pk") if edition.place_id else ():
        text = f"《{row.edition.title}》自 {row.effective_from} 起放给{row.region.name}，本版的施行日期应在它之后，才能接续"
        yield Blocker(row.item.code, row.item.name, text)


def _loose(guides: Iterable[Guide]) -> Iterable[Blocker]:
    """Guides that do not hold together, as an import or a removed field may leave them."""
    for guide in guides:
        wrong = amiss(guide) | parts_amiss(
            guide,
            materials=list(guide.materials.all()),
            fields=list(guide.form_fields.all()),
            phrases=list(guide.phrases.all()),
        )
        if wrong:
            yield Blocker(
                guide.item.code, guide.item.name, "；".join(text for texts in wrong.values() for text in texts)
            )


def _heavier(edition: Edition, guides: Iterable[Guide]) -> Iterable[Blocker]:
    """Guides that ask more than those of the edition this one was copied from, without a reason."""
    if edition.copied_from is None:
        return
    before = {guide.item.identity: guide for guide in newest_guides(edition.copied_from).values()}
    for guide in guides:
        old = before.get(guide.item.identity)
        more = raises(guide_sheet(old), guide_sheet(guide)) if old and not guide.raise_reason.strip() else []
        if more:
            yield Blocker(guide.item.code, guide.item.name, f"办事指南没有说明理由：{'；'.join(more)}")
