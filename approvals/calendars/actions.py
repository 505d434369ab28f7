"""How does a published calendar come into the database? From `seeds/calendar`; what was edited by hand stays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from approvals.calendars import queries
from approvals.calendars.models import CalendarYear, DayOverride
from approvals.calendars.notice import Notice
from approvals.organisations.seedfile import read_csv, unique

YEAR_COLUMNS = ("year", "document", "title", "url", "published_on")
DAY_COLUMNS = ("year", "day", "kind", "name")


@dataclass(frozen=True)
class Loaded:
    """What a load did: how many years and days stand as in the seed, and which edited years were kept."""

    years: int
    days: int
    kept: tuple[int, ...]


def load_calendar(folder: Path) -> Loaded:
    """Load `years.csv` and `days.csv` of a folder; years edited by hand stay as they are. Idempotent.

    Raises SeedMalformed, with nothing loaded.
    """
    years = {
        row.values["year"]: CalendarYear(
            year=row.integer("year", least=2022, most=2100),
            document=row.text("document", most=40),
            title=row.text("title", most=120),
            url=row.optional("url", most=200),
            published_on=row.day("published_on"),
        )
        for row in unique(read_csv(folder / "years.csv", YEAR_COLUMNS), "year")
    }
    days = []
    for row in unique(read_csv(folder / "days.csv", DAY_COLUMNS), "day"):
        year, day = row.reference("year", years), row.day("day")
        kind = row.choice("kind", DayOverride.Kind.values)
        if day.year not in (year.year - 1, year.year):
            row.refuse("day", f"{year.year} 年的通知只能调整当年或上一年年末的日期")
        if kind == DayOverride.Kind.MAKE_UP and day.weekday() < 5:
            row.refuse("day", "调休上班的日子应是周六或周日")
        days.append(DayOverride(year=year, day=day, kind=kind, name=row.text("name", most=20)))
    with transaction.atomic():
        loaded = _write(list(years.values()), days)
    queries.forget()
    return loaded


def _write(years: list[CalendarYear], days: list[DayOverride]) -> Loaded:
    kept = set(CalendarYear.objects.filter(edited_by_hand=True).values_list("year", flat=True))
    held = set(DayOverride.objects.filter(year__in=kept).values_list("day", flat=True))
    years = [year for year in years if year.year not in kept]
    days = [day for day in days if day.year_id not in kept and day.day not in held]
    CalendarYear.objects.bulk_create(
        years,
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["document", "title", "url", "published_on", "updated_at"],
    )
    DayOverride.objects.filter(year__in=years).exclude(day__in=[day.day for day in days]).delete()
    DayOverride.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["day"], update_fields=["year", "kind", "name", "updated_at"]
    )
    return Loaded(years=len(years), days=len(days), kept=tuple(sorted(kept)))


def publish(notice: Notice) -> CalendarYear:
    """Put a notice in the place of what is stored of its year, in the caller's transaction; kept by later loads."""
    year, _ = CalendarYear.objects.update_or_create(
        year=notice.year,
        defaults={
            "document": notice.document,
            "title": notice.title,
            "url": notice.url,
            "published_on": notice.published_on,
            "edited_by_hand": True,
        },
    )
    DayOverride.objects.filter(year=year).delete()
    DayOverride.objects.bulk_create(
        DayOverride(year=year, day=day, kind=kind, name=name) for day, kind, name in notice.days
    )
    transaction.on_commit(queries.forget)
    return year
