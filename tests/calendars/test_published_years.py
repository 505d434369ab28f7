"""Are the shipped calendars the published ones? Each day is held against two libraries and the notices' own counts."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from approvals.calendars.library import YearUnknown, rows
from approvals.calendars.workdays import count
from tests.calendars.published import PUBLISHED, seed

YEARS = range(2022, 2027)
NOTICES = {
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}


def every_day() -> list[date]:
    first, last = date(2022, 1, 1), date(2026, 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_day_of_five_years_is_what_chinesecalendar_says() -> None:
    days = every_day()
    assert len(days) == 1826
    assert [day for day in days if PUBLISHED.is_workday(day) != chinese_calendar.is_workday(day)] == []


def test_every_day_of_five_years_is_what_holidays_says() -> None:
    china = holidays.country_holidays("CN", years=YEARS)
    assert [day for day in every_day() if PUBLISHED.is_workday(day) != china.is_working_day(day)] == []


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year: int, days: int) -> None:
    before = count(PUBLISHED, after=date(2022, 1, 1), until=date(year, 1, 1))
    assert count(PUBLISHED, after=date(2022, 1, 1), until=date(year, 12, 31)) - before == days


def test_every_year_names_its_notice() -> None:
    assert {int(row["year"]): row["document"] for row in seed("years.csv")} == NOTICES
    assert all(row["url"].startswith("https://www.gov.cn/") for row in seed("years.csv"))


def test_the_seed_is_what_the_library_gives() -> None:
    given = [[str(cell) for cell in row] for year in YEARS for row in rows(year)]
    assert [list(row.values()) for row in seed("days.csv")] == given


def test_a_year_the_library_does_not_know_is_refused_not_guessed() -> None:
    with pytest.raises(YearUnknown, match="2099"):
        rows(2099)
