"""Which calendar is in force? One copy per process, looked at again every few seconds.

Looking costs one short statement, and inside an open transaction it is put off while the copy is younger than a
minute: a business transaction gets no statement added. A door that opens one calls `current_calendar()` before it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from approvals.calendars.models import CalendarYear, DayOverride
from approvals.calendars.workdays import Calendar, Override

LOOK_AGAIN_SECONDS = 5.0
LOOK_AGAIN_IN_TRANSACTION_SECONDS = 60.0


@dataclass
class _Copy:
    calendar: Calendar
    stamp: tuple[Any, ...]
    looked: float


_copy: _Copy | None = None


def current_calendar() -> Calendar:
    """The calendar of the published years. Raises CalendarMissing where none is loaded."""
    global _copy
    now, copy = time.monotonic(), _copy
    if copy is not None:
        patience = LOOK_AGAIN_IN_TRANSACTION_SECONDS if connection.in_atomic_block else LOOK_AGAIN_SECONDS
        if now - copy.looked < patience:
            return copy.calendar
    stamp = _stamp()
    unchanged = copy is not None and copy.stamp == stamp
    _copy = _Copy(copy.calendar if copy is not None and unchanged else stored_calendar(), stamp, now)
    return _copy.calendar


def stored_calendar() -> Calendar:
    """The calendar as the rows say now, read afresh."""
    rows = DayOverride.objects.values_list("day", "kind", "name")
    return Calendar(
        days={day: Override(is_workday=kind == DayOverride.Kind.MAKE_UP, name=name) for day, kind, name in rows},
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
        earliest=settings.EARLIEST_YEAR,
    )


def forget() -> None:
    """Drop the copy, so that the next question reads the rows: after a change made in this process."""
    global _copy
    _copy = None


def _stamp() -> tuple[Any, ...]:
    """Changes with every row that is added, edited through the ORM's save, or removed."""
    found = CalendarYear.objects.aggregate(
        number_of_years=Count("pk", distinct=True),
        number_of_days=Count("days"),
        last_year=Max("updated_at"),
        last_day=Max("days__updated_at"),
    )
    return tuple(found.values())
