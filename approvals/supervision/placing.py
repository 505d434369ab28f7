"""To whom does each decision go? Follows the register: every decided case becomes pushes, or an orphan, exactly once.

The responsible unit receives what the decision says (to claim, or to know), every other unit a copy to know. Due days
are working days after the decision (赣市府办发〔2022〕7号 四（六）: three); the claim limit runs from the delivery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from approvals.audit.register import Entry, follow
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Case, Decision, Event, Form
from approvals.cases.words import Purpose
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import Orphan, Push, PushThread, UnitEndpoint
from approvals.supervision.payload import text_for
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import PushAction, PushState

READER = "supervision.pushes"
POSITIONS = 50  # a transaction; writing a push takes some ten milliseconds, and on SQLite everybody else waits


def follow_cases(*, at: datetime) -> int:
    """Push what the register has new; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: place(entries, at=at), kinds=["case"], limit=POSITIONS)


def place(entries: Collection[Entry], *, at: datetime) -> None:
    """Push the decisions among these entries in the caller's transaction; what was placed before is left alone."""
    events = [entry.row for entry in entries if isinstance(entry.row, Event) and entry.row.push]
    placed = _placed(events)
    events = [event for event in events if (event.case_id, event.sequence) not in placed]
    if not events:
        return
    cases = Case.objects.select_related("snapshot", "region", "form").in_bulk({event.case_id for event in events})
    threads = locked_threads(cases.keys())
    named = {one["unit"] for case in cases.values() for one in case.snapshot.supervisors}
    units = SupervisionUnit.objects.in_bulk(named)
    receiving = locked_receiving(units)
    for event in events:
        case = cases[event.case_id]
        _place(event, case, supervisors_of(case, units), thread=threads[case.pk], receiving=receiving, at=at)
    transaction.on_commit(nudge_exchange, robust=True)
    transaction.on_commit(nudge_register, robust=True)


def _placed(events: Collection[Event]) -> set[tuple[int, int]]:
    cases = {event.case_id for event in events}
    return {
        pair
        for model in (Push, Orphan)
        for pair in model.objects.filter(case__in=cases).values_list("case_id", "event_sequence")
    }


def supervisors_of(case: Case, units: dict[int, SupervisionUnit]) -> list[dict[str, Any]]:
    """The units of a case that still exist, the responsible ones first, each once."""
    listed = sorted(case.snapshot.supervisors, key=lambda one: one["copy"])
    once = {one["unit"]: one for one in reversed(listed)}
    return [one for one in listed if once[one["unit"]] is one and one["unit"] in units]


def _place(
    event: Event,
    case: Case,
    supervisors: list[dict[str, Any]],
    *,
    thread: PushThread,
    receiving: dict[int, UnitEndpoint],
    at: datetime,
) -> None:
    if not any(not one["copy"] for one in supervisors):
        orphan = Orphan.objects.create(
            case=case,
            event_sequence=event.sequence,
            purpose=event.push,
            decided_on=event.effective_on,
            due_on=push_due_on(event),
            listed_at=at,
        )
        data = {"event_sequence": event.sequence, "purpose": orphan.purpose, "due_on": orphan.due_on}
        append(thread, PushAction.NO_UNIT, actor=SYSTEM, at=at, data=data)
    for one in supervisors:
        push_to(
            receiving[one["unit"]],
            event=event,
            case=case,
            level=one["level"],
            copy=one["copy"],
            provisional=one["provisional"],
            purpose=Purpose.INFORM if one["copy"] else Purpose(event.push),
            thread=thread,
            actor=SYSTEM,
            at=at,
        )


def locked_receiving(units: dict[int, SupervisionUnit]) -> dict[int, UnitEndpoint]:
    """Where these units receive (the inbox of the platform where nothing else is set), locked in one order."""
    known = set(UnitEndpoint.objects.filter(pk__in=units).values_list("pk", flat=True))
    for pk in sorted(set(units) - known):
        endpoint, _ = Endpoint.objects.get_or_create(
            code=f"inbox-{units[pk].code}",
            defaults={"name": f"{units[pk].name}收件箱", "transport": Endpoint.Transport.INBOX},
        )
        UnitEndpoint.objects.get_or_create(unit=units[pk], defaults={"endpoint": endpoint})
    return {
        one.unit_id: one
        for one in UnitEndpoint.objects.select_for_update(of=("self",))
        .select_related("endpoint", "unit")
        .filter(pk__in=units)
        .order_by("pk")
    }


def push_due_on(event: Event) -> Any:
    """The last day on which a decision may be pushed."""
    return add(current_calendar(), event.effective_on, settings.PUSH_WITHIN_WORKDAYS)


def push_to(
    receiving: UnitEndpoint,
    *,
    event: Event,
    case: Case,
    level: str,
    copy: bool,
    provisional: bool,
    purpose: Purpose,
    thread: PushThread,
    actor: Actor,
    at: datetime,
) -> Push:
    """Write one push with its message and record. Thread and unit are locked by the caller, in that order."""
    calendar, form = current_calendar(), Form.objects.get(pk=case.pk)
    to_claim = purpose == Purpose.CLAIM
    receiving.pushed += 1
    receiving.save(update_fields=["pushed"])
    push = Push(
        case=case,
        event_sequence=event.sequence,
        unit=receiving.unit,
        unit_sequence=receiving.pushed,
        level=level,
        copy=copy,
        provisional=provisional,
        purpose=purpose,
        result=event.result,
        on_commitment=Decision.objects.filter(pk=case.pk, sequence=event.sequence, on_commitment=True).exists(),
        state=PushState.TO_CLAIM if to_claim else PushState.FOR_INFORMATION,
        decided_on=event.effective_on,
        pushed_at=at,
        confirm_by_on=add(calendar, event.effective_on, 1),
        due_on=push_due_on(event),
        claim_due_on=add(calendar, local_day(at), form.claim_days) if to_claim else None,
    )
    push.message = exchange.enqueue(
        endpoint=receiving.endpoint,
        topic=f"push.{purpose.lower()}",
        thread=case.number,
        body=text_for(push, event),
        at=at,
        id=push.pk,
    )
    push.save(force_insert=True)
    data = {
        "event_sequence": event.sequence,
        "unit_sequence": push.unit_sequence,
        "purpose": push.purpose,
        "copy": push.copy,
        "provisional": push.provisional,
        "due_on": push.due_on,
        "claim_due_on": push.claim_due_on,
        "body_sha256": hashlib.sha256(push.message.body.encode()).hexdigest(),
    }
    append(thread, PushAction.PUSHED, actor=actor, at=at, push=push, unit=push.unit.code, data=data)
    return push
