"""manage.py verify_bundle FILE: is a case's bundle still what was packed? Needs no database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.documents.bundle_check import NoBundle, check, report


class Command(BaseCommand):
    help = "核验办件数据包，列出被改动的文件、行或记录；有改动退出码为 1。不读数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="数据包 .zip")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, file: str, as_json: bool, **options: Any) -> None:
        try:
            found = check(file)
        except NoBundle as wrong:
            raise CommandError(str(wrong), returncode=2) from wrong
        self.stdout.write(json.dumps(found, ensure_ascii=False) if as_json else report(found))
        if not found["intact"]:
            raise SystemExit(1)
