"""Is every decision pushed once, even when consumers are killed or run twice? Committed rows, real processes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.exchange.delivery import deliver
from approvals.supervision.models import Push, PushEvent
from tests.exchange.conftest import SECRET, endpoint_to, write
from tests.exchange.test_live import celery, python
from tests.supervision.conftest import GAS, granted, main_push, pushed, receives_at

pytestmark = pytest.mark.live

DIE_IN_THE_MIDDLE = """
import time
from django.utils import timezone
from approvals.supervision import placing
place = placing.place
def half(entries, *, at):
    place(entries, at=at)
    print("placed", flush=True); time.sleep(60)
placing.place = half
placing.follow_cases(at=timezone.now())
"""
FOLLOW = """
from django.utils import timezone
from approvals.supervision.placing import follow_cases
while follow_cases(at=timezone.now()): pass
"""


def test_a_consumer_killed_in_the_middle_leaves_nothing_and_the_next_one_pushes_once(live_db):
    story = granted(GAS)
    while enrol():
        pass
    consumer = python(live_db, DIE_IN_THE_MIDDLE)
    assert consumer.stdout.readline().strip() == "placed"
    consumer.kill()
    consumer.wait()
    assert not Push.objects.filter(case=story.case).exists()
    pushed(timezone.now())
    assert Push.objects.filter(case=story.case).count() == 2


def test_two_consumers_at_once_push_each_decision_once_and_number_without_a_gap(live_db):
    stories = [granted() for _ in range(6)]
    while enrol():
        pass
    consumers = [python(live_db, FOLLOW) for _ in range(2)]
    assert [consumer.wait(60) for consumer in consumers] == [0, 0]
    pushes = Push.objects.filter(case__in=[story.case.pk for story in stories])
    assert pushes.count() == 6
    numbers = sorted(Push.objects.filter(unit=pushes[0].unit).values_list("unit_sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_from_the_decision_to_the_chained_receipt_with_a_real_worker_and_nobody_pushing(live_db, receiver, tmp_path):
    sink = receiver()
    receives_at("360731-LY-J", sink.url)
    with celery(live_db, tmp_path, SWEEP_SECONDS="0.5"):
        story = granted()
        ends = time.monotonic() + 60
        done = PushEvent.objects.filter(case=story.case, action="CONFIRMED")
        while not done.exists() and time.monotonic() < ends:
            time.sleep(0.2)
    push = main_push(story.case)
    assert push.confirmed_at is not None
    assert sink.arrivals == {str(push.pk): 1}


# ---------------------------------------------------------------- supervision_sink


@contextmanager
def sink_command(live_db, *args: str) -> Iterator[tuple[str, subprocess.Popen]]:
    command = [sys.executable, "manage.py", "supervision_sink", "--port", "0", "--secret", SECRET, *args]
    process = subprocess.Popen(command, env=live_db.env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.wait()


def received_at(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{url}received", timeout=5) as answer:
        return json.loads(answer.read())


def test_the_receiver_remembers_across_a_kill_and_answers_a_repeat_with_the_same_receipt(live_db, tmp_path):
    store = str(tmp_path / "received.jsonl")
    with sink_command(live_db, "--store", store) as (url, _):
        endpoint = endpoint_to(url, code="sink-command")
        message = write(endpoint, at=timezone.now())
        assert deliver() == 1
        (entry,) = received_at(url)
    message.refresh_from_db()
    with sink_command(live_db, "--store", store) as (url, _):
        endpoint.url = url
        endpoint.save()
        type(message).objects.filter(pk=message.pk).update(state="WAITING", confirmed_at=None)
        assert deliver() == 1
        (again,) = received_at(url)
    repeated = type(message).objects.get(pk=message.pk)
    assert repeated.receipt["receipt"] == message.receipt["receipt"] == entry["receipt"] == again["receipt"]


def test_the_receiver_fails_as_often_as_it_was_told_to(live_db):
    with sink_command(live_db, "--fail", "1", "--status", "503") as (url, _):
        write(endpoint_to(url, code="sink-fails"), at=timezone.now())
        assert deliver() == 0
        assert deliver(clock=lambda: timezone.now() + timedelta(minutes=1)) == 1


def test_the_receiver_claims_through_the_interface_when_told_to(live_db):
    asked: list[tuple[str, str | None]] = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None: ...

    api = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{api.server_address[1]}/api/v1"
    with sink_command(live_db, "--claim", "--api", root, "--token", "t0ken") as (url, _):
        endpoint = endpoint_to(url, code="sink-claims")
        write(endpoint, at=timezone.now(), body='{"id":"7","purpose":"INFORM"}')
        write(endpoint, at=timezone.now(), body='{"id":"8","purpose":"CLAIM"}')
        assert deliver() == 2
        ends = time.monotonic() + 5
        while not asked and time.monotonic() < ends:
            time.sleep(0.05)
    api.shutdown()
    assert asked == [("/api/v1/pushes/8/claim", "Bearer t0ken")]
