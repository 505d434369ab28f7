"""What would change if a draft were published? The same pure jurisdiction over two row sets, group by group.

Pure. A group of work is an item in a region (at a place) with how many cases lately and how many still open; all its cases
get the same answer. Open cases keep what they were received under: the forecast says where the like of them would go.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.catalogue.answer import Holder, Jurisdiction
from approvals.catalogue.jurisdiction import judge
from approvals.catalogue.modes import Mode
from approvals.catalogue.rows import ItemRow, Rows

PHASES = (("accept", "受理"), ("review", "审核"), ("decide", "决定"), ("supervise", "监管"))


@dataclass(frozen=True)
class Work:
    """How much of an item is done in a region: cases of the last months, and those still open."""

    edition: str
    item: str
    region: str
    place: str = ""
    recent: int = 0
    open: int = 0


@dataclass(frozen=True)
class Forecast:
    """One group: the answer as it stands that day and the answer under the draft. `code` is the item's code there."""

    work: Work
    name: str
    region_name: str
    before: Jurisdiction
    after: Jurisdiction
    code: str
    listed: bool  # whether the item is on the new list at all

    @property
    def moved(self) -> tuple[str, ...]:
        """The phases that go to somebody else, in Chinese."""
        return tuple(label for phase, label in PHASES if held(self.before, phase) != held(self.after, phase))

    @property
    def changes(self) -> bool:
        return bool(self.moved) or self.before.mode != self.after.mode

    @property
    def was(self) -> str:
        return mode_word(self.before)

    @property
    def becomes(self) -> str:
        return mode_word(self.after) if self.listed else "不在新清单，由市级办理"

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.work.item,
            "code": self.code,
            "name": self.name,
            "region": self.work.region,
            "place": self.work.place,
            "recent": self.work.recent,
            "open": self.work.open,
            "listed": self.listed,
            "moved": list(self.moved),
            "before": self.before.as_json(),
            "after": self.after.as_json(),
        }


def mode_word(answer: Jurisdiction) -> str:
    return str(Mode(answer.mode).label) if answer.mode else "由市级办理"


def held(answer: Jurisdiction, phase: str) -> tuple[str, ...]:
    """The names of whoever holds a phase; for 监管 the responsible unit first, then those informed."""
    if phase == "supervise":
        return tuple(one.unit_name for one in answer.supervise)
    holder: Holder = getattr(answer, phase)
    return (holder.organ_name,)


def successor(rows: Rows, item: ItemRow, edition: str) -> ItemRow | None:
    """The same item in another edition."""
    twins = rows.items_by_identity.get(item.identity, ()) if item.identity else ()
    return next((row for row in twins if row.edition == edition), None)


def forecast(now: Rows, then: Rows, works: Iterable[Work], *, edition: str, on: date) -> list[Forecast]:
    """Every group under both row sets on one day, those that change first, then by how much is open and recent.

    `then` holds the draft `edition` as if published (`checks.rows_with`). Groups of unknown items are left out.
    """
    known = {(row.edition, row.code): row for row in now.items}
    found = []
    for work in works:
        old = known.get((work.edition, work.item))
        if old is None:
            continue
        today = now.item_on(old.code, on) if now.item_on(old.code, on) else old
        standing = today if today and today.identity == old.identity else old
        new = successor(then, old, edition)
        found.append(
            Forecast(
                work=work,
                name=(new or standing).name,
                region_name=now.region[work.region].name,
                before=judge(now, standing, region=work.region, on=on, place=work.place),
                after=judge(then, new or standing, region=work.region, on=on, place=work.place),
                code=(new or standing).code,
                listed=new is not None,
            )
        )
    return sorted(found, key=lambda one: (not one.changes, -one.work.open, -one.work.recent, one.code, one.work.region))


@dataclass(frozen=True)
class Load:
    """What an organ (or supervising unit) gains and loses in one phase, in recent cases."""

    who: str
    phase: str
    gains: int
    loses: int


def loads(lines: Iterable[Forecast]) -> list[Load]:
    """Who gets how much more or less to do; whoever changes most first."""
    gained: Counter[tuple[str, str]] = Counter()
    lost: Counter[tuple[str, str]] = Counter()
    for line in lines:
        for phase, label in PHASES:
            before, after = held(line.before, phase), held(line.after, phase)
            if before == after:
                continue
            for who in set(after) - set(before):
                gained[who, label] += line.work.recent
            for who in set(before) - set(after):
                lost[who, label] += line.work.recent
    found = [Load(who, phase, gained[who, phase], lost[who, phase]) for who, phase in gained.keys() | lost.keys()]
    return sorted(found, key=lambda one: (-abs(one.gains - one.loses), one.who, one.phase))


def newly_holding(lines: Iterable[Forecast]) -> Mapping[tuple[str, int, str], list[Forecast]]:
    """By (phase, organ or unit, its name): the groups it does not hold today and will hold."""
    found: dict[tuple[str, int, str], list[Forecast]] = defaultdict(list)
    for line in lines:
        for phase in ("accept", "review", "decide", "seal"):
            was, now = getattr(line.before, phase), getattr(line.after, phase)
            if was.organ != now.organ:
                found[phase, now.organ, now.organ_name].append(line)
        own = {one.unit for one in line.before.supervise}
        for unit in line.after.supervise:
            if unit.unit not in own:
                found["supervise", unit.unit, unit.unit_name].append(line)
    return found
