"""What does a published plan draw from, whom does it draw, and does the same come out again?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from approvals.audit.models import DailyRoot
from approvals.audit.tasks import nudge
from approvals.calendars.workdays import local_day
from approvals.cases.models import Event
from approvals.cases.words import Purpose, Result
from approvals.collaboration import drawing
from approvals.collaboration.colours import colours_of
from approvals.collaboration.models import Assignment, Inspection, InspectionPlan, KeyItem, Officer, Recusal
from approvals.collaboration.parties import parties_of
from approvals.collaboration.planning import terms_of
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.rooting import kept_root, list_digest, order_of, root_of, salt_of, staffings
from approvals.collaboration.words import Ground, InspectionState, JointAction, PlanState, Target
from approvals.licences.models import Licence
from approvals.licences.queries import standing_is
from approvals.licences.words import Status
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import Role
from approvals.supervision.models import Push
from approvals.supervision.words import PushState, Subject

log = structlog.get_logger(__name__)
TAKEN_ON = (PushState.CLAIMED, PushState.FED_BACK, PushState.CLOSED)


@dataclass(frozen=True)
class Subjected:
    """One case or licence that may be drawn: its number, the push on whose thread its inspection is reported, its ground."""

    number: str
    push: Push
    ground: str


def population(plan: InspectionPlan, *, on: date) -> dict[str, Subjected]:
    """Everything a plan draws from, by number: what its unit has taken on, and where a licence is asked for, what is in force."""
    pushes = (
        Push.objects.filter(
            unit=plan.unit_id,
            purpose=Purpose.CLAIM,
            subject=Subject.DECISION,
            state__in=TAKEN_ON,
            result__in=(Result.GRANTED, Result.RECORDED),
            pushed_at__lt=plan.published_at,
        )
        .select_related("case__snapshot")
        .order_by("pushed_at", "pk")
    )
    if plan.items:
        pushes = pushes.filter(case__snapshot__item__in=plan.items)
    if plan.regions:
        pushes = pushes.filter(case__region__in=plan.regions)
    by_case = {push.case.number: push for push in pushes}
    names = {number: number for number in by_case}
    if plan.target == Target.LICENCES:
        rows = Licence.objects.filter(standing_is(Status.VALID, on=on), case_number__in=by_case)
        names = dict(rows.values_list("number", "case_number"))
    key = set(KeyItem.objects.filter(Q(unit=None) | Q(unit=plan.unit_id)).values_list("item", flat=True))
    colours = colours_of([push.case_id for push in by_case.values()], on=on)
    return {
        name: Subjected(name, by_case[number], ground_of(by_case[number], plan, key, colours))
        for name, number in names.items()
    }


def ground_of(push: Push, plan: InspectionPlan, key: set[str], colours: dict[int, str]) -> str:
    """The ground of the highest share that applies; a good rating lowers the share only where nothing else is known."""
    found = [Ground.KEY.value] if push.case.snapshot.item in key else []
    if colour := colours.get(push.case_id, ""):
        found.append(colour)
    found = [one for one in found if one in plan.shares]
    return max(found, key=lambda one: (plan.shares[one], one)) if found else Ground.GENERAL.value


def draw_due(*, at: datetime, actor: Actor = SYSTEM, unit: str = "") -> list[InspectionPlan]:
    """Draw every plan published before today; repeating draws nothing again. One without a daily root waits."""
    waiting = InspectionPlan.objects.filter(state=PlanState.PUBLISHED).select_related("unit").order_by("pk")
    if unit:
        waiting = waiting.filter(unit__code=unit)
    due = [one for one in waiting if one.published_at and local_day(one.published_at) < local_day(at)]
    done = []
    for one in due:
        root = kept_root(one, at=at)
        if root is None:
            log.warning("plan_without_root", plan=one.pk)
        elif (found := _draw(one.pk, root=root, actor=actor, at=at)) is not None:
            done.append(found)
    return done


@transaction.atomic
def _draw(pk: int, *, root: DailyRoot, actor: Actor, at: datetime) -> InspectionPlan | None:
    plan = InspectionPlan.objects.select_related("unit").get(pk=pk)
    ledger, on = locked_ledger(plan.unit.organ_id), local_day(at)
    plan = InspectionPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    if plan.state != PlanState.PUBLISHED:
        return None
    there = population(plan, on=on)
    by_ground: dict[str, list[str]] = defaultdict(list)
    for number in sorted(there):
        by_ground[there[number].ground].append(number)
    plan.root_position, plan.root = root.position, root.digest
    plan.seed = drawing.seed_of(plan.root, unit=plan.unit.code, terms=plan.terms_digest)
    plan.population, plan.drawn_at, plan.state = dict(by_ground), at, PlanState.DRAWN
    order = order_of(plan)
    found = drawing.drawn(plan.population, _shares(plan), order=order, count=plan.count)
    pool = {one.card: one for one in Officer.objects.in_force(on).filter(unit=plan.unit_id)}
    stands_aside = barred(list(pool.values()), [there[number].push for _, number in found])
    plan.pool = sorted(pool)
    plan.barred = {number: stands_aside[there[number].push.case_id] for _, number in found}
    plan.save()
    for position, (ground, number) in enumerate(found, 1):
        push = there[number].push
        cards = drawing.pair(pool, number=number, order=order, barred=plan.barred[number])
        one = Inspection.objects.create(
            plan=plan,
            push=push,
            case_id=push.case_id,
            number=number,
            position=position,
            ground=ground,
            state=InspectionState.TO_DO if cards else InspectionState.TO_STAFF,
        )
        Assignment.objects.bulk_create(
            Assignment(inspection=one, officer=pool[card], place=place) for place, card in enumerate(cards, 1)
        )
    data = {"root": plan.root, "seed": plan.seed, "of": len(there), "drawn": len(found)}
    data |= {"list": drawing.digest_of(published(plan))}
    append(ledger, JointAction.DRAWN, f"plan:{plan.pk}", actor=actor, at=at, data=data)
    tell(
        to=people_in(on=on, units=[plan.unit_id], roles=[Role.SUPERVISOR]),
        kind="inspection",
        title=f"检查计划抽中 {len(found)} 件：{plan.title}",
        url=f"/inspections/{plan.pk}/",
        key=f"plan:{plan.pk}:drawn",
        at=at,
    )
    transaction.on_commit(nudge, robust=True)
    return plan


def _shares(plan: InspectionPlan) -> dict[str, int]:
    return dict(plan.shares) | {Ground.GENERAL.value: plan.percent or 0}


def barred(officers: list[Officer], pushes: list[Push]) -> dict[int, list[str]]:
    """By case, the cards of those who stand aside: they serve in the organ that decided, handled the case, or declared it."""
    cases = [push.case_id for push in pushes]
    parties = parties_of(cases)
    handled: dict[int, set[int]] = defaultdict(set)
    for case, user in Event.objects.filter(case__in=cases, user__isnull=False).values_list("case", "user"):
        handled[case].add(user)
    declared: dict[int, set[str]] = defaultdict(set)
    for officer, id_hash in Recusal.objects.filter(officer__in=officers).values_list("officer", "id_hash"):
        declared[officer].add(id_hash)
    return {
        push.case_id: sorted(
            one.card
            for one in officers
            if one.organ_id == push.case.snapshot.decide_organ_id
            or one.user_id in handled[push.case_id]
            or declared[one.pk] & parties.get(push.case_id, set())
        )
        for push in pushes
    }


def published(plan: InspectionPlan) -> dict[str, Any]:
    """Everything whoever draws again needs, as it was when drawn; no names. Not for everybody (`queries.published_list`)."""
    later = staffings(plan)
    rows = plan.inspections.order_by("position").prefetch_related("assignments__officer")
    return {
        "terms": terms_of(plan),
        "root": plan.root,
        "root_position": plan.root_position,
        "seed": plan.seed,
        "salt": salt_of(plan),
        "population": plan.population,
        "pool": plan.pool,
        "barred": plan.barred,
        "drawn": [
            {"number": one.number, "ground": one.ground, "officers": [] if one.pk in later else _first_officers(one)}
            for one in rows
        ],
    }


def _first_officers(one: Inspection) -> list[str]:
    lines = sorted(one.assignments.all(), key=lambda line: line.place)
    return [line.officer.card for line in lines[: drawing.OFFICERS]]


def mistakes_of(plan: InspectionPlan) -> Iterator[str]:
    """What does not come out again when a plan is drawn anew; nothing when all is as it was published."""
    kept, order = published(plan), order_of(plan)
    if drawing.digest_of(kept["terms"]) != plan.terms_digest:
        yield "计划内容与公布时的摘要不符"
    if drawing.seed_of(plan.root, unit=plan.unit.code, terms=plan.terms_digest) != plan.seed:
        yield "种子不是由总册摘要、单位和计划摘要得出的"
    root = root_of(plan)
    if root is None or (root.position, root.digest) != (plan.root_position, plan.root):
        yield "总册摘要不是公布之日的日根"
    if drawing.digest_of(kept) != list_digest(plan):
        yield "全部清单与抽取时入册的摘要不符"
    again = drawing.drawn(plan.population, _shares(plan), order=order, count=plan.count)
    if [number for _, number in again] != [one["number"] for one in kept["drawn"]]:
        yield f"重抽得到 {len(again)} 件，与登记的 {len(kept['drawn'])} 件不同"
    for one in kept["drawn"]:
        number, aside = one["number"], plan.barred.get(one["number"], [])
        if drawing.pair(plan.pool, number=number, order=order, barred=aside) != one["officers"]:
            yield f"{number} 的检查人员与重抽的不同"
    later = staffings(plan)
    for found in plan.inspections.filter(pk__in=later).prefetch_related("assignments__officer"):
        told = later[found.pk]
        cards = drawing.pair(told["pool"], number=found.number, order=order, barred=told["barred"])
        if cards != _first_officers(found):
            yield f"{found.number} 补抽的检查人员与重抽的不同"
