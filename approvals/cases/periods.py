"""Which periods run beside the clock of a case? The time announced for a special procedure, and the applicant's reminder.

A pause is announced in writing with the working days it needs (行政许可法第四十五条); they are counted from the day after it
began. Whoever was asked for corrections is reminded before the case may be ended for want of them.
"""

from __future__ import annotations

from datetime import date

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, add
from approvals.cases.models import Case, Pause
from approvals.notices.models import Notice


def pause_due_on(pause: Pause, calendar: Calendar) -> date:
    """The last of the working days that were announced for a pause."""
    return add(calendar, pause.started_on, pause.expected_days)


def pause_until(case: Case) -> date | None:
    """The day until which the running pause of a case was announced; None where none runs."""
    running = [one for one in case.pauses.all() if one.resumed_on is None]
    return pause_due_on(running[-1], current_calendar()) if running else None


def pauses_due(*, on: date) -> dict[int, tuple[Pause, date]]:
    """The running pauses whose announced time ends by a day or has passed, with that day, by case."""
    calendar = current_calendar()
    running = Pause.objects.filter(resumed_on=None, case__paused_on__isnull=False).order_by("pk")
    return {one.case_id: (one, due_on) for one in running if (due_on := pause_due_on(one, calendar)) <= on}


def reminder_key(case: Case) -> str:
    """What names the reminder of the latest request for corrections."""
    return f"correction-{case.pk}-{case.corrections}"


def was_reminded(case: Case) -> bool:
    return Notice.objects.filter(key=reminder_key(case)).exists()
