"""The broker is stopped: decisions go on all the same, and arrive when it is back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

from approvals.audit.models import Pending
from approvals.cases.models import Case
from approvals.supervision.models import PushEvent
from tests.exchange.test_live import celery
from tests.supervision.conftest import main_push, receives_at

pytestmark = pytest.mark.live
DECIDE = """
import django; django.setup()
from tests.supervision.conftest import granted
print(granted().case.number)
"""


def test_decisions_go_on_while_the_broker_is_stopped_and_arrive_when_it_is_back(live_db, receiver, tmp_path) -> None:
    sink = receiver()
    receives_at("360731-LY-J", sink.url)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        stopped = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        decided = subprocess.run(
            [sys.executable, "-c", DECIDE],
            env={**os.environ, **live_db.env, "CELERY_BROKER_URL": stopped},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert decided.returncode == 0, decided.stderr[-1500:]
    assert "nudge_failed" in decided.stderr, "the broker really was away"
    case = Case.objects.get(number=decided.stdout.strip())
    assert case.result == "GRANTED"
    assert Pending.objects.filter(kind="case").exists(), "nothing has moved yet, nothing is lost"
    with celery(live_db, tmp_path, SWEEP_SECONDS="0.5"):
        ends = time.monotonic() + 60
        while not PushEvent.objects.filter(case=case, action="CONFIRMED").exists() and time.monotonic() < ends:
            time.sleep(0.2)
    push = main_push(case)
    assert push.confirmed_at is not None
    assert sink.arrivals == {str(push.pk): 1}
