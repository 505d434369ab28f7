"""manage.py draw_inspections: draw the published plans that are due, or (--check) draw them again and compare."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from approvals.collaboration.draws import draw_due, mistakes_of, published
from approvals.collaboration.models import InspectionPlan
from approvals.collaboration.words import PlanState


class Command(BaseCommand):
    help = "抽取到期的检查计划（公布的次日起）；--check 按公布的种子重抽并核对，有不符退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", default="", help="监管单位代码；默认全部")
        parser.add_argument("--plan", type=int, help="计划编号；默认全部")
        parser.add_argument("--check", action="store_true", help="不抽取，只按公布的种子重抽核对")
        parser.add_argument("--json", action="store_true", help="每行一个 JSON：计划、种子、全部对象、抽中的")

    def handle(self, **options: Any) -> None:
        if not options["check"]:
            draw_due(at=timezone.now(), unit=options["unit"])
        plans = InspectionPlan.objects.filter(state=PlanState.DRAWN).select_related("unit").order_by("pk")
        if options["unit"]:
            plans = plans.filter(unit__code=options["unit"])
        if options["plan"]:
            plans = plans.filter(pk=options["plan"])
        wrong = 0
        for plan in plans:
            found = list(mistakes_of(plan)) if options["check"] else []
            wrong += len(found)
            self.stdout.write(json.dumps(published(plan), ensure_ascii=False) if options["json"] else line(plan))
            for text in found:
                self.stdout.write(f"  不符：{text}")
        if options["check"]:
            self.stdout.write(f"核对 {len(plans)} 个检查计划，{wrong} 处不符。")
        if wrong:
            raise SystemExit(1)


def line(plan: InspectionPlan) -> str:
    of = sum(len(numbers) for numbers in plan.population.values())
    return f"{plan.pk} {plan.unit.name} {plan.title}：{of} 件，抽中 {plan.inspections.count()} 件；种子 {plan.seed}"
