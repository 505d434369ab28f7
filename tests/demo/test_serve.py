"""Does the one command of the newcomer bring up the whole platform, and leave nothing behind when it ends?"""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.live, pytest.mark.sqlite]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Where a newcomer's data is; the second test finds what the first left there."""
    return tmp_path_factory.mktemp("var")


class Platform:
    """`manage.py serve` as a process; knows its address and its children."""

    def __init__(self, place: Path, command: list[str]) -> None:
        kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
        environment = {**kept, "VAR_DIR": str(place), "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended before it served: {self.said}"
            self.said += line
        self.address = re.search(r"http://\S+/", self.said)[0]

    def children(self, of: int = 0) -> list[int]:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
        return [pid for pid, parent in pairs if parent == (of or self.process.pid)]

    def get(self, path: str) -> int:
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return answer.status

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=15)


def serve(port: int) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_worker_and_beat_end_with_the_server_however_it_ends(place, how):
    platform = Platform(place, serve(free_port()))
    children = platform.children()
    served = (platform.get("readyz"), platform.get(""))
    platform.end(how)

    assert served == (200, 200)
    assert len(children) == 2
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


def test_the_generated_keys_are_readable_by_their_owner_only_and_stay(place):
    keys = place / "demo.env"
    before = keys.read_text()
    Platform(place, serve(free_port())).end(signal.SIGTERM)

    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert keys.read_text() == before


def test_a_busy_port_moves_on_to_the_next(place):
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        busy = occupied.getsockname()[1]
        platform = Platform(place, serve(busy))
        platform.end(signal.SIGTERM)

    assert int(platform.address.rpartition(":")[2].strip("/")) > busy
