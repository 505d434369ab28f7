"""How does a background process end when the one that started it is gone, even by kill -9?

The parent keeps the other end of the child's standard input. While the parent lives nothing arrives there; when it
ends, however it ends, the kernel closes it. The child, leader of a process group of its own, then ends the whole group.

As a program: `python -m approvals.demo.leash <module> <argument>…` runs the module on such a leash.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings

GRACE_SECONDS = 4.0


def start(module: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    """Start `python -m module arguments…` on a leash, its words going to `log`; closing its `stdin` lets it end."""
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "approvals.demo.leash", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=settings.BASE_DIR,
            env={**os.environ, "VAR_DIR": str(settings.VAR_DIR)},
        )


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Let all of them end at once, and wait until they have."""
    for process in processes:
        if process.stdin:
            process.stdin.close()
    for process in processes:
        process.wait(timeout=GRACE_SECONDS + 2)


def follow_standard_input() -> None:
    """End this process group when standard input ends: first asked, after the grace period forced."""
    while os.read(0, 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=follow_standard_input, name="leash", daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
