"""Where does a benchmark run, and how are its numbers kept? In a database made from the migrations and dropped at the end."""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

RESULTS = Path(__file__).parent / "results"


@contextmanager
def scratch_database() -> Iterator[None]:
    """A migrated and loaded database with demo people; on PostgreSQL, with durable commits."""
    quoted = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    try:
        call_command("migrate", verbosity=0)
        call_command("load", demo=True, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            if cursor.fetchone() != ("on",):
                raise SystemExit("synchronous_commit 不是 on：没有落盘的提交不能比较。")
        yield
    finally:
        connections.close_all()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


def raw_connection() -> psycopg.Connection[Any]:
    """A plain psycopg connection to the same database, its transactions opened by the first statement."""
    return psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})


@dataclass(frozen=True)
class Timed:
    """One repetition of one program: how many things in how long, and how much processor time of this process they took."""

    count: int
    seconds: float
    cpu_seconds: float

    def __add__(self, other: Timed) -> Timed:
        return Timed(self.count + other.count, self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds / self.count * 1000


def interleaved(programs: dict[str, Callable[[], int]], *, rounds: int, repetitions: int) -> dict[str, list[Timed]]:
    """Let programs, each returning how many things it did, take turns: a slow moment hits all of them.

    Every other round goes backwards, so that nobody always follows the same neighbour.
    """
    found: dict[str, list[Timed]] = {name: [] for name in programs}
    for _ in range(repetitions):
        gc.collect()
        sums = {name: Timed(0, 0.0, 0.0) for name in programs}
        for turn in range(rounds):
            for name in list(programs)[:: -1 if turn % 2 else 1]:
                started, cpu_started = time.perf_counter(), time.process_time()
                count = programs[name]()
                sums[name] += Timed(count, time.perf_counter() - started, time.process_time() - cpu_started)
        for name in programs:
            found[name].append(sums[name])
    return found


def summary(values: Sequence[float], *, digits: int = 3) -> dict[str, float]:
    """Median and spread of the repetitions."""
    return {
        "median": round(statistics.median(values), digits),
        "lowest": round(min(values), digits),
        "highest": round(max(values), digits),
    }


def ratios(ours: Sequence[Timed], theirs: Sequence[Timed]) -> list[float]:
    """Ours by theirs, repetition by repetition."""
    return [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]


def machine() -> dict[str, Any]:
    """On what was this measured?"""
    with connection.cursor() as cursor:
        facts = {}
        for name in ("server_version", "synchronous_commit", "fsync"):
            cursor.execute(f"SHOW {name}")
            facts[name] = cursor.fetchone()[0]
    return {
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "django": django.get_version(),
        "psycopg": psycopg.__version__,
        "postgresql": facts.pop("server_version"),
        **facts,
    }


def keep(name: str, result: dict[str, Any]) -> None:
    """Write a result where the last one stood, and show it."""
    text = json.dumps(result, ensure_ascii=False, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
