"""Which messages may go out now, and what came of them? The two short transactions around the network.

A lease is `claimed_until`, set by one conditional update; the same moment says afterwards whether it is still ours.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from approvals.audit import rows as rows_of
from approvals.exchange.backoff import pause
from approvals.exchange.models import Attempt, Endpoint, Failure, Message
from approvals.exchange.verdict import Verdict


@dataclass(frozen=True)
class Letter:
    """What a posting thread needs of a message."""

    id: UUID
    topic: str
    body: str


@dataclass(frozen=True)
class Lease:
    """Some messages of one endpoint, ours until a moment."""

    endpoint: Endpoint
    letters: tuple[Letter, ...]
    until: datetime


@dataclass(frozen=True)
class Result:
    """One message was posted at a moment, and this came of it."""

    letter: Letter
    at: datetime
    verdict: Verdict


def free(*, at: datetime) -> QuerySet[Message]:
    """Messages that wait, whose time has come, and that nobody has in hand; the longest due first."""
    return Message.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=at), state=Message.State.WAITING, not_before_at__lte=at
    ).order_by("not_before_at")


def due(*, at: datetime) -> QuerySet[Message]:
    """Free messages that are the first unfinished of their thread.

    A scalar subquery on purpose: an anti-join is planned as a nested loop over everything that waits, as long as the
    statistics do not know of a backlog (measured on PostgreSQL 15: 3 s a lease with 2,000 waiting, and 0.4 ms this way).
    """
    first = (
        Message.objects.filter(endpoint=OuterRef("endpoint"), thread=OuterRef("thread"), set_aside_at__isnull=True)
        .exclude(state=Message.State.CONFIRMED)
        .order_by("sequence")
        .values("sequence")[:1]
    )
    return free(at=at).filter(sequence=Subquery(first))


def lease_all(*, at: datetime, but_not: Collection[int] = ()) -> list[Lease]:
    """A lease for each endpoint that is awake and has something due, except those in `but_not`."""
    longest_due = free(at=at).filter(endpoint=OuterRef("pk")).values("not_before_at")[:1]
    endpoints = (
        Endpoint.objects.filter(
            Q(rests_until__isnull=True) | Q(rests_until__lte=at), transport=Endpoint.Transport.HTTP, enabled=True
        )
        .exclude(pk__in=but_not)
        .alias(longest_due=Subquery(longest_due))
        .filter(longest_due__isnull=False)
        .order_by("failures", "pk")
    )
    leases = [lease(endpoint, at=at) for endpoint in endpoints]
    return [found for found in leases if found is not None]


def lease(endpoint: Endpoint, *, at: datetime) -> Lease | None:
    """Up to one round of an endpoint's messages, a single one after a failed round; None when another was quicker."""
    until = at + timedelta(seconds=settings.EXCHANGE_LEASE_SECONDS)
    with transaction.atomic(durable=True):
        if endpoint.failures:
            unchanged = Endpoint.objects.filter(pk=endpoint.pk, rests_until=endpoint.rests_until)
            if not unchanged.update(rests_until=until):
                return None
        rows = list(
            due(at=at)
            .filter(endpoint=endpoint)
            .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[
                : 1 if endpoint.failures else settings.EXCHANGE_ROUND
            ]
        )
        abandoned = [row for row in rows if row.claimed_until is not None]
        if abandoned:
            _log_abandoned(abandoned)
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=until)
    if not rows:
        return None
    return Lease(endpoint, tuple(Letter(row.pk, row.topic, row.body) for row in rows), until)


def _log_abandoned(rows: list[Message]) -> None:
    """Somebody leased these and never came back: whether they were posted is unknown, and the log says so."""
    Attempt.objects.bulk_create(
        Attempt(message=row, number=row.attempts + 1, at=row.claimed_until, failure=Failure.ABANDONED) for row in rows
    )
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1)


def record(lease: Lease, results: Iterable[Result], *, at: datetime) -> None:
    """Write what came of a lease: confirmations whoever holds the message now, failures only while it is still ours.

    What is confirmed is written by one statement, whatever the number of messages, and so are the attempts.
    """
    results = list(results)
    with transaction.atomic(durable=True):
        ids = [letter.id for letter in lease.letters]
        held = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        rows = {row.pk: row for row in held.only("state", "attempts", "claimed_until")}
        attempts, confirmed, others = [], [], []
        for result in results:
            row = rows[result.letter.id]
            row.attempts += 1
            attempts.append(_attempt(row, result))
            if row.state == Message.State.WAITING and result.verdict.confirmed:
                confirmed.append(_confirmation(row, lease, result.verdict, at=at))
                continue
            others.append(row.pk)
            if row.state == Message.State.WAITING and row.claimed_until == lease.until:
                _note_failure(row, result.verdict, at=at)
        if confirmed:
            _run(rows_of.update_sql(Message, CONFIRMED), rows_of.document(Message, confirmed))
        if others:
            Message.objects.filter(pk__in=others).update(attempts=F("attempts") + 1)
        if len(confirmed) < len(ids):
            Message.objects.filter(pk__in=ids, claimed_until=lease.until).update(claimed_until=None)
        if attempts:
            _run(rows_of.insert_sql(Attempt, ATTEMPT), rows_of.document(Attempt, attempts))
        _note_health(lease.endpoint, [result.verdict for result in results], at=at)


ATTEMPT = ("message_id", "number", "at", "status", "milliseconds", "failure")
CONFIRMED = ("state", "receipt", "delivered_at", "confirmed_at", "last_error", "attempts", "claimed_until")


def _attempt(row: Message, result: Result) -> dict[str, Any]:
    verdict = result.verdict
    values = (row.pk, row.attempts, result.at, verdict.status, verdict.milliseconds, str(verdict.failure))
    return dict(zip(ATTEMPT, values, strict=True))


def _confirmation(row: Message, lease: Lease, verdict: Verdict, *, at: datetime) -> dict[str, Any]:
    """The columns of a confirmed message; its lease ends, unless somebody else holds it by now."""
    held = None if row.claimed_until == lease.until else row.claimed_until
    values = (Message.State.CONFIRMED.value, dict(verdict.receipt or {}), at, at, "", row.attempts, held)
    return {"id": row.pk} | dict(zip(CONFIRMED, values, strict=True))


def _run(statement: str, document: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [document])


def _note_failure(row: Message, verdict: Verdict, *, at: datetime) -> None:
    if verdict.permanent:
        Message.objects.filter(pk=row.pk).update(state=Message.State.DEAD, last_error=verdict.error)
        return
    again = at + _pause(row.attempts, verdict.retry_after)
    Message.objects.filter(pk=row.pk).update(not_before_at=again, last_error=verdict.error)


def _note_health(endpoint: Endpoint, verdicts: list[Verdict], *, at: datetime) -> None:
    """One success and the endpoint is well; trouble without any success, and it rests longer each time."""
    unwell = [verdict for verdict in verdicts if verdict.says_unwell]
    row = Endpoint.objects.filter(pk=endpoint.pk)
    if unwell and len(unwell) == len(verdicts):
        asked = max((verdict.retry_after or 0 for verdict in unwell), default=0)
        row.update(failures=F("failures") + 1, rests_until=at + _pause(endpoint.failures + 1, asked))
    elif endpoint.failures:
        row.update(failures=0, rests_until=None)


def _pause(failures: int, asked: int | None) -> timedelta:
    own = pause(
        failures,
        base=settings.EXCHANGE_RETRY_BASE_SECONDS,
        cap=settings.EXCHANGE_RETRY_CAP_SECONDS,
        chance=random.random(),
    )
    return max(own, timedelta(seconds=asked or 0))
