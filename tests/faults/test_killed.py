"""Is nothing lost, doubled or numbered twice when a process is killed (kill -9) on the way of a letter or a licence?"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.documents import authority, making
from approvals.documents.letters import issue
from approvals.documents.models import Letter, LetterSeries, SealUse
from approvals.documents.queries import open_file
from approvals.documents.samples import CONTENT
from approvals.documents.verification import verify
from approvals.exchange.delivery import deliver
from approvals.licences.library import follow_records
from approvals.licences.library_server import Library
from approvals.licences.models import LibraryMessage
from approvals.organisations.models import Organ
from tests.exchange.test_live import python
from tests.licences.conftest import SECRET, connected, granted

pytestmark = [pytest.mark.postgres, pytest.mark.live]

STUCK = """
import time
from importlib import import_module
from django.utils import timezone
room = import_module({room!r})
real = getattr(room, {name!r})
def stuck(*args, **kwargs):
    {first} and real(*args, **kwargs)
    print("stuck", flush=True); time.sleep(60)
setattr(room, {name!r}, stuck)
from approvals.documents.making import make_due
from approvals.exchange.delivery import deliver
from approvals.licences.library import follow_records
{call}
"""
NUMBERED = """
import time
from django.db import transaction
from django.utils import timezone
from approvals.documents.letters import issue
from approvals.documents.samples import CONTENT
from approvals.organisations.models import Organ
with transaction.atomic():
    organ = Organ.objects.get(code="360731-SPJ")
    issue(kind="REFUSAL", organ=organ, subject="GZ1", data=CONTENT["REFUSAL"], at=timezone.now(), key="GZ1/lost")
    print("stuck", flush=True); time.sleep(60)
"""
MAKING = "approvals.documents.making"
WAYS = {
    "while it is set": (MAKING, "typeset", False),
    "when it is signed": (MAKING, "signed", True),
    "when its file lies there without a row": ("approvals.documents.actions", "put", True),
    "when it is stored": (MAKING, "store", True),
    "inside the transaction that records it": (MAKING, "append_use", True),
}


def killed(live_db, script: str) -> None:
    """Run a script until it says that it is stuck, and kill it there."""
    process = python(live_db, script)
    assert process.stdout is not None
    assert process.stdout.readline() == "stuck\n"
    process.kill()
    process.wait()
    process.stdout.close()


def given(key: str) -> Letter:
    organ = Organ.objects.get(code="360731-SPJ")
    with transaction.atomic():
        return issue(
            kind="REFUSAL", organ=organ, subject="GZ1", data=CONTENT["REFUSAL"], at=timezone.now(), key=f"GZ1/{key}"
        )


def test_whoever_makes_a_letter_may_be_killed_anywhere(live_db):
    authority.make(at=timezone.now())
    for turn, (room, name, first) in enumerate(WAYS.values(), 1):
        given(str(turn))
        killed(live_db, STUCK.format(room=room, name=name, first=first, call="make_due(clock=timezone.now)"))
        assert not Letter.objects.filter(state="MADE", key=f"GZ1/{turn}").exists()
        making.make_due(clock=lambda: timezone.now() + timedelta(minutes=5))

    killed(live_db, NUMBERED)
    given("last")
    making.make_due(clock=timezone.now)

    letters = list(Letter.objects.filter(subject="GZ1").order_by("pk"))
    assert [one.serial for one in letters] == list(range(1, len(WAYS) + 2))
    assert LetterSeries.objects.get(kind="REFUSAL").last == len(letters)
    assert SealUse.objects.filter(letter__in=letters).count() == len(letters)
    for one in letters:
        assert (one.state, one.reason) == ("MADE", "")
        with open_file(one.file) as file:
            assert verify(file.read(), at=timezone.now()).letter == one


def test_whoever_tells_the_licence_library_may_be_killed_anywhere(live_db, tmp_path):
    city = Library(secret=SECRET, store=tmp_path / "library.jsonl")
    threading.Thread(target=city.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    endpoint = connected(city)
    licence = granted()
    while enrol():
        pass

    ways = {"approvals.exchange.actions": "enqueue", "approvals.exchange.delivery": "record"}
    for call, (room, name) in zip(("follow_records(at=timezone.now())", "deliver()"), ways.items(), strict=True):
        killed(live_db, STUCK.format(room=room, name=name, first=name == "enqueue", call=call))
        while follow_records(at=timezone.now()):
            pass
    assert (list(city.arrivals.values()), LibraryMessage.objects.get().message.state) == ([1], "WAITING")
    endpoint.refresh_from_db()
    deliver(clock=lambda: timezone.now() + timedelta(minutes=10), seconds=3)

    told = LibraryMessage.objects.select_related("message", "event").get()
    assert (told.message.state, told.event.licence) == ("CONFIRMED", licence)
    assert list(city.arrivals.values()) == [2]
    assert len(city.licences()) == 1
    city.shutdown()
    city.server_close()
