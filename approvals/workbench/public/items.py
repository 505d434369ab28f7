"""Which items are there, how does one find them in everyday words, and what does a guide ask of somebody like me?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from approvals.catalogue.models import Guide, Item, Material, Necessity, Origin
from approvals.catalogue.queries import guide_on, items_in_force, jurisdiction_of, search_items
from approvals.catalogue.rows import RegionRow
from approvals.workbench.guidetext import yuan

LONGEST_SEARCH = 50
NEAR_ENOUGH = 1  # pairs of characters in common
MOST_NEAR = 6


@dataclass(frozen=True)
class Entry:
    """One item of the list: how long it takes and, where a region is asked for, whether it is handed in there."""

    item: Item
    days: int | None
    here: bool | None


@dataclass(frozen=True)
class Group:
    name: str
    entries: list[Entry] = field(default_factory=list)


def found_items(text: str, *, day: date) -> list[Item]:
    """All items, or those that every word of the text fits, the best first."""
    return search_items(text, day=day, limit=200) if text.strip() else items_in_force(day)


def near_items(text: str, *, day: date) -> list[Item]:
    """Where nothing fits: the items that share most pairs of characters with what was typed."""
    asked = _pairs(text)

    def shared(item: Item) -> int:
        return len(asked & _pairs(f"{item.main_name}{item.sub_name}{item.keywords}"))

    near = [(shared(item), item) for item in items_in_force(day)]
    best = sorted((pair for pair in near if pair[0] >= NEAR_ENOUGH), key=lambda pair: -pair[0])
    return [item for _, item in best[:MOST_NEAR]]


def _pairs(text: str) -> set[str]:
    plain = "".join(text.lower().split())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def entries_of(items: Iterable[Item], *, region: RegionRow | None, day: date) -> list[Entry]:
    return [_entry(item, region, day) for item in items]


def _entry(item: Item, region: RegionRow | None, day: date) -> Entry:
    guide = guide_on(item, day)
    here = None
    if region is not None:
        here = jurisdiction_of(item=item.code, region=region.code, on=day).accept.region == region.code
    return Entry(item, guide.promised_days if guide.promised_days is not None else guide.statutory_days, here)


def by_unit(entries: Iterable[Entry]) -> list[Group]:
    """Entries under the city unit whose power it is, units in the order of the printed list."""
    groups: dict[str, Group] = {}
    for entry in entries:
        name = entry.item.city_unit.short_name
        groups.setdefault(name, Group(name)).entries.append(entry)
    return list(groups.values())


@dataclass(frozen=True)
class Paper:
    """One material as an applicant reads it: how to bring it, who issues it, when it is not needed."""

    material: Material
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Papers:
    """What to bring. `cases`: the situations one can tick (position, words, ticked); `spared` is not needed in mine."""

    needed: tuple[Paper, ...]
    spared: tuple[Material, ...]
    cases: tuple[tuple[str, str, bool], ...]
    narrowed: bool


def papers_of(guide: Guide, *, ticked: Iterable[str], narrowed: bool) -> Papers:
    """The materials of a guide; narrowed to the ticked situations where the applicant said which are theirs."""
    chosen = set(ticked)
    first: dict[str, str] = {}
    for one in guide.materials.all():
        if one.scenario:
            first.setdefault(one.scenario, str(one.position))
    mine = {words for words, position in first.items() if position in chosen}
    needed, spared = [], []
    for one in guide.materials.all():
        if narrowed and one.scenario and one.scenario not in mine:
            spared.append(one)
        else:
            needed.append(Paper(one, _lines(one, told=narrowed)))
    cases = tuple((position, words, words in mine) for words, position in first.items())
    return Papers(tuple(needed), tuple(spared), cases, narrowed)


def _lines(one: Material, *, told: bool) -> tuple[str, ...]:
    lines = [f"{one.get_form_display()}，{one.copies} 份"]
    if one.origin != Origin.SELF:
        lines[0] += f"，{one.get_origin_display()}{'出具' if one.origin == Origin.INTERMEDIARY else ''}"
    if one.reuse:
        lines.append(f"能查到{one.reuse}的免交")
    if one.scenario and not told:
        lines.append(f"{one.scenario}才交")
    elif one.necessity == Necessity.CONDITIONAL and not one.scenario:
        lines.append("视情形，窗口告知")
    if one.necessity == Necessity.TOLERABLE:
        lines.append("可以先受理、后补交")
    if one.note:
        lines.append(one.note)
    return tuple(lines)


def tiers_of(guide: Guide) -> list[dict[str, str]]:
    """What each answer of the application form costs, in yuan: 住宅 80."""
    labels = {one.key: one.label for one in guide.form_fields.all()}
    return [
        {"words": f"{labels.get(one['field'], '')} {one['choice']}".strip(), "yuan": yuan(one["amount_cents"])}
        for one in guide.fee.get("options") or []
    ]
