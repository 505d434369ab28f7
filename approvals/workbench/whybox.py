"""How are the days of a limit drawn? Weeks of a calendar, each day with what it was: 受理, 第 n 天, 停表, 到期 or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from approvals.cases.models import Case
from approvals.cases.queries import Why


@dataclass(frozen=True)
class Day:
    """One cell: its number, its words, and how it looks (start, used, ahead, paused, due, rest, out)."""

    day: date
    words: str
    look: str
    today: bool
    why: str


@dataclass(frozen=True)
class Week:
    month: str
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Box:
    weeks: tuple[Week, ...]
    start: date
    used: int
    left: int


MOST_WEEKS = 14


def pauses_it(case: Case, which: str) -> bool:
    """Whether a pause that still runs stops this limit ("promise" or "statute")."""
    return case.paused_on is not None and (case.stops_promise if which == "promise" else case.stops_statute)


def box_of(case: Case, answer: Why, today: date, *, which: str = "promise") -> Box:
    """The weeks from the start of a limit to its last day; what a running pause leaves over is not used."""
    kinds = {one.date: one for one in answer.answer.days}
    first, last = answer.start - timedelta(days=answer.start.weekday()), answer.due_on
    cells: list[Day] = []
    n, used = 0, 0
    stopped_on = case.paused_on if pauses_it(case, which) else None
    for offset in range((last - first).days + 7 - last.weekday()):
        day = first + timedelta(days=offset)
        count = kinds.get(day)
        words, look, reason = "", "rest", ""
        if count is not None:
            reason = count.why
            if count.counted:
                n += 1
                used += day <= today and (stopped_on is None or day <= stopped_on)
                words, look = f"第{n}天", "used" if day <= today else "ahead"
            elif count.kind == "PAUSED":
                words, look = "停表", "paused"
        if day == answer.start:
            words, look = "受理" if case.accepted_on == day else "收件", "start"
        elif day == last:
            words, look = "到期", "due"
        elif stopped_on and day > stopped_on and count and count.counted:
            words, look = "停表", "paused"
        if day < answer.start or day > last:
            look = "out"
        cells.append(Day(day, words, look, day == today, reason))
    weeks = []
    month = 0
    for index in range(0, len(cells), 7):
        days = tuple(cells[index : index + 7])
        shown = next((one.day.month for one in days if one.look != "out"), month)
        weeks.append(Week(f"{shown} 月" if shown != month else "", days))
        month = shown
    return Box(tuple(weeks[:MOST_WEEKS]), answer.start, used, max(0, n - used))
