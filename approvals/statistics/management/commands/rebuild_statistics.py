"""manage.py rebuild_statistics: count every case anew, when the figures are doubted or how they are counted has changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from approvals.statistics import rollups


class Command(BaseCommand):
    help = "从办件重新计算全部统计数；期间页面说明正在重算。中断后重新执行即可。"

    def handle(self, **options: Any) -> None:
        number = rollups.rebuild(at=timezone.now())
        self.stdout.write(f"已从 {number} 件办件重新计算统计数。")
