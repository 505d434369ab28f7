"""manage.py workdays: when is a limit of so many working days due, and why on that day?"""

import argparse
import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import WEEKDAYS, Due, Pause, due
from approvals.errors import Refused


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-02-13 的样子，现为「{text}」") from None


def limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"工作日数应为 0 或正整数，现为「{text}」")
    return int(text)


def pause(text: str) -> tuple[date, date | None]:
    start, colon, resume = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"暂停应写成 起:止，如 2026-03-10:2026-03-24，现为「{text}」")
    return day(start), day(resume) if resume else None


class Command(BaseCommand):
    help = "计算工作日期限的到期日：起算日当天不计，周末和节假日不计，调休上班日计入，暂停期间不计。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="start", type=day, required=True, metavar="日期", help="起算日，当日不计")
        parser.add_argument("--days", type=limit, required=True, metavar="工作日", help="期限")
        parser.add_argument("--pause", type=pause, action="append", default=[], metavar="起:止", help="可以重复")
        parser.add_argument("--explain", action="store_true", help="逐日说明")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, start: date, days: int, explain: bool, **options: Any) -> None:
        try:
            pauses = [Pause(begin, resume) for begin, resume in options["pause"]]
            answer = due(current_calendar(), start=start, days=days, pauses=pauses)
        except Refused as refusal:
            raise CommandError(f"{refusal.detail}（{refusal.code}）") from refusal
        if options["json"]:
            self.stdout.write(as_json(answer))
            return
        if explain:
            self.stdout.write(f"{start} {WEEKDAYS[start.weekday()]}  起算日，当日不计")
            for counted in answer.days:
                self.stdout.write(f"{counted.date} {'计入' if counted.counted else '不计'}  {counted.why}")
        mark = "（预计：跨入放假安排未公布的年度，按周末推算）" if answer.estimated else ""
        self.stdout.write(f"{days} 个工作日，到期日 {answer.due_on} {WEEKDAYS[answer.due_on.weekday()]}{mark}")


def as_json(answer: Due) -> str:
    days = [
        {"date": each.date.isoformat(), "counted": each.counted, "kind": each.kind.value, "why": each.why}
        for each in answer.days
    ]
    return json.dumps(
        {"due_on": answer.due_on.isoformat(), "estimated": answer.estimated, "days": days}, ensure_ascii=False
    )
