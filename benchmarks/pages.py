"""How long does the server take for a page when there are many cases, and how many queries does it ask?

`python benchmarks/pages.py [--cases 100000] [--database postgres://…]`; without a database, SQLite in a scratch folder. A
database named here must be empty and is left as it is. The first cases are led along by real acts (the demo's story);
the others are their copies as rows: case, snapshot, form, parties and push, on other days and under other names, nineteen
in twenty of them finished. Left out, because no measured page reads them over many cases: events and their words (a
copied chain would not verify), materials, the bodies and deliveries of messages. Measured is the whole request in this
process, from the first middleware to the last byte, without the network.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

HERE = Path(__file__).parent
ARGUMENTS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ARGUMENTS.add_argument("--cases", type=int, default=100_000)
ARGUMENTS.add_argument("--requests", type=int, default=20, help="请求几次，另有两次不计")
ARGUMENTS.add_argument("--database", default="", help="postgres://…，空库；不填为 SQLite")
ARGUMENTS.add_argument("--keep", default="", help="文件夹：数据留在那里，下次接着用")
ARGUMENTS.add_argument("--only", default="", help="逗号分隔的页面名；不写结果文件")
ARGUMENTS.add_argument("--without-statistics", action="store_true", help="不量统计分析，也就不必先汇总")
ASKED = ARGUMENTS.parse_args()
os.environ |= {"VAR_DIR": ASKED.keep or tempfile.mkdtemp(prefix="approvals-pages-"), "DEMO": "1", "LOG_LEVEL": "ERROR"}
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": "", "DATABASE_URL": ASKED.database}
if not ASKED.database:
    del os.environ["DATABASE_URL"]
sys.path.insert(0, str(HERE.parent))
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from approvals.cases.models import Case  # noqa: E402
from approvals.cases.words import State  # noqa: E402
from approvals.demo.history import tell  # noqa: E402
from approvals.demo.management.commands.serve import prepare  # noqa: E402
from approvals.organisations.models import User  # noqa: E402
from approvals.statistics.models import Counted, Reckoning  # noqa: E402
from approvals.statistics.rollups import ROUND, recount  # noqa: E402
from approvals.supervision.models import Push  # noqa: E402
from benchmarks.filling import fill  # noqa: E402

RESULT = HERE / "results" / "pages.json"
AIM_MS = 150
PAGES = {  # name: (who, address)
    "worklist": ("zhongqiuping", "/"),
    "worklist_window": ("xiexiaolan", "/"),
    "worklist_head": ("zengzhigang", "/"),
    "worklist_coordinator": ("yangshanming", "/"),
    "worklist_bureau": ("fuzhenxing", "/"),  # an organ with few cases among many, most tabs empty
    "worklist_county_window": ("zhengguodong", "/"),
    "worklist_open": ("zhongqiuping", "/?tab=open"),
    "worklist_finished": ("zhongqiuping", "/?tab=done"),
    "pushed": ("xiexiaolan", "/pushed/"),
    "reported": ("yangshanming", "/reported/"),
    "pushed_ended_none": ("lijianping", "/pushed/?tab=ended"),
    "reported_county": ("liweiping", "/reported/"),
    "reported_filed": ("liweiping", "/reported/?tab=filed"),
    "search_applicant": ("zhongqiuping", "/?q=梅川"),
    "search_nobody": ("zhongqiuping", "/?q=没有这家公司"),
    "search_uscc": ("zhongqiuping", "/?q=91350100M000100Y43"),
    "search_number": ("zhongqiuping", "/?q={tail}"),
    "search_item": ("zhongqiuping", "/?q=燃气"),
    "case": ("zhongqiuping", "/cases/{number}/"),
    "intake_search": ("xiexiaolan", "/intake/?q=燃气"),
    "intake_form": ("xiexiaolan", "/intake/?item=3-38"),
    "supervision": ("wangzhenhua", "/supervision/"),
    "pushes_of_a_bureau": ("fuzhenxing", "/supervision/"),
    "pushes_of_a_county": ("liweiping", "/supervision/"),
    "statistics": ("yangshanming", "/statistics/"),
    "statistics_county_decider": ("wenhaitao", "/statistics/"),
    "statistics_by_item": ("yangshanming", "/statistics/?by=item&measure=decided"),
    "coordination": ("yangshanming", "/coordination/"),
    "public_items": ("", "/public/"),
    "public_guide": ("", "/public/items/3-25/?region=360731"),
    "public_decisions": ("", "/public/decisions/"),
    "public_progress": ("", "/public/progress/"),
}


def main() -> None:
    try:
        prepare()
        started = time.perf_counter()
        if Case.objects.count() < ASKED.cases:
            if not Case.objects.exists():
                tell(at=timezone.now())
            fill(ASKED.cases)
        if "statistics" in ASKED.only or not (ASKED.only or ASKED.without_statistics):
            count_up()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
            if connection.vendor == "postgresql":
                cursor.execute("RESET statement_timeout")
        if ASKED.only:
            for name in ASKED.only.split(","):
                measured(name, requests=ASKED.requests)
        else:
            keep(round(time.perf_counter() - started))
    finally:
        if not ASKED.keep:
            shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


def count_up() -> None:
    """The figures of all cases, from where an earlier run was broken off."""
    while True:
        last = Counted.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        cases = list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ROUND])
        if not cases:
            Reckoning.objects.update(rebuilt_upto=None)
            return
        with transaction.atomic():
            recount(cases, at=timezone.now())


def measured(name: str, *, requests: int) -> dict[str, Any]:
    """Milliseconds and queries of one page."""
    who, address = PAGES[name]
    client = Client(HTTP_HOST="127.0.0.1")
    if who:
        client.force_login(User.objects.get(username=who), backend="approvals.organisations.rights.PostsInForce")
    open_ones = Case.objects.filter(state="REVIEW", snapshot__item="3-25", snapshot__city_organ__code="360700-SPJ")
    number = open_ones.order_by("pk").values_list("number", flat=True)[0]
    address = address.format(number=number, tail=number[-8:])
    for _ in range(2):
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status_code} {answer.headers.get('Location', '')}")
    asked: list[tuple[float, str]] = []

    def watching(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - started, sql))

    with connection.execute_wrapper(watching):
        client.get(address)
    times, busy = [], []
    for _ in range(requests):
        started, cpu_started = time.perf_counter(), time.thread_time()
        b"".join(client.get(address))
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.thread_time() - cpu_started) * 1000)
    found = {
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "lowest_ms": round(min(times), 1),
        "cpu_ms": round(statistics.median(busy), 1),  # of this thread; on SQLite the database's work is in it
        "queries": len(asked),
    }
    print(f"{name:28}{found}", flush=True)
    if asked and found["median_ms"] > AIM_MS:
        seconds, sql = max(asked)
        print(f"    {seconds * 1000:.0f} ms: {sql[:1500]}", flush=True)
    return found


def keep(filling: int) -> None:
    """Measure, and write the result beside those of the other database and sizes."""
    cases = Case.objects.count()
    result = {
        "cases": cases,
        "open_cases": Case.objects.exclude(state=State.DELIVERED).count(),
        "pushes": Push.objects.count(),
        "aim_ms": AIM_MS,
        "requests": ASKED.requests,
        "filled_in_seconds": filling,
        "pages": {
            name: measured(name, requests=ASKED.requests)
            for name in PAGES
            if not (ASKED.without_statistics and name.startswith("statistics"))
        },
        "machine": {
            "cores": os.cpu_count(),
            "load_average": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "django": django.get_version(),
        },
    }
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    kept[f"{connection.vendor}_{cases}"] = result
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
