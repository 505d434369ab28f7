"""What is written when a case moves? The only writer: one FSM transition, one case row, one event, its words.

`write` demands an open transaction with the cases locked. The number of statements for plain acts is the same for one
case and for a hundred: one UPDATE and two INSERTs (SQLite), or all three in one statement (PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.db import connection, transaction

from approvals.audit import chain, rows
from approvals.cases.models import Case, Event, EventText
from approvals.cases.puts import put
from approvals.cases.rows import WRITTEN, columns_of
from approvals.cases.step import Happened, Outcome
from approvals.errors import Refused

EVENT_COLUMNS = tuple(field.attname for field in Event._meta.concrete_fields if not field.primary_key)
TEXT_COLUMNS = ("case_id", "sequence", "text", "salt")
REQUEST_ID_LENGTH = 64  # a caller may send a longer one; the engine would refuse it
CHAINED = tuple(name for name in EVENT_COLUMNS if name not in ("body", "digest", "previous", "format"))


class StaleVersion(Refused):
    code = "stale-version"
    status = 412
    title = "这个办件刚刚有变化"


def write(moves: Sequence[tuple[Case, Sequence[Outcome]]]) -> list[Event]:
    """Write the outcomes of each locked case, in order; the events as they were written (without ids).

    The same instances are brought up to date. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("write needs the transaction in which the cases were locked")
    events: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    beside: list[tuple[Case, int, Outcome]] = []
    for case, outcomes in moves:
        for outcome in outcomes:
            event, text = chained(outcome, number_of_events=case.events, head=case.head)
            case.take(replace(outcome.after, version=case.version + 1))
            for name, value in columns_of(outcome.after).items():
                if name not in ("id", "state"):
                    setattr(case, name, value)
            case.events, case.head, case.last_at = event["sequence"], event["digest"], event["at"]
            events.append(event)
            texts.append(text)
            beside.append((case, event["sequence"], outcome))
    _execute(
        (Case, "update", WRITTEN, [{name: getattr(case, name) for name in ("id", *WRITTEN)} for case, _ in moves]),
        (Event, "insert", EVENT_COLUMNS, events),
        (EventText, "insert", TEXT_COLUMNS, texts),
    )
    for case, sequence, outcome in beside:
        for one in outcome.puts:
            put(one, case=case, sequence=sequence, outcome=outcome)
    return [Event(**event) for event in events]


def chained(outcome: Outcome, *, number_of_events: int, head: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event row and its text row, linked to the case's last event."""
    happened = outcome.event
    salt = chain.new_salt()
    text = chain.canonical(words(happened))
    values = event_values(outcome, number_of_events + 1, chain.salted(salt, text))
    body = chain.canonical(values)
    previous = head or chain.GENESIS
    event = values | chain.columns(previous, body) | {"data": plain(values["data"])}
    return event, {"case_id": outcome.after.id, "sequence": values["sequence"], "text": text, "salt": salt}


def words(happened: Happened) -> dict[str, Any]:
    """What may be personal: the actor's name and place, opinions, reasons."""
    return happened.actor.names | happened.texts


def event_values(outcome: Outcome, sequence: int, text_digest: str) -> dict[str, Any]:
    """Every column of an event that the chain covers."""
    happened, actor = outcome.event, outcome.event.actor
    request = structlog.contextvars.get_contextvars().get("request_id", "")
    return {
        "case_id": outcome.after.id,
        "sequence": sequence,
        "at": happened.at,
        "action": happened.action,
        "step": happened.step,
        "source": happened.source,
        "target": happened.target,
        "effective_on": happened.effective_on,
        "actor_kind": actor.kind,
        "user": actor.user,
        "post": actor.post,
        "role": actor.role,
        "organ": actor.organ_code,
        "level": actor.level,
        "client": actor.client,
        "result": happened.result,
        "push": happened.push,
        "letter": happened.letter,
        "data": {name: value for name, value in happened.data.items() if value is not None},
        "request_id": str(request)[:REQUEST_ID_LENGTH],
        "text_digest": text_digest,
    }


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Event data as JSON: days as text."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in data.items()}


def _execute(*writes: tuple[Any, str, tuple[str, ...], list[dict[str, Any]]]) -> None:
    """Run the writes: as one statement on PostgreSQL, one after the other elsewhere."""
    statements = [
        rows.update_sql(model, names) if verb == "update" else rows.insert_sql(model, names)
        for model, verb, names, _ in writes
    ]
    documents = [rows.document(model, values) for model, _, _, values in writes]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            *first, last = statements
            parts = ", ".join(f"written_{index} AS ({sql})" for index, sql in enumerate(first))
            cursor.execute(f"WITH {parts} {last}", documents)
        else:
            for sql, document in zip(statements, documents, strict=True):
                cursor.execute(sql, [document])
