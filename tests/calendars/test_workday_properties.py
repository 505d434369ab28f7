"""What holds for every start, limit and suspension? Counting and adding are two sides of one thing."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.calendars.workdays import Kind, Pause, add, count, due, local_day
from tests.calendars.published import PUBLISHED

DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))
LIMITS = st.integers(0, 90)


@st.composite
def suspensions(draw: st.DrawFn) -> list[Pause]:
    """Up to four suspensions, in any order, perhaps overlapping, touching or empty."""
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.dates(date(2022, 1, 1), date(2027, 6, 30)))
        pauses.append(Pause(start, start + timedelta(days=draw(st.integers(0, 60))), "检测"))
    return pauses


def paused(day: date, pauses: list[Pause]) -> bool:
    return any(pause.start < day and (pause.resume is None or day <= pause.resume) for pause in pauses)


def counted_one_by_one(after: date, until: date, pauses: list[Pause]) -> int:
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(PUBLISHED.is_workday(day) and not paused(day, pauses) for day in days)


@given(DAYS, LIMITS, suspensions())
def test_counting_up_to_the_due_date_gives_the_limit_back(start: date, limit: int, pauses: list[Pause]) -> None:
    due_on = add(PUBLISHED, start, limit, pauses=pauses)
    assert count(PUBLISHED, after=start, until=due_on, pauses=pauses) == limit
    if limit:
        assert PUBLISHED.is_workday(due_on)
        assert not paused(due_on, pauses)


@given(DAYS, LIMITS, suspensions())
def test_the_fast_due_date_is_the_explained_one(start: date, limit: int, pauses: list[Pause]) -> None:
    answer = due(PUBLISHED, start=start, days=limit, pauses=pauses)
    assert answer.due_on == add(PUBLISHED, start, limit, pauses=pauses)
    assert sum(day.counted for day in answer.days) == limit
    assert [day.date for day in answer.days] == [start + timedelta(days=n + 1) for n in range(len(answer.days))]
    for day in answer.days:
        assert day.counted == (PUBLISHED.is_workday(day.date) and not paused(day.date, pauses))
        assert (day.kind in (Kind.WORKDAY, Kind.MAKE_UP)) == day.counted


@given(DAYS, DAYS, suspensions())
def test_the_fast_count_is_the_count_day_by_day(one: date, other: date, pauses: list[Pause]) -> None:
    after, until = min(one, other), max(one, other)
    assert count(PUBLISHED, after=after, until=until, pauses=pauses) == counted_one_by_one(after, until, pauses)
    assert count(PUBLISHED, after=until, until=after, pauses=pauses) == 0


@given(DAYS, LIMITS, suspensions())
def test_a_later_start_a_longer_limit_or_one_more_suspension_is_never_due_earlier(
    start: date, limit: int, pauses: list[Pause]
) -> None:
    due_on = add(PUBLISHED, start, limit, pauses=pauses)
    assert add(PUBLISHED, start + timedelta(days=1), limit, pauses=pauses) >= due_on
    assert add(PUBLISHED, start, limit + 1, pauses=pauses) > due_on
    assert add(PUBLISHED, start, limit, pauses=pauses[1:]) <= due_on


@given(DAYS, LIMITS, suspensions())
def test_the_order_of_suspensions_and_saying_one_twice_change_nothing(
    start: date, limit: int, pauses: list[Pause]
) -> None:
    due_on = add(PUBLISHED, start, limit, pauses=pauses)
    assert add(PUBLISHED, start, limit, pauses=list(reversed(pauses)) + pauses) == due_on


@given(DAYS, st.integers(1, 90), st.dates(date(2022, 1, 1), date(2027, 6, 30)), st.integers(0, 60))
def test_one_suspension_moves_the_due_date_by_its_own_working_days(
    start: date, limit: int, begins: date, length: int
) -> None:
    pause = Pause(begins, begins + timedelta(days=length), "检测")
    plain = add(PUBLISHED, start, limit)
    out = count(PUBLISHED, after=max(start, begins), until=begins + timedelta(days=length)) if begins < plain else 0
    assert add(PUBLISHED, start, limit, pauses=[pause]) == add(PUBLISHED, start, limit + out)


@given(st.dates(date(2022, 3, 1), date(2028, 12, 31)), st.integers(1, 30))
def test_counting_back_finds_the_working_day_it_was_counted_from(day: date, limit: int) -> None:
    before = add(PUBLISHED, day, -limit)
    assert PUBLISHED.is_workday(before)
    assert counted_one_by_one(before - timedelta(days=1), day - timedelta(days=1), []) == limit


@given(st.builds(datetime.combine, DAYS, st.times()), st.integers(-12, 14))
def test_the_legal_day_of_a_moment_is_the_day_in_shanghai_wherever_it_was_written(naive: datetime, hours: int) -> None:
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert local_day(at) == (at.astimezone(UTC) + timedelta(hours=8)).date()


def test_an_evening_in_utc_is_already_the_next_day_in_shanghai() -> None:
    assert local_day(datetime(2026, 2, 13, 15, 59, 59, tzinfo=UTC)) == date(2026, 2, 13)
    assert local_day(datetime(2026, 2, 13, 16, 0, tzinfo=UTC)) == date(2026, 2, 14)


def test_a_moment_without_a_zone_has_no_legal_day() -> None:
    with pytest.raises(ValueError, match="时区"):
        local_day(datetime(2026, 2, 13, 12, 0))  # noqa: DTZ001
