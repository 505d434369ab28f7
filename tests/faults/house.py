"""Who takes part in the bad days? Real Celery workers on a Redis of their own, and a unit's system that misbehaves on call."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings

from approvals.exchange.models import Endpoint, new_secret
from approvals.exchange.proof import new_pair
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import UnitEndpoint
from approvals.supervision.sink import Manners, Sink
from tests.exchange.test_tls import behind_tls

# A day of office becomes a second: nine days without a receiver are nine seconds.
SCALED = {
    "SWEEP_SECONDS": "0.5",
    "EXCHANGE_LEASE_SECONDS": "6",
    "EXCHANGE_CONNECT_SECONDS": "0.5",
    "EXCHANGE_READ_SECONDS": "1",
    "EXCHANGE_SHIFT_SECONDS": "4",
    "EXCHANGE_RETRY_BASE_SECONDS": "0.2",
    "EXCHANGE_RETRY_CAP_SECONDS": "2",
    "EXCHANGE_LANES": "4",
}
REDIS_DATABASE = 11


def redis_url() -> str:
    """The server of REDIS_URL (or this machine's), in a database nobody else uses."""
    parts = urlsplit(os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0")
    return f"{parts.scheme}://{parts.netloc}/{REDIS_DATABASE}"


@dataclass
class Workers:
    """Two Celery workers, each with its own beat: two dispatchers at once. Killed with SIGKILL, never asked."""

    env: dict[str, str]
    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        var = self.folder / name
        var.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "4", "-B"]
        self.running[name] = subprocess.Popen(
            [*command, "-l", "ERROR", "-n", f"{name}@faults", "--without-gossip", "--without-mingle"],
            env=self.env
            | SCALED
            | {"VAR_DIR": str(var), "REDIS_URL": redis_url(), "CELERY_QUEUE": f"faults-{os.getpid()}"},
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{name}.log").open("ab"),
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is None:  # the test has ended, and everything was killed already
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_all(self) -> None:
        for name in list(self.running):
            self.kill(name)


class Unit:
    """A supervision unit with a system of its own, on one port for good; `behaves` changes how it answers from now on."""

    def __init__(
        self, code: str, folder: Path, *, own_key: bool = False, host: str = "127.0.0.1", pem: Path | None = None
    ):
        self.code, self.folder, self.host, self.pem = code, folder, host, pem
        self.secret = new_secret()
        self.private, public = new_pair() if own_key else ("", "")
        self.store = folder / f"{code}.jsonl"
        self.sink: Sink | None = None
        self.earlier: list[Sink] = []
        self.port = 0
        self.opens()
        scheme = "https" if pem else "http"
        self.endpoint = Endpoint.objects.create(
            code=f"faults-{code}",
            name=code,
            transport="HTTP",
            url=f"{scheme}://{host}:{self.port}/",
            secret=self.secret,
            allow_private=True,
            receipts="OWN" if own_key else "SHARED",
            receipt_key=public,
        )
        unit = SupervisionUnit.objects.get(code=code)
        UnitEndpoint.objects.update_or_create(unit=unit, defaults={"endpoint": self.endpoint})

    def opens(self, pem: Path | None = None) -> None:
        """The system comes up, with what it had stored."""
        self.sink = Sink(secret=self.secret, store=self.store, port=self.port, private_key=self.private)
        self.port = self.sink.server_address[1]
        if pem or self.pem:
            behind_tls(self.sink, pem or self.pem)
        threading.Thread(target=self.sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def closes(self) -> None:
        """The system goes down, with everything it did not store."""
        if self.sink is not None:
            self.sink.shutdown()
            self.sink.server_close()
            self.earlier.append(self.sink)
            self.sink = None

    def behaves(self, **manners: Any) -> None:
        if self.sink is not None:
            self.sink.requests = 0
            self.sink.manners = Manners(**manners)

    def disk(self, *, full: bool) -> None:
        if self.sink is not None:
            self.sink.store = Path("/dev/full") if full else self.store

    @property
    def received(self) -> dict[str, dict[str, Any]]:
        return dict(self.sink.received) if self.sink else {}

    @property
    def repeated(self) -> int:
        sinks = [*self.earlier, *([self.sink] if self.sink else [])]
        return sum(count - 1 for sink in sinks for count in sink.arrivals.values())


def until(true: Callable[[], bool], *, seconds: float, every: float = 0.3) -> float | None:
    """Wait for something; after how many seconds it was so, None when it never was."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if true():
            return time.monotonic() - started
        time.sleep(every)
    return None


def flush_redis() -> None:
    """Everything the broker and the cache knew is gone."""
    redis.Redis.from_url(redis_url()).flushdb()
