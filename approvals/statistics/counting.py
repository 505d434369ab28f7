"""What does one case add to the figures on a day, and when does that change by the calendar alone? Pure.

A measure counts a case in the month of one of its days. Beside it stand three facts of the whole case (still open, longer
than promised, returned by the city), so that each number can be narrowed to them. Rates are kept as two measures: what
was due and what was kept. Voided cases add nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from approvals.cases.words import Purpose, Result, State
from approvals.cases.workflow import ENDS
from approvals.supervision.promptness import CLAIMED, FED_BACK, Delivery
from approvals.supervision.words import PushState

DECIDED = (Result.GRANTED, Result.DENIED, Result.RECORDED, Result.NOT_RECORDED)
CLOSED = frozenset({*ENDS, State.DELIVERED})

Cell = tuple[str, date]  # measure, first day of the month


@dataclass(frozen=True)
class PushFacts:
    """A push to a responsible unit: its days, and on which day it was claimed."""

    state: str
    purpose: str
    decided_on: date
    claim_due_on: date | None
    feedback_due_on: date | None
    claimed_on: date | None


@dataclass(frozen=True)
class CaseFacts:
    """What counts of a case; its pushes without the copies, and how its decision got to whom it had to."""

    state: str
    result: str
    received_on: date | None
    accepted_on: date | None
    decided_on: date | None
    promise_on: date | None
    promise_stopped: bool
    returns: int
    corrections: int
    pushes: tuple[PushFacts, ...] = ()
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Counts:
    """What a case adds: how often to each cell, with its three facts, as it stands up to and including `holds_to`."""

    cells: dict[Cell, int]
    is_open: bool
    is_over: bool
    is_returned: bool
    holds_to: date | None


NOTHING = Counts({}, is_open=False, is_over=False, is_returned=False, holds_to=None)


def counts(case: CaseFacts, *, on: date) -> Counts:
    """What this case adds on a day."""
    if case.state == State.VOIDED:
        return NOTHING
    cells: Counter[Cell] = Counter()
    of_pushes = (one for push in case.pushes for one in _of_push(push, on))
    for measure, day in (*_of_case(case, on), *_of_delivery(case.delivery, on), *of_pushes):
        if day is not None:
            cells[measure, day.replace(day=1)] += 1
    return Counts(
        dict(cells),
        is_open=case.state not in CLOSED,
        is_over=is_over(case, on),
        is_returned=case.returns > 0,
        holds_to=min((day for day in _limits(case) if day >= on), default=None),
    )


def is_over(case: CaseFacts, on: date) -> bool:
    """Used more than was promised: decided too late, or still running past the promise."""
    if case.promise_on is None:
        return False
    if case.decided_on is not None:
        return case.decided_on > case.promise_on
    return case.promise_on < on and not case.promise_stopped and case.state not in ENDS


def _of_case(case: CaseFacts, on: date) -> Iterator[tuple[str, date | None]]:
    yield "received", case.received_on
    yield "accepted", case.accepted_on
    if case.state not in CLOSED:
        yield "open", case.received_on
    if is_over(case, on):
        yield "overdue", case.accepted_on
    if case.returns:
        yield "returned", case.accepted_on
    if case.corrections:
        yield "corrected", case.received_on
    if case.corrections > 1:
        yield "corrected_again", case.received_on
    if case.decided_on is None:
        return
    if case.result in DECIDED:
        yield "decided", case.decided_on
        if case.promise_on is not None:
            yield "promised", case.decided_on
            if case.decided_on <= case.promise_on:
                yield "in_time", case.decided_on
    named = {Result.GRANTED: "granted", Result.DENIED: "denied", Result.RECORDED: "filed"}
    if case.result in named:
        yield named[Result(case.result)], case.decided_on
    if case.pushes:
        yield "pushed", case.decided_on
    if any(push.state in CLAIMED for push in case.pushes):
        yield "claimed", case.decided_on


def _of_delivery(delivery: Delivery | None, on: date) -> Iterator[tuple[str, date | None]]:
    if delivery is not None and delivery.due(on):
        yield "push_due", delivery.decided_on
        if delivery.kept:
            yield "push_kept", delivery.decided_on


def _of_push(push: PushFacts, on: date) -> Iterator[tuple[str, date | None]]:
    """The pairs of the claim and feedback rates, by the day of the decision; what is not yet due is in no rate."""
    claim_by = _claim_limit(push)
    if claim_by is not None and claim_by < on:
        yield "claim_due", push.decided_on
        if push.claimed_on is not None and push.claimed_on <= claim_by:
            yield "claim_kept", push.decided_on
    if push.state in CLAIMED and push.feedback_due_on is not None and push.feedback_due_on < on:
        yield "feedback_due", push.decided_on
        if push.state in FED_BACK:
            yield "feedback_kept", push.decided_on


def _claim_limit(push: PushFacts) -> date | None:
    """The day by which a push is to be claimed; while its objection is open nobody has to (`promptness.claim_due`)."""
    return push.claim_due_on if push.purpose == Purpose.CLAIM and push.state != PushState.OBJECTED else None


def _limits(case: CaseFacts) -> Iterator[date]:
    """The days after which something is late by the calendar alone."""
    if case.promise_on is not None and case.decided_on is None and not case.promise_stopped and case.state not in ENDS:
        yield case.promise_on
    if case.delivery is not None:
        yield case.delivery.due_on
    for push in case.pushes:
        if (claim_by := _claim_limit(push)) is not None:
            yield claim_by
        if push.state in CLAIMED and push.feedback_due_on is not None:
            yield push.feedback_due_on
