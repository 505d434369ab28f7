"""manage.py draw_inspections: draw the published plans that are due, or (--check) draw them again and compare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from approvals.collaboration.drawcommand import DrawCommand
from approvals.collaboration.draws import draw_due, mistakes_of, published
from approvals.collaboration.models import InspectionPlan
from approvals.collaboration.words import PlanState


class Command(DrawCommand):
    help = "抽取到期的检查计划（公布的次日起）；--check 按公布的种子重抽并核对，有不符退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", default="", help="监管单位代码；默认全部")
        parser.add_argument("--plan", type=int, help="计划编号；默认全部")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        if not options["check"]:
            draw_due(at=timezone.now(), unit=options["unit"])
        plans = InspectionPlan.objects.filter(state=PlanState.DRAWN).select_related("unit").order_by("pk")
        if options["unit"]:
            plans = plans.filter(unit__code=options["unit"])
        if options["plan"]:
            plans = plans.filter(pk=options["plan"])
        self.show(plans, options, line=line, published=published, mistakes_of=mistakes_of, called="个检查计划")


def line(plan: InspectionPlan) -> str:
    of = sum(len(numbers) for numbers in plan.population.values())
    return f"{plan.pk} {plan.unit.name} {plan.title}：{of} 件，抽中 {plan.inspections.count()} 件；种子 {plan.seed}"
