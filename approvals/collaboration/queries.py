"""What may be read of plans and gatherings? Each list as this person may see it; and what everybody may see of a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When

from approvals.calendars.workdays import local_day
from approvals.cases.models import Party
from approvals.collaboration.access import sees_gatherings, sees_inspections, sees_plans
from approvals.collaboration.models import Gathering, Inspection, InspectionPlan, JointRecord, Member
from approvals.collaboration.planning import terms_of
from approvals.collaboration.rooting import list_digest
from approvals.collaboration.words import GatheringState, InspectionState, PlanState, Reply
from approvals.organisations.access import Actor
from approvals.organisations.masks import party as masked_party
from approvals.organisations.models import Role
from approvals.supervision.words import InspectionResult


def plans(actor: Actor) -> QuerySet[InspectionPlan]:
    """The newest first, with how many were drawn and how many wait."""
    return (
        InspectionPlan.objects.select_related("unit")
        .filter(sees_plans(actor))
        .annotate(
            drawn=Count("inspections"),
            waiting=Count("inspections", filter=~Q(inspections__state=InspectionState.DONE)),
        )
        .order_by("-pk")
    )


def inspections(actor: Actor) -> QuerySet[Inspection]:
    """Every inspection this actor may see, by plan and in the order of the draw."""
    return (
        Inspection.objects.select_related("plan__unit", "push", "case__snapshot", "case__region", "feedback")
        .prefetch_related("assignments__officer")
        .filter(sees_inspections(actor))
        .order_by("plan", "position")
    )


def gatherings(actor: Actor) -> QuerySet[Gathering]:
    """Those to come first, the next before the later ones; then the rest, the newest first."""
    to_come = Q(state=GatheringState.CALLED)
    return (
        Gathering.objects.select_related("organ", "unit", "case", "region", "called_by")
        .filter(sees_gatherings(actor))
        .annotate(invited=Count("members"), answered=Count("members", filter=~Q(members__reply=Reply.AWAITED)))
        .order_by(Case(When(to_come, then=0), default=1), Case(When(to_come, then="starts_at")), "-starts_at", "-pk")
    )


def waiting(actor: Actor, *, on: date) -> dict[str, int]:
    """What waits for this person: invitations without an answer, inspections to make, conclusions to write. At most 100."""
    own = Q(unit=actor.unit) if actor.unit else Q(organ=actor.organ, unit=None)
    invited = Member.objects.filter(own, reply=Reply.AWAITED, gathering__state=GatheringState.CALLED)
    seen = Gathering.objects.filter(sees_gatherings(actor))
    called = seen.filter(own, state=GatheringState.CALLED, starts_at__date__lt=on)
    counts = {"gatherings": invited.filter(gathering__in=seen)[:100].count() + called[:100].count()}
    if actor.role == Role.SUPERVISOR:
        to_do = Inspection.objects.filter(sees_inspections(actor)).exclude(state=InspectionState.DONE)
        counts["inspections"] = to_do[:100].count()
    return counts


@dataclass(frozen=True)
class Told:
    """One record as people read it."""

    record: JointRecord
    name: str
    organ: str
    texts: dict[str, Any]


def history(*subjects: str) -> list[Told]:
    """What happened to these subjects (plan:12), oldest first; erased words are empty."""
    told = []
    for record in JointRecord.objects.filter(subject__in=subjects).select_related("words").order_by("pk"):
        words = json.loads(record.words.text) if record.words.text else {}
        told.append(Told(record, words.pop("name", ""), words.pop("organ", ""), words))
    return told


# ---------------------------------------------------------------- 一公开: what everybody may see


@dataclass(frozen=True)
class Outcome:
    """One inspection made, as everybody reads it: who (masked), by which items, what was found."""

    party: str
    item_name: str
    done_on: date
    way: str
    result: str


def open_plans() -> QuerySet[InspectionPlan]:
    """Every plan that was published, the newest first."""
    return (
        InspectionPlan.objects.select_related("unit__organ")
        .filter(published_at__isnull=False)
        .annotate(
            drawn=Count("inspections"),
            done=Count("inspections", filter=Q(inspections__state=InspectionState.DONE)),
            problems=Count("inspections", filter=Q(inspections__result=InspectionResult.PROBLEM)),
        )
        .order_by("-published_at", "-pk")
    )


def outcomes(plan: InspectionPlan) -> list[Outcome]:
    """The results that are in, by day; before its inspection nobody learns here who was drawn."""
    applicants = Party.objects.filter(role=Party.Role.APPLICANT).order_by("position")
    rows = (
        plan.inspections.filter(state=InspectionState.DONE)
        .select_related("case__snapshot")
        .prefetch_related(Prefetch("case__parties", applicants, to_attr="applicants"))
        .order_by("done_on", "position")
    )
    return [
        Outcome(
            party=masked_party(one.case.applicants[0].name, one.case.applicants[0].kind) if one.case.applicants else "",
            item_name=one.case.snapshot.item_name,
            done_on=one.done_on,
            way=one.get_way_display(),
            result=one.get_result_display(),
        )
        for one in rows
    ]


def is_over(plan: InspectionPlan, *, on: date) -> bool:
    """Whether the whole list may be read by everybody: all was inspected, or the period has ended."""
    if plan.state != PlanState.DRAWN:
        return False
    return plan.ends_on < on or not plan.inspections.exclude(state=InspectionState.DONE).exists()


def published_list(plan: InspectionPlan, *, on: date) -> dict[str, Any]:
    """What everybody may read: the terms, root and seed, how many of how many, the digest of the whole list; who was drawn
    once the plan is over. Not by which ground, nor which officers: that tells of credit ratings and of who stands aside."""
    told: dict[str, Any] = {
        "terms": terms_of(plan),
        "root": plan.root,
        "root_position": plan.root_position,
        "seed": plan.seed,
        "list": list_digest(plan),
        "drawn_on": local_day(plan.drawn_at).isoformat() if plan.drawn_at else "",
        "of": sum(len(numbers) for numbers in plan.population.values()),
        "number_drawn": plan.inspections.count(),
    }
    if is_over(plan, on=on):
        told["drawn"] = sorted(plan.inspections.values_list("number", flat=True))
    return told
