"""manage.py glossary: write docs/glossary.md, or say that it no longer fits the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.demo.glossary import page


class Command(BaseCommand):
    help = "从模型和枚举生成 docs/glossary.md；--check 只检查它是否过时。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "glossary.md"
        if not check:
            path.write_text(page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page():
            raise CommandError("docs/glossary.md 已过时：请执行 make docs。")
