"""A carrier to look at: `manage.py mail_carrier --port 0`; its address is the first line it prints."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from approvals.cases.carrier_server import PLACES, Carrier
from approvals.exchange.models import new_secret

STATIONS = (*PLACES, "REFUSED", "UNDELIVERABLE", "RETURNED")


class Command(BaseCommand):
    help = "起一个邮寄承运方：验签、接单、给运单号、答轨迹。第一行输出地址，第二行输出签名密钥。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 为任选")
        parser.add_argument("--secret", default="", help="与接收端登记的签名密钥一致；不给就新生成一个并打印")
        parser.add_argument(
            "--told",
            nargs="+",
            choices=STATIONS,
            default=list(PLACES),
            help="每件邮件依次报哪些情况，每问一次多报一条；以 RETURNED 结尾可演练退回",
        )

    def handle(self, **options: Any) -> None:
        secret = options["secret"] or new_secret()
        with Carrier(secret=secret, port=options["port"], told=options["told"]) as carrier:
            self.stdout.write(carrier.url)
            self.stdout.write(secret)
            self.stdout.flush()
            try:
                carrier.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write(f"共接 {len(carrier.orders)} 单")
