"""Does the one command of the newcomer bring up the whole platform, and leave nothing behind when it ends?"""

import os
import signal
import socket
import stat
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import received
from tests.served import Platform, free_port, serve

pytestmark = [pytest.mark.live, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def place(tmp_path_factory, seeded_template, database_engine, django_db_blocker) -> Path:
    """Where the data of somebody is who was here before; the first time of all is walked in the browser tests."""
    folder = tmp_path_factory.mktemp("var")
    with django_db_blocker.unblock():
        database_engine.copy(seeded_template, str(folder / "db.sqlite3"))
        with databases.at(str(folder / "db.sqlite3")):
            received("3-38", "360731", timezone.now())
    return folder


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def wait_until_gone(pids: list[int]) -> list[int]:
    until = time.monotonic() + 15
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def test_worker_and_beat_end_with_the_server_even_when_it_is_killed(place):
    platform = Platform(place, serve(free_port()))
    children = platform.children()
    served = (platform.get("readyz"), platform.get(""))
    platform.end(signal.SIGKILL)

    assert served == (200, 200)
    assert len(children) == 2
    assert wait_until_gone(children) == []


def test_it_ends_on_being_interrupted_and_moved_on_from_a_busy_port(place):
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        busy = occupied.getsockname()[1]
        platform = Platform(place, serve(busy))
        children = platform.children()
        platform.end(signal.SIGINT)

    assert int(platform.address.rpartition(":")[2].strip("/")) > busy
    assert wait_until_gone(children) == []


def test_it_ends_when_asked_and_its_keys_are_readable_by_their_owner_only_and_stay(place):
    keys = place / "demo.env"
    before = keys.read_text()
    platform = Platform(place, serve(free_port()))
    children = platform.children()
    platform.end(signal.SIGTERM)

    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert keys.read_text() == before
    assert wait_until_gone(children) == []


def test_the_platform_ends_with_the_make_that_started_it(place):
    line = f'"{sys.executable}" manage.py serve --with-parent --port {free_port()}'
    platform = Platform(place, ["sh", "-c", f"{line}; true"])
    (server,) = platform.children()
    background = platform.children(of=server)
    platform.end(signal.SIGKILL)

    assert len(background) == 2
    assert wait_until_gone([server, *background]) == []


def test_a_platform_that_lost_its_worker_stops_and_says_so(place):
    platform = Platform(place, serve(free_port()))
    worker, *others = platform.children()
    os.kill(worker, signal.SIGKILL)
    code = platform.process.wait(timeout=15)

    assert code == 1
    assert "意外退出" in platform.process.stdout.read()
    assert wait_until_gone(others) == []
