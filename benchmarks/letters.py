"""How many letters a second are set, signed, stored and recorded, and with how much memory?

`python -m benchmarks.letters [--letters 1000]`: one process, one thread, decisions of one page, on the database of the run.
What `make bench` measures is kept in `results/letters.json`; a smaller number is only printed.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from approvals.documents import authority, making
from approvals.documents.letters import issue
from approvals.documents.models import Letter, SealUse
from approvals.documents.samples import CONTENT
from approvals.organisations.models import Organ
from benchmarks.scratch import keep, scratch_database

A_TRANSACTION = 50
NUMBER = 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=NUMBER)
    given = parser.parse_args()
    with scratch_database():
        found = measured(given.letters)
    print(found)
    if given.letters >= NUMBER:
        keep("letters", found)


def measured(number: int) -> dict[str, float]:
    """Issue and make that many refusals; rates a second, memory in MB."""
    authority.make(at=timezone.now())
    organ, started = Organ.objects.get(code="360731-SPJ"), time.perf_counter()
    for first in range(0, number, A_TRANSACTION):
        with transaction.atomic():
            for key in range(first, min(first + A_TRANSACTION, number)):
                content = CONTENT["REFUSAL"] | {"to": f"于都县第{key}号公司"}
                issue(kind="REFUSAL", organ=organ, subject="bench", data=content, at=timezone.now(), key=f"bench/{key}")
    issued = time.perf_counter() - started
    before, started, worked = forgotten_peak(), time.perf_counter(), time.process_time()
    while making.make_due(clock=timezone.now):
        pass
    took, worked = time.perf_counter() - started, time.process_time() - worked
    assert Letter.objects.filter(state="MADE").count() == SealUse.objects.count() == number
    return {
        "letters": number,
        "issued_per_second": round(number / issued, 1),
        "made_per_second": round(number / took, 1),
        "milliseconds_each": round(took / number * 1000, 1),
        "processor_milliseconds_each": round(worked / number * 1000, 1),
        "memory_before_mb": before,
        "memory_most_mb": memory("VmHWM"),
        "load_average": round(os.getloadavg()[1], 1),
    }


def memory(name: str) -> float:
    """What Linux says this process holds (VmRSS) or held at most (VmHWM), in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return round(next(int(one.split()[1]) for one in lines if one.startswith(name)) / 1024, 1)


def forgotten_peak() -> float:
    """What the process holds now; its peak counts from here on, so that the set-up of the database is not in it."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return memory("VmRSS")


if __name__ == "__main__":
    main()
