"""How is an act on a push kept for ever? Chained to the last record of its case's push thread, under its lock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from approvals.audit import chain, records
from approvals.organisations.access import Actor
from approvals.supervision.models import Push, PushEvent, PushThread
from approvals.supervision.words import PushAction


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
        at=at,
        push=push,
        action=action,
        unit=unit,
        data=records.known(data),
        text_digest=text_digest,
        **actor.codes,
    )
    records.append(event, to=thread)
    return event
