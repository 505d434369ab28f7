"""Which open days of oversight move when the holidays of a year are published? Filings, samples, findings, responsibilities.

What is read, checked or closed keeps its days. A day by which a county was ordered to mend something was told to it: it may
become later, never earlier. Each row that moves gets one record in the ledger of its city unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.calendars.workdays import Calendar, add, local_day
from approvals.cases.calendarruns import followed, pages, unfollowed
from approvals.cases.models import CalendarRun
from approvals.organisations.access import SYSTEM
from approvals.oversight.models import Answer, Filing, Finding, Responsibility, Sample
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import FilingState, FindingState, OversightAction, ResponsibilityState, SampleState

READER = "oversight.recounting"
Open = Filing | Sample | Finding | Responsibility
FILINGS = Filing.objects.filter(state=FilingState.FILED)
SAMPLES = Sample.objects.filter(state=SampleState.TO_CHECK).select_related("draw")
FINDINGS = Finding.objects.filter(state=FindingState.ORDERED, days__isnull=False)
RESPONSIBILITIES = Responsibility.objects.filter(state=ResponsibilityState.OPEN).select_related("finding")


def go_on(*, at: datetime) -> int:
    """Count the open days anew if a calendar was published since; how many rows moved."""
    found = unfollowed(READER)
    if found is None:
        return 0
    run, calendar = found
    moved = 0
    for rows in (FILINGS, SAMPLES, FINDINGS, RESPONSIBILITIES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        moved += sum(_page(rows.all(), page, run, calendar, at) for page in pages(keys))
    followed(READER, run)
    return moved


def _page(rows: Any, keys: Sequence[int], run: CalendarRun, calendar: Calendar, at: datetime) -> int:
    with transaction.atomic(durable=True):
        page = list(rows.filter(pk__in=keys).order_by("pk"))
        ledgers = {unit: locked_ledger(unit) for unit in sorted({unit_of(row) for row in page})}
        page = list(rows.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        moved = 0
        for row in page:
            due_on = due_on_of(row, calendar)
            if due_on == row.due_on or unit_of(row) not in ledgers:
                continue
            row.due_on = due_on
            row.save(update_fields=["due_on"])
            subject = f"{row._meta.model_name}:{row.pk}"
            data = {"calendar": run.pk, "due_on": due_on}
            case = row.finding.case_id if isinstance(row, Responsibility) else row.case_id
            append(ledgers[unit_of(row)], OversightAction.RECOUNTED, subject, actor=SYSTEM, at=at, case=case, data=data)
            moved += 1
        if moved:
            transaction.on_commit(nudge, robust=True)
    return moved


def unit_of(row: Open) -> int:
    """The city unit in whose ledger a row is kept."""
    match row:
        case Sample():
            return row.draw.unit_id
        case Responsibility():
            return row.finding.unit_id
    return row.unit_id


def due_on_of(row: Open, calendar: Calendar) -> date:
    """The last day of an open row under this calendar."""
    match row:
        case Filing():
            return add(calendar, local_day(row.filed_at), settings.FILING_READ_WORKDAYS)
        case Sample():
            return add(calendar, local_day(row.draw.drawn_at), settings.SAMPLE_CHECK_WORKDAYS)
        case Responsibility():
            return add(calendar, local_day(row.opened_at), settings.RESPONSIBILITY_WORKDAYS)
    sent_back = Answer.objects.filter(finding=row, good=False).order_by("judged_at").last()
    since = sent_back.judged_at if sent_back and sent_back.judged_at else row.opened_at
    return max(row.due_on, add(calendar, local_day(since), row.days or 0))
