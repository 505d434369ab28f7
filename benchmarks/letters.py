"""How many letters a second are set, signed, stored and recorded, and with how much memory?

`python -m benchmarks.letters [--letters 1000] [--keep]`: one process, one thread, decisions of one page.
"""

from __future__ import annotations

import argparse
import resource
import time

from django.db import transaction
from django.utils import timezone

from approvals.documents import authority, making
from approvals.documents.letters import issue
from approvals.documents.models import Letter, SealUse
from approvals.documents.samples import CONTENT
from approvals.organisations.models import Organ
from benchmarks.scratch import keep, scratch_database

A_TRANSACTION = 50


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    with scratch_database():
        found = measured(given.letters)
    print(found)
    if given.keep:
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
    before, started = memory(), time.perf_counter()
    while making.make_due(clock=timezone.now):
        pass
    took = time.perf_counter() - started
    assert Letter.objects.filter(state="MADE").count() == SealUse.objects.count() == number
    return {
        "letters": number,
        "issued_per_second": round(number / issued, 1),
        "made_per_second": round(number / took, 1),
        "milliseconds_each": round(took / number * 1000, 1),
        "memory_before_mb": before,
        "memory_after_mb": memory(),
    }


def memory() -> float:
    """The most this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
