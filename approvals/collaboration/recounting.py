"""Which open invitations move when the holidays of a year are published? What is answered keeps its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.calendars.workdays import Calendar, add, local_day
from approvals.cases.calendarruns import followed, pages, unfollowed
from approvals.cases.models import CalendarRun
from approvals.collaboration.models import Gathering, Member
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.words import GatheringState, JointAction, Reply
from approvals.organisations.access import SYSTEM

READER = "collaboration.recounting"


def go_on(*, at: datetime) -> int:
    """Count the days to answer anew if a calendar was published since; how many gatherings moved."""
    found = unfollowed(READER)
    if found is None:
        return 0
    run, calendar = found
    waiting = Gathering.objects.filter(state=GatheringState.CALLED, members__reply=Reply.AWAITED)
    keys = list(waiting.order_by("pk").distinct().values_list("pk", flat=True))
    moved = sum(_page(page, run, calendar, at) for page in pages(keys))
    followed(READER, run)
    return moved


def _page(keys: Sequence[int], run: CalendarRun, calendar: Calendar, at: datetime) -> int:
    moved = 0
    with transaction.atomic(durable=True):
        gatherings = list(Gathering.objects.filter(pk__in=keys).order_by("pk"))
        ledgers = {organ: locked_ledger(organ) for organ in sorted({one.organ_id for one in gatherings})}
        for one in gatherings:
            due_on = add(calendar, local_day(one.called_at), settings.GATHERING_REPLY_WORKDAYS)
            waiting = Member.objects.filter(gathering=one, reply=Reply.AWAITED).exclude(due_on=due_on)
            if not waiting.update(due_on=due_on):
                continue
            data = {"calendar": run.pk, "due_on": due_on}
            append(
                ledgers[one.organ_id],
                JointAction.RECOUNTED,
                f"gathering:{one.pk}",
                actor=SYSTEM,
                at=at,
                case=one.case_id,
                data=data,
            )
            moved += 1
        if moved:
            transaction.on_commit(nudge, robust=True)
    return moved
