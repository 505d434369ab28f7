"""Does delivery hold when processes are killed, run side by side, or have no broker? Committed rows, real processes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from approvals.audit import tasks as audit_tasks
from approvals.exchange import actions
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Message
from approvals.exchange.operating import locked
from approvals.organisations.access import SYSTEM
from tests.api.test_live import somebody_holds
from tests.exchange.conftest import endpoint_to, write

DELIVER = "from approvals.exchange.delivery import deliver; deliver()"
DIE_BEFORE_RECORD = """
import time
from approvals.exchange import delivery
def never(*args, **kwargs):
    print("posted", flush=True); time.sleep(60)
delivery.record = never
delivery.deliver()
"""
DIE_BEFORE_POST = """
import time
from approvals.exchange import delivery
def never(*args, **kwargs):
    print("leased", flush=True); time.sleep(60)
delivery._begin = never
delivery.deliver()
"""


def python(live_db, script: str, **env: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        env=live_db.env | env,
        cwd=django_settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def code(request) -> str:
    """An endpoint of this test's own: what is committed stays until the module ends."""
    return request.node.name[:50]


@pytest.mark.live
@pytest.mark.parametrize(
    ("script", "says", "times", "log"),
    [
        pytest.param(DIE_BEFORE_RECORD, "posted", 2, ["ABANDONED", ""], id="between post and record"),
        pytest.param(DIE_BEFORE_POST, "leased", 1, ["ABANDONED", ""], id="between lease and post"),
    ],
)
def test_a_worker_killed_on_the_way_is_made_good_and_the_receiver_applies_it_once(
    live_db, receiver, settings, request, script, says, times, log
):
    settings.EXCHANGE_LEASE_SECONDS = 60
    sink = receiver()
    message = write(endpoint_to(sink.url, code=f"killed-{says}"), at=timezone.now())
    worker = python(live_db, script)
    assert worker.stdout.readline().strip() == says
    worker.kill()
    worker.wait()
    assert deliver() == 0, "the lease of the dead worker still holds"
    message.refresh_from_db()

    assert deliver(clock=lambda: message.claimed_until + timedelta(seconds=1)) == 1

    message.refresh_from_db()
    assert message.state == "CONFIRMED"
    assert sink.arrivals == {str(message.pk): times}
    assert len(sink.received) == 1
    assert list(message.tries.order_by("number").values_list("failure", flat=True)) == log


@pytest.mark.live
def test_two_workers_side_by_side_send_everything_once_and_each_thread_in_order(live_db, receiver, code):
    sink = receiver()
    endpoint = endpoint_to(sink.url, code=code)
    threads = {
        f"S-{n}": [str(write(endpoint, at=timezone.now(), thread=f"S-{n}").pk) for _ in range(8)] for n in range(10)
    }
    workers = [python(live_db, DELIVER) for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert set(sink.arrivals.values()) == {1}
    order = list(sink.received)
    for wanted in threads.values():
        assert [id for id in order if id in wanted] == wanted
    assert not Message.objects.filter(endpoint=endpoint).exclude(state="CONFIRMED").exists()


def test_what_is_not_committed_is_not_said(live_db, receiver, code):
    endpoint = endpoint_to(receiver().url, code=code)
    with transaction.atomic():
        actions.enqueue(endpoint=endpoint, topic="push", body="{}", at=timezone.now())
        transaction.set_rollback(True)
    assert not Message.objects.filter(endpoint=endpoint).exists()


def test_a_message_without_its_cause_is_refused(live_db, code):
    endpoint = endpoint_to("http://127.0.0.1:9/", code=code)
    with pytest.raises(TransactionManagementError):
        actions.enqueue(endpoint=endpoint, topic="push", body="{}", at=timezone.now())


@pytest.fixture(params=["closed", "silent"])
def dead_broker(request) -> Iterator[str]:
    """A port where nobody is, or where somebody takes the connection and never answers."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        if request.param == "silent":
            place.listen(8)
        yield f"redis://127.0.0.1:{place.getsockname()[1]}/0"


def test_a_nudge_to_a_broker_that_does_not_answer_gives_up_within_a_moment_and_raises_nothing(dead_broker):
    app = Celery("alone", broker=dead_broker, set_as_current=False)

    @app.task(name=f"nudged by {dead_broker}")
    def task() -> None: ...

    started = time.monotonic()
    assert audit_tasks.wake(task) is False
    assert time.monotonic() - started < 0.8


@contextmanager
def celery(live_db, tmp_path, **env: str) -> Iterator[None]:
    """A worker with its beat on the embedded broker, as `make run` starts it."""
    (tmp_path / "broker" / "queue").mkdir(parents=True)
    (tmp_path / "broker" / "control").mkdir()
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-P",
        "threads",
        "-c",
        "2",
        "-B",
        "-l",
        "ERROR",
    ]
    process = subprocess.Popen(
        command, env=live_db.env | {"VAR_DIR": str(tmp_path)} | env, cwd=django_settings.BASE_DIR
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.live
def test_without_any_nudge_the_sweep_delivers(live_db, receiver, code, tmp_path):
    sink = receiver()
    message = write(endpoint_to(sink.url, code=code), at=timezone.now())
    with celery(live_db, tmp_path, SWEEP_SECONDS="0.5"):
        ends = time.monotonic() + 30
        while message.state != "CONFIRMED" and time.monotonic() < ends:
            time.sleep(0.2)
            message.refresh_from_db()
    assert message.state == "CONFIRMED"
    assert sink.arrivals == {str(message.pk): 1}


@pytest.mark.postgres
def test_while_an_operator_holds_an_endpoint_new_messages_for_it_are_written(live_db, code):
    """Whoever writes one holds the thread of a push that the operator's resending locks next: neither may wait."""
    endpoint = endpoint_to("http://127.0.0.1:9/", code=code)
    with somebody_holds(lambda: locked(code, actor=SYSTEM)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
        write(endpoint, at=timezone.now())
