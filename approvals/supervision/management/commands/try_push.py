"""`manage.py try_push --item 3-38 --region 360731 [--mode WINDOW] [--json]`: to whom would a decision go, and why?"""

from __future__ import annotations

import json as json_of
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.errors import Refused
from approvals.supervision.bench import MODES, held_words, trial


class Command(BaseCommand):
    help = "试算：这个事项在这个地区、以这种方式办理，决定推送给谁、抄送谁、为什么。不写任何数据。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--item", required=True, help="事项代码，如 3-38")
        parser.add_argument("--region", required=True, help="区划代码，如 360731")
        parser.add_argument("--mode", default="", choices=list(MODES), help="不给则按当天的放权")
        parser.add_argument("--on", type=date.fromisoformat, help="哪一天，默认今天")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, item: str, region: str, mode: str, on: date | None, json: bool, **options: Any) -> None:
        try:
            found = trial(item=item, region=region, mode=mode, on=on or timezone.localdate())
        except Refused as refused:
            raise CommandError(refused.detail) from refused
        if json:
            self.stdout.write(json_of.dumps(found.as_json(), ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{found.item_name}，{found.mode_words}：{held_words(found.holders)}。")
        for n, step in enumerate(found.routing.steps, 1):
            self.stdout.write(f"{n}. {step}")
        for one in found.told:
            if one.withheld:
                self.stdout.write(f"{one.recipient.unit.name}看不到：{'、'.join(one.withheld)}。")
