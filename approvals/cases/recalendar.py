"""Which open cases move when the holidays of a year are published or corrected, and how are they moved?

Pure recomputation of every due day by `clock` under the new calendar: what began keeps its beginning, what was agreed
keeps its number of working days (行政许可法第八十二条: working days, without statutory holidays). `plan` shows, `ask`
puts a run on the list, `go_on` takes it further: in pages of one commit each, so that no lock is held for long and a
crash loses nothing; each moved case gets one event. When the last page is done the holders are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from approvals.audit.management_record import record
from approvals.audit.models import ManagementRecord
from approvals.audit.tasks import nudge
from approvals.calendars import queries as calendars
from approvals.calendars.actions import publish
from approvals.calendars.notice import Notice
from approvals.calendars.workdays import Calendar, add, count, local_day
from approvals.cases import clock
from approvals.cases.access import NotPermitted
from approvals.cases.actions import not_before
from approvals.cases.facts import Facts, Terms
from approvals.cases.licensing import renewed
from approvals.cases.locking import locked
from approvals.cases.models import CalendarRun, Case, Correction, Event, Pause
from approvals.cases.queries import counted_pauses
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.step import Happened, Outcome, settle
from approvals.cases.words import Action, State, Step
from approvals.cases.workflow import TABLE
from approvals.cases.write import write
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import Level, Role, User

ROW = next(row for row in TABLE if row.action == Action.RECALENDAR)
DUE = {"due_on": "本环节", "promise_on": "承诺", "statute_on": "法定"}
HANDLING_ROLES = (Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER)
PAGE = 100  # cases of one commit
NAMED = 8  # case numbers that a notice names


@dataclass(frozen=True)
class Move:
    """One case that would move: its due days before and after, by the name of the column; only those that differ."""

    case: Case
    days: dict[str, tuple[date | None, date | None]]

    @property
    def shift(self) -> int:
        """By how many calendar days the first of them moves; negative: earlier."""
        before, after = next(iter(self.days.values()))
        return (after - before).days if before and after else 0

    def words(self) -> str:
        return "；".join(f"{DUE[name]} {before or '—'} → {after or '—'}" for name, (before, after) in self.days.items())


def may_ask(actor: Actor) -> None:
    """Let the system pass, and the city's coordinator. Raises NotPermitted."""
    if actor.kind != "SYSTEM" and not may_move(actor):
        raise NotPermitted("放假安排由负责全部事项的市级协调员导入和确认。")


def may_move(actor: Actor) -> bool:
    """Whether this person looks after every case of the city, for a calendar moves them all."""
    return actor.level == Level.CITY and actor.role == Role.COORDINATOR and not actor.item_scope


def plan(*, calendar: Calendar) -> Iterator[Move]:
    """Every open case that stands otherwise under `calendar`, by number; nothing is written."""
    for _, moves in planned_pages(calendar=calendar):
        yield from moves


def planned_pages(*, calendar: Calendar, after: str = "") -> Iterator[tuple[str, list[Move]]]:
    """The same a page at a time, from the number `after` on: the last number looked at, and what differs up to there."""
    while page := list(_open_after(after).select_related("snapshot", "holder", "region")[:PAGE]):
        moved = recounted(page, calendar)
        after = page[-1].number
        differ = [(case, differing(facts_of(case), moved[case.pk])) for case in page]
        yield after, [Move(case, days) for case, days in differ if days]


def ask(*, actor: Actor, at: datetime, ground: str, notice: Notice | None = None) -> CalendarRun:
    """Publish a notice (or take the calendar as it stands) and put the moving of the cases on the list.

    Raises NotPermitted. The run is gone on with by `go_on`; asking twice moves nothing twice.
    """
    may_ask(actor)
    with transaction.atomic(durable=True):
        if actor.user is not None:
            User.objects.select_for_update().get(pk=actor.user)
        if notice is not None:
            publish(notice)
        run = CalendarRun.objects.create(asked_at=at, asked_by_id=actor.user, ground=ground[:200])
        data = {"run": run.pk, "ground": run.ground}
        if notice is not None:
            data |= {"year": notice.year, "days": [[day.isoformat(), kind] for day, kind, _ in notice.days]}
        record(
            user=actor.user or 0,
            act=ManagementRecord.Act.CALENDAR,
            subject=str(notice.year if notice else "现行日历"),
            data=data,
            at=at,
        )
    calendars.forget()
    return run


def go_on(*, at: datetime, pages: int | None = None) -> int:
    """Take the unfinished runs further, at most `pages` commits (None: to the end); how many cases moved."""
    moved = done = 0
    while pages is None or done < pages:
        run = CalendarRun.objects.filter(finished_at=None).order_by("pk").first()
        if run is None:
            break
        moved += _page(run.pk, at)
        done += 1
    return moved


def _page(pk: int, at: datetime) -> int:
    calendars.forget()  # another process may have published it a moment ago
    calendar = calendars.current_calendar()
    with transaction.atomic(durable=True):
        run = CalendarRun.objects.select_for_update().get(pk=pk)
        if run.finished_at is not None:
            return 0
        numbers = list(_open_after(run.cursor).values_list("number", flat=True)[:PAGE])
        if not numbers:
            _tell_holders(run, at)
            run.finished_at = at
            run.save(update_fields=["finished_at"])
            return 0
        moves = list(_moves(run, numbers, calendar, at))
        if moves:
            write(moves)
            transaction.on_commit(nudge, robust=True)
        run.cursor, run.seen, run.moved = numbers[-1], run.seen + len(numbers), run.moved + len(moves)
        run.save(update_fields=["cursor", "seen", "moved"])
    return len(moves)


def _moves(
    run: CalendarRun, numbers: Sequence[str], calendar: Calendar, at: datetime
) -> Iterator[tuple[Case, list[Outcome]]]:
    cases = list(locked(numbers).values())
    counted = recounted(cases, calendar)
    for case in cases:
        when = not_before(case, at)
        day, facts, terms = local_day(when), facts_of(case), terms_of(case.snapshot)
        if facts.state not in ROW.source or not differing(facts, counted[case.pk]):
            continue
        # what the old days have brought about stays
        outcomes = settle(facts, terms, calendar, at=when, on=day, licence=renewed(case))
        if outcomes:
            facts = outcomes[-1].after
            moved = recounted_one(facts, terms, calendar, case=case, notified=None)
        else:
            moved = counted[case.pk]
        if not (days := differing(facts, moved)):
            continue
        yield case, [*outcomes, _outcome(run, facts, moved, days, when, day)]


def _outcome(
    run: CalendarRun,
    facts: Facts,
    moved: Facts,
    days: dict[str, tuple[date | None, date | None]],
    at: datetime,
    day: date,
) -> Outcome:
    moved = replace(moved, version=facts.version + 1)
    happened = Happened(
        action=Action.RECALENDAR,
        step=Step.ACT,
        source=facts.state,
        target=facts.state,
        at=at,
        effective_on=day,
        actor=SYSTEM,
        data={name: getattr(moved, name) for name in DUE} | {"calendar": run.pk},
        texts={"reasons": f"{run.ground}：" + Move(Case(), days).words()},
    )
    return Outcome(facts, moved, happened)


def recounted(cases: Sequence[Case], calendar: Calendar) -> dict[int, Facts]:
    """The facts of these cases with every due day counted anew; two queries for what lies beside them."""
    keys = [case.pk for case in cases]
    notices = Correction.objects.filter(case__in=keys).order_by("sequence")
    notified = {case: (on, told) for case, on, told in notices.values_list("case", "notified_on", "due_on")}
    paused = set(Pause.objects.filter(case__in=keys, resumed_on__isnull=False).values_list("case", flat=True))
    return {
        case.pk: recounted_one(
            facts_of(case),
            terms_of(case.snapshot),
            calendar,
            case=case if case.pk in paused else None,
            notified=notified.get(case.pk),
        )
        for case in cases
    }


def recounted_one(
    facts: Facts, terms: Terms, calendar: Calendar, *, case: Case | None, notified: tuple[date, date] | None
) -> Facts:
    """The facts with every due day counted anew. `case`: where ended pauses are to be counted anew too.

    `notified`: on which day the applicant was asked for corrections, and until which day as the letter says: that is
    never shortened. What is decided keeps the days by which it had to be decided; only the day of delivery may move.
    """
    if facts.state == State.CORRECTION:
        if notified is None:
            return facts
        return replace(facts, due_on=max(notified[1], add(calendar, notified[0], terms.limits.correction)))
    if facts.decided_on is not None:
        return replace(facts, due_on=clock.stage_due(facts, terms, calendar))
    if case is not None and facts.accepted_on is not None:
        began = {which: clock.counted_from(which, facts, terms) for which in ("promise", "statute")}
        facts = replace(
            facts,
            out_promise=_paused(case, "promise", began["promise"], terms.limits.promised, facts.out_promise, calendar),
            out_statute=_paused(case, "statute", began["statute"], terms.limits.statutory, facts.out_statute, calendar),
        )
    promise, statute = clock.limits_of(facts, terms, calendar)
    facts = replace(facts, promise_on=promise, statute_on=statute)
    return replace(facts, due_on=clock.stage_due(facts, terms, calendar))


def _paused(case: Case, which: str, start: date, limit: int | None, now: int, calendar: Calendar) -> int:
    """The working days that ended pauses took out of a limit, counted anew."""
    if limit is None:
        return now
    pauses = counted_pauses(case, which, calendar, start, limit)
    return sum(count(calendar, after=one.start, until=one.resume) for one in pauses if one.resume is not None)


def differing(before: Facts, after: Facts) -> dict[str, tuple[date | None, date | None]]:
    """The due days that differ, by column: the promise first, for that is what the applicant was told."""
    order = ("promise_on", "statute_on", "due_on")
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in order}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _open_after(number: str) -> QuerySet[Case]:
    return Case.objects.filter(state__in=ROW.source, number__gt=number).order_by("number")


def _tell_holders(run: CalendarRun, at: datetime) -> None:
    """One message for each person: whoever has a case in hand, or everybody who handles cases where nobody has."""
    moved = Event.objects.filter(action=Action.RECALENDAR, data__calendar=run.pk, at__gte=run.asked_at)
    rows = Case.objects.filter(pk__in=moved.values("case")).order_by("due_on", "number")
    persons: dict[int, list[str]] = defaultdict(list)
    organs: dict[int, list[str]] = defaultdict(list)
    for number, hand, holder in rows.values_list("number", "in_hand", "holder"):
        (persons[hand] if hand else organs[holder]).append(number)
    for organ, numbers in organs.items():
        for person in people_in(on=local_day(at), organs=[organ], roles=HANDLING_ROLES):
            persons[person] += numbers
    for person, numbers in persons.items():
        more = f" 等 {len(numbers)} 件" if len(numbers) > NAMED else ""
        tell(
            to=[person],
            kind="CALENDAR",
            title=f"{len(numbers)} 件办件的到期日随放假安排调整",
            body=f"{run.ground}。{'、'.join(numbers[:NAMED])}{more}。每件的办理记录里有调整前后的日期。",
            url="/",
            key=f"calendar:{run.pk}",
            at=at,
        )
