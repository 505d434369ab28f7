"""manage.py draw_sample: draw the month's samples, or (--check) draw them again and see whether the same comes out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from approvals.collaboration.drawcommand import DrawCommand
from approvals.oversight.draws import draw_month, mistakes_of, month_of, published
from approvals.oversight.models import Draw
from approvals.oversight.words import Population


class Command(DrawCommand):
    help = "抽取某月的抽查办件（默认上月）；--check 按公布的种子重抽并核对，有不符退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", help="月份，如 2026-10；默认上月")
        parser.add_argument("--unit", default="", help="市级单位代码；默认全部")
        parser.add_argument("--kind", default="", choices=["", *Population.values], help="抽查对象；默认全部")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        month = self._month(options["month"])
        if not options["check"]:
            draw_month(month=month, at=timezone.now(), unit=options["unit"], kind=options["kind"])
        draws = Draw.objects.filter(month=month).select_related("unit").order_by("unit__code", "population")
        if options["unit"]:
            draws = draws.filter(unit__code=options["unit"])
        if options["kind"]:
            draws = draws.filter(population=options["kind"])
        self.show(draws, options, line=line, published=published, mistakes_of=mistakes_of, called="次抽取")

    def _month(self, given: str | None) -> date:
        if given is None:
            return month_of(month_of(timezone.localdate()) - timedelta(days=1))
        try:
            return date.fromisoformat(f"{given}-01")
        except ValueError:
            raise CommandError("月份写成 2026-10 的样子。") from None


def line(draw: Draw) -> str:
    drawn = draw.samples.count()
    return (
        f"{draw.month:%Y-%m} {draw.unit.name} {draw.get_population_display()}："
        f"{len(draw.numbers)} 件抽 {draw.percent}%，抽中 {drawn} 件；种子 {draw.seed}"
    )
