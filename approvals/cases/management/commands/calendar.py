"""manage.py calendar import FILE [--preview|--confirm]: bring in a holiday notice, and see or make open cases move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.calendars.notice import Notice, NoticeMalformed, from_sheets, with_notice
from approvals.cases.recalendar import ask, go_on, plan
from approvals.organisations.access import SYSTEM
from approvals.organisations.sheets.reading import SheetUnreadable, read


class Command(BaseCommand):
    help = "导入国务院办公厅的放假安排（.xlsx 或 .csv）：先看哪些在办件的到期日会变，确认后写入日历并逐件调整。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["import", "resume"], help="import 导入文件；resume 继续没有做完的调整")
        parser.add_argument("file", nargs="?", type=Path)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--preview", action="store_true", help="只看，不写入（默认）")
        how.add_argument("--confirm", action="store_true", help="写入日历并调整在办件")

    def handle(self, *, act: str, file: Path | None, confirm: bool, **options: Any) -> None:
        now = timezone.now()
        if act == "resume":
            self.stdout.write(f"调整了 {go_on(at=now)} 件。")
            return
        if file is None:
            raise CommandError("请指明文件。")
        notice = self._notice(file)
        holidays = sum(kind == "HOLIDAY" for _, kind, _ in notice.days)
        self.stdout.write(
            f"{notice.year} 年（{notice.document}）：放假 {holidays} 天，调休上班 {len(notice.days) - holidays} 天。"
        )
        moves = list(plan(calendar=with_notice(notice)))
        for move in moves:
            self.stdout.write(f"{move.case.number} {move.case.holder.name} {move.words()}")
        self.stdout.write(f"{len(moves)} 件在办件的到期日{'变动' if confirm else '将变动'}。")
        if confirm:
            ask(actor=SYSTEM, at=now, ground=f"{notice.year} 年放假安排（{notice.document}）", notice=notice)
            self.stdout.write(f"日历已写入，调整了 {go_on(at=now)} 件，持有人已收到通知。")

    def _notice(self, file: Path) -> Notice:
        most = settings.IMPORT_MAX_MB * 2**20
        try:
            content = file.read_bytes()
            return from_sheets(read(name=file.name, content=content, most_bytes=most, most_rows=1000))
        except OSError as error:
            raise CommandError(f"读不了 {file}：{error.strerror}") from error
        except SheetUnreadable as refused:
            raise CommandError(refused.detail) from refused
        except NoticeMalformed as refused:
            raise CommandError("\n".join(refused.mistakes)) from refused
