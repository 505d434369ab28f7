"""The published calendar of 2022-2026 as the pure code sees it, straight from the seed files: no database."""

import csv
from datetime import date
from pathlib import Path

from approvals.calendars.workdays import Calendar, Override

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "calendar"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PUBLISHED = Calendar(
    days={
        date.fromisoformat(row["day"]): Override(is_workday=row["kind"] == "MAKE_UP", name=row["name"])
        for row in seed("days.csv")
    },
    years=frozenset(int(row["year"]) for row in seed("years.csv")),
)
