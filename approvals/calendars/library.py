"""What does the library `chinesecalendar` know about a year, as rows of `seeds/calendar/days.csv`?

The library follows the yearly 国务院办公厅关于节假日安排的通知; a year it does not know is refused, never guessed.
"""

from __future__ import annotations

from datetime import date

from chinese_calendar import constants

from approvals.errors import Refused

NAMES = {
    holiday.value: holiday.chinese if holiday.chinese.endswith(("节", "元旦")) else f"{holiday.chinese}节"
    for holiday in constants.Holiday
}
# The notice for 2024 gives 1 January alone, "与周末连休": the weekend before it stays a weekend.
JOINED_WEEKENDS = {date(2023, 12, 30), date(2023, 12, 31)}


class YearUnknown(Refused):
    code = "calendar-year-unknown"
    status = 422
    title = "日历库还没有这一年"


def rows(year: int) -> list[tuple[int, date, str, str]]:
    """(year, day, HOLIDAY or MAKE_UP, the festival in Chinese) for the days that the notice of `year` moved.

    31 December belongs to the notice of the next year when New Year's holiday begins on it. Raises YearUnknown.
    """
    off, on = _days(constants.holidays, year), _days(constants.workdays, year)
    if not any(day.year == year for day in off):
        raise YearUnknown(f"chinesecalendar 没有 {year} 年的数据；请升级该库，或按国务院办公厅通知在后台录入。")
    found = [(year, day, "HOLIDAY", name) for day, name in off.items()]
    return sorted(found + [(year, day, "MAKE_UP", name) for day, name in on.items()], key=lambda row: row[1])


def _days(source: dict[date, str], year: int) -> dict[date, str]:
    new_year = constants.Holiday.new_years_day.value
    belongs = {day: name for day, name in source.items() if _notice(day, name == new_year) == year}
    return {day: NAMES[name] for day, name in belongs.items() if day not in JOINED_WEEKENDS}


def _notice(day: date, is_new_year: bool) -> int:
    return day.year + 1 if is_new_year and day.month == 12 else day.year
