"""Has a room counted its own open days anew since the last holiday notice? It asks by its name, and says when it is done.

What is open in the rooms above the cases (pushes, filings, samples, invitations) is counted in working days too (行政许可法
第八十二条). Each room goes over it once for each run that was asked for; going over it twice moves nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from approvals.audit.models import Cursor
from approvals.calendars import queries as calendars
from approvals.calendars.workdays import Calendar
from approvals.cases.models import CalendarRun

PAGE = 100  # rows of one commit


def pages(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """The keys in parts, each for a commit of its own."""
    return (keys[start : start + PAGE] for start in range(0, len(keys), PAGE))


def unfollowed(reader: str) -> tuple[CalendarRun, Calendar] | None:
    """The last run, with the calendar of today, if the room of this name has not followed it yet."""
    run = CalendarRun.objects.order_by("-pk").first()
    done = Cursor.objects.filter(pk=reader).values_list("position", flat=True).first() or 0
    if run is None or run.pk <= done:
        return None
    calendars.forget()  # another process may have published it a moment ago
    return run, calendars.current_calendar()


def followed(reader: str, run: CalendarRun) -> None:
    Cursor.objects.update_or_create(name=reader, defaults={"position": run.pk})
