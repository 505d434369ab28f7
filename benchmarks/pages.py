"""How long does the server take for a page when there are many cases, and how many queries does it ask?

`python benchmarks/pages.py [--cases 100000] [--database postgres://…]`; without a database, SQLite in a scratch folder. A
database named here must be empty and is left as it is. The first cases are led along by real acts (the demo's story);
the others are their copies as rows: case, snapshot, form, parties and push, on other days and under other names, nineteen
in twenty of them finished. Left out, because no measured page reads them over many cases: events and their words (a
copied chain would not verify), materials, messages' deliveries. Measured is the whole request in this process, from the
first middleware to the last byte, without the network.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django

HERE = Path(__file__).parent
ARGUMENTS = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ARGUMENTS.add_argument("--cases", type=int, default=100_000)
ARGUMENTS.add_argument("--requests", type=int, default=20, help="请求几次，另有两次不计")
ARGUMENTS.add_argument("--database", default="", help="postgres://…，空库；不填为 SQLite")
ASKED = ARGUMENTS.parse_args()
os.environ |= {"VAR_DIR": tempfile.mkdtemp(prefix="approvals-pages-"), "DEMO": "1", "LOG_LEVEL": "ERROR"}
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "REDIS_URL": "", "DATABASE_URL": ASKED.database}
if not ASKED.database:
    del os.environ["DATABASE_URL"]
sys.path.insert(0, str(HERE.parent))
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from approvals.cases.models import Case, Form, Party, Snapshot  # noqa: E402
from approvals.cases.words import State  # noqa: E402
from approvals.demo.history import tell  # noqa: E402
from approvals.demo.management.commands.serve import prepare  # noqa: E402
from approvals.exchange.models import Message  # noqa: E402
from approvals.organisations.models import User  # noqa: E402
from approvals.supervision.models import Push  # noqa: E402

RESULT = HERE / "results" / "pages.json"
AIM_MS = 150
SEED = 20220701
OPEN_SHARE = 0.05
SPREAD_DAYS = 700  # finished copies lie so many days back at most
ROUND = 1000
BY_HAND = 4000  # copies made one by one, each on days of its own; then these are copied by SQL
NAMES = ("康泽", "绿源", "锦江", "梅川", "濂水", "仁济", "桃江", "宏达", "客源", "顺捷")
PAGES = {  # name: (who, address)
    "worklist": ("zhongqiuping", "/"),
    "worklist_window": ("xiexiaolan", "/"),
    "worklist_finished": ("zhongqiuping", "/?tab=done"),
    "worklist_search_applicant": ("zhongqiuping", "/?q=梅川"),
    "worklist_search_number": ("zhongqiuping", "/?q={tail}"),
    "case": ("zhongqiuping", "/cases/{number}/"),
    "intake_search": ("xiexiaolan", "/intake/?q=燃气"),
    "intake_form": ("xiexiaolan", "/intake/?item=3-38"),
    "supervision": ("wangzhenhua", "/supervision/"),
    "statistics": ("yangshanming", "/statistics/"),
    "statistics_county_decider": ("wenhaitao", "/statistics/"),
    "coordination": ("yangshanming", "/coordination/"),
    "public_items": ("", "/public/"),
    "public_guide": ("", "/public/items/3-25/?region=360731"),
    "public_decisions": ("", "/public/decisions/"),
}


def main() -> None:
    try:
        prepare()
        tell(at=timezone.now())
        started = time.perf_counter()
        fill(ASKED.cases)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        keep(round(time.perf_counter() - started))
    finally:
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


# ---------------------------------------------------------------- many cases


def values(row: models.Model, *without: str) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def moved(found: dict[str, Any], days: int) -> dict[str, Any]:
    """All days of a row so many days earlier; moments stay."""
    back = timedelta(days=days)
    return {
        name: value - back if type(value) is date else value for name, value in found.items()
    }  # a datetime is a date too


def fill(wanted: int) -> None:
    """Copies of the told cases until there are `wanted`, in rounds of a few thousand rows."""
    chance = random.Random(SEED)
    originals = list(Case.objects.select_related("snapshot", "form").prefetch_related("parties", "pushes__message"))
    ended = [one for one in originals if one.state == State.DELIVERED]
    running = [one for one in originals if one.state != State.DELIVERED]
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    serials = dict(Push.objects.values_list("unit").annotate(models.Max("unit_sequence")))
    copies = iter(range(first, first + min(wanted, BY_HAND) - len(originals)))
    while numbers := list(islice(copies, ROUND)):
        rows: dict[type[models.Model], list[Any]] = {kind: [] for kind in (Case, Snapshot, Form, Party, Message, Push)}
        for pk in numbers:
            is_open = chance.random() < OPEN_SHARE
            like = chance.choice(running if is_open else ended)
            for row in copy_of(like, pk, 0 if is_open else chance.randrange(SPREAD_DAYS), chance, serials):
                rows[type(row)].append(row)
        with transaction.atomic():
            for kind, made in rows.items():
                kind._default_manager.bulk_create(made, batch_size=500)

    while (there := Case.objects.count()) < wanted:
        double(offset=there, upto=min(there, wanted - there))


def double(*, offset: int, upto: int) -> None:
    """Copy the cases with ids up to `upto` once more, `offset` higher, each with its rows, by SQL."""
    connection.ensure_connection()
    key = f"md5({{}}::text || '{offset}')::uuid"
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "copied", 1, lambda old: hashlib.md5(f"{old}{offset}".encode()).hexdigest()
        )
        key = "copied({})"
    number = f"substr(number, 1, 14) || substr(cast(1000000 + id + {offset} as text), 2)"
    of_case = {"case_id": f"case_id + {offset}"}
    mine = f"case_id <= {upto}"
    named = {"name": f"name || '{offset}'", "id": None}
    pushed = f"id in (select message_id from {Push._meta.db_table} where {mine})"
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, changes, which in (
            (Case, {"id": f"id + {offset}", "number": number}, f"id <= {upto}"),
            (Snapshot, of_case, mine),
            (Form, of_case, mine),
            (Party, of_case | named, mine),
            (Message, {"id": key.format("id"), "thread": f"thread || '-{offset}'"}, pushed),
            (
                Push,
                of_case
                | {"id": key.format("id"), "message_id": key.format("message_id")}
                | {"unit_sequence": f"unit_sequence + {offset * 10}"},
                mine,
            ),
        ):
            names = [field.column for field in kind._meta.concrete_fields if changes.get(field.column, "") is not None]
            taken = ", ".join(changes.get(name) or f'"{name}"' for name in names)
            table, columns = kind._meta.db_table, ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {taken} FROM {table} WHERE {which}")


def copy_of(like: Case, pk: int, days: int, chance: random.Random, serials: dict[int, int]) -> Iterator[models.Model]:
    case = moved(values(like, "id"), days)
    number = f"GZ{like.region_id}{case['received_on']:%y%m%d}{pk % 10**6:06d}"
    yield Case(id=pk, **case | {"number": number})
    yield Snapshot(case_id=pk, **values(like.snapshot, "case_id"))
    yield Form(case_id=pk, **values(like.form, "case_id") | {"duplicate_key": f"{pk:064x}"})
    for party in like.parties.all():
        name = f"{chance.choice(NAMES)}{pk}有限公司" if party.role == Party.Role.APPLICANT else party.name
        yield Party(case_id=pk, **values(party, "id", "case_id") | {"name": name, "id_hash": f"{pk:064x}"})
    for push in like.pushes.all():
        serials[push.unit_id] += 1
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        yield Message(id=key, **values(push.message, "id") | {"thread": number})
        yield Push(
            id=key,
            **moved(values(push, "id", "case_id", "message_id", "unit_sequence"), days),
            case_id=pk,
            message_id=key,
            unit_sequence=serials[push.unit_id],
        )


# ---------------------------------------------------------------- the pages


def measured(name: str, *, requests: int) -> dict[str, Any]:
    """Milliseconds and queries of one page."""
    who, address = PAGES[name]
    client = Client(HTTP_HOST="127.0.0.1")
    if who:
        client.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    number = Case.objects.filter(state="REVIEW", snapshot__item="3-25", pk__gt=1000).values_list("number", flat=True)[0]
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
    times = []
    for _ in range(requests):
        started = time.perf_counter()
        b"".join(client.get(address))
        times.append((time.perf_counter() - started) * 1000)
    found = {
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "lowest_ms": round(min(times), 1),
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
        "pages": {name: measured(name, requests=ASKED.requests) for name in PAGES},
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
