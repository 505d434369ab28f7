"""`manage.py export_receipts --out FILE`: what an outside verifier needs; see `docs/verify_receipts.py`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from approvals.supervision.exporting import exported


class Command(BaseCommand):
    help = "导出决定、推送、回执和留痕，供外部以 docs/verify_receipts.py 核验；不含个人信息和推送正文。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, help="写到哪个文件，每行一个 JSON 对象")
        parser.add_argument("--on", type=date.fromisoformat, help="以哪一天判断是否到期，默认今天")

    def handle(self, *, out: Path, on: date | None, **options: Any) -> None:
        count = 0
        with transaction.atomic(), out.open("w", encoding="utf-8") as file:
            for line in exported(on=on or timezone.localdate(), at=timezone.now()):
                file.write(line)
                count += 1
        self.stdout.write(f"已导出 {count} 行到 {out}；核验：python3 docs/verify_receipts.py {out}")
