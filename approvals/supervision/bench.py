"""For this item, region and way of delegation: to whom would a decision go, why, and what would each be told? 试算."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from approvals.catalogue.jurisdiction import supervised_under
from approvals.catalogue.modes import HOLDS, Mode
from approvals.catalogue.queries import current_rows, item_on, jurisdiction_of
from approvals.errors import Invalid
from approvals.organisations.models import User
from approvals.supervision.routing import rules_on, units_of, withheld_from, withheld_rights
from approvals.supervision.rules import PHASE_WORDS, Recipient, Routing, route
from approvals.supervision.words import Part

AS_IT_IS, BY_CITY = "", "NONE"
MODES = {AS_IT_IS: "按当天的放权", **{mode.value: mode.label for mode in Mode}, BY_CITY: "市级办理（未放权）"}


@dataclass(frozen=True)
class Told:
    """One recipient with what it is not given, and the people who are notified."""

    recipient: Recipient
    people: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """The answer of the bench."""

    item: str
    item_name: str
    region: str
    mode: str
    mode_words: str
    holders: dict[str, str]
    routing: Routing
    told: tuple[Told, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "item_name": self.item_name,
            "region": self.region,
            "mode": self.mode or None,
            "holders": self.holders,
            "recipients": [
                {
                    "unit": one.recipient.unit.code,
                    "unit_name": one.recipient.unit.name,
                    "level": one.recipient.unit.level,
                    "copy": one.recipient.copy,
                    "provisional": one.recipient.provisional,
                    "people": list(one.people),
                    "withheld": list(one.withheld),
                    "why": one.recipient.why,
                }
                for one in self.told
            ],
            "orphan": self.routing.orphan,
            "rule": self.routing.rule.pk if self.routing.rule else None,
            "steps": list(self.routing.steps),
        }


def trial(*, item: str, region: str, on: date, mode: str = AS_IT_IS) -> Trial:
    """Route a decision that nobody takes. `mode`: a Mode, NONE (the city), or empty for what holds on that day.

    Raises UnknownItem, UnknownRegion, Invalid.
    """
    if mode not in MODES:
        raise Invalid({"mode": [f"方式须为 {'、'.join(MODES)} 之一。"]})
    holds = jurisdiction_of(item=item, region=region, on=on)
    chosen: Mode | None = holds.mode if mode == AS_IT_IS else (None if mode == BY_CITY else Mode(mode))
    supervise = (
        holds.supervise
        if mode == AS_IT_IS
        else supervised_under(current_rows(), item=item, region=region, mode=chosen, on=on)
    )
    row = HOLDS[chosen]
    held = {"accept": row.accept, "review": row.review, "decide": row.decide}
    listed = [asdict(one) for one in supervise]
    rules, rights = rules_on(on), withheld_rights()
    routing = route(listed=listed, rules=rules, units=units_of([listed], rules), item=item, region=region, holders=held)
    named = {person for one in routing.recipients for person in one.people}
    names = dict(User.objects.filter(pk__in=named).values_list("pk", "name"))
    told = tuple(
        Told(
            one,
            tuple(names[person] for person in one.people if person in names),
            tuple(Part(p).label for p in Part if p in withheld_from(rights, level=one.unit.level, copy=one.copy)),
        )
        for one in routing.recipients
    )
    words = Mode(chosen).label if chosen else "市级办理"
    name = item_on(item, on).name
    return Trial(item, name, region, str(chosen or ""), words, held, routing, told)


def held_words(holders: dict[str, str]) -> str:
    """受理在县级、审查在县级、决定在市级."""
    levels = {"COUNTY": "县级", "CITY": "市级"}
    return "、".join(f"{PHASE_WORDS[phase]}在{levels[level]}" for phase, level in holders.items())
