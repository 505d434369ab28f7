"""manage.py load: bring regions, organs, calendar and catalogue (and demo people) up to the files of this release."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.demo.load import load
from approvals.errors import Refused


class Command(BaseCommand):
    help = "载入区划机构、工作日历、事项清单；演示模式下还有演示人员。可以重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", default=settings.DEMO, help="同时载入演示人员")

    def handle(self, *, demo: bool, **options: Any) -> None:
        if demo and settings.PRODUCTION:
            raise CommandError("生产环境不能载入演示人员。")
        try:
            done = load(demo=demo)
        except Refused as refusal:
            raise CommandError(refusal.detail) from refusal
        if options["verbosity"]:
            for step, count in done.items():
                self.stdout.write(f"{step}：{count}")
