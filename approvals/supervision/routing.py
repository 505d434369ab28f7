"""Which rules are in force, who holds the phases of a case, and so: who receives? The rule table read for `rules.route`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from approvals.cases.models import Case
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import ContentRight, PushRule
from approvals.supervision.rules import PHASE_WORDS, Routing, Rule, Unit, route
from approvals.supervision.words import Audience, Part

Rights = frozenset[tuple[str, str]]


def rules_on(day: date) -> list[Rule]:
    """The rules in force on a day; three statements, one where there is none."""
    rows = PushRule.objects.in_force(day).select_related("region").prefetch_related("people", "copies")
    return [
        Rule(
            pk=row.pk,
            valid_from=row.valid_from,
            item=row.item,
            region=row.region_id or "",
            holders=tuple((phase, getattr(row, phase)) for phase in PHASE_WORDS if getattr(row, phase)),
            unit=row.unit_id,
            people=tuple(sorted(person.pk for person in row.people.all())),
            copies=tuple(sorted(unit.pk for unit in row.copies.all())),
            only_these_copies=row.only_these_copies,
            note=row.note,
            region_name=row.region.name if row.region else "",
        )
        for row in rows
    ]


def units_of(listed: Iterable[Collection[Mapping[str, Any]]], rules: Iterable[Rule]) -> dict[int, Unit]:
    """Every unit the catalogue's answers or the rules name, as far as it exists."""
    named = {one["unit"] for answer in listed for one in answer}
    for rule in rules:
        named |= {*rule.copies, *([rule.unit] if rule.unit else [])}
    rows = SupervisionUnit.objects.select_related("organ__region").filter(pk__in=named)
    return {row.pk: Unit(row.pk, row.code, row.name, row.organ.region.level) for row in rows}


def holders_of(terms: Mapping[str, Any]) -> dict[str, str]:
    """Which level holds each phase, of the terms a case was received under."""
    return {phase: terms[phase]["level"] for phase in PHASE_WORDS if phase in terms}


def routing_of(case: Case, *, rules: Iterable[Rule], units: Mapping[int, Unit]) -> Routing:
    """To whom this case's decision goes."""
    held, terms = holders_of(case.snapshot.terms), case.snapshot
    return route(
        listed=terms.supervisors, rules=rules, units=units, item=terms.item, region=case.region_id, holders=held
    )


def withheld_rights() -> Rights:
    """(audience, part) pairs that are not given; what no row speaks of is given."""
    return frozenset(ContentRight.objects.filter(allowed=False).values_list("audience", "part"))


def withheld_from(rights: Rights, *, level: str, copy: bool) -> frozenset[Part]:
    """The parts that a unit of this level, receiving like this, is not given."""
    audience = Audience(f"{level}_COPY" if copy else level)
    return frozenset(Part(part) for who, part in rights if who == audience)
