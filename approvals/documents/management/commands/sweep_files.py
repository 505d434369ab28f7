"""manage.py sweep_files: remove contents and drafts that belong to no row, and name rows whose content is gone."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from approvals.documents.sweeping import sweep


class Command(BaseCommand):
    help = "清理文件库里没有登记的旧文件和未存完的草稿；列出有登记而内容不见的文件，有则退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="只清理早于多少小时的（默认 24）")
        parser.add_argument("--dry-run", action="store_true", help="只列出，不删除")

    def handle(self, *, hours: int, dry_run: bool, **options: Any) -> None:
        found = sweep(at=timezone.now(), older=timedelta(hours=hours), remove=not dry_run)
        for place in found.missing:
            self.stderr.write(f"内容不见：{place}")
        done = "可清理" if dry_run else "已清理"
        self.stdout.write(
            f"{done}无登记文件 {len(found.orphans)} 份、草稿 {len(found.drafts)} 份；内容不见 {len(found.missing)} 份。"
        )
        if found.missing:
            raise SystemExit(1)
