"""How many pushes does one worker bring to a receiver in a second, beside one task for each delivery?

Ours is `exchange.delivery.deliver`: leases of a hundred, sixteen lanes on kept-alive lines, one record a round. Beside
it, what a task for each delivery does, without the broker that would bring it: read the message, sign it, post it over a
new connection, write the outcome and the attempt, commit. Celery closes the database connection around every task unless
told not to (CELERY_DB_REUSE_MAX); both ways are measured. And a bare asyncio client: as many lanes on kept-alive lines,
no database, no signature, nothing recorded; so much the receiver and the loop allow. The receiver answers at once, or
takes 20 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import urllib3
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from approvals.exchange import actions
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Attempt, Endpoint, Message, new_secret
from approvals.exchange.wire import signature
from benchmarks.scratch import Timed, interleaved, keep, machine, ratios, scratch_database, summary

RECEIVERS = {"immediate": 0.0, "after_20_ms": 0.02}
ROUNDS = 2
BODY = '{"push": "' + "演示" * 300 + '"}'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=400, help="每轮送多少条；逐条任务送其十分之一")
    parser.add_argument("--repetitions", type=int, default=7, help="重复几次，至少 5")
    asked = parser.parse_args()
    with scratch_database():
        found = {name: beside_tasks(name, late, asked) for name, late in RECEIVERS.items()}
        keep(
            "push",
            {
                "ratio_to_task_per_delivery": {name: one["ratio_to_task"]["median"] for name, one in found.items()},
                "ratio_to_task_with_kept_connection": {
                    name: one["ratio_to_task_with_kept_connection"]["median"] for name, one in found.items()
                },
                "ratio_to_bare_asyncio": {name: one["ratio_to_bare_asyncio"]["median"] for name, one in found.items()},
                **found,
                "repetitions": asked.repetitions,
                "messages_per_round": asked.messages,
                "rounds_per_repetition": ROUNDS,
                "machine": machine(),
            },
        )


def beside_tasks(name: str, late: float, asked: argparse.Namespace) -> dict[str, Any]:
    """Ours and both kinds of task, taking turns, to one receiver."""
    turns, now = ROUNDS * asked.repetitions, timezone.now()
    days = count(1)
    with receiver(late) as url:
        ours = endpoint(f"ours-{name}", url, enabled=True)
        theirs = endpoint(f"task-{name}", url, enabled=False)  # nobody else takes these
        for turn in range(1, turns + 1):
            write(ours, asked.messages, at=now + timedelta(days=turn))
        waiting = iter(write(theirs, 2 * turns * (asked.messages // 10), at=now))

        def leased() -> int:
            moment = now + timedelta(days=next(days), seconds=1)
            return deliver(clock=lambda: moment, seconds=600)

        def tasks(before: Callable[[], None]) -> Callable[[], int]:
            def run() -> int:
                for _ in range(asked.messages // 10):
                    before()
                    task(next(waiting))
                return asked.messages // 10

            return run

        programs = {
            "leased_batches": leased,
            "task_per_delivery": tasks(connections.close_all),
            "task_with_kept_connection": tasks(lambda: None),
            "bare_asyncio": lambda: asyncio.run(bare(url, asked.messages)),
        }
        measured = interleaved(programs, rounds=ROUNDS, repetitions=asked.repetitions)
    if any(one.count != asked.messages * ROUNDS for one in measured["leased_batches"]):
        raise AssertionError("not everything was confirmed")
    return result(measured)


def result(measured: dict[str, list[Timed]]) -> dict[str, Any]:
    ours = measured["leased_batches"]
    return {
        "ratio_to_task": summary(ratios(ours, measured["task_per_delivery"]), digits=1),
        "ratio_to_task_with_kept_connection": summary(ratios(ours, measured["task_with_kept_connection"]), digits=1),
        "ratio_to_bare_asyncio": summary(ratios(ours, measured["bare_asyncio"]), digits=2),
        "deliveries_per_second": {
            name: summary([one.rate for one in times], digits=0) for name, times in measured.items()
        },
    }


def task(message_id: UUID) -> None:
    """One delivery as a task of its own would do it."""
    message = Message.objects.select_related("endpoint").get(pk=message_id)
    at = timezone.now()
    headers = signature(id=message.pk, body=message.body, secret=message.endpoint.secret, at=at)
    with urllib3.PoolManager() as web:
        answer = web.request("POST", message.endpoint.url, body=message.body.encode(), headers=headers)
    with transaction.atomic():
        message.state, message.receipt, message.attempts = Message.State.CONFIRMED, answer.json(), 1
        message.delivered_at = message.confirmed_at = at
        message.save()
        Attempt.objects.create(message=message, number=1, at=at, status=answer.status)


async def bare(url: str, number: int) -> int:
    """Post so many bodies over as many lines as a delivery has lanes, and read each answer."""
    address, waiting = urlsplit(url), iter(range(number))
    body = BODY.encode()

    async def lane() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for one in waiting:
            head = f"POST / HTTP/1.1\r\nHost: x\r\nwebhook-id: {one}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answered = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(answered.split(b"Content-Length: ")[1].split(b"\r\n")[0]))
        writer.close()

    await asyncio.gather(*(lane() for _ in range(settings.EXCHANGE_LANES)))
    return number


def endpoint(code: str, url: str, *, enabled: bool) -> Endpoint:
    return Endpoint.objects.create(
        code=code, name=code, transport="HTTP", url=url, secret=new_secret(), allow_private=True, enabled=enabled
    )


def write(endpoint: Endpoint, number: int, *, at: datetime) -> list[UUID]:
    """Messages that may leave from a moment on, each a thread of its own."""
    with transaction.atomic():
        return [actions.enqueue(endpoint=endpoint, topic="push", body=BODY, at=at).pk for _ in range(number)]


@contextmanager
def receiver(late: float) -> Iterator[str]:
    """A receiver in a process of its own; its address."""
    command = [sys.executable, str(Path(__file__).with_name("receiver.py")), "--late", str(late)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/" if process.stdout else ""
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
