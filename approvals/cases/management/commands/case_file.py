"""manage.py case_file NUMBER: bind the case file of a closed case now (again, where it failed), and say where it stands."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.cases.casefile import ask_for, make_due
from approvals.cases.models import Case, CaseFile
from approvals.errors import Refused


class Command(BaseCommand):
    help = "装订一件已办结办件的卷宗（旧件、失败件），并说明结果。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="办件编号")

    def handle(self, *, number: str, **options: Any) -> None:
        case = Case.objects.filter(number=number).first()
        if case is None:
            raise CommandError(f"没有 {number} 这个办件；核对编号。")
        try:
            ask_for(case=case, at=timezone.now())
        except Refused as refusal:
            raise CommandError(f"{refusal.title}：{refusal.detail}") from refusal
        make_due(clock=timezone.now)
        found = CaseFile.objects.get(pk=case.pk)
        self.stdout.write(f"{number} {found.get_standing_display()}，{found.pages} 页。{found.reason}".strip())
