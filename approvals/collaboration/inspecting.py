"""What came of an inspection, and who goes? The result goes back on the case as feedback on its supervision thread."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from approvals.audit.tasks import nudge
from approvals.calendars.workdays import local_day
from approvals.cases.inputs import clean
from approvals.collaboration import drawing, inputs
from approvals.collaboration.access import inspection_for, must_plan
from approvals.collaboration.draws import barred
from approvals.collaboration.models import Assignment, Inspection, Officer
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.rooting import order_of
from approvals.collaboration.words import InspectionState, JointAction
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.supervision.actions import feed_back
from approvals.supervision.models import Feedback
from approvals.supervision.words import FeedbackKind


class AlreadyInspected(Refused):
    code = "already-inspected"
    title = "这件的检查结果已经登记"


class NoOfficers(Refused):
    code = "no-officers"
    title = "合格的检查人员不足两人"


class OfficersChanged(Refused):
    code = "inspection-officers-changed"
    title = "检查人员刚刚换过"


def officers_of(inspection: Inspection) -> list[Officer]:
    """Who goes now, in the order of the draw."""
    rows = inspection.assignments.filter(replaced_at=None).select_related("officer").order_by("place")
    return [one.officer for one in rows]


def record_result(*, inspection: Any, actor: Actor, at: datetime, given: Any) -> Inspection:
    """Feed the result back on the case's thread, in the names of the officers drawn, and close the inspection, in one commit.

    Raises InspectionNotFound, NotPlanner, AlreadyInspected, NoOfficers, OfficersChanged, Invalid and what `feed_back` raises.
    """
    told = clean(inputs.ResultInput, given)
    seen = inspection_for(actor, inspection)
    must_plan(actor, seen.plan.unit_id)
    if seen.state == InspectionState.DONE:
        raise AlreadyInspected("结果已经反馈到办件；有变化的，在推送单上另行反馈。")
    _may_be_the_day(seen, told["on"], today=local_day(at))
    names = [one.name for one in officers_of(seen)]
    if len(names) < drawing.OFFICERS:
        raise NoOfficers("先补抽检查人员，再登记结果。")
    report = {"on": told["on"].isoformat(), "officers": names, "way": told["way"], "result": told["result"]}
    report |= {"findings": told["findings"]} if told.get("findings") else {}

    def close(feedback: Feedback) -> None:
        ledger = locked_ledger(seen.plan.unit.organ_id)
        one = Inspection.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        if one.state == InspectionState.DONE:
            raise AlreadyInspected("别人刚登记过；刷新看结果。")
        if [found.name for found in officers_of(one)] != names:
            raise OfficersChanged("别人刚更换了检查人员；刷新后按现在的人员登记。")
        one.state, one.feedback, one.done_on = InspectionState.DONE, feedback, told["on"]
        one.way, one.result = told["way"], told["result"]
        one.save(update_fields=["state", "feedback", "done_on", "way", "result"])
        data = {"plan": one.plan_id, "on": told["on"], "way": one.way, "result": one.result}
        append(ledger, JointAction.INSPECTED, f"inspection:{one.pk}", actor=actor, at=at, case=one.case_id, data=data)

    feed_back(push=seen.push_id, actor=actor, at=at, kind=FeedbackKind.INSPECTION, given=report, also=close)
    return inspection_for(actor, seen.pk)


def _may_be_the_day(inspection: Inspection, on: date, *, today: date) -> None:
    """Nobody inspected before the draw said whom, nor before the period, nor after today. Raises Invalid."""
    plan = inspection.plan
    first = max(plan.starts_on, local_day(plan.drawn_at)) if plan.drawn_at else plan.starts_on
    if not first <= on <= today:
        raise Invalid({"on": [f"检查日期须在 {first}（抽取之日、检查期起）到今天之间。"]})


@transaction.atomic
def staff(*, inspection: Any, actor: Actor, at: datetime) -> Inspection:
    """Draw officers for an inspection that had too few, from the pool as it stands today, by the plan's seed.

    Raises InspectionNotFound, NotPlanner, AlreadyInspected, NoOfficers.
    """
    one, ledger = _locked(inspection, actor)
    if one.state != InspectionState.TO_STAFF:
        raise AlreadyInspected("这件已有检查人员。")
    pool = {found.card: found for found in Officer.objects.in_force(local_day(at)).filter(unit=one.plan.unit_id)}
    aside = barred(list(pool.values()), [one.push])[one.case_id]
    cards = drawing.pair(pool, number=one.number, order=order_of(one.plan), barred=aside)
    if not cards:
        raise NoOfficers("除去须回避的，人员库里仍不足两人；请市协调员从其他单位增补。")
    Assignment.objects.bulk_create(
        Assignment(inspection=one, officer=pool[card], place=place) for place, card in enumerate(cards, 1)
    )
    one.state = InspectionState.TO_DO
    one.save(update_fields=["state"])
    data = {"pool": sorted(pool), "barred": aside, "officers": cards}
    append(ledger, JointAction.STAFFED, f"inspection:{one.pk}", actor=actor, at=at, case=one.case_id, data=data)
    transaction.on_commit(nudge, robust=True)
    return one


@transaction.atomic
def replace(*, inspection: Any, actor: Actor, at: datetime, given: Any) -> Officer:
    """An officer cannot go: the next in the order of the draw goes instead; nobody chooses who.

    Raises InspectionNotFound, NotPlanner, AlreadyInspected, NoOfficers.
    """
    told = clean(inputs.ReplacementInput, given)
    one, ledger = _locked(inspection, actor)
    if one.state != InspectionState.TO_DO:
        raise AlreadyInspected("只有待检查的可以更换人员。")
    going = {line.officer.card: line for line in one.assignments.filter(replaced_at=None).select_related("officer")}
    if told["card"] not in going:
        raise NoOfficers("这个执法证号不在本件的检查人员里。")
    pool = {found.card: found for found in Officer.objects.in_force(local_day(at)).filter(unit=one.plan.unit_id)}
    had = set(one.assignments.values_list("officer__card", flat=True))
    aside = set(barred(list(pool.values()), [one.push])[one.case_id]) | had
    order = drawing.cards(drawing.officers_in_order(pool, number=one.number, order=order_of(one.plan), barred=aside))
    if not order:
        raise NoOfficers("人员库里没有别人可换；增补人员后再换。")
    line = going[told["card"]]
    line.replaced_at, line.replaced_why = at, told["reasons"]
    line.save(update_fields=["replaced_at", "replaced_why"])
    last = one.assignments.aggregate(last=Max("place"))["last"]
    Assignment.objects.create(inspection=one, officer=pool[order[0]], place=last + 1)
    data = {"out": told["card"], "in": order[0]}
    texts = {"reasons": told["reasons"]}
    subject = f"inspection:{one.pk}"
    append(ledger, JointAction.REPLACED, subject, actor=actor, at=at, case=one.case_id, data=data, texts=texts)
    transaction.on_commit(nudge, robust=True)
    return pool[order[0]]


def _locked(inspection: Any, actor: Actor) -> tuple[Inspection, Any]:
    seen = inspection_for(actor, inspection)
    must_plan(actor, seen.plan.unit_id)
    ledger = locked_ledger(seen.plan.unit.organ_id)
    rows = Inspection.objects.select_for_update(of=("self",)).select_related("plan", "push__case__snapshot")
    return rows.get(pk=seen.pk), ledger
