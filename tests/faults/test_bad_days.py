"""Does every decision arrive through the bad days? Real workers, Redis, PostgreSQL and receivers; kill -9 by a seed.

Short form here; `make faults` runs it with FAULT_DECISIONS=1000 and a new FAULT_SEED, printed with the result. A receiver is
down for nine days (nine seconds), one hangs, one answers 500 and then rubbish, one signs with a foreign key, one replays an old
receipt, one redirects inwards, one has an expired certificate, one a full disk, while workers are killed, Redis is
emptied, and a dispatcher with a clock two hours slow works beside them.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.cases.models import Event
from approvals.cases.verify import verify
from approvals.cases.words import Action, Role
from approvals.exchange import wire
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Attempt, Message
from approvals.exchange.operating import resend_dead
from approvals.organisations.access import SYSTEM
from approvals.supervision import ledger
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.receipts import note_receipts
from tests.exchange.test_tls import certified
from tests.faults.house import SCALED, Unit, Workers, flush_redis, redis_url, until
from tests.people import somebody
from tests.supervision.conftest import FELLING, granted

pytestmark = [pytest.mark.postgres, pytest.mark.live]

DECISIONS = int(os.environ.get("FAULT_DECISIONS", "60"))
SEED = int(os.environ.get("FAULT_SEED", "20221001"))
DAY = 1.0  # seconds
REGIONS = {
    "healthy": "360731",
    "down": "360702",
    "hangs": "360703",
    "storms": "360704",
    "forges": "360722",
    "replays": "360723",
    "redirects": "360724",
    "expired": "360725",
    "full": "360726",
}
SEEN = {"UNREACHABLE", "TIMEOUT", "SERVER_ERROR", "NO_RECEIPT", "BAD_SIGNATURE", "REDIRECTED", "TLS"}


@pytest.fixture
def units(live_db, tmp_path) -> Iterator[dict[str, Unit]]:
    expired = certified(tmp_path, name="localhost", days=-1)
    found = {
        how: Unit(
            f"{region}-LY-J",
            tmp_path,
            own_key=how in ("healthy", "replays"),
            **({"host": "localhost", "pem": expired} if how == "expired" else {}),
        )
        for how, region in REGIONS.items()
    }
    yield found
    for unit in found.values():
        unit.closes()


@pytest.fixture
def workers(live_db, tmp_path, units) -> Iterator[Workers]:
    valid = certified(tmp_path, name="localhost", days=30)
    authority = tmp_path / "authority.pem"
    authority.write_bytes(valid.read_bytes() + (tmp_path / "localhost--1.pem").read_bytes())
    flush_redis()
    found = Workers(live_db.env | {"EXCHANGE_CA_FILE": str(authority)}, tmp_path)
    yield found
    found.kill_all()
    flush_redis()


def fall_ill(units: dict[str, Unit]) -> None:
    units["down"].closes()
    units["hangs"].behaves(hang=3, twice=True)
    units["storms"].behaves(fail=10**6, status=503)
    units["forges"].behaves(forge=True)
    units["replays"].behaves(replay=True)
    units["redirects"].behaves(location="http://169.254.169.254/latest/meta-data/")
    units["full"].disk(full=True)


def recover(units: dict[str, Unit], valid) -> None:
    units["down"].opens()
    units["hangs"].behaves(late=0.2, twice=True)
    units["storms"].behaves()
    units["forges"].behaves()
    units["replays"].behaves()
    units["redirects"].behaves()
    units["full"].disk(full=False)
    units["expired"].closes()
    units["expired"].opens(pem=valid)


def chaos(workers: Workers, chance: random.Random, told: list[str], over: threading.Event) -> None:
    """Until it is over: a worker dies and another starts, Redis forgets, a slow clock dispatches; in a drawn order."""
    workers.start("one")
    workers.start("two")
    first = ["slow clock", "kill", "flush", "kill"]  # whatever is drawn afterwards, each of these happens
    while not over.wait(chance.uniform(1.5, 3.0)):
        match first.pop() if first else chance.choice(["kill", "flush", "slow clock", "flush", "slow clock", "flush"]):
            case "kill":
                name = chance.choice(["one", "two"])
                workers.kill(name)
                workers.start(name)
                told.append(f"kill -9 {name}")
            case "flush":
                flush_redis()
                told.append("flushdb")
            case _:
                slow = timezone.now() - timedelta(hours=2)
                follow_cases(at=slow)
                deliver(clock=lambda: timezone.now() - timedelta(hours=2), seconds=0.5)
                note_receipts(at=slow)
                told.append("clock two hours slow")
    connection.close()


def sealed(story) -> None:
    story.do(somebody(story.case.snapshot.terms["seal"]["code"], Role.SEAL_KEEPER), Action.SEAL)


def waiting(units: dict[str, Unit], *, but: tuple[str, ...] = ()) -> int:
    codes = [unit.code for how, unit in units.items() if how not in but]
    return Push.objects.filter(unit__code__in=codes, confirmed_at__isnull=True).count()


def test_every_decision_arrives_once_and_in_order_and_the_ledger_and_an_outsider_agree(
    live_db, units, workers, tmp_path, settings_of_the_slow_dispatcher
):
    print(f"\nFAULT_SEED={SEED} FAULT_DECISIONS={DECISIONS}")
    chance, told, over = random.Random(SEED), [], threading.Event()
    started = time.monotonic()
    fall_ill(units)
    trouble = threading.Thread(target=chaos, args=(workers, chance, told, over), daemon=True)
    trouble.start()
    regions = list(REGIONS.values())
    drawn = [regions[n % len(regions)] for n in range(DECISIONS)]
    chance.shuffle(drawn)
    stories = []
    for region in drawn:
        stories.append(granted(FELLING, region, timezone.now()))
        if chance.random() < 0.3:
            sealed(stories[-1])
    decided = time.monotonic() - started
    cases = [story.case.pk for story in stories]

    # Nothing blocks other units: the healthy one has everything while all others are ill.
    placed = until(
        lambda: Event.objects.filter(case__in=cases).exclude(push="").count() <= decided_pushes(cases),
        seconds=40 + DECISIONS / 10,
    )
    assert placed is not None
    # Those that are there now: sealed papers go on being made, and pushed, as long as the workers live.
    there = list(Push.objects.filter(unit__code=units["healthy"].code).values_list("pk", flat=True))
    healthy = until(lambda: not unconfirmed(there), seconds=20)
    assert healthy is not None, f"{unconfirmed(there)} wait for the healthy unit; {Counter(told)}"
    time.sleep(max(0.0, 9 * DAY - (time.monotonic() - started)))
    until(lambda: set(Attempt.objects.values_list("failure", flat=True)) >= SEEN, seconds=10)
    units["storms"].behaves(rubbish=True)
    assert waiting(units, but=("healthy",)) > 0

    over.set()
    trouble.join(timeout=20)
    recover(units, tmp_path / "localhost-30.pem")
    for _ in range(20 + DECISIONS // 10):
        dead = Message.objects.filter(endpoint=units["redirects"].endpoint, state="DEAD").count()
        if dead:
            resend_dead(endpoint=units["redirects"].endpoint.code, actor=SYSTEM, at=timezone.now(), reason="地址已改正")
        if until(lambda: waiting(units) == 0, seconds=3) is not None and not dead:
            break
    workers.kill_all()
    until(lambda: drained(units), seconds=60)
    print(f"{decided:.1f} s decided, {time.monotonic() - started:.1f} s in all; {Counter(told)}")
    left = Message.objects.exclude(state="CONFIRMED").values_list("endpoint__code", "state", "last_error", "attempts")
    assert waiting(units) == 0, list(left)

    # Applied once, and at least once: each decision has one push, each unit exactly its own.
    pushes = list(Push.objects.filter(case__in=cases).select_related("message", "unit").order_by("unit_sequence"))
    assert Counter(push.case_id for push in pushes if push.subject == "DECISION") == dict.fromkeys(cases, 1)
    for unit in units.values():
        mine = [push for push in pushes if push.unit.code == unit.code]
        assert set(unit.received) == {str(push.pk) for push in mine}
        assert [push.unit_sequence for push in mine] == list(range(1, len(mine) + 1))
        order = {id: n for n, id in enumerate(unit.received)}
        by_thread = sorted(mine, key=lambda push: (push.message.thread, push.message.sequence))
        for earlier, later in itertools.pairwise(by_thread):
            if earlier.message.thread == later.message.thread:
                assert order[str(earlier.pk)] < order[str(later.pk)]
    failures = set(Attempt.objects.values_list("failure", flat=True))
    assert failures >= SEEN
    assert units["hangs"].repeated > 0

    # The ledger says so, the record is whole, and somebody outside finds the same.
    on = timezone.localdate()
    total = ledger.summed(ledger.lines(on=on))
    assert (total.decided, total.received, total.late, total.broken) == (DECISIONS, DECISIONS, 0, 0)
    assert list(verify()) == []
    export = tmp_path / "receipts.jsonl"
    call_command("export_receipts", out=export, stdout=StringIO())
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({unit.code: unit.secret for unit in units.values() if not unit.private}))
    outside = subprocess.run(
        [sys.executable, "-I", "docs/verify_receipts.py", str(export), "--secrets", str(secrets), "--json"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    counts = json.loads(outside.stdout)
    assert counts["findings"] == []
    assert (counts["decided"], counts["received"], counts["late"]) == (DECISIONS, DECISIONS, 0)
    signatures = counts["signatures"]
    assert (signatures["v1"] + signatures["v1a"], signatures["unsigned"]) == (len(pushes), 0)
    print(f"{len(pushes)} deliveries, {Attempt.objects.count()} attempts, failures seen: {sorted(failures - {''})}")


def decided_pushes(cases: list[int]) -> int:
    return Push.objects.filter(case__in=cases, subject="DECISION").count()


def unconfirmed(pushes: list[Any]) -> list[tuple[str, str, str, int]]:
    """Those of the pushes that wait for their receipt: what of, how the message stands, its last trouble, its tries."""
    waiting = Push.objects.filter(pk__in=pushes, confirmed_at__isnull=True)
    return list(waiting.values_list("subject", "message__state", "message__last_error", "message__attempts"))


def drained(units: dict[str, Unit]) -> bool:
    """Whether everything is brought home that dead workers left in the middle: papers made and not yet pushed, leases."""
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass
    deliver(seconds=2)
    while note_receipts(at=timezone.now()):
        pass
    return waiting(units) == 0


@pytest.fixture
def settings_of_the_slow_dispatcher(settings, workers, tmp_path):
    """The dispatcher inside this process keeps the workers' scaled hours, authorities and Redis."""
    settings.EXCHANGE_CA_FILE = str(tmp_path / "authority.pem")
    wire._tls.cache_clear()
    for name, value in SCALED.items():
        if name != "SWEEP_SECONDS":
            setattr(settings, name, int(value) if name.endswith("LANES") else float(value))
    yield redis_url()
    wire._tls.cache_clear()
