"""manage.py verify_events: prove that the record of every case is what was written, or name the row that is not."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from approvals.audit.models import Pending, RegisterEntry
from approvals.cases.models import Case, Event
from approvals.cases.verify import verify


class Command(BaseCommand):
    help = "核对全部办理记录、总册和日根；发现改动、缺失、插入、换序或截尾即列出，退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", default="", help="只核对一个办件编号")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, case: str, as_json: bool, **options: Any) -> None:
        findings = list(verify(case=case))
        totals = {
            "cases": Case.objects.count(),
            "events": Event.objects.count(),
            "registered": RegisterEntry.objects.count(),
            "pending": Pending.objects.count(),
        }
        if as_json:
            found = [{"code": one.code, "where": one.where, "text": one.text} for one in findings]
            self.stdout.write(json.dumps({**totals, "findings": found}, ensure_ascii=False))
        else:
            for one in findings:
                self.stdout.write(f"{one.code}  {one.where}：{one.text}")
            self.stdout.write(
                f"办件 {totals['cases']} 件，记录 {totals['events']} 条，入册 {totals['registered']} 条，"
                f"待入册 {totals['pending']} 条；{'全部相符' if not findings else f'{len(findings)} 处不符'}。"
            )
        if findings:
            raise SystemExit(1)
