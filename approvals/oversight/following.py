"""What does oversight take from the register? Each county decision is filed, each overrun earns its card, each transfer
is noted with the decision it carries out: exactly once, in the transaction that moves the cursor."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from approvals.audit.register import Entry, follow
from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Case, Event
from approvals.cases.words import Action
from approvals.keys import key_of
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import Level
from approvals.oversight import cards
from approvals.oversight.models import Filing, MovedCase, TakeBack
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import DECIDED, OversightAction
from approvals.supervision.models import Push, PushEvent
from approvals.supervision.words import PushAction

READER = "oversight"
POSITIONS = 100  # a transaction
GROUND = "take-back:"  # what a transfer that carries out a TakeBack says as its ground, before the number


def follow_register(*, at: datetime) -> int:
    """Take what the register has new; how many positions were read. Repeated until 0 by the task."""
    current_calendar()  # fresh before the transaction opens
    return follow(READER, lambda entries: take(entries, at=at), kinds=["case", "push"], limit=POSITIONS)


def take(entries: Collection[Entry], *, at: datetime) -> None:
    """File, show cards and note transfers in the caller's transaction; what was taken before is left alone."""
    events = [entry.row for entry in entries if isinstance(entry.row, Event)]
    claims = [entry.row for entry in entries if isinstance(entry.row, PushEvent)]
    cases = {one.case_id for one in (*events, *claims)}
    units = Case.objects.filter(pk__in=cases).values_list("snapshot__city_organ", flat=True).order_by()
    for unit in sorted(set(units)):
        locked_ledger(unit)  # all at once and in order
    _file([event for event in events if event.result in DECIDED], at=at)
    _note_transfers([event for event in events if event.action == Action.TRANSFER])
    claimed = {one.push_id for one in claims if one.action == PushAction.CLAIMED}
    pushes = Push.objects.filter(pk__in=claimed).select_related("unit__organ")
    cards.withdraw_unearned(events, at=at)
    cards.show([*cards.overruns_of(events), *cards.unclaimed(pushes, local_day(at))], at=at)
    transaction.on_commit(nudge, robust=True)


def _file(events: Collection[Event], *, at: datetime) -> None:
    """Tell the city unit of each decision that a county took by itself."""
    there = set(Filing.objects.filter(case__in={event.case_id for event in events}).values_list("case_id", flat=True))
    cases = Case.objects.select_related("snapshot").in_bulk({event.case_id for event in events} - there)
    due_on = add(current_calendar(), local_day(at), settings.FILING_READ_WORKDAYS)
    for event in events:
        case = cases.get(event.case_id)
        if case is None or case.snapshot.decide_level != Level.COUNTY:
            continue
        snapshot = case.snapshot
        filing = Filing.objects.create(
            case=case,
            event_sequence=event.sequence,
            unit_id=snapshot.city_organ_id,
            organ_id=snapshot.decide_organ_id,
            region_id=case.region_id,
            result=event.result,
            decided_on=event.effective_on,
            filed_at=at,
            due_on=due_on,
        )
        append(
            locked_ledger(snapshot.city_organ_id),
            OversightAction.FILED,
            f"filing:{filing.pk}",
            actor=SYSTEM,
            at=at,
            case=case.pk,
            data={"result": event.result, "decided_on": event.effective_on, "due_on": due_on},
        )


def _note_transfers(events: Collection[Event]) -> None:
    for event in events:
        ground = str(event.data.get("ground", ""))
        number = key_of(ground.removeprefix(GROUND)) if ground.startswith(GROUND) else None
        if TakeBack.objects.filter(pk=number).exists():
            MovedCase.objects.get_or_create(take_back_id=number, case_id=event.case_id, defaults={"moved_at": event.at})
