"""Load an edition of the list, write it out in the columns of the published list, or compare two editions."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.catalogue import actions
from approvals.catalogue.diff import counts, diff
from approvals.catalogue.diffbook import workbook
from approvals.catalogue.models import Edition
from approvals.catalogue.queries import BeforeFirstYear
from approvals.catalogue.seeds.printed import export
from approvals.catalogue.sheeting import sheet_of
from approvals.errors import Refused


class UnknownEdition(Refused):
    code = "unknown-edition"
    status = 404
    title = "没有这个版本的清单"


class Command(BaseCommand):
    help = "事项清单：load 从 seeds/ 载入一个版本；export 按公布清单的栏目写成 CSV；diff A B 对照两个版本。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["load", "export", "diff"], help="load 载入，export 导出，diff 对照")
        parser.add_argument("editions", nargs="*", help="版本；load、export 默认 2022，diff 要两个：原来的、现在的")
        parser.add_argument("--out", type=Path, help="export 导出到文件、diff 写成 XLSX；不给则写到标准输出")
        parser.add_argument("--json", action="store_true", help="diff 输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = options["editions"] or ["2022"]
        wanted = 2 if options["act"] == "diff" else 1
        if len(editions) != wanted:
            raise CommandError(f"{options['act']} 要 {wanted} 个版本，如：catalogue diff 2022 2024。")
        try:
            if options["act"] == "load":
                self._load(editions[0])
            elif options["act"] == "export":
                self._export(editions[0], options["out"])
            else:
                self._diff(*editions, options["out"], as_json=options["json"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _load(self, edition: str) -> None:
        folder = settings.BASE_DIR / "seeds" / edition
        if edition.isdigit() and int(edition) < settings.EARLIEST_YEAR:
            raise BeforeFirstYear(f"清单最早为 {settings.EARLIEST_YEAR} 年，没有 {edition} 年的。")
        if not (folder / "items.csv").is_file():
            raise UnknownEdition(f"没有版本「{edition}」的种子数据（seeds/{edition}/edition.csv）。")
        start = time.monotonic()
        loaded = actions.load(folder)
        self.stdout.write(
            f"清单 {edition}：共 {loaded.total} 行，新增 {loaded.added} 行，用时 {time.monotonic() - start:.1f} 秒。"
        )

    def _export(self, edition: str, out: Path | None) -> None:
        text = export(found(edition))
        if out is None:
            self.stdout.write(text, ending="")
        else:
            out.write_text(text, encoding="utf-8", newline="")
            self.stderr.write(f"已写入 {out}，{len(text.splitlines()) - 1} 项。")

    def _diff(self, before: str, after: str, out: Path | None, *, as_json: bool) -> None:
        old, new = found(before), found(after)
        changes = diff(sheet_of(old), sheet_of(new))
        if out is not None:
            out.write_bytes(workbook(f"{old.title} → {new.title}", changes))
            self.stderr.write(f"已写入 {out}，{len(changes)} 处不同。")
        elif as_json:
            body = {"before": before, "after": after, "counts": counts(changes)}
            self.stdout.write(json.dumps(body | {"changes": [one.as_json() for one in changes]}, ensure_ascii=False))
        else:
            self.stdout.write(f"{old.title} → {new.title}：{len(changes)} 处不同")
            for one in changes:
                both = f"{one.before} → {one.after}" if one.before and one.after else one.before or one.after
                self.stdout.write(f"· {one.label} {one.code} {one.name}（{one.unit}）：{both}")


def found(code: str) -> Edition:
    """The edition of this code. Raises UnknownEdition."""
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise UnknownEdition(f"数据库里没有版本「{code[:20]}」的清单；先执行 catalogue load。")
    return edition
