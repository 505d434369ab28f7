"""A licence library to look at: `manage.py licence_library --port 0`; its address is the first line it prints."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from approvals.exchange.models import new_secret
from approvals.licences.library_server import Library


class Command(BaseCommand):
    help = "起一个市级电子证照库：验签、去重、按序留存、给回执、答对账。第一行输出地址，第二行输出签名密钥。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 为任选")
        parser.add_argument("--secret", default="", help="与接收端登记的签名密钥一致；不给就新生成一个并打印")
        parser.add_argument("--store", type=Path, help="收到的消息写进这个文件，一行一条；不给就用临时文件")
        parser.add_argument("--fail", type=int, default=0, metavar="N", help="前 N 次请求答 503")
        parser.add_argument("--lose", type=int, default=0, metavar="N", help="前 N 条给了回执又丢掉，演练对账不符")

    def handle(self, **options: Any) -> None:
        secret = options["secret"] or new_secret()
        store = options["store"] or Path(tempfile.mkdtemp(prefix="licence-library-")) / "received.jsonl"
        with Library(
            secret=secret, store=store, port=options["port"], fail=options["fail"], lose=options["lose"]
        ) as library:
            self.stdout.write(library.url)
            self.stdout.write(secret)
            self.stdout.flush()
            try:
                library.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write(f"共收到 {len(library.received)} 条，存于 {store}")
