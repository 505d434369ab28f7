"""How does the city's licence library stay level with the register? It is told every record, in order per licence.

Follows the register of records; each becomes one message, written once, sent and receipted by the exchange. Every day
the library is asked for count and digest of the day before. Without an endpoint nothing is read, so that a library
connected later learns everything from the first record on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from approvals.audit.chain import canonical
from approvals.audit.register import Entry, follow
from approvals.calendars.workdays import local_day
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint, Message
from approvals.exchange.tasks import nudge
from approvals.licences.metadata import SCHEMA, text_for, thread_of, topic_of
from approvals.licences.models import LibraryMessage, LibraryReconciliation, Licence, LicenceEvent

READER = "licences.library"
POSITIONS = 100
WAIT_DAYS = 3  # a day with messages nobody confirmed is asked about all the same after so many


def endpoint() -> Endpoint | None:
    """Where the library takes its messages; None while none is set up."""
    return Endpoint.objects.filter(code=settings.LICENCE_LIBRARY_ENDPOINT).first()


def follow_records(*, at: datetime) -> int:
    """Tell the library what the register has new; how many positions were read."""
    receiver = endpoint()
    if receiver is None:
        return 0
    return follow(READER, lambda entries: _tell(receiver, entries, at=at), kinds=["licence"], limit=POSITIONS)


def _tell(receiver: Endpoint, entries: Iterable[Entry], *, at: datetime) -> None:
    events = [entry.row for entry in entries if isinstance(entry.row, LicenceEvent)]
    told = set(LibraryMessage.objects.filter(pk__in=[one.pk for one in events]).values_list("pk", flat=True))
    licences = Licence.objects.select_related("type", "organ").in_bulk({one.licence_id for one in events})
    day = local_day(at)
    for event in events:
        if event.pk in told:
            continue
        event.licence = licences[event.licence_id]
        message = exchange.enqueue(
            endpoint=receiver,
            topic=topic_of(event),
            thread=thread_of(event.licence),
            body=text_for(event, day=day),
            at=at,
        )
        LibraryMessage.objects.create(event=event, message=message, day=day)
    if events:
        transaction.on_commit(nudge, robust=True)


def digest_of(lines: Iterable[tuple[str, int, str]]) -> str:
    """The digest of a day: `licence sequence digest`, one a line, sorted; both sides compute it alike."""
    text = "".join(f"{licence} {sequence} {digest}\n" for licence, sequence, digest in sorted(lines))
    return hashlib.sha256(text.encode()).hexdigest()


def reconcile(*, at: datetime) -> int:
    """Ask the library about every past day that was not asked about yet; how many days were asked about."""
    receiver, today = endpoint(), local_day(at)
    if receiver is None:
        return 0
    asked = LibraryReconciliation.objects.values("day")
    days = LibraryMessage.objects.filter(day__lt=today).exclude(day__in=asked).values_list("day", flat=True)
    return sum(_ask(receiver, day, today, at=at) for day in sorted(set(days)))


def _ask(receiver: Endpoint, day: date, today: date, *, at: datetime) -> int:
    rows = LibraryMessage.objects.filter(day=day)
    waits = rows.exclude(message__state=Message.State.CONFIRMED).exists()
    if waits and today - day <= timedelta(days=WAIT_DAYS):
        return 0
    lines = [
        (thread_of(one.event.licence), one.event.sequence, one.event.digest)
        for one in rows.select_related("event__licence")
    ]
    count, digest = len(lines), digest_of(lines)
    with transaction.atomic(durable=True):
        if LibraryReconciliation.objects.filter(pk=day).exists():
            return 0
        body = canonical({"schema": SCHEMA, "day": day, "count": count, "digest": digest})
        message = exchange.enqueue(
            endpoint=receiver, topic="licence.reconcile", thread="licence.reconcile", body=body, at=at
        )
        LibraryReconciliation.objects.create(day=day, count=count, digest=digest, message=message)
        transaction.on_commit(nudge, robust=True)
    return 1


def note_reconciliations() -> int:
    """Record what the library has answered; how many days are settled now."""
    noted = 0
    for row in LibraryReconciliation.objects.filter(
        outcome=LibraryReconciliation.Outcome.ASKED, message__state=Message.State.CONFIRMED
    ).select_related("message"):
        row.library_count, row.library_digest = _answer(row.message)
        same = (row.library_count, row.library_digest) == (row.count, row.digest)
        row.outcome = LibraryReconciliation.Outcome.MATCHES if same else LibraryReconciliation.Outcome.DIFFERS
        row.save(update_fields=["library_count", "library_digest", "outcome"])
        noted += 1
    return noted


def _answer(message: Message) -> tuple[int | None, str]:
    """Count and digest from a receipt; (None, "") where the library said neither."""
    try:
        answer = json.loads((message.receipt or {}).get("answer", ""))
    except ValueError:
        return None, ""
    count, digest = (answer.get("count"), answer.get("digest")) if isinstance(answer, dict) else (None, None)
    return count if isinstance(count, int) and 0 <= count < 2**31 else None, str(digest or "")[:64]
