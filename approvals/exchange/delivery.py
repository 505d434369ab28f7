"""How do waiting messages reach their receivers? Lease, post, record: the network is never inside a transaction.

A *round* is one endpoint's share: some messages leased in one committed transaction, posted by a few threads ("lanes"),
and recorded in a second one. Rounds of different endpoints run beside each other and end on their own, so that a
receiver that hangs keeps nobody waiting but itself. A worker that dies between post and record leaves a lease that runs
out; the message goes out again under the same id, and the receiver recognises it. Any number of workers may do this; of
the threads of one process one at a time takes leases, so that sweeps behind a slow receiver do not fill every slot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from approvals.exchange.guard import ForbiddenAddressError, UnknownHostError, locate
from approvals.exchange.ledger import Lease, Letter, Result, lease_all, record
from approvals.exchange.models import Endpoint, Failure
from approvals.exchange.verdict import Verdict
from approvals.exchange.wire import cut_off_overdue, line_to, longest_exchange

log = structlog.get_logger(__name__)
TICK_SECONDS = 0.5
NOT_WRITABLE = (DatabaseError, LookupError, TypeError, ValueError)  # what an answer may do to whoever writes it down

Clock = Callable[[], datetime]

_leasing = threading.Lock()


@dataclass(frozen=True)
class Round:
    """One endpoint's messages on their way."""

    lease: Lease
    lanes: tuple[Future[list[Result]], ...]

    @property
    def ended(self) -> bool:
        return all(lane.done() for lane in self.lanes)

    @property
    def results(self) -> list[Result]:
        """What came of it, once it has ended."""
        return [result for lane in self.lanes for result in lane.result()]

    @property
    def went_well(self) -> bool:
        """Whether the receiver may be given more at once: it was not on probation and gave no sign of being unwell."""
        if any(lane.exception() for lane in self.lanes):
            return False
        return not self.lease.endpoint.failures and not any(result.verdict.says_unwell for result in self.results)


def deliver(*, clock: Clock = timezone.now, seconds: float | None = None) -> int:
    """Send what is due until nothing is left, or for `seconds`; how many messages were confirmed meanwhile.

    Returns 0 at once where another thread of this process is at it.
    """
    if not _leasing.acquire(blocking=False):
        return 0
    ends = time.monotonic() + (settings.EXCHANGE_SHIFT_SECONDS if seconds is None else seconds)
    with ThreadPoolExecutor(settings.EXCHANGE_THREADS, thread_name_prefix="exchange") as pool, ExitStack() as turn:
        turn.callback(_leasing.release)
        return _work(pool, clock=clock, ends=ends, let_others=turn.close)


def _work(pool: ThreadPoolExecutor, *, clock: Clock, ends: float, let_others: Callable[[], None]) -> int:
    rounds: dict[int, Round] = {}
    confirmed, look_at = 0, 0.0
    while True:
        now = time.monotonic()
        if now >= ends:
            let_others()
        elif now >= look_at:
            look_at = now + TICK_SECONDS
            for lease in lease_all(at=clock(), but_not=rounds.keys()):
                rounds[lease.endpoint.pk] = _begin(lease, pool=pool, clock=clock, ends=ends)
        if not rounds:
            return confirmed
        running = [lane for turn in rounds.values() for lane in turn.lanes if not lane.done()]
        wait(running, timeout=TICK_SECONDS, return_when=FIRST_COMPLETED)
        cut_off_overdue()
        over = [rounds.pop(pk) for pk in [pk for pk, turn in rounds.items() if turn.ended]]
        well = [turn for turn in over if turn.went_well]
        for turn in over:
            if turn not in well:  # before anything more is leased for it
                confirmed += _record(turn, clock=clock)
        if well and time.monotonic() < ends:
            # Their next messages travel while these are written down: those stay leased, so no thread is overtaken.
            for lease in lease_all(at=clock(), but_not=rounds.keys()):
                rounds[lease.endpoint.pk] = _begin(lease, pool=pool, clock=clock, ends=ends)
        confirmed += sum(_record(turn, clock=clock) for turn in well)
        look_at = 0.0 if over else look_at


def _record(turn: Round, *, clock: Clock) -> int:
    """Write down what came of a round; how many were confirmed.

    What cannot be written is logged and stays leased: it goes out again, and the rounds of others are not lost with it.
    """
    code = turn.lease.endpoint.code
    for lane in turn.lanes:
        if broken := lane.exception():
            log.error("round_broken_off", endpoint=code, exc_info=broken)
            return 0
    try:
        record(turn.lease, turn.results, at=clock())
    except NOT_WRITABLE:
        log.exception("round_not_recorded", endpoint=code)
        return 0
    return sum(result.verdict.confirmed for result in turn.results)


def _begin(lease: Lease, *, pool: ThreadPoolExecutor, clock: Clock, ends: float) -> Round:
    """Post a lease's letters over a few lanes; none starts an exchange after `ends`, or one that outlives the lease."""
    stop = min(ends, time.monotonic() + settings.EXCHANGE_LEASE_SECONDS - 2 * longest_exchange())
    lanes = min(settings.EXCHANGE_LANES, len(lease.letters))
    return Round(
        lease,
        tuple(
            pool.submit(run_lane, lease.endpoint, lease.letters[lane::lanes], stop=stop, clock=clock)
            for lane in range(lanes)
        ),
    )


def run_lane(endpoint: Endpoint, letters: Sequence[Letter], *, stop: float, clock: Clock) -> list[Result]:
    """Post letters one after the other; what is left when the endpoint proves unwell or time is up goes back unsent."""
    results: list[Result] = []
    try:
        target = locate(endpoint.url, allow_private=endpoint.allow_private)
    except ForbiddenAddressError:
        return [Result(letter, clock(), Verdict(None, 0, Failure.ADDRESS_REFUSED)) for letter in letters]
    except UnknownHostError:
        return [Result(letters[0], clock(), Verdict(None, 0, Failure.NAME))]
    for letter in letters:
        if time.monotonic() > stop:
            break
        line, at = line_to(endpoint.pk, target), clock()
        verdict = line.post(
            id=letter.id, topic=letter.topic, body=letter.body, secret=endpoint.secret, asked=endpoint.asked
        )
        results.append(Result(letter, at, verdict))
        if verdict.says_unwell:
            break
    return results
