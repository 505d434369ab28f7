"""What was fixed about a plan before anybody could know its draw, and what the draw left in the register?

The salt is fixed by the record of publication; the root is the first daily root that covers this record, so that nobody
could know it when publishing; the digest of the list is in the record of the draw.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from approvals.audit.models import DailyRoot, RegisterEntry
from approvals.audit.register import enrol
from approvals.audit.roots import keep_root
from approvals.calendars.workdays import local_day
from approvals.collaboration import drawing
from approvals.collaboration.models import InspectionPlan, JointRecord
from approvals.collaboration.record import KIND
from approvals.collaboration.words import JointAction


def told_of(plan: InspectionPlan, action: JointAction) -> JointRecord | None:
    """The record of a plan's publication (PLANNED) or draw (DRAWN)."""
    return JointRecord.objects.filter(subject=f"plan:{plan.pk}", action=action).order_by("pk").first()


def salt_of(plan: InspectionPlan) -> str:
    """The random salt that was registered with the publication; only those who may see the plan's lists see it."""
    record = told_of(plan, JointAction.PLANNED)
    return record.data.get("salt", "") if record else ""


def order_of(plan: InspectionPlan) -> str:
    """What a plan's lists are put in order by."""
    return drawing.order_of(plan.seed, salt=salt_of(plan))


def list_digest(plan: InspectionPlan) -> str:
    """The digest of the drawn list as it was registered; empty before the draw."""
    record = told_of(plan, JointAction.DRAWN)
    return record.data.get("list", "") if record else ""


def staffings(plan: InspectionPlan) -> dict[int, dict[str, Any]]:
    """By inspection that got its officers after the draw: the pool, who stood aside and who was drawn then."""
    subjects = {f"inspection:{pk}": pk for pk in plan.inspections.values_list("pk", flat=True)}
    rows = JointRecord.objects.filter(subject__in=subjects, action=JointAction.STAFFED)
    return {subjects[subject]: data for subject, data in rows.values_list("subject", "data")}


def root_of(plan: InspectionPlan) -> DailyRoot | None:
    """The root of the day of publication; where it was kept before the publication was registered, the next one."""
    record = told_of(plan, JointAction.PLANNED)
    entry = RegisterEntry.objects.filter(kind=KIND, row=record.pk).first() if record else None
    if entry is None or plan.published_at is None:
        return None
    covering = DailyRoot.objects.filter(day__gte=local_day(plan.published_at), position__gte=entry.position)
    return covering.order_by("day").first()


def kept_root(plan: InspectionPlan, *, at: datetime) -> DailyRoot | None:
    """The root to draw a plan by, kept now where the night's task did not; none while there can be none."""
    if plan.published_at is None or local_day(plan.published_at) >= local_day(at):
        return None
    if (found := root_of(plan)) is not None:
        return found
    while enrol():
        pass
    on = local_day(plan.published_at)
    if DailyRoot.objects.filter(day__gte=on).exists():
        on = local_day(at) - timedelta(days=1)
    if not DailyRoot.objects.filter(day__gte=on).exists():  # roots never go backwards
        keep_root(on=on, folder=Path(settings.ROOTS_DIR))
    return root_of(plan)
