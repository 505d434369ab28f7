"""manage.py calendar_rows 2022 2026: the rows of seeds/calendar/days.csv for these years, from the calendar library."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.calendars.actions import DAY_COLUMNS
from approvals.calendars.library import rows
from approvals.errors import Refused


class Command(BaseCommand):
    help = "按日历库输出 seeds/calendar/days.csv 的内容；新一年的放假通知公布并升级日历库后，重新生成该文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("first", type=int, help="首年")
        parser.add_argument("last", type=int, help="末年")

    def handle(self, *, first: int, last: int, **options: Any) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        try:
            found = [row for year in range(first, last + 1) for row in rows(year)]
        except Refused as refusal:
            raise CommandError(refusal.detail) from refusal
        writer.writerow(DAY_COLUMNS)
        writer.writerows(found)
