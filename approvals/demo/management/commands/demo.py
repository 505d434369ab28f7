"""manage.py demo: one real item of each mode from intake to the confirmed, claimed push; nothing is left running.

Works on a database of its own that goes away afterwards, so that it never mixes with yours; with DATABASE_URL set it
works on that one.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.cases.words import Action, Result
from approvals.demo import leash
from approvals.demo.management.commands.serve import BEAT, WORKER, log_folder, prepare
from approvals.demo.show import show
from approvals.errors import Refused
from approvals.organisations.models import Level, Organ

INSIDE = "APPROVALS_DEMO_INSIDE"
MODES = {"direct": "直接下放", "substantive": "下放实质性审核权", "window": "服务窗口前移"}


class Command(BaseCommand):
    help = "三种方式各办一件真实事项：县级窗口收件到监管单位认领、反馈。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="标准输出只有一个 JSON 对象")
        parser.add_argument("--out", type=Path, help="归档，并把决定书、证照、卷宗、数据包和根证书留在这个目录")

    def handle(self, *, as_json: bool, out: Path | None, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("生产环境不能演示。")
        if INSIDE not in os.environ and "DATABASE_URL" not in os.environ:
            sys.exit(in_a_place_of_its_own())
        started = time.monotonic()
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        prepare()
        with background() as still_alive:
            try:
                cases = show(self.stderr.write if as_json else self.stdout.write, still_alive=still_alive, out=out)
            except Refused as refusal:
                raise CommandError(refusal.detail) from refusal
        if as_json:
            self.stdout.write(json.dumps({"cases": cases}, ensure_ascii=False))
        else:
            self.report(cases)
            self.stdout.write(f"\n用时 {time.monotonic() - started:.1f} 秒；没有留下运行中的进程。")

    def report(self, cases: list[dict[str, Any]]) -> None:
        """A table a person can read: what happened, by whom, when."""
        for case in cases:
            item = case["item"]
            self.stdout.write(f"\n■ {MODES[case['mode']]}：{item['name']}（附件{item['annex']}第{item['seq']}项）")
            self.stdout.write(
                f"  办件 {case['number']}，最迟 {case['due_on']} 办结，结果：{Result(case['decision'].upper()).label}"
            )
            for step in case["steps"]:
                level = Level(step["level"].upper()).label if step["level"] else "系统"
                self.stdout.write(
                    f"    {step['at'][11:19]}  {level}  {wide(step['organ'], 26)}{Action(step['action'].upper()).label}"
                )
            push = case["push"]
            self.stdout.write(
                f"  推送 {push['unit']}：送达 {push['delivered_at'][11:19]}，回执 {push['confirmed_at'][11:19]}，"
                f"认领 {push['claimed_at'][11:19]}，反馈 {len(push['feedback'])} 次"
            )
            licence = case["licence"]
            self.stdout.write(
                f"  证照 {licence['name']} {licence['number']}，有效期至 {licence['valid_to'] or '长期'}，"
                f"证照库回执 {licence['library_confirmed_at'][11:19]}"
            )
            for paper in case["papers"]:
                kept = f"　{paper['file']}" if paper["file"] else ""
                self.stdout.write(f"  {paper['what']} {paper['name']}：{paper['found']}{kept}")
        self.stdout.write(f"\n{Organ.objects.count()} 个机构在册；以上人员、企业均为虚构。")


@contextmanager
def background() -> Iterator[Callable[[], None]]:
    """A Celery worker and beat while the story is told, on a leash; yields a check that raises when one has died."""
    logs = {name: log_folder() / f"demo-{name}.log" for name in ("worker", "beat")}
    children = {name: leash.start(*call, log=logs[name]) for name, call in (("worker", WORKER), ("beat", BEAT))}

    def still_alive() -> None:
        for name, child in children.items():
            if child.poll() is not None:
                words = logs[name].read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise CommandError(f"后台任务 {name} 意外退出：{words[-1] if words else '没有留下日志'}")

    try:
        yield still_alive
    finally:
        leash.end(list(children.values()))


def in_a_place_of_its_own() -> int:
    """Run the same command over a scratch folder, database and broker; its exit code."""
    with tempfile.TemporaryDirectory(prefix="approvals-demo-") as folder:
        inside = {**os.environ, INSIDE: "1", "VAR_DIR": folder, "DEMO": "1"}
        for name in ("REDIS_URL", "CELERY_BROKER_URL"):
            inside.pop(name, None)
        return subprocess.run([sys.executable, *sys.argv], env=inside, check=False).returncode


def wide(text: str, columns: int) -> str:
    """Text padded to a number of columns; a Chinese character takes two."""
    return text + " " * max(1, columns - sum(2 if ord(char) > 0x2E7F else 1 for char in text))
