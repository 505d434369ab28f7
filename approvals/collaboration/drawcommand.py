"""What do the commands that draw at random share? They print what was drawn; with --check they draw it again and compare."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Model, QuerySet

Drawn = TypeVar("Drawn", bound=Model)


class DrawCommand(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="不抽取，只按公布的种子重抽核对")
        parser.add_argument("--json", action="store_true", help="每行一个 JSON：种子、全部清单、抽中的")

    def show(
        self,
        rows: QuerySet[Drawn],
        options: dict[str, Any],
        *,
        line: Callable[[Drawn], str],
        published: Callable[[Drawn], dict[str, Any]],
        mistakes_of: Callable[[Drawn], Iterable[str]],
        called: str,
    ) -> None:
        """Print each draw as a line or as JSON, with --check what does not come out again; that ends with exit code 1."""
        wrong = 0
        for row in rows:
            found = list(mistakes_of(row)) if options["check"] else []
            wrong += len(found)
            self.stdout.write(json.dumps(published(row), ensure_ascii=False) if options["json"] else line(row))
            for text in found:
                self.stdout.write(f"  不符：{text}")
        if options["check"]:
            self.stdout.write(f"核对 {len(rows)} {called}，{wrong} 处不符。")
        if wrong:
            raise SystemExit(1)
