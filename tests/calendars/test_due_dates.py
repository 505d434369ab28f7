"""When is a limit due? The dates the law gives on the State Council's calendars of 2022 to 2026."""

from datetime import date

import pytest

from approvals.calendars.workdays import (
    Calendar,
    CalendarMissing,
    Kind,
    Override,
    Pause,
    PauseInvalid,
    PeriodTooLong,
    StillPaused,
    YearNotCovered,
    add,
    count,
    due,
    next_workday,
)
from tests.calendars.published import PUBLISHED

VECTORS = [
    ("accepted on a Friday before a make-up Saturday and the Spring Festival", "2026-02-13", 3, "2026-02-25"),
    ("twenty days across the Spring Festival", "2026-02-13", 20, "2026-03-19"),
    ("received on a Saturday", "2026-03-07", 5, "2026-03-13"),
    ("three days across the Mid-Autumn Festival", "2026-09-24", 3, "2026-09-30"),
    ("twenty days across Mid-Autumn and National Day", "2026-09-24", 20, "2026-10-29"),
    ("across New Year with a make-up Sunday", "2025-12-31", 5, "2026-01-08"),
    ("due on a make-up Sunday", "2024-02-07", 3, "2024-02-18"),
    ("twenty days across National Day 2022 with two make-up days", "2022-09-30", 20, "2022-11-02"),
    ("ten days across the Labour Day holidays", "2026-04-30", 10, "2026-05-18"),
    ("twenty days without a holiday", "2026-03-02", 20, "2026-03-30"),
    ("pushed within three days of a decision before National Day", "2026-09-29", 3, "2026-10-09"),
    ("claimed within three days of that push", "2026-10-09", 3, "2026-10-13"),
]
SUSPENSION = Pause(date(2026, 3, 10), date(2026, 3, 24), "检验")


@pytest.mark.parametrize(("start", "days", "due_on"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_the_due_date_is_the_one_on_the_published_calendar(start: str, days: int, due_on: str) -> None:
    answer = due(PUBLISHED, start=date.fromisoformat(start), days=days)
    assert answer.due_on == date.fromisoformat(due_on)
    assert not answer.estimated
    assert add(PUBLISHED, date.fromisoformat(start), days) == answer.due_on
    assert count(PUBLISHED, after=date.fromisoformat(start), until=answer.due_on) == days


def test_a_suspension_of_ten_working_days_moves_the_due_date_by_ten() -> None:
    start = date(2026, 3, 2)
    assert due(PUBLISHED, start=start, days=20, pauses=[SUSPENSION]).due_on == date(2026, 4, 14)
    assert count(PUBLISHED, after=SUSPENSION.start, until=date(2026, 3, 24)) == 10


def test_an_extension_by_ten_days_adds_to_the_limit_and_to_the_suspension() -> None:
    assert due(PUBLISHED, start=date(2026, 3, 2), days=20 + 10, pauses=[SUSPENSION]).due_on == date(2026, 4, 28)


def test_used_days_leave_out_the_suspension_also_while_it_still_runs() -> None:
    start, running = date(2026, 3, 2), Pause(date(2026, 3, 10), None, "检验")
    assert count(PUBLISHED, after=start, until=date(2026, 3, 10), pauses=[running]) == 6
    assert count(PUBLISHED, after=start, until=date(2026, 3, 20), pauses=[running]) == 6
    assert count(PUBLISHED, after=start, until=date(2026, 3, 25), pauses=[SUSPENSION]) == 7


def test_the_days_of_suspension_begin_after_its_first_day_and_end_with_its_last() -> None:
    kinds = {day.date: day.kind for day in due(PUBLISHED, start=date(2026, 3, 2), days=20, pauses=[SUSPENSION]).days}
    assert kinds[date(2026, 3, 10)] is Kind.WORKDAY
    assert kinds[date(2026, 3, 11)] is Kind.PAUSED
    assert kinds[date(2026, 3, 24)] is Kind.PAUSED
    assert kinds[date(2026, 3, 25)] is Kind.WORKDAY


def test_while_a_suspension_runs_there_is_no_due_date_unless_it_lies_before() -> None:
    running = [Pause(date(2026, 3, 10), None, "检验")]
    assert due(PUBLISHED, start=date(2026, 3, 2), days=6, pauses=running).due_on == date(2026, 3, 10)
    with pytest.raises(StillPaused, match="检验"):
        due(PUBLISHED, start=date(2026, 3, 2), days=7, pauses=running)


def test_every_day_of_an_answer_says_what_it_is_and_why() -> None:
    answer = due(PUBLISHED, start=date(2026, 2, 13), days=3)
    told = [(day.date.day, day.counted, day.kind, day.why) for day in answer.days]
    assert told == [
        (14, True, Kind.MAKE_UP, "周六，春节调休上班，第1个工作日"),
        *((day, False, Kind.HOLIDAY, "春节，不计") for day in range(15, 24)),
        (24, True, Kind.WORKDAY, "周二，第2个工作日"),
        (25, True, Kind.WORKDAY, "周三，第3个工作日"),
    ]
    weekend = due(PUBLISHED, start=date(2026, 3, 6), days=1).days[0]
    assert (weekend.counted, weekend.kind, weekend.why) == (False, Kind.WEEKEND, "周六，不计")
    paused = due(PUBLISHED, start=date(2026, 3, 2), days=20, pauses=[SUSPENSION]).days[8]
    assert (paused.counted, paused.kind, paused.why) == (False, Kind.PAUSED, "周三，检验，暂停计时")


def test_on_the_spot_is_due_on_the_day_itself_even_on_a_holiday() -> None:
    answer = due(PUBLISHED, start=date(2026, 10, 1), days=0)
    assert (answer.due_on, answer.days, answer.estimated) == (date(2026, 10, 1), (), False)


def test_past_the_last_published_year_only_weekends_are_off_and_the_answer_is_an_estimate() -> None:
    answer = due(PUBLISHED, start=date(2026, 12, 29), days=5)
    assert answer.due_on == date(2027, 1, 5)
    assert answer.estimated
    assert "2027年放假安排未公布" in answer.days[2].why
    assert "未公布" not in answer.days[1].why


def test_an_answer_within_the_published_years_is_no_estimate() -> None:
    assert not due(PUBLISHED, start=date(2026, 12, 29), days=2).estimated
    assert not due(PUBLISHED, start=date(2025, 12, 31), days=1).estimated


def test_a_year_missing_between_published_ones_makes_an_estimate_too() -> None:
    gap = Calendar(days={date(2024, 1, 1): Override(False, "元旦")}, years=frozenset({2022, 2024}))
    assert due(gap, start=date(2023, 12, 28), days=1).estimated
    assert not due(gap, start=date(2024, 2, 1), days=1).estimated
    assert add(gap, date(2023, 12, 29), 1) == date(2024, 1, 2)
    assert not due(gap, start=date(2023, 12, 31), days=1).estimated  # only days of 2024 were counted


def test_a_day_moved_ahead_of_its_years_notice_counts_as_moved_and_stays_an_estimate() -> None:
    ahead = Calendar(days={date(2027, 1, 1): Override(False, "元旦")}, years=frozenset({2026}))
    answer = due(ahead, start=date(2026, 12, 31), days=1)
    assert (answer.due_on, answer.estimated) == (date(2027, 1, 4), True)
    assert add(ahead, date(2026, 12, 31), 1) == answer.due_on


def test_a_weekday_that_a_notice_names_as_working_is_a_plain_working_day() -> None:
    named = Calendar(days={date(2026, 3, 2): Override(True, "测试")}, years=frozenset({2026}))
    assert named.kind(date(2026, 3, 2)) is Kind.WORKDAY
    assert named.why(date(2026, 3, 2)) == "周一"


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(1, 1, 1)])
def test_a_day_before_2022_is_refused(day: date) -> None:
    for question in (
        lambda: due(PUBLISHED, start=day, days=1),
        lambda: count(PUBLISHED, after=day, until=date(2022, 3, 1)),
        lambda: add(PUBLISHED, day, 0),
        lambda: PUBLISHED.is_workday(day),
        lambda: PUBLISHED.kind(day),
    ):
        with pytest.raises(YearNotCovered, match="早于 2022 年"):
            question()


def test_a_day_before_the_first_published_year_is_refused() -> None:
    late = Calendar(days={}, years=frozenset({2024, 2025}))
    with pytest.raises(YearNotCovered, match="早于 2024 年"):
        due(late, start=date(2023, 12, 29), days=3)
    assert due(late, start=date(2024, 1, 1), days=3).due_on == date(2024, 1, 4)


def test_counting_back_below_the_first_published_day_is_refused() -> None:
    assert add(PUBLISHED, date(2022, 1, 5), -1) == date(2022, 1, 4)
    with pytest.raises(YearNotCovered):
        add(PUBLISHED, date(2022, 1, 4), -1)


def test_a_year_before_2022_is_refused_even_when_somebody_published_it() -> None:
    with pytest.raises(YearNotCovered):
        due(Calendar(days={}, years=frozenset({2021, 2022})), start=date(2021, 6, 1), days=1)


def test_without_any_published_year_nothing_is_counted() -> None:
    with pytest.raises(CalendarMissing, match="放假安排"):
        Calendar(days={}, years=frozenset())


def test_a_limit_beyond_all_dates_is_refused() -> None:
    with pytest.raises(PeriodTooLong):
        due(PUBLISHED, start=date(2026, 1, 5), days=10**9)
    with pytest.raises(PeriodTooLong):
        due(PUBLISHED, start=date(2026, 1, 5), days=30_000)


def test_a_suspension_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PauseInvalid, match="早于暂停日"):
        Pause(date(2026, 3, 10), date(2026, 3, 9), "检验")


def test_the_next_working_day_after_a_holiday_eve_is_after_the_holidays() -> None:
    assert next_workday(PUBLISHED, date(2026, 9, 30)) == date(2026, 10, 8)
    assert next_workday(PUBLISHED, date(2026, 10, 9)) == date(2026, 10, 10)
