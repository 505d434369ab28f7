"""To whom does each decision go? Follows the register: every decided case becomes pushes, or an orphan, exactly once.

The rule table says to whom (`rules`): the responsible unit receives what the decision says (to claim, or to know), every
other unit a copy to know. Due days are working days after the decision (赣市府办发〔2022〕7号 四（六）: three); the claim limit
runs from the delivery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from approvals.audit.register import Entry, follow
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, add, local_day
from approvals.cases.models import Case, Decision, Event, Form
from approvals.cases.words import Action, Purpose
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.notices.actions import tell
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import Orphan, Push, PushThread, UnitEndpoint
from approvals.supervision.payload import text_for, thread_of
from approvals.supervision.record import append, locked_threads
from approvals.supervision.routing import Rights, routing_of, rules_on, units_of, withheld_from, withheld_rights
from approvals.supervision.rules import Routing
from approvals.supervision.words import ENDED, PushAction, PushState, Subject

READER = "supervision.pushes"
FOLLOWING = {Action.SEAL: Subject.PAPERS}  # acts that are told, once something was decided, on the same thread
POSITIONS = 50  # a transaction; writing a push takes some ten milliseconds, and on SQLite everybody else waits


def follow_cases(*, at: datetime) -> int:
    """Push what the register has new; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: place(entries, at=at), kinds=["case"], limit=POSITIONS)


def place(entries: Collection[Entry], *, at: datetime) -> None:
    """Push the decisions among these entries in the caller's transaction; what was placed before is left alone.

    What follows a decision (its sealed papers) goes to whoever holds the decision's push, on the same thread.
    """
    events = [entry.row for entry in entries if isinstance(entry.row, Event)]
    events = [event for event in events if event.push or event.action in FOLLOWING]
    cases = Case.objects.select_related("snapshot", "region", "form").in_bulk({event.case_id for event in events})
    threads = locked_threads(cases.keys())
    placed = _placed(events)
    events = [event for event in events if (event.case_id, event.sequence) not in placed]
    if not events:
        return
    rules, rights = rules_on(local_day(at)), withheld_rights()
    units = units_of([case.snapshot.supervisors for case in cases.values()], rules)
    routings = {pk: routing_of(case, rules=rules, units=units) for pk, case in cases.items()}
    followed = [event.case_id for event in events if not event.push]
    holding = set(Push.objects.filter(case__in=followed).exclude(state__in=ENDED).values_list("unit", flat=True))
    receiving = locked_receiving({one.unit.pk for each in routings.values() for one in each.recipients} | holding)
    for event in events:
        case, thread = cases[event.case_id], threads[event.case_id]
        if event.push:
            _place(event, case, routings[case.pk], thread=thread, receiving=receiving, rights=rights, at=at)
        else:
            _place_later(event, case, thread=thread, receiving=receiving, rights=rights, at=at)
    transaction.on_commit(nudge_exchange, robust=True)
    transaction.on_commit(nudge_register, robust=True)


def _placed(events: Collection[Event]) -> set[tuple[int, int]]:
    """The decisions pushed or listed before. What follows them is asked unit by unit: who came late may have it alone."""
    cases = {event.case_id for event in events}
    decisions = Push.objects.filter(subject=Subject.DECISION)
    return {
        pair
        for rows in (decisions, Orphan.objects.all())
        for pair in rows.filter(case__in=cases).values_list("case_id", "event_sequence")
    }


def _place(
    event: Event,
    case: Case,
    routing: Routing,
    *,
    thread: PushThread,
    receiving: dict[int, UnitEndpoint],
    rights: Rights,
    at: datetime,
) -> None:
    if routing.orphan:
        orphan = Orphan.objects.create(
            case=case,
            event_sequence=event.sequence,
            purpose=event.push,
            decided_on=event.effective_on,
            due_on=push_due_on(event.effective_on),
            listed_at=at,
        )
        data = {"event_sequence": event.sequence, "purpose": orphan.purpose, "due_on": orphan.due_on}
        append(thread, PushAction.NO_UNIT, actor=SYSTEM, at=at, data=data)
    for one in routing.recipients:
        push = push_to(
            receiving[one.unit.pk],
            event=event,
            case=case,
            level=one.unit.level,
            copy=one.copy,
            provisional=one.provisional,
            purpose=Purpose.INFORM if one.copy else Purpose(event.push),
            thread=thread,
            actor=SYSTEM,
            at=at,
            rights=rights,
            rule=routing.rule.pk if routing.rule else None,
        )
        tell(
            to=one.people,
            kind="push",
            title=f"审管推送：{case.snapshot.item_name}",
            body=f"办件 {case.number}，{push.get_purpose_display()}。",
            url=f"/supervision/?push={push.pk}",
            key=f"push-{push.pk}",
            at=at,
        )


def _place_later(
    event: Event,
    case: Case,
    *,
    thread: PushThread,
    receiving: dict[int, UnitEndpoint],
    rights: Rights,
    at: datetime,
) -> None:
    """Sealed papers and the like: to know, once to every unit that holds a push of the decision and has them not yet."""
    subject, pushes = FOLLOWING[event.action], Push.objects.filter(case=case)
    told = set(pushes.filter(subject=subject, event_sequence=event.sequence).values_list("unit_id", flat=True))
    held = pushes.filter(subject=Subject.DECISION, event_sequence__lt=event.sequence).exclude(state__in=ENDED)
    for earlier in held.order_by("event_sequence", "copy", "pk"):
        if earlier.unit_id in told:
            continue
        told.add(earlier.unit_id)
        push_to(
            receiving[earlier.unit_id],
            event=event,
            case=case,
            level=earlier.level,
            copy=earlier.copy,
            provisional=earlier.provisional,
            purpose=Purpose.INFORM,
            thread=thread,
            actor=SYSTEM,
            at=at,
            subject=subject,
            result=earlier.result,
            rights=rights,
        )


def push_what_followed(push: Push, *, receiving: UnitEndpoint, thread: PushThread, actor: Actor, at: datetime) -> None:
    """Give a unit that comes late (assigned, re-routed) what the others already have of the case."""
    rights = withheld_rights()
    followed = Event.objects.filter(case=push.case_id, action__in=FOLLOWING, sequence__gt=push.event_sequence)
    for event in followed.order_by("sequence"):
        push_to(
            receiving,
            event=event,
            case=push.case,
            level=push.level,
            copy=push.copy,
            provisional=push.provisional,
            purpose=Purpose.INFORM,
            thread=thread,
            actor=actor,
            at=at,
            subject=FOLLOWING[event.action],
            result=push.result,
            rights=rights,
            again=True,
        )


def locked_receiving(units: Collection[int]) -> dict[int, UnitEndpoint]:
    """Where these units receive (the inbox of the platform where nothing else is set), locked in one order."""
    known = set(UnitEndpoint.objects.filter(pk__in=units).values_list("pk", flat=True))
    for unit in SupervisionUnit.objects.filter(pk__in=set(units) - known).order_by("pk"):
        endpoint, _ = Endpoint.objects.get_or_create(
            code=f"inbox-{unit.code}",
            defaults={"name": f"{unit.name}收件箱", "transport": Endpoint.Transport.INBOX},
        )
        UnitEndpoint.objects.get_or_create(unit=unit, defaults={"endpoint": endpoint})
    return {
        one.unit_id: one
        for one in UnitEndpoint.objects.select_for_update(of=("self",))
        .select_related("endpoint", "unit")
        .filter(pk__in=units)
        .order_by("pk")
    }


def push_due_on(since: date) -> date:
    """The last day on which what was decided (or is to go elsewhere) since a day may be delivered."""
    return add(current_calendar(), since, settings.PUSH_WITHIN_WORKDAYS)


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
    rights: Rights,
    actor: Actor,
    at: datetime,
    subject: Subject = Subject.DECISION,
    result: str = "",
    replaces: Push | None = None,
    supplement: str = "",
    rule: int | None = None,
    again: bool = False,
) -> Push:
    """Write one push with its message and record. Thread and unit are locked by the caller, in that order.

    `replaces`: the push in whose place it goes out, to the same unit or another; its number in the unit's own count is
    new, its due days run from today. `again`: the unit may have had the same before.
    """
    calendar, form = current_calendar(), Form.objects.get(pk=case.pk)
    to_claim, since = purpose == Purpose.CLAIM, local_day(at) if replaces else event.effective_on
    receiving.pushed += 1
    receiving.save(update_fields=["pushed"])
    push = Push(
        case=case,
        subject=subject,
        event_sequence=event.sequence,
        unit=receiving.unit,
        round=_round(case, subject, event, receiving, purpose) if replaces or again else 0,
        replaces=replaces,
        unit_sequence=receiving.pushed,
        level=level,
        copy=copy,
        provisional=provisional,
        purpose=purpose,
        result=result or event.result,
        on_commitment=Decision.objects.filter(pk=case.pk, sequence=event.sequence, on_commitment=True).exists(),
        state=PushState.TO_CLAIM if to_claim else PushState.FOR_INFORMATION,
        decided_on=event.effective_on,
        pushed_at=at,
        confirm_by_on=add(calendar, since, settings.PUSH_CONFIRM_WORKDAYS),
        due_on=push_due_on(since),
    )
    if receiving.endpoint.transport == Endpoint.Transport.INBOX:
        delivered(push, at=at, days=form.claim_days, calendar=calendar)
    push.message = exchange.enqueue(
        endpoint=receiving.endpoint,
        topic=f"push.{purpose.lower()}",
        thread=thread_of(case),
        body=text_for(push, event, withheld=withheld_from(rights, level=level, copy=copy), supplement=supplement),
        at=at,
        id=push.pk,
    )
    push.save(force_insert=True)
    data = {
        "subject": push.subject,
        "event_sequence": event.sequence,
        "replaces": str(replaces.pk) if replaces else None,
        "rule": rule,
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


def delivered(push: Push, *, at: datetime, days: int, calendar: Calendar) -> None:
    """Note on an unsaved push when it first arrived: from then on the unit has its working days to claim."""
    push.delivered_at = at
    if push.purpose == Purpose.CLAIM and push.claim_due_on is None:
        push.claim_due_on = add(calendar, local_day(at), days)


def _round(case: Case, subject: Subject, event: Event, receiving: UnitEndpoint, purpose: Purpose) -> int:
    """How often this unit already received exactly this; 0 the first time."""
    same = Push.objects.filter(case=case, subject=subject, event_sequence=event.sequence, purpose=purpose)
    return same.filter(unit=receiving.unit).count()
