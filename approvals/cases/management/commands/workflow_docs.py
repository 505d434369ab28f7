"""manage.py workflow_docs: write docs/workflows.md from the workflow table, or say with --check whether it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.cases.drawing import page


class Command(BaseCommand):
    help = "从流程表生成 docs/workflows.md。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对是否过时")

    def handle(self, *, check: bool, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "workflows.md"
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != page():
                raise CommandError("docs/workflows.md 已过时，运行 make docs。")
            return
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(str(path))
