"""`manage.py verify_pushes [--unit …] [--json]`: is every decided case provably received? Fails where one is not."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from approvals.supervision import ledger


class Command(BaseCommand):
    help = "凭回执和留痕重算：每件决定是否可证明地送达监管单位。有逾期未达或与留痕不符的，以 1 结束。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", default="", help="只看这个监管单位（代码）")
        parser.add_argument("--on", type=date.fromisoformat, help="以哪一天判断是否到期，默认今天")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, unit: str, on: date | None, json: bool, **options: Any) -> None:
        found = list(ledger.lines(on=on or timezone.localdate(), unit=unit))
        total = ledger.summed(found)
        open_lines = [line for line in found if line.state != ledger.RECEIVED]
        if json:
            self.stdout.write(_text({"unit": unit, **total.as_json(), "open": [asdict(line) for line in open_lines]}))
        else:
            for line in open_lines:
                units = "、".join(line.units)
                self.stdout.write(
                    f"{line.case} 决定于 {line.decided_on}，最迟 {line.due_on}：{ledger.WORDS[line.state]}，{line.why} {units}"
                )
            self.stdout.write(total.words)
        if not total.sound:
            raise SystemExit(1)


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, default=str, indent=1)
