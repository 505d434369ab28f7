"""How does a unit plan its inspections? Drafted, published once and for all, or cancelled before the draw.

What is published is fixed: the draw a day later follows from it and from a digest nobody could know when publishing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from approvals.audit import chain
from approvals.audit.tasks import nudge
from approvals.calendars.workdays import local_day
from approvals.cases.inputs import clean
from approvals.catalogue.queries import items_in_force
from approvals.collaboration import drawing, inputs
from approvals.collaboration.access import must_plan, plan_for
from approvals.collaboration.models import InspectionPlan, ShareRule
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.words import JointAction, PlanState
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Region


class PlanSettled(Refused):
    code = "inspection-plan-settled"
    title = "这个检查计划已经定了"


@transaction.atomic
def draft(*, actor: Actor, at: datetime, given: Any, plan: Any = None) -> InspectionPlan:
    """Write a plan, or write a drafted one anew. Raises NotPlanner, PlanNotFound, PlanSettled, Invalid."""
    told = clean(inputs.PlanInput, given)
    must_plan(actor, actor.unit or 0)
    on = local_day(at)
    items, regions = _codes(told.pop("items", "")), _codes(told.pop("regions", ""))
    errors: dict[str, list[str]] = {}
    if unknown := set(items) - {one.code for one in items_in_force(on)}:
        errors["items"] = [f"没有这些事项：{'、'.join(sorted(unknown))}。"]
    if unknown := set(regions) - set(Region.objects.values_list("code", flat=True)):
        errors["regions"] = [f"没有这些区划：{'、'.join(sorted(unknown))}。"]
    if told["ends_on"] <= on:
        errors["ends_on"] = ["检查期止须在今天之后：公布的次日才抽取。"]
    if errors:
        raise Invalid(errors)
    values = {"percent": None, "count": None} | told | {"items": items, "regions": regions}
    if plan is None:
        return InspectionPlan.objects.create(unit_id=actor.unit, created_by_id=actor.user, **values)
    seen = plan_for(actor, plan)
    one = InspectionPlan.objects.select_for_update().get(pk=seen.pk)
    _still(one, PlanState.DRAFT, "已公布的计划不再改；没有抽取的可以取消，另拟一个。")
    for name, value in values.items():
        setattr(one, name, value)
    one.save(update_fields=list(values))
    return one


def _codes(text: str) -> list[str]:
    return sorted({part for part in text.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if part})


@transaction.atomic
def publish(*, plan: Any, actor: Actor, at: datetime) -> InspectionPlan:
    """Fix a plan with the shares of the day; it is drawn from the next day on. Raises NotPlanner, PlanNotFound, PlanSettled."""
    seen = plan_for(actor, plan)
    must_plan(actor, seen.unit_id)
    ledger = locked_ledger(seen.unit.organ_id)
    one = InspectionPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=seen.pk)
    _still(one, PlanState.DRAFT, "这个计划已经公布过。")
    if one.ends_on <= local_day(at):
        raise Invalid({"ends_on": ["检查期止须在今天之后；改了日期再公布。"]})
    one.shares = shares_of(one.unit_id)
    one.state, one.published_at = PlanState.PUBLISHED, at
    one.terms_digest = drawing.digest_of(terms_of(one))
    one.save(update_fields=["shares", "state", "published_at", "terms_digest"])
    data = {"terms": one.terms_digest, "salt": chain.new_salt()}
    append(ledger, JointAction.PLANNED, f"plan:{one.pk}", actor=actor, at=at, data=data, texts={"title": one.title})
    transaction.on_commit(nudge, robust=True)
    return one


@transaction.atomic
def cancel(*, plan: Any, actor: Actor, at: datetime, given: Any) -> InspectionPlan:
    """Give a plan up; a published one only on the day of publication, while nobody can know its draw. It stays readable.

    Raises NotPlanner, PlanNotFound, PlanSettled, Invalid.
    """
    told = clean(inputs.ReasonInput, given)
    seen = plan_for(actor, plan)
    must_plan(actor, seen.unit_id)
    ledger = locked_ledger(seen.unit.organ_id)
    one = InspectionPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=seen.pk)
    if one.state not in (PlanState.DRAFT, PlanState.PUBLISHED):
        raise PlanSettled("已经抽取的计划不能取消。")
    if not may_cancel(one, on=local_day(at)):
        raise PlanSettled("公布之日已过，种子可以算出，不能再取消；照计划抽取、检查。")
    one.state = PlanState.CANCELLED
    one.save(update_fields=["state"])
    append(ledger, JointAction.PLAN_CANCELLED, f"plan:{one.pk}", actor=actor, at=at, texts=told)
    transaction.on_commit(nudge, robust=True)
    return one


def may_cancel(plan: InspectionPlan, *, on: date) -> bool:
    """A draft always; a published plan until the day is over whose root makes its seed."""
    if plan.state == PlanState.DRAFT or plan.published_at is None:
        return plan.state == PlanState.DRAFT
    return plan.state == PlanState.PUBLISHED and on <= local_day(plan.published_at)


def terms_of(plan: InspectionPlan) -> dict[str, Any]:
    """What is fixed when a plan is published, as it goes into its digest."""
    published_on = local_day(plan.published_at) if plan.published_at else None
    return {
        "plan": plan.pk,
        "unit": plan.unit.code,
        "title": plan.title,
        "target": plan.target,
        "items": plan.items,
        "regions": plan.regions,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "percent": plan.percent,
        "count": plan.count,
        "shares": plan.shares,
        "published_on": published_on.isoformat() if published_on else "",
    }


def shares_of(unit: int) -> dict[str, int]:
    """By ground, the share of this unit, else of the whole city."""
    rules = ShareRule.objects.filter(unit__isnull=True).values_list("ground", "percent")
    own = ShareRule.objects.filter(unit=unit).values_list("ground", "percent")
    return dict(rules) | dict(own)


def _still(plan: InspectionPlan, state: PlanState, words: str) -> None:
    if plan.state != state:
        raise PlanSettled(words)
