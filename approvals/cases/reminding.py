"""Who is reminded in the morning, of what? Each person of what is due in their hands, the unit of what nobody took in hand;
clerk and applicant of corrections that are due; whoever handles a case of a special procedure whose announced time is over.

Once a day a person. An overrun procedure goes up the line: NAG_HEAD_AFTER_WORKDAYS late to the head,
NAG_COORDINATOR_AFTER_WORKDAYS late to the coordinator (行政许可法第三十二条、第四十五条).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, count
from approvals.cases.models import Case
from approvals.cases.periods import pauses_due, reminder_key
from approvals.cases.telling import mobiles_of, say
from approvals.cases.words import State
from approvals.cases.workflow import HEAD, OPEN, TABLE, Paused
from approvals.notices.actions import people_in, tell
from approvals.notices.models import Notice
from approvals.notices.words import Occasion
from approvals.organisations.models import Organ, Role


def roles_at(state: State, *, filing: bool) -> frozenset[Role]:
    """Who takes the next step from a state, of what every item has."""
    rows = (row for row in TABLE if row.duty and state in row.source and row.filing in (None, filing))
    usual = (row for row in rows if row.option is None and row.paused != Paused.ONLY)
    return frozenset(role for row in usual for who in row.by for role in who.roles)


def remind(*, on: date, at: datetime) -> int:
    """Say each of these once; how many notices."""
    current_calendar()  # fresh before the transaction opens
    with transaction.atomic():
        return in_hand(on=on, at=at) + in_nobodys_hand(on=on, at=at) + corrections(on=on, at=at) + pauses(on=on, at=at)


def in_hand(*, on: date, at: datetime) -> int:
    """Each person, of the cases in their hands that are due today or past their day."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    mine = Case.objects.filter(state__in=[*OPEN], in_hand__isnull=False, due_on__lte=on, paused_on=None)
    for user, due_on in mine.exclude(state=State.DRAFT).values_list("in_hand", "due_on"):
        counts[user][due_on < on] += 1
    return _say_counts(counts, "你手上", f"due-{on}", at)


def in_nobodys_hand(*, on: date, at: datetime) -> int:
    """Whoever may take them, of the cases of their unit that are due and that nobody took in hand."""
    lying = Case.objects.filter(state__in=[*OPEN], in_hand=None, due_on__lte=on, paused_on=None)
    lying = lying.exclude(state__in=(State.DRAFT, State.CORRECTION)).order_by()
    groups = lying.values("holder", "holder__region", "state", "snapshot__filing").annotate(
        today=Count("pk", filter=Q(due_on=on)), over=Count("pk", filter=Q(due_on__lt=on))
    )
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for group in groups:
        roles = roles_at(State(group["state"]), filing=group["snapshot__filing"])
        for user in staff_of(group["holder"], group["holder__region"], roles, on=on):
            counts[user][0] += group["today"]
            counts[user][1] += group["over"]
    return _say_counts(counts, "本单位没有人签收的", f"due-unit-{on}", at)


def corrections(*, on: date, at: datetime) -> int:
    """The clerk and the applicant, once, from the working day before the last day to correct."""
    soon = add(current_calendar(), on, settings.NAG_BEFORE_WORKDAYS)
    due = Case.objects.filter(state=State.CORRECTION, due_on__lte=soon).order_by("number")
    cases = {reminder_key(case): case for case in due.select_related("snapshot__accept_organ", "holder")}
    done = set(Notice.objects.filter(key__in=cases).values_list("key", flat=True))
    cases = {key: case for key, case in cases.items() if key not in done}
    reachable, said = mobiles_of({case.pk for case in cases.values()}), 0
    for key, case in cases.items():
        to = [case.in_hand_id] if case.in_hand_id else _clerks(case, on=on)
        said += tell(
            to=to,
            kind="due",
            title=f"补正期限 {case.due_on}：{case.snapshot.item_name}"[:120],
            body=f"办件 {case.number} 的申请人还没有补正；已发提醒，联系不上短信的请电话告知。",
            url=f"/cases/{case.number}/",
            key=key,
            at=at,
        )
        say(Occasion.REMINDER, case, reachable[case.pk], key=key, at=at, day=case.due_on)
    return said


def pauses(*, on: date, at: datetime) -> int:
    """Whoever handles a case whose special procedure should be over today or earlier; each working day."""
    calendar, said = current_calendar(), 0
    if not calendar.is_workday(on):
        return 0
    due = pauses_due(on=on)
    for case in Case.objects.filter(pk__in=due).select_related("snapshot", "holder").order_by("number"):
        pause, due_on = due[case.pk]
        late = count(calendar, after=due_on, until=on)
        to = (
            {case.in_hand_id}
            if case.in_hand_id
            else staff_of(case.holder_id, case.holder.region_id, {Role.REVIEWER}, on=on)
        )
        if late >= settings.NAG_HEAD_AFTER_WORKDAYS:
            to |= set(people_in(on=on, organs=[case.holder_id], roles=HEAD))
        if late >= settings.NAG_COORDINATOR_AFTER_WORKDAYS or not to:
            to |= coordinators_in(case.holder.region_id, on=on)
        said += tell(
            to=to,
            kind="due",
            title=f"特别程序告知到 {due_on}{f'，已逾期 {late} 个工作日' if late else ''}：{case.snapshot.item_name}"[
                :120
            ],
            body=f"办件 {case.number}：程序结束的登记结果、恢复办理；还没有结束的，查明原因。",
            url=f"/cases/{case.number}/",
            key=f"pause-{pause.pk}-{on}",
            at=at,
        )
    return said


def staff_of(holder: int, region: str, roles: Iterable[Role], *, on: date) -> set[int]:
    """Who may act for an organ in one of these roles; its region's window as well, where clerks are meant."""
    roles = set(roles)
    people = set(people_in(on=on, organs=[holder], roles=roles)) if roles else set()
    if Role.CLERK in roles:
        windows = Organ.objects.filter(region=region, kind=Organ.Kind.WINDOW).values_list("pk", flat=True)
        people |= set(people_in(on=on, organs=windows, roles=[Role.CLERK]))
    return people


def coordinators_in(region: str, *, on: date) -> set[int]:
    organs = Organ.objects.filter(region=region).values_list("pk", flat=True)
    return set(people_in(on=on, organs=organs, roles=[Role.COORDINATOR]))


def _clerks(case: Case, *, on: date) -> set[int]:
    """The clerks who took it in; where there are none, the coordinator, so that the reminder reaches somebody."""
    region = case.holder.region_id
    return staff_of(case.holder_id, region, {Role.CLERK}, on=on) or coordinators_in(region, on=on)


def _say_counts(counts: dict[int, list[int]], whose: str, key: str, at: datetime) -> int:
    said = 0
    for user, (today, over) in sorted(counts.items()):
        parts = [f"超期 {over} 件"] * bool(over) + [f"今天到期 {today} 件"] * bool(today)
        url = f"/?tab=todo&due={'over' if over else 'today'}"
        said += tell(to=[user], kind="due", title=f"{whose}{'，'.join(parts)}", key=key, url=url, at=at)
    return said
