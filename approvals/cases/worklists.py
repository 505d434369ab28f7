"""Which cases wait for this person, and why? The 待办 list as a query, derived row by row from the workflow table.

Property, held by a test: a case is on somebody's list exactly when a duty row, or an open consent, is theirs to act on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db.models import F, Q, QuerySet

from approvals.cases.access import HANDLERS, visible
from approvals.cases.models import Case
from approvals.cases.models.case import CameBack, GoingOn, RowByRow
from approvals.cases.models.sight import Course
from approvals.cases.words import Bar, Option, Phase, Role
from approvals.cases.workflow import (
    ENDS,
    GOING_ON,
    PHASE_OF,
    TABLE,
    Paused,
    Place,
    Row,
    Who,
    stands_beside_a_proposal,
)
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ

COLUMN = {
    Phase.ACCEPT: "snapshot__accept_organ",
    Phase.REVIEW: "snapshot__review_organ",
    Phase.DECIDE: "snapshot__decide_organ",
    Phase.SEAL: "snapshot__seal_organ",
    Place.IN_NAME: "snapshot__name_organ",
}

NOTHING = Q(pk__in=[])
Twin = Callable[[Actor, date], Q]


def _has(actor: Actor, *columns: str) -> Q:
    """The cases in which this person is among those who ever did one of these parts."""
    found = NOTHING
    if actor.user is not None:
        for column in columns:
            found |= Q(**{f"{column}__contains": f",{actor.user},"})
    return found


TWINS: dict[Bar, Twin] = {
    Bar.OWN_REVIEW: lambda actor, on: _has(actor, "reviewed_by"),
    Bar.OWN_EARLIER_WORK: lambda actor, on: _has(actor, "reviewed_by", "checked_by"),
    Bar.OWN_WORK: lambda actor, on: _has(actor, "reviewed_by", "checked_by", "confirmed_by"),
    Bar.RETURNED_TOO_OFTEN: lambda actor, on: Q(returns__gte=F("snapshot__max_returns")),
    Bar.TOLERANCE_OPEN: lambda actor, on: Q(tolerance_open=True),
    Bar.NO_TOLERANCE: lambda actor, on: Q(tolerance_open=False, deemed=False),
    Bar.NO_COMMITMENT: lambda actor, on: Q(commitment=False),
    Bar.EXTENDED: lambda actor, on: Q(extended__gt=0),
    Bar.NO_LIMIT: lambda actor, on: Q(statute_on=None),
    Bar.LIMIT_PASSED: lambda actor, on: Q(statute_on__lt=on),
    Bar.CORRECTED_TOO_OFTEN: lambda actor, on: Q(corrections__gte=settings.MAX_CORRECTIONS),
    Bar.NOTICE_SERVED: lambda actor, on: Q(corrections__gt=0),
    Bar.IN_HAND: lambda actor, on: Q(in_hand=actor.user) if actor.user is not None else NOTHING,
    Bar.NO_FEE: lambda actor, on: Q(fee_due=False),
}

OPTION_COLUMN = {Option.ON_THE_SPOT: "snapshot__on_the_spot", Option.COMMITMENT: "snapshot__allows_commitment"}


def duties(actor: Actor, *, on: date) -> QuerySet[Case]:
    """待办: the cases in which the next step, or a confirmation, is this actor's. Not ordered, snapshot joined."""
    return _going_on(actor, _in_hand(actor, on) | _asked(actor))


def duties_apart(actor: Actor, *, on: date) -> tuple[QuerySet[Case], QuerySet[Case]]:
    """The same as two questions, next steps and confirmations, each with an index by the day due; few cases are in both."""
    return _going_on(actor, _in_hand(actor, on)), _going_on(actor, _asked(actor))


def _going_on(actor: Actor, wanted: Q) -> QuerySet[Case]:
    scope = actor.within("snapshot__item")
    return Case.objects.select_related("snapshot").filter(wanted, scope, GoingOn("state"))


def _in_hand(actor: Actor, on: date) -> Q:
    """The cases whose next step is this actor's: always with whoever holds the case."""
    duty, states = NOTHING, set()
    if actor.role in HANDLERS:
        for row in TABLE:
            if row.duty and (meant := _duty(row, actor, on)) is not None:
                duty |= meant
                states |= {*row.source}
    return _held(actor) & Q(state__in=sorted(states)) & RowByRow(duty) if states else NOTHING


def _asked(actor: Actor) -> Q:
    """The cases in which another's proposal awaits this actor: it names the organ whose head must confirm."""
    of_organ, of_coordinator = NOTHING, NOTHING
    for row in TABLE:
        if row.consent is None or not _fits(row.consent, actor):
            continue
        proposed = Q(state__in=row.source, proposal=row.action) & _exists(row)
        if row.consent.place == Place.COORDINATOR:
            of_coordinator |= proposed
        else:
            of_organ |= proposed
    asked = NOTHING
    if of_organ != NOTHING:
        asked |= _holds("consent_organ", actor) & RowByRow(of_organ)
    if of_coordinator != NOTHING:
        asked |= _of_coordinator(actor) & of_coordinator
    return asked & ~Q(proposal="") & ~Q(proposed_by=actor.user) if asked != NOTHING else NOTHING


def _held(actor: Actor) -> Q:
    """The cases that stand with the actor's organ; with any organ of its region, looked up here, for a window.

    Of holders that it is told, PostgreSQL knows how many cases they have.
    """
    if actor.is_window:
        return Q(holder__in=list(Organ.objects.filter(region=actor.region).values_list("pk", flat=True)))
    return Q(holder=actor.organ)


def _duty(row: Row, actor: Actor, on: date) -> Q | None:
    """The cases in which a duty row is this actor's now, among those that stand with its organ; None for none."""
    meant = NOTHING
    for who in row.by:
        if _fits(who, actor):
            meant |= _of_holder(who, row, actor)
    if meant == NOTHING:
        return None
    wanted = meant & _exists(row)
    if row.paused == Paused.NEVER:
        wanted &= Q(paused_on=None)
    elif row.paused == Paused.ONLY:
        wanted &= Q(paused_on__isnull=False)
    if not stands_beside_a_proposal(row):
        wanted &= Q(proposal="")
    for bar in row.bars:
        wanted &= ~TWINS[bar](actor, on)
    return wanted


def _fits(who: Who, actor: Actor) -> bool:
    """Whether somebody in this post can be meant at all: with `_of_holder` and `_holds` the twin of `access.is_meant`."""
    return (
        actor.kind in ("USER", "CLIENT")
        and actor.role in who.roles
        and (not actor.is_window or actor.role == Role.CLERK)
    )


def _of_holder(who: Who, row: Row, actor: Actor) -> Q:
    """The states of a row; with the organ meant, where that is another than the one which holds a case in this state."""
    plain = [state for state in row.source if who.place in (Place.HOLDER, PHASE_OF[state])]
    found = Q(state__in=plain) if plain else NOTHING
    for state in row.source:
        if state not in plain:
            found |= Q(state=state) & _holds(COLUMN[who.place], actor)
    return found


def _of_coordinator(actor: Actor) -> Q:
    return Q() if actor.level == Level.CITY else Q(snapshot__accept_region=actor.region)


def _holds(column: str, actor: Actor) -> Q:
    if actor.is_window:
        return Q(**{f"{column}__region": actor.region})
    return Q(**{column: actor.organ})


def _exists(row: Row) -> Q:
    """Twin of `Run.has`."""
    wanted = Q()
    if row.across is not None:
        wanted &= ~Q(**{COLUMN[row.across[0]]: F(COLUMN[row.across[1]])})
    if row.within is not None:
        wanted &= Q(**{COLUMN[row.within[0]]: F(COLUMN[row.within[1]])})
    if row.filing is not None:
        wanted &= Q(snapshot__filing=row.filing)
    if row.ex_officio is not None:
        wanted &= Q(snapshot__ex_officio=row.ex_officio)
    if row.option is not None:
        wanted &= Q(**{OPTION_COLUMN[row.option]: True})
    return wanted


AS_COLUMNS = {
    Course.HANDED_OVER: ~Q(snapshot__accept_organ=F("snapshot__review_organ")),
    Course.FORWARDED: ~Q(snapshot__review_organ=F("snapshot__decide_organ")),
    Course.OF_COUNTY: Q(snapshot__decide_level=Level.COUNTY),
}


def open_cases(actor: Actor, *, of: tuple[str, ...] = GOING_ON, course: Course | None = None) -> QuerySet[Case]:
    """在办: every open case this actor may see; those in some states, those that go between certain organs."""
    return _going(actor, course, going_on=True).filter(GoingOn("state", of=of))


def finished_cases(actor: Actor, *, course: Course | None = None) -> QuerySet[Case]:
    """已办: what has come to an end."""
    return _going(actor, course, going_on=False).filter(state__in=[*ENDS, "DELIVERED"])


def decided_cases(actor: Actor, *, course: Course) -> QuerySet[Case]:
    """What was decided, done with or not, of the cases that go between certain organs."""
    return _going(actor, course).filter(decided_on__isnull=False)


def _going(actor: Actor, course: Course | None, *, going_on: bool | None = None) -> QuerySet[Case]:
    cases = Case.objects.select_related("snapshot").filter(visible(actor, going_on=going_on, course=course))
    return cases.filter(RowByRow(AS_COLUMNS[course])) if course is not None else cases


def forwarded_cases(actor: Actor) -> QuerySet[Case]:
    """已转报: open cases this actor's organ handed on and another organ holds now."""
    return open_cases(actor).exclude(holder=actor.organ).exclude(holder__region=actor.region)


def returned_cases(actor: Actor) -> QuerySet[Case]:
    """退回: open cases that came back to this actor's organ and wait there."""
    return open_cases(actor).filter(_held(actor), CameBack("come_back_to"))
