"""Which working day is the n-th after an event, how many have passed, and why is each day counted or not?

Pure: no database, no clock, no settings. One unit everywhere: 工作日 (working days); a day is a date in Shanghai.

Rules, with their sources
- 期限以工作日计算，不含法定节假日: 行政许可法第八十二条. Weekends are off, moved by the State Council's yearly notice.
- The day of the event is day 0, day 1 is the next working day: 民法典第二百零一条, by analogy. The last one ends at
  24:00 (第二百零三条).
- A pause (特别程序, 行政许可法第四十五条) takes out the working days d with start < d <= resume; several pauses add up.
- Handing a case between county and city, sealing and mailing never pause a clock: so they have no word here.
- A year without a published notice is counted on weekends only, and the answer says `estimated`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from approvals.errors import Refused

EARLIEST_YEAR = 2022
LONGEST_DAYS = 36_600  # calendar days that one explanation may span, about a century
SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class CalendarMissing(Refused):
    code = "calendar-missing"
    title = "还没有任何年份的工作日日历"


class YearNotCovered(Refused):
    code = "year-not-covered"
    status = 422
    title = "日期早于工作日日历"


class PeriodTooLong(Refused):
    code = "period-too-long"
    status = 422
    title = "期限太长，无法计算"


class PauseInvalid(Refused):
    code = "pause-invalid"
    status = 422
    title = "暂停的起止日期有误"


class StillPaused(Refused):
    code = "still-paused"
    title = "期限仍在暂停，恢复计时后才有到期日"


class Kind(StrEnum):
    """What a day is. The values are part of the API and of stored explanations."""

    WORKDAY = "WORKDAY"  # 工作日
    MAKE_UP = "MAKE_UP"  # 调休上班
    WEEKEND = "WEEKEND"  # 周末
    HOLIDAY = "HOLIDAY"  # 节假日
    PAUSED = "PAUSED"  # 暂停计时的工作日


@dataclass(frozen=True)
class Override:
    """A day that a notice moved: off (节假日), or on although it is a weekend (调休上班)."""

    is_workday: bool
    name: str


@dataclass(frozen=True)
class Pause:
    """A suspension: excludes the working days d with start < d <= resume; `resume` None while it still runs."""

    start: date
    resume: date | None
    why: str = "特别程序"

    def __post_init__(self) -> None:
        if self.resume is not None and self.resume < self.start:
            raise PauseInvalid(f"恢复日 {self.resume} 早于暂停日 {self.start}，请核对后重填。")


@dataclass(frozen=True)
class DayCount:
    """One day of an answer: whether it counted, what it is, and why in Chinese."""

    date: date
    counted: bool
    kind: Kind
    why: str


@dataclass(frozen=True)
class Due:
    """A due date with its reasons: every day after the start up to the due date, in order."""

    due_on: date
    estimated: bool
    days: tuple[DayCount, ...]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Published years and the days their notices moved. Answers in O(log n) from a table of working days.

    Raises CalendarMissing where no year is published at all.
    """

    days: Mapping[date, Override]
    years: frozenset[int]
    earliest: int = EARLIEST_YEAR
    first: date = field(init=False)
    _table: tuple[int, ...] = field(init=False, repr=False)
    _end: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.years:
            raise CalendarMissing("请先导入国务院办公厅的放假安排（manage.py load），再计算期限。")
        first = date(max(self.earliest, min(self.years)), 1, 1)
        last = max(self.years | {day.year for day in self.days})
        end = date(max(last, first.year), 12, 31).toordinal()
        table = (o for o in range(first.toordinal(), end + 1) if self._works(date.fromordinal(o)))
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "_table", tuple(table))
        object.__setattr__(self, "_end", end)

    def _works(self, day: date) -> bool:
        override = self.days.get(day)
        return override.is_workday if override else day.weekday() < 5

    def require(self, day: date) -> None:
        """Raise YearNotCovered for a day before the first published year."""
        if day < self.first:
            raise YearNotCovered(
                f"{day} 早于 {self.first.year} 年；工作日日历自 {self.first.year} 年起，请核对日期。",
                day=day.isoformat(),
            )

    def is_workday(self, day: date) -> bool:
        self.require(day)
        return self._works(day)

    def is_published(self, day: date) -> bool:
        """Whether the notice for the day's year is out; otherwise an answer that touches the day is an estimate."""
        return day.year in self.years

    def kind(self, day: date) -> Kind:
        self.require(day)
        override = self.days.get(day)
        if override is None:
            return Kind.WORKDAY if day.weekday() < 5 else Kind.WEEKEND
        if not override.is_workday:
            return Kind.HOLIDAY
        return Kind.MAKE_UP if day.weekday() >= 5 else Kind.WORKDAY

    def why(self, day: date) -> str:
        """The day in words: 春节, 周六, 国庆节调休上班, 周一（2027 年放假安排未公布，按周末推算）."""
        kind, override, weekday = self.kind(day), self.days.get(day), WEEKDAYS[day.weekday()]
        if override is not None and kind is Kind.HOLIDAY:
            return override.name
        if override is not None and kind is Kind.MAKE_UP:
            return f"{weekday}，{override.name}调休上班"
        return weekday if self.is_published(day) else f"{weekday}（{day.year}年放假安排未公布，按周末推算）"

    def rank(self, day: date) -> int:
        """How many working days there are from the first published day to `day`, both included."""
        ordinal = day.toordinal()
        if ordinal <= self._end:
            return bisect_right(self._table, ordinal)
        return len(self._table) + _weekdays_to(ordinal) - _weekdays_to(self._end)

    def at_rank(self, rank: int) -> date:
        """The working day with this rank. Raises YearNotCovered below the first, PeriodTooLong past year 9999."""
        if rank < 1:
            self.require(self.first - ONE_DAY)
        if rank <= len(self._table):
            return date.fromordinal(self._table[rank - 1])
        nth = rank - len(self._table) + _weekdays_to(self._end)
        ordinal = (nth - 1) // 5 * 7 + (nth - 1) % 5 + 1
        if ordinal > date.max.toordinal():
            raise PeriodTooLong("到期日超出可表示的日期，请核对期限。")
        return date.fromordinal(ordinal)


def _weekdays_to(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, to the day with this ordinal."""
    return ordinal // 7 * 5 + min(ordinal % 7, 5)


def local_day(at: datetime) -> date:
    """The legal day of a moment: its date in Asia/Shanghai. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("时刻必须带时区")
    return at.astimezone(SHANGHAI).date()


def add(calendar: Calendar, day: date, n: int, *, pauses: Sequence[Pause] = ()) -> date:
    """The n-th working day after `day` (before it, for n < 0); `day` itself for 0. The due date without its reasons.

    Pauses move it as in `due`, and are for n > 0 only. Raises YearNotCovered, StillPaused, PeriodTooLong.
    """
    calendar.require(day)
    if n == 0:
        return day
    if n < 0:
        return calendar.at_rank(calendar.rank(day - ONE_DAY) + 1 + n)
    answer = calendar.at_rank(calendar.rank(day) + n)
    for pause in _merged(pauses, after=day):
        if answer <= pause.start:
            break
        if pause.resume is None:
            raise StillPaused(f"自 {pause.start} 起暂停（{pause.why}），恢复计时后才能算出到期日。")
        n += calendar.rank(pause.resume) - calendar.rank(pause.start)
        answer = calendar.at_rank(calendar.rank(day) + n)
    return answer


def next_workday(calendar: Calendar, day: date) -> date:
    """The first working day after `day`."""
    return add(calendar, day, 1)


def count(calendar: Calendar, *, after: date, until: date, pauses: Sequence[Pause] = ()) -> int:
    """Working days d with after < d <= until, less the paused ones; 0 where `until` is not after `after`.

    A pause without an end takes out everything up to `until`. Raises YearNotCovered.
    """
    calendar.require(min(after, until))
    if until <= after:
        return 0
    total = calendar.rank(until) - calendar.rank(after)
    for pause in _merged(pauses, after=after):
        if pause.start < until:
            end = until if pause.resume is None else min(pause.resume, until)
            total -= calendar.rank(end) - calendar.rank(pause.start)
    return total


def due(calendar: Calendar, *, start: date, days: int, pauses: Sequence[Pause] = ()) -> Due:
    """The due date `days` working days after `start` (which is day 0), with the reason of each day on the way.

    `days` 0 is due on the day itself. Raises ValueError for negative days; YearNotCovered, StillPaused, PeriodTooLong.
    """
    if days < 0:
        raise ValueError("期限不能是负数")
    due_on = add(calendar, start, days, pauses=pauses)
    if (due_on - start).days > LONGEST_DAYS:
        raise PeriodTooLong(f"到期日 {due_on} 距起算日超过一百年，请核对期限。")
    listed = tuple(_explained(calendar, start, due_on, _merged(pauses, after=start)))
    touched = range((start + ONE_DAY if listed else start).year, due_on.year + 1)
    return Due(due_on=due_on, estimated=not calendar.years.issuperset(touched), days=listed)


def _explained(calendar: Calendar, start: date, due_on: date, pauses: Sequence[Pause]) -> Iterator[DayCount]:
    nth = 0
    for ordinal in range(start.toordinal() + 1, due_on.toordinal() + 1):
        day = date.fromordinal(ordinal)
        kind, why = calendar.kind(day), calendar.why(day)
        if kind not in (Kind.WORKDAY, Kind.MAKE_UP):
            yield DayCount(day, False, kind, f"{why}，不计")
            continue
        pause = next((p for p in pauses if p.start < day and (p.resume is None or day <= p.resume)), None)
        if pause is not None:
            yield DayCount(day, False, Kind.PAUSED, f"{why}，{pause.why}，暂停计时")
            continue
        nth += 1
        yield DayCount(day, True, kind, f"{why}，第{nth}个工作日")


def _merged(pauses: Sequence[Pause], *, after: date) -> list[Pause]:
    """The pauses as far as they reach beyond `after`, in order, without overlap: no day is taken out twice."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        start = max(pause.start, after)
        if merged:
            previous = merged[-1].resume
            if previous is None:
                break
            start = max(start, previous)
        if pause.resume is None or pause.resume > start:
            merged.append(Pause(start, pause.resume, pause.why))
    return merged
