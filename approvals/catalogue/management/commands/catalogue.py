"""Load an edition of the list from its seed folder, or write it out in the columns of the published list."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.catalogue import actions
from approvals.catalogue.models import Edition
from approvals.catalogue.queries import BeforeFirstYear
from approvals.catalogue.seeds.printed import export
from approvals.errors import Refused


class UnknownEdition(Refused):
    code = "unknown-edition"
    status = 404
    title = "没有这个版本的清单"


class Command(BaseCommand):
    help = "事项清单：load 从 seeds/ 载入一个版本；export 按公布清单的栏目写成 CSV。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["load", "export"], help="load 载入，export 导出")
        parser.add_argument("edition", nargs="?", default="2022", help="版本，默认 2022")
        parser.add_argument("--out", type=Path, help="导出到文件；不给则写到标准输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["act"] == "load":
                self._load(options["edition"])
            else:
                self._export(options["edition"], options["out"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _load(self, edition: str) -> None:
        folder = settings.BASE_DIR / "seeds" / edition
        if edition.isdigit() and int(edition) < settings.EARLIEST_YEAR:
            raise BeforeFirstYear(f"清单最早为 {settings.EARLIEST_YEAR} 年，没有 {edition} 年的。")
        if not (folder / "edition.csv").is_file():
            raise UnknownEdition(f"没有版本「{edition}」的种子数据（seeds/{edition}/edition.csv）。")
        start = time.monotonic()
        loaded = actions.load(folder)
        self.stdout.write(
            f"清单 {edition}：共 {loaded.total} 行，新增 {loaded.added} 行，用时 {time.monotonic() - start:.1f} 秒。"
        )

    def _export(self, edition: str, out: Path | None) -> None:
        found = Edition.objects.filter(code=edition).first()
        if found is None:
            raise UnknownEdition(f"数据库里没有版本「{edition}」的清单；先执行 catalogue load。")
        text = export(found)
        if out is None:
            self.stdout.write(text, ending="")
        else:
            out.write_text(text, encoding="utf-8", newline="")
            self.stderr.write(f"已写入 {out}，{len(text.splitlines()) - 1} 项。")
