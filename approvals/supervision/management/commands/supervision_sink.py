"""A receiving system to look at: `manage.py supervision_sink --port 0`, its address is the first line it prints."""

from __future__ import annotations

import json
import tempfile
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.error import URLError

from django.core.management.base import BaseCommand, CommandError

from approvals.exchange.models import new_secret
from approvals.supervision.sink import Manners, Sink


class Command(BaseCommand):
    help = "起一个接收端：验签、去重、留存、给回执；可以演练各种故障。第一行输出地址，第二行输出签名密钥。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="0 为任选")
        parser.add_argument("--secret", default="", help="与接收端登记的签名密钥一致；不给就新生成一个并打印")
        parser.add_argument("--store", type=Path, help="收到的消息写进这个文件，一行一条；不给就用临时文件")
        parser.add_argument("--fail", type=int, default=0, metavar="N", help="前 N 次请求答以 --status")
        parser.add_argument("--status", type=int, default=500, help="故障时答的状态码")
        parser.add_argument("--hang", type=float, default=0, metavar="秒", help="每条消息第一次收下而不答")
        parser.add_argument("--late", type=float, default=0, metavar="秒", help="每次都晚答")
        parser.add_argument("--twice", action="store_true", help="每次都答两遍")
        parser.add_argument("--rubbish", action="store_true", help="答 200 而没有回执")
        parser.add_argument("--forge", action="store_true", help="回执签名不对")
        parser.add_argument("--forget", type=int, default=0, metavar="N", help="前 N 条给了回执却丢失（演练对账）")
        parser.add_argument("--private-key", default="", help="以自己的 Ed25519 私钥（base64）签回执；不给则用共享密钥")
        parser.add_argument("--claim", action="store_true", help="收到即经接口认领（须 --api 和 --token）")
        parser.add_argument("--api", default="", help="平台接口根地址，如 http://127.0.0.1:8000/api/v1")
        parser.add_argument("--token", default="", help="监管单位接入系统的令牌")

    def handle(self, **options: Any) -> None:
        if options["claim"] and not (options["api"] and options["token"]):
            raise CommandError("--claim 需要同时给出 --api 和 --token。")
        secret = options["secret"] or new_secret()
        store = options["store"] or Path(tempfile.mkdtemp(prefix="supervision-sink-")) / "received.jsonl"
        told = ("fail", "status", "hang", "late", "twice", "rubbish", "forge", "forget")
        manners = Manners(**{name: options[name] for name in told})
        claim = Claimer(options["api"], options["token"], self.stderr.write) if options["claim"] else None
        key = options["private_key"]
        with Sink(
            secret=secret, store=store, port=options["port"], manners=manners, on_new=claim, private_key=key
        ) as sink:
            self.stdout.write(sink.url)
            self.stdout.write(secret)
            self.stdout.flush()
            try:
                sink.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write(f"共收到 {len(sink.received)} 条，存于 {store}")


class Claimer:
    """Claims each new push that asks for it, as a unit's own system would."""

    def __init__(self, api: str, token: str, complain: Any) -> None:
        self.api, self.token, self.complain = api.rstrip("/"), token, complain

    def __call__(self, entry: dict[str, Any]) -> None:
        if entry["body"].get("purpose") != "CLAIM":
            return
        request = urllib.request.Request(
            f"{self.api}/pushes/{entry['body']['id']}/claim",
            data=json.dumps({}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()
        except URLError as error:
            self.complain(f"认领没有成功：{error}")
