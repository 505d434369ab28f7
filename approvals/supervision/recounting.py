"""Which open days of supervision move when the holidays of a year are published, and how is that kept?

What began keeps its beginning and its number of working days: pushing from the decision (from the re-routing), claiming from
the delivery (from the answer to an objection), the first feedback from the claim. What is over keeps its days. Each push
that moves gets one record on its thread, each policy document one in its own chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from approvals.audit.tasks import nudge
from approvals.calendars.workdays import Calendar, add, local_day
from approvals.cases.calendarruns import followed, pages, unfollowed
from approvals.cases.models import CalendarRun, Form
from approvals.organisations.access import SYSTEM
from approvals.supervision import policyrecord
from approvals.supervision.models import (
    FollowUp,
    Objection,
    Orphan,
    PolicyNotice,
    PolicyReading,
    PolicyTask,
    Proposal,
    Push,
)
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import ENDED, FeedbackKind, PolicyAct, ProposalState, PushAction, PushState, TaskState
from approvals.supervision.words import Task as Duty

READER = "supervision.recounting"
OPEN = Q(confirmed_at=None) | Q(state__in=(PushState.TO_CLAIM, PushState.CLAIMED, PushState.OBJECTED))


def go_on(*, at: datetime) -> int:
    """Count the open days anew if a calendar was published since; how many pushes, orphans and documents moved."""
    found = unfollowed(READER)
    if found is None:
        return 0
    run, calendar = found
    on = local_day(at)
    moved = sum(_page(page, run, calendar, at) for page in pages(_cases(on)))
    moved += sum(_documents(page, run, calendar, at) for page in pages(_notices()))
    followed(READER, run)
    return moved


def _cases(on: date) -> list[int]:
    """The cases with anything open, in order."""
    pushes = Push.objects.filter(OPEN | Q(due_on__gte=on)).exclude(state__in=ENDED)
    found = set(pushes.values_list("case", flat=True))
    found |= set(FollowUp.objects.filter(ended_by=None).values_list("push__case", flat=True))
    found |= set(Proposal.objects.filter(state=ProposalState.WAITING).values_list("case", flat=True))
    return sorted(found | set(Orphan.objects.filter(push=None).values_list("case", flat=True)))


def _page(cases: Collection[int], run: CalendarRun, calendar: Calendar, at: datetime) -> int:
    with transaction.atomic(durable=True):
        threads, on = locked_threads(cases), local_day(at)
        moved: dict[Any, dict[str, Any]] = defaultdict(dict)
        pushes = Push.objects.select_for_update(of=("self",)).select_related("unit").filter(case__in=cases)
        open_ones = list(pushes.filter(OPEN | Q(due_on__gte=on)).exclude(state__in=ENDED).order_by("pk"))
        forms = Form.objects.in_bulk(cases)
        objections = Objection.objects.in_bulk([push.pk for push in open_ones])
        for push in open_ones:
            _move(push, days_of(push, forms[push.case_id], objections.get(push.pk), calendar, on=on), moved[push.pk])
        for objection in objections.values():
            if not objection.answer:
                due_on = add(calendar, local_day(objection.raised_at), settings.OBJECTION_ANSWER_WORKDAYS)
                _move(objection, {"due_on": due_on}, moved[objection.pk], as_="objection_due_on")
        for pk, row, due_on, said in (*_follow_ups(cases, calendar), *_proposals(cases, calendar)):
            _move(row, {"due_on": due_on}, moved[pk], as_=said)
        units = {push.pk: push for push in pushes.filter(pk__in=[pk for pk, data in moved.items() if data])}
        for pk, push in sorted(units.items(), key=lambda one: (one[1].case_id, one[1].unit_sequence)):
            data = {"calendar": run.pk} | moved[pk]
            thread = threads[push.case_id]
            append(thread, PushAction.RECOUNTED, actor=SYSTEM, at=at, push=push, unit=push.unit.code, data=data)
        orphans = 0
        for orphan in Orphan.objects.select_for_update().filter(case__in=cases, push=None).order_by("pk"):
            told: dict[str, Any] = {}
            _move(orphan, {"due_on": add(calendar, orphan.decided_on, settings.PUSH_WITHIN_WORKDAYS)}, told)
            if told:
                data = {"calendar": run.pk, "event_sequence": orphan.event_sequence} | told
                append(threads[orphan.case_id], PushAction.RECOUNTED, actor=SYSTEM, at=at, data=data)
                orphans += 1
        if units or orphans:
            transaction.on_commit(nudge, robust=True)
    return len(units) + orphans


def days_of(push: Push, form: Form, objection: Objection | None, calendar: Calendar, *, on: date) -> dict[str, date]:
    """The days of a push that are still open, by column, counted under this calendar."""
    since = local_day(push.pushed_at) if push.replaces_id else push.decided_on
    days = {}
    if push.confirmed_at is None:
        days["confirm_by_on"] = add(calendar, since, settings.PUSH_CONFIRM_WORKDAYS)
    if push.confirmed_at is None or push.due_on >= on:
        days["due_on"] = add(calendar, since, settings.PUSH_WITHIN_WORKDAYS)
    if push.state == PushState.TO_CLAIM and push.claim_due_on is not None:
        answered = objection.answered_at if objection is not None and push.forced else None
        begun = answered or push.delivered_at
        if begun is not None:
            days["claim_due_on"] = add(calendar, local_day(begun), form.claim_days)
    if push.state == PushState.CLAIMED and push.claimed_at is not None:
        days["feedback_due_on"] = add(calendar, local_day(push.claimed_at), form.feedback_days)
    return days


def _move(row: Any, days: dict[str, date], told: dict[str, Any], *, as_: str = "") -> None:
    """Write the days that differ, and note them for the record."""
    changed = {name: day for name, day in days.items() if getattr(row, name) != day}
    for name, day in changed.items():
        setattr(row, name, day)
        told[as_ or name] = day
    if changed:
        row.save(update_fields=list(changed))


def _follow_ups(cases: Collection[int], calendar: Calendar) -> Iterator[tuple[Any, FollowUp, date, str]]:
    """What a unit has still to do after a feedback, but for the day a recheck has set itself."""
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("feedback")
    for one in rows.filter(push__case__in=cases, ended_by=None).order_by("pk"):
        due_on = one.due_on
        if one.task == Duty.RESPOND:
            due_on = add(calendar, local_day(one.feedback.created_at), settings.RESPOND_WITHIN_WORKDAYS)
        elif one.feedback.kind == FeedbackKind.ORDER:
            limit = date.fromisoformat(one.feedback.content["due_on"])
            due_on = add(calendar, limit, settings.RECHECK_WITHIN_WORKDAYS)
        yield one.push_id, one, due_on, f"follow_up_{one.feedback.sequence}_due_on"


def _proposals(cases: Collection[int], calendar: Calendar) -> Iterator[tuple[Any, Proposal, date, str]]:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("feedback")
    for one in rows.filter(case__in=cases, state=ProposalState.WAITING).order_by("pk"):
        due_on = add(calendar, one.made_on, settings.PROPOSAL_ANSWER_WORKDAYS)
        yield one.push_id, one, due_on, f"proposal_{one.feedback.sequence}_due_on"


def _notices() -> list[int]:
    """The policy documents that somebody has still to sign for or to carry into an item."""
    unread = PolicyReading.objects.filter(read_at=None).values_list("notice", flat=True)
    return sorted({*unread, *PolicyTask.objects.filter(state=TaskState.OPEN).values_list("notice", flat=True)})


def _documents(notices: Collection[int], run: CalendarRun, calendar: Calendar, at: datetime) -> int:
    moved = 0
    with transaction.atomic(durable=True):
        for notice in PolicyNotice.objects.select_for_update(of=("self",)).filter(pk__in=notices).order_by("pk"):
            told: dict[str, Any] = {}
            read_by = add(calendar, notice.notified_on, settings.POLICY_READ_WORKDAYS)
            for reading in notice.readings.filter(read_at=None):
                _move(reading, {"due_on": read_by}, told, as_="read_by")
            change_by = add(calendar, notice.notified_on, settings.POLICY_TASK_WORKDAYS)
            for task in notice.tasks.filter(state=TaskState.OPEN):
                _move(task, {"due_on": change_by}, told, as_="change_by")
            if told:
                data = {"calendar": run.pk} | told
                policyrecord.append(notice, PolicyAct.RECOUNTED, actor=SYSTEM, at=at, data=data)
                moved += 1
        if moved:
            transaction.on_commit(nudge, robust=True)
    return moved
