"""Who is reminded of a push that nobody claims? 催办: the unit's staff, then its head, then the coordinator; each working day.

The day before the limit and every working day after it the staff; NAG_HEAD_AFTER_WORKDAYS late also the head of the organ;
NAG_COORDINATOR_AFTER_WORKDAYS late also the coordinator. Each reminder stands on the push's thread.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, add, count, local_day
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import Role
from approvals.supervision.models import Push
from approvals.supervision.objecting import coordinators_for
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import PushAction, PushState

STAFF, HEAD, COORDINATOR = "STAFF", "HEAD", "COORDINATOR"


def audience(
    calendar: Calendar, *, due_on: date, on: date, before: int, head_after: int, coordinator_after: int
) -> tuple[str, ...]:
    """Whom a claim that is due on a day concerns on another; nobody on days off. All in working days."""
    if not calendar.is_workday(on):
        return ()
    if on <= due_on:
        return (STAFF,) if count(calendar, after=on, until=due_on) <= before else ()
    late = count(calendar, after=due_on, until=on)
    found = [STAFF]
    if late >= head_after:
        found.append(HEAD)
    if late >= coordinator_after:
        found.append(COORDINATOR)
    return tuple(found)


def nag(*, at: datetime) -> int:
    """Remind of everything to be claimed that is due soon or late, once a day; how many pushes."""
    on, calendar = local_day(at), current_calendar()
    if not calendar.is_workday(on):
        return 0
    horizon = add(calendar, on, settings.NAG_BEFORE_WORKDAYS)
    found = Push.objects.filter(state=PushState.TO_CLAIM, claim_due_on__lte=horizon)
    found = found.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lt=on))
    return sum(_remind(pk, case, on=on, calendar=calendar, at=at) for pk, case in found.values_list("pk", "case_id"))


def _remind(pk: object, case: int, *, on: date, calendar: Calendar, at: datetime) -> bool:
    with transaction.atomic(durable=True):
        thread = locked_threads({case})[case]
        push = Push.objects.select_for_update(of=("self",)).select_related("case__snapshot", "unit__organ").get(pk=pk)
        if push.state != PushState.TO_CLAIM or push.claim_due_on is None or push.reminded_on == on:
            return False
        to = audience(
            calendar,
            due_on=push.claim_due_on,
            on=on,
            before=settings.NAG_BEFORE_WORKDAYS,
            head_after=settings.NAG_HEAD_AFTER_WORKDAYS,
            coordinator_after=settings.NAG_COORDINATOR_AFTER_WORKDAYS,
        )
        if not to:
            return False
        late = count(calendar, after=push.claim_due_on, until=on) if on > push.claim_due_on else 0
        when = f"已逾期 {late} 个工作日" if late else f"最迟 {push.claim_due_on}"
        tell(
            to=_people(push, to, on=on, at=at),
            kind="claim",
            title=f"推送待认领，{when}",
            body=f"{push.unit.name}：办件 {push.case.number}，{push.case.snapshot.item_name}。",
            url=f"/supervision/?push={push.pk}",
            key=f"claim-{push.pk}-{on}",
            at=at,
        )
        Push.objects.filter(pk=push.pk).update(reminded_on=on)
        data = {"to": list(to), "claim_due_on": push.claim_due_on, "late": late}
        append(thread, PushAction.REMINDED, actor=SYSTEM, at=at, push=push, unit=push.unit.code, data=data)
        transaction.on_commit(nudge_register, robust=True)
    return True


def _people(push: Push, to: tuple[str, ...], *, on: date, at: datetime) -> set[int]:
    people = set(people_in(on=on, units=[push.unit_id], roles=[Role.SUPERVISOR]))
    if HEAD in to:
        people |= set(people_in(on=on, organs=[push.unit.organ_id], roles=[Role.DECIDER, Role.CHECKER]))
    if COORDINATOR in to or not people:
        people |= set(coordinators_for(push, at=at))
    return people
