"""What is different between two editions? Sentences for people and facts for machines, from two plain sheets.

Pure. Items are matched by their identity, then by unit and printed name; a code may change without anything else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices

from approvals.catalogue.sheets import EditionSheet, GrantSheet, GuideSheet, ItemSheet
from approvals.catalogue.wording import said, word_of


class Difference(TextChoices):
    ADDED = "ADDED", "新增事项"
    DROPPED = "DROPPED", "取消事项"
    RENAMED = "RENAMED", "更名"
    MOVED = "MOVED", "调整放权方式"
    RECEIVERS_ADDED = "RECEIVERS_ADDED", "新增承接地区"
    RECEIVERS_DROPPED = "RECEIVERS_DROPPED", "不再承接的地区"
    GRANT_TERMS = "GRANT_TERMS", "放权的日期、依据、协议或用印"
    UNIT = "UNIT", "市级单位"
    SUPERVISION_UNITS = "SUPERVISION_UNITS", "监管单位"
    LIMITS = "LIMITS", "时限"
    FEE = "FEE", "收费"
    MATERIALS = "MATERIALS", "申请材料"
    FORM = "FORM", "申请表"
    GUIDE = "GUIDE", "办事指南其他内容"
    PRINTED = "PRINTED", "附件、序号、权力类型或备注"


@dataclass(frozen=True)
class Change:
    """One line of a comparison. `before` and `after` are sentences; empty where there is nothing on that side."""

    kind: str
    identity: str
    code: str
    name: str
    unit: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(Difference(self.kind).label)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "label": self.label}


def diff(before: EditionSheet, after: EditionSheet) -> list[Change]:
    """Every difference, in the order of the newer list; dropped items at the end."""
    pairs, dropped = _paired(before.items, after.items)
    found: list[Change] = []
    for old, new in pairs:
        found += _added(new) if old is None else _changed(old, new)
    return found + [_line(Difference.DROPPED, old, _summary(old), "") for old in dropped]


def guide_changes(before: GuideSheet, after: GuideSheet) -> list[Change]:
    """The differences between two guides of one item."""
    nothing = ItemSheet("", "", 0, 0, "", "", "", "", "", "", "")
    return list(_guides(nothing, before, after))


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """How many lines of each kind, in the order of the kinds."""
    number = Counter(one.kind for one in changes)
    return {kind: number[kind] for kind in Difference.values if number[kind]}


def _paired(
    before: Iterable[ItemSheet], after: Iterable[ItemSheet]
) -> tuple[list[tuple[ItemSheet | None, ItemSheet]], list[ItemSheet]]:
    left = {item.identity: item for item in before}
    by_name = {(item.unit, item.main_name, item.sub_name): item.identity for item in left.values()}
    pairs: list[tuple[ItemSheet | None, ItemSheet]] = []
    own = {item.identity for item in after}
    for new in after:
        old = left.pop(new.identity, None)
        if old is None:
            twin = by_name.get((new.unit, new.main_name, new.sub_name))
            old = left.pop(twin, None) if twin and twin not in own else None
        pairs.append((old, new))
    return pairs, list(left.values())


def _line(kind: Difference, item: ItemSheet, before: str, after: str) -> Change:
    return Change(str(kind), item.identity, item.code, item.name, item.unit, before, after)


def _added(new: ItemSheet) -> list[Change]:
    return [_line(Difference.ADDED, new, "", _summary(new))]


def _summary(item: ItemSheet) -> str:
    """直接下放：18 个地区；20 个工作日；3 份材料."""
    modes = Counter(grant.mode for grant in item.grants)
    told = [f"{mode}：{number} 个地区" for mode, number in modes.items()] or ["没有放权"]
    if item.guide:
        days = item.guide.limits.get("promised_days") or item.guide.limits.get("statutory_days")
        told += [f"{days} 个工作日"] if days else []
        told.append(f"{len(item.guide.materials)} 份材料")
    return "；".join(told)


def _changed(old: ItemSheet, new: ItemSheet) -> list[Change]:
    found = []
    if (old.main_name, old.sub_name) != (new.main_name, new.sub_name):
        found.append(_line(Difference.RENAMED, new, old.name, new.name))
    if old.unit != new.unit:
        found.append(_line(Difference.UNIT, new, old.unit, new.unit))
    found += _grants(old, new)
    if old.supervisors != new.supervisors:
        found.append(_line(Difference.SUPERVISION_UNITS, new, _watching(old.supervisors), _watching(new.supervisors)))
    found += _guides(new, old.guide, new.guide)
    if _row(old) != _row(new):
        found.append(_line(Difference.PRINTED, new, "，".join(_row(old)), "，".join(_row(new))))
    return found


def _row(item: ItemSheet) -> tuple[str, ...]:
    words = (f"代码 {item.code}", item.power_type, item.remark, item.scope_note)
    return tuple(word for word in words if word)


def _watching(units: Iterable[tuple[str, str]]) -> str:
    return "、".join(f"{region}：{unit}" if region else unit for region, unit in units) or "未定"


def _grants(old: ItemSheet, new: ItemSheet) -> Iterator[Change]:
    was = {(grant.region, grant.place): grant for grant in old.grants}
    now = {(grant.region, grant.place): grant for grant in new.grants}
    moved: dict[tuple[str, str], list[GrantSheet]] = defaultdict(list)
    terms: dict[tuple[str, str], list[GrantSheet]] = defaultdict(list)
    for key in was.keys() & now.keys():
        before, after = was[key], now[key]
        if before.mode != after.mode:
            moved[before.mode, after.mode].append(after)
        elif _terms(before) != _terms(after):
            terms[_terms(before), _terms(after)].append(after)
    for (mode_before, mode_after), grants in sorted(moved.items()):
        where = _where(grants, now.values())
        yield _line(Difference.MOVED, new, f"{mode_before}（{where}）", mode_after)
    for kind, here, there in (
        (Difference.RECEIVERS_ADDED, now, was),
        (Difference.RECEIVERS_DROPPED, was, now),
    ):
        by_mode: dict[str, list[GrantSheet]] = defaultdict(list)
        for key in sorted(here.keys() - there.keys()):
            by_mode[here[key].mode].append(here[key])
        for mode, grants in sorted(by_mode.items()):
            text = f"{mode}：{_where(grants, here.values())}"
            yield _line(kind, new, "" if here is now else text, text if here is now else "")
    for (before_words, after_words), grants in sorted(terms.items()):
        where = _where(grants, now.values())
        yield _line(Difference.GRANT_TERMS, new, f"{before_words}（{where}）", after_words)


def _terms(grant: GrantSheet) -> str:
    """Dates count from where they differ; an agreement of the same unit and region under another number too."""
    until = f"至 {grant.effective_to}" if grant.effective_to else "起"
    told = [f"{grant.effective_from} {until}", grant.document, grant.agreement, grant.seal_path]
    return "，".join(word for word in told if word)


def _where(grants: Iterable[GrantSheet], everywhere: Iterable[GrantSheet]) -> str:
    names = sorted({(grant.region, grant.where) for grant in grants})
    total = len({(grant.region, grant.place) for grant in everywhere})
    if len(names) == total and total > 3:
        return f"全部 {total} 个地区"
    return "、".join(name for _, name in names)


def _guides(item: ItemSheet, old: GuideSheet | None, new: GuideSheet | None) -> Iterator[Change]:
    if old is None or new is None:
        if old is not new:
            yield _line(Difference.GUIDE, item, "有办事指南" if old else "没有", "有办事指南" if new else "没有")
        return
    for kind, before, after in (
        (Difference.LIMITS, old.limits, new.limits),
        (Difference.FEE, old.fee, new.fee),
        (Difference.GUIDE, old.parts, new.parts),
    ):
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        if names:
            yield _line(
                kind,
                item,
                "；".join(f"{word_of(name)} {said(before.get(name))}" for name in names),
                "；".join(f"{word_of(name)} {said(after.get(name))}" for name in names),
            )
    for kind, before_list, after_list, title in (
        (Difference.MATERIALS, old.materials, new.materials, "name"),
        (Difference.FORM, old.fields, new.fields, "label"),
    ):
        if before_list != after_list:
            yield _line(kind, item, *_lists(before_list, after_list, title))


def _lists(before: list[dict[str, Any]], after: list[dict[str, Any]], title: str) -> tuple[str, str]:
    """Only what is on one side, or says something else there."""
    gone = [row for row in before if row not in after]
    come = [row for row in after if row not in before]
    same = {row[title] for row in gone} & {row[title] for row in come}

    def told(rows: list[dict[str, Any]], others: list[dict[str, Any]]) -> str:
        words = []
        for row in rows:
            twin = next((one for one in others if one[title] == row[title]), None) if row[title] in same else None
            if twin is None:
                words.append(str(row[title]))
            else:
                cells = [f"{word_of(key)} {said(row[key])}" for key in row if row[key] != twin.get(key)]
                words.append(f"{row[title]}（{'，'.join(cells)}）")
        return "；".join(words) + f"（共 {len(before if rows is gone else after)} 项）"

    return told(gone, come), told(come, gone)
