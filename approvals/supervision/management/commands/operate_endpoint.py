"""`manage.py operate_endpoint pause|resume|replay|resend CODE --by ACCOUNT --reason …`: as on the page, recorded alike."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.errors import Refused
from approvals.exchange import operating
from approvals.organisations.access import Actor, actors_of
from approvals.organisations.models import User
from approvals.supervision.replaying import replay


class Command(BaseCommand):
    help = "暂停、恢复一个接收端，或重新投递一段序号、重发死信。要写明由谁操作和理由，与页面上的操作一样留痕。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["pause", "resume", "replay", "resend"])
        parser.add_argument("endpoint", help="接收端代码")
        parser.add_argument("--by", required=True, help="操作人账号：系统管理员或市协调员")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--first", type=int, default=1, help="重新投递：自单位内序号")
        parser.add_argument("--last", type=int, help="重新投递：到单位内序号")
        parser.add_argument("--unit", default="", help="重新投递：只投这个监管单位的")

    def handle(self, *, act: str, endpoint: str, by: str, reason: str, **options: Any) -> None:
        at = timezone.now()
        told: dict[str, Any] = {"endpoint": endpoint, "actor": operator(by, at=at), "at": at, "reason": reason}
        try:
            match act:
                case "pause":
                    operating.pause(**told)
                    self.stdout.write("已暂停。")
                case "resume":
                    operating.resume(**told)
                    self.stdout.write("已恢复。")
                case "resend":
                    self.stdout.write(f"已重发 {operating.resend_dead(**told)} 条死信。")
                case "replay":
                    reach = {name: options[name] for name in ("first", "last", "unit")}
                    self.stdout.write(f"已重新投递 {replay(**told, **reach)} 条。")
        except Refused as refused:
            raise CommandError(refused.detail) from refused


def operator(account: str, *, at: Any) -> Actor:
    """The person of this account in a post that may operate. Raises CommandError."""
    user = User.objects.filter(username=account, is_active=True).first()
    actors = actors_of(user, on=local_day(at)) if user else []
    for actor in actors:
        if operating.may_operate(actor):
            return actor
    raise CommandError(f"账号 {account} 今天没有系统管理员或市协调员的岗位。")
