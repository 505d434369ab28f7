"""Who holds each phase of an item in a region on a day, and why? For one pair or for every pair."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.catalogue import queries
from approvals.catalogue.jurisdiction import Jurisdiction
from approvals.errors import Refused


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期应写成 2022-08-01，现为「{text}」。") from None


class Command(BaseCommand):
    help = "管辖判断：某事项在某地某日由谁受理、审核、决定、监管，以及理由。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--item", help="事项代码，如 3-38；不给则逐项")
        parser.add_argument("--region", help="区划代码，如 360703；不给则逐个承接地区")
        parser.add_argument("--on", required=True, metavar="日期", help="哪一天，如 2022-08-01")
        parser.add_argument("--place", default="", help="限定范围的代码（放权只在部分地域有效时），如 longnan-edz")
        parser.add_argument("--json", action="store_true", help="输出 JSON；多个结果时每行一个")

    def handle(self, *args: Any, **options: Any) -> None:
        on = day(options["on"])
        try:
            if options["item"] and options["region"]:
                pairs = [(options["item"], options["region"])]
            else:
                pairs = self._pairs(on, options["item"], options["region"], options["place"])
            lines = []
            for item, region in pairs:
                answer = queries.jurisdiction_of(item=item, region=region, on=on, place=options["place"])
                as_json = options["json"] or len(pairs) > 1
                lines.append(json.dumps(answer.as_json(), ensure_ascii=False) if as_json else told(answer))
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("\n".join(lines))

    def _pairs(self, on: date, item: str | None, region: str | None, place: str) -> list[tuple[str, str]]:
        """Every item in every receiving region; for a place its region, the city's items and those of its own list."""
        rows = queries.current_rows()
        items = [item] if item else [row.code for row in queries.items_in_force(on)]
        if place and not item:
            items += [row.code for row in queries.items_in_force(on, place=place)]
        if place and not region and place in rows.place:
            region = rows.place[place].region
        regions = [region] if region else [row.code for row in rows.regions if row.kind != "CITY"]
        return [(code, area) for code in items for area in regions]


def told(answer: Jurisdiction) -> str:
    """The answer as sentences for a person."""
    verdict = "承接" if answer.delegated else f"不承接（{answer.nearest_miss or '市本级'}）"
    return "\n".join([f"{answer.on} {answer.region} {answer.item}：{verdict}", *(f"· {why}" for why in answer.reasons)])
