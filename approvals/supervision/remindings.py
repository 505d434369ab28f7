"""Who is reminded of what feedback and documents leave to be done? Late first feedback, re-checks, answers, signatures, items.

The same steps as for claims (`nagging.audience`): those whose task it is from the day before, the head of their organ and
then the coordinator once it is late. Each working day once; a reminder about a push stands on its thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, add, count, local_day
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import Organ, Role
from approvals.supervision.models import FollowUp, PolicyReading, PolicyTask, Proposal, Push
from approvals.supervision.nagging import COORDINATOR, HEAD, audience
from approvals.supervision.policies import readers_of
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import ProposalState, PushAction, PushState, TaskState

HEADS = (Role.DECIDER, Role.CHECKER)


@dataclass(frozen=True)
class Reminder:
    """One kind of task: which rows are open, whose they are, and how a row is named to them."""

    key: str
    rows: Callable[[], models.QuerySet[Any]]
    due: str
    organ: Callable[[Any], int]
    people: Callable[[Any, date], Iterable[int]]
    title: str
    body: Callable[[Any], str]
    url: Callable[[Any], str]
    push: Callable[[Any], Push | None]


def _supervisors(unit: int, on: date) -> list[int]:
    return people_in(on=on, units=[unit], roles=[Role.SUPERVISOR])


REMINDERS = (
    Reminder(
        "feedback",
        lambda: Push.objects.filter(state=PushState.CLAIMED).select_related("unit", "case__snapshot"),
        "feedback_due_on",
        lambda one: one.unit.organ_id,
        lambda one, on: _supervisors(one.unit_id, on),
        "首次监管反馈",
        lambda one: f"{one.unit.name}：办件 {one.case.number}，{one.case.snapshot.item_name}。",
        lambda one: f"/supervision/?push={one.pk}",
        lambda one: one,
    ),
    Reminder(
        "follow-up",
        lambda: FollowUp.objects.filter(ended_by=None).select_related("push__unit", "push__case", "about"),
        "due_on",
        lambda one: one.push.unit.organ_id,
        lambda one, on: _supervisors(one.push.unit_id, on),
        "反馈之后要办的事",
        lambda one: f"办件 {one.push.case.number}：{one.about.get_kind_display()}之后{one.get_task_display()}。",
        lambda one: f"/supervision/?push={one.push_id}",
        lambda one: one.push,
    ),
    Reminder(
        "proposal",
        lambda: Proposal.objects.filter(state=ProposalState.WAITING).select_related("push__unit", "case", "organ"),
        "due_on",
        lambda one: one.organ_id,
        lambda one, on: people_in(on=on, organs=[one.organ_id], roles=[Role.REVIEWER]),
        "监管单位的建议待答复",
        lambda one: f"{one.push.unit.name}就办件 {one.case.number} 提出：{one.get_asks_display() or '线索'}。",
        lambda one: f"/supervision/proposals/?proposal={one.pk}",
        lambda one: one.push,
    ),
    Reminder(
        "policy",
        lambda: PolicyReading.objects.filter(read_at=None).select_related("notice"),
        "due_on",
        lambda one: one.organ_id,
        lambda one, on: readers_of([one.organ_id], on=on),
        "政策文件待签收",
        lambda one: str(one.notice),
        lambda one: f"/policies/{one.notice_id}/",
        lambda one: None,
    ),
    Reminder(
        "policy-task",
        lambda: PolicyTask.objects.filter(state=TaskState.OPEN).select_related("notice"),
        "due_on",
        lambda one: one.organ_id,
        lambda one, on: people_in(on=on, organs=[one.organ_id], roles=[Role.ITEM_ADMIN]),
        "政策文件引起的事项修改",
        lambda one: f"{one.notice}：{one.item} {one.item_name}",
        lambda one: f"/policies/{one.notice_id}/",
        lambda one: None,
    ),
)


def remind(*, at: datetime) -> int:
    """Remind of everything that is due soon or late, once a day; how many tasks."""
    on, calendar = local_day(at), current_calendar()
    if not calendar.is_workday(on):
        return 0
    horizon = add(calendar, on, settings.NAG_BEFORE_WORKDAYS)
    done = 0
    for kind in REMINDERS:
        waiting = kind.rows().filter(Q(reminded_on=None) | Q(reminded_on__lt=on), **{f"{kind.due}__lte": horizon})
        for pk in waiting.order_by(kind.due, "pk").values_list("pk", flat=True):
            done += _remind(kind, pk, on=on, calendar=calendar, at=at)
    return done


def _remind(kind: Reminder, pk: Any, *, on: date, calendar: Calendar, at: datetime) -> bool:
    with transaction.atomic(durable=True):
        seen = kind.rows().filter(pk=pk).first()
        if seen is None:
            return False
        push = kind.push(seen)
        thread = locked_threads({push.case_id})[push.case_id] if push else None
        row = kind.rows().select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None or row.reminded_on == on:
            return False
        due_on = getattr(row, kind.due)
        to = audience(
            calendar,
            due_on=due_on,
            on=on,
            before=settings.NAG_BEFORE_WORKDAYS,
            head_after=settings.NAG_HEAD_AFTER_WORKDAYS,
            coordinator_after=settings.NAG_COORDINATOR_AFTER_WORKDAYS,
        )
        if not to:
            return False
        late = count(calendar, after=due_on, until=on) if on > due_on else 0
        tell(
            to=_people(kind, row, to, on=on),
            kind="claim",
            title=f"{kind.title}，{f'已逾期 {late} 个工作日' if late else f'最迟 {due_on}'}",
            body=kind.body(row),
            url=kind.url(row),
            key=f"{kind.key}-{pk}-{on}",
            at=at,
        )
        row.reminded_on = on
        row.save(update_fields=["reminded_on"])
        if thread is not None and push is not None:
            data = {"of": kind.key, "to": list(to), "due_on": due_on, "late": late}
            append(thread, PushAction.REMINDED, actor=SYSTEM, at=at, push=push, unit=push.unit.code, data=data)
        transaction.on_commit(nudge_register, robust=True)
    return True


def _people(kind: Reminder, row: Any, to: tuple[str, ...], *, on: date) -> set[int]:
    organ = kind.organ(row)
    people = set(kind.people(row, on))
    if HEAD in to:
        people |= set(people_in(on=on, organs=[organ], roles=HEADS))
    if COORDINATOR in to or not people:
        region = Organ.objects.values_list("region", flat=True).get(pk=organ)
        organs = Organ.objects.filter(region=region).values_list("pk", flat=True)
        people |= set(people_in(on=on, organs=organs, roles=[Role.COORDINATOR]))
    return people
