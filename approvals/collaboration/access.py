"""Who sees a plan or a gathering, and who may act on it? What a person may not see does not exist for them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from approvals.cases.access import HANDLERS
from approvals.cases.access import visible as visible_cases
from approvals.cases.models import Case
from approvals.collaboration.models import Gathering, Inspection, InspectionPlan, Member
from approvals.errors import Refused
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.supervision.access import visible as visible_pushes
from approvals.supervision.models import Push

MEETING = HANDLERS | {Role.COORDINATOR}


class PlanNotFound(Refused):
    code = "inspection-plan-not-found"
    status = 404
    title = "没有这个检查计划"


class InspectionNotFound(Refused):
    code = "inspection-not-found"
    status = 404
    title = "没有这件抽查"


class NotPlanner(Refused):
    code = "not-planner"
    status = 403
    title = "检查计划由监管岗办理"


class GatheringNotFound(Refused):
    code = "gathering-not-found"
    status = 404
    title = "没有这次会商或踏勘"


class MayNotCall(Refused):
    code = "may-not-call"
    status = 403
    title = "这个岗位不能召集"


class NotInvited(Refused):
    code = "not-invited"
    status = 403
    title = "这一步不由你的单位办理"


def sees_plans(actor: Actor) -> Q:
    """The plans of the own unit; a county's coordinator those of the region, the city's all.

    Whole, whatever items the post is for: who draws again needs all there was to draw from.
    """
    if actor.kind == "SYSTEM":
        return Q()
    if actor.role == Role.SUPERVISOR:
        return Q(unit=actor.unit)
    if actor.role == Role.COORDINATOR:
        return Q() if actor.level == Level.CITY else Q(unit__organ__region=actor.region)
    return Q(pk__in=[])


def sees_inspections(actor: Actor) -> Q:
    """What was drawn by those plans, of the items the post is for."""
    plans = InspectionPlan.objects.filter(sees_plans(actor))
    return Q(plan__in=plans) & actor.within("case__snapshot__item")


def plan_for(actor: Actor, pk: Any) -> InspectionPlan:
    """Raises PlanNotFound."""
    rows = InspectionPlan.objects.select_related("unit__organ", "created_by").filter(sees_plans(actor))
    one = rows.filter(pk=key_of(pk)).first()
    if one is None:
        raise PlanNotFound("本单位没有这个检查计划；从清单重新打开。")
    return one


def inspection_for(actor: Actor, pk: Any) -> Inspection:
    """Raises InspectionNotFound."""
    rows = Inspection.objects.select_related("plan__unit", "push", "case__snapshot").filter(sees_inspections(actor))
    one = rows.filter(pk=key_of(pk)).first()
    if one is None:
        raise InspectionNotFound("本单位没有这件抽查；从检查计划重新打开。")
    return one


def must_plan(actor: Actor, unit: int) -> None:
    """Let a supervisor of the unit pass. Raises NotPlanner."""
    if actor.role != Role.SUPERVISOR or actor.unit != unit:
        raise NotPlanner("由本单位的监管岗拟订计划、登记结果；你可以查看。")


def sees_gatherings(actor: Actor) -> Q:
    """What the own unit called or is invited to; a county's coordinator that of the region, the city's all."""
    if actor.kind == "SYSTEM":
        return Q()
    scope = actor.within("item")
    if actor.role == Role.SUPERVISOR:
        invited = Member.objects.filter(unit=actor.unit)
        return scope & (Q(unit=actor.unit) | Q(pk__in=invited.values("gathering")))
    if actor.role not in MEETING:
        return Q(pk__in=[])
    invited = Member.objects.filter(organ=actor.organ, unit=None)
    mine = Q(organ=actor.organ, unit=None) | Q(pk__in=invited.values("gathering"))
    if actor.role == Role.COORDINATOR:
        return scope if actor.level == Level.CITY else scope & (mine | Q(region=actor.region))
    return scope & mine


def gathering_for(actor: Actor, pk: Any) -> Gathering:
    """Raises GatheringNotFound."""
    rows = Gathering.objects.select_related("case__snapshot", "organ", "unit", "called_by", "concluded_by")
    one = rows.filter(sees_gatherings(actor), pk=key_of(pk)).first()
    if one is None:
        raise GatheringNotFound("本单位没有参加这次会商或踏勘；从清单重新打开。")
    return one


def may_call(actor: Actor) -> bool:
    """Whoever handles cases, coordinates or supervises may call others together."""
    return actor.kind in ("USER", "CLIENT") and actor.role in MEETING | {Role.SUPERVISOR}


def calls_it(actor: Actor, one: Gathering) -> bool:
    """Whether this actor acts for the unit that called."""
    if not may_call(actor):
        return False
    return one.unit_id == actor.unit if one.unit_id else one.organ_id == actor.organ and actor.unit is None


def place_of(actor: Actor, one: Gathering) -> Member | None:
    """The invitation of this actor's own unit."""
    rows = one.members.select_related("organ", "unit")
    return rows.filter(unit=actor.unit).first() if actor.unit else rows.filter(organ=actor.organ, unit=None).first()


def case_seen(actor: Actor, number: str) -> Case | None:
    """The case of a number for whoever may see it, or may see a push of it."""
    cases = Case.objects.select_related("snapshot", "region")
    if (one := cases.filter(visible_cases(actor), number=number).first()) is not None:
        return one
    pushed = Push.objects.filter(visible_pushes(actor), case__number=number).values("case")
    return cases.filter(pk__in=pushed).first()
