"""The whole platform as a newcomer starts it: a process, its address, its children."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path


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
        return self.process.wait(timeout=60)


def serve(port: int) -> list[str]:
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
