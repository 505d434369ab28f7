"""How is an act on a push kept for ever? Chained to the last record of its case's push thread, under its lock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from approvals.audit import chain
from approvals.organisations.access import Actor
from approvals.supervision.models import Push, PushEvent, PushThread
from approvals.supervision.words import PushAction

CHAINED = tuple(
    field.attname
    for field in PushEvent._meta.concrete_fields
    if not field.primary_key and field.name not in ("body", "digest", "previous", "format")
)


def locked_threads(cases: Collection[int]) -> dict[int, PushThread]:
    """The threads of these cases, made where missing, locked in one order until the transaction ends.

    Threads are locked before units (`placing`), by everybody, so that nobody waits in a circle.
    """
    PushThread.objects.bulk_create(
        [PushThread(case_id=case, head=chain.GENESIS) for case in sorted(cases)], ignore_conflicts=True
    )
    return {
        thread.case_id: thread for thread in PushThread.objects.select_for_update().filter(pk__in=cases).order_by("pk")
    }


def append(
    thread: PushThread,
    action: PushAction,
    *,
    actor: Actor,
    at: datetime,
    push: Push | None = None,
    unit: str = "",
    data: dict[str, Any] | None = None,
    text_digest: str = "",
) -> PushEvent:
    """Write one record at the end of a locked thread."""
    event = PushEvent(
        case_id=thread.case_id,
        sequence=thread.events + 1,
        at=at,
        format=chain.FORMAT,
        previous=thread.head,
        push=push,
        action=action,
        unit=unit,
        actor_kind=actor.kind,
        user=actor.user,
        post=actor.post,
        role=actor.role,
        organ=actor.organ_code,
        client=actor.client,
        data={name: _plain(value) for name, value in (data or {}).items() if value is not None},
        text_digest=text_digest,
    )
    event.body = body_of(event)
    event.digest = chain.link(event.previous, event.body)
    event.save(force_insert=True)
    thread.events, thread.head = event.sequence, event.digest
    thread.save(update_fields=["events", "head"])
    return event


def body_of(event: PushEvent) -> str:
    """The canonical text of a record, from its columns; moments in UTC, so that the stored row gives the same text."""
    values = {name: getattr(event, name) for name in CHAINED}
    values |= {"at": event.at.astimezone(UTC), "push_id": str(event.push_id) if event.push_id else None}
    return chain.canonical(values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
