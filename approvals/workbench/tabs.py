"""Which tabs has each list of cases, and which cases does each tab hold? The cases come from `cases.worklists`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.cases import worklists
from approvals.cases.access import of_visible, visible
from approvals.cases.models import Case, Event
from approvals.cases.models.case import CameBack, RowByRow
from approvals.cases.models.event import DeemedAcceptance
from approvals.cases.models.sight import Course
from approvals.cases.periods import pause_until, pauses_due
from approvals.cases.words import UNDECIDED_ENDS, Step
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.models import Push
from approvals.supervision.words import PushState
from approvals.workbench.rows import STOPPED

RETURNED_OFTEN = 2  # times; from here on the two levels should talk

Source = Callable[[Actor, date], QuerySet[Case]]
Apart = Callable[[Actor, date], tuple[QuerySet[Case], ...]]


@dataclass(frozen=True)
class Tab:
    """One tab of a list: its key in the address, its name, its cases; `apart` as questions each answered in order of due."""

    key: str
    label: str
    source: Source
    needs_me: bool = False  # a dark count: something came back to this person
    newest_first: bool = False  # cases that are done with are among them; all others are going on
    told: str = ""  # what a column says instead of 在谁手上, where the case is in other hands
    tell: Callable[[Case], str] | None = None
    also: tuple[str, ...] = ()  # what `tell` looks at beside the case
    apart: Apart | None = None
    since: str = ""  # the day by which an index finds the few of this tab among all that are open


def _open(actor: Actor, on: date) -> QuerySet[Case]:
    return worklists.open_cases(actor)


def _done(actor: Actor, on: date) -> QuerySet[Case]:
    return worklists.finished_cases(actor)


def _unclaimed(actor: Actor) -> QuerySet[Case]:
    """Cases of this actor whose result waits to be claimed by a supervision unit: few of all, so they are asked first."""
    waiting, seen = Push.objects.filter(state=PushState.TO_CLAIM), of_visible(actor)
    mine = waiting.filter(RowByRow(seen)) if seen else waiting
    return Case.objects.select_related("snapshot").filter(pk__in=mine.values("case"))


def _deemed(actor: Actor) -> QuerySet[Case]:
    """Cases accepted by law because nobody answered in time (行政许可法第三十二条)."""
    deemed = Event.objects.filter(DeemedAcceptance("action")).values("case")
    return Case.objects.select_related("snapshot").filter(visible(actor), pk__in=deemed)


def _late(actor: Actor, on: date, which: str) -> QuerySet[Case]:
    """Cases past a limit ("promise" or "statute") whose clock for it still runs; what is decided is no longer late."""
    paused = Q(**{"paused_on__isnull": False, f"stops_{which}": True})
    running = RowByRow(~paused & ~Q(state__in=STOPPED))
    return _open(actor, on).filter(running, **{f"{which}_on__lt": on})


def _paused(actor: Actor, on: date) -> QuerySet[Case]:
    """Cases in a special procedure."""
    return _open(actor, on).filter(paused_on__isnull=False)


def _pause_over(actor: Actor, on: date) -> QuerySet[Case]:
    """Cases whose special procedure takes longer than the applicant was told (行政许可法第四十五条)."""
    over = [pk for pk, (_, due_on) in pauses_due(on=on).items() if due_on < on]
    return _paused(actor, on).filter(pk__in=over)


def _until(case: Case) -> str:
    return f"{until:%m-%d}" if (until := pause_until(case)) else "—"


ANNOUNCED: dict[str, Any] = {"told": "告知到", "tell": _until, "also": ("pauses",)}


def _in_states(
    key: str, label: str, states: tuple[str, ...], course: Course, *, where: Q | None = None, **rest: Any
) -> Tab:
    """A tab of open cases in these states: as one question, or one a state, each with an index by the day due."""

    def found(actor: Actor, on: date, *states: str) -> QuerySet[Case]:
        cases = worklists.open_cases(actor, of=states, course=course)
        return cases.filter(where) if where else cases

    def apart(actor: Actor, on: date) -> tuple[QuerySet[Case], ...]:
        return tuple(found(actor, on, state) for state in states)

    return Tab(key, label, lambda actor, on: found(actor, on, *states), apart=apart, **rest)


def _unserved(actor: Actor, on: date) -> QuerySet[Case]:
    """Decided cases whose result should have reached the applicant by now (行政许可法第四十四条)."""
    return _open(actor, on).filter(state__in=("DECIDED", "SEALED"), due_on__lt=on)


DESK = (
    Tab("todo", "待办", lambda a, on: worklists.duties(a, on=on), apart=lambda a, on: worklists.duties_apart(a, on=on)),
    Tab("open", "在办", _open),
    Tab("done", "已办", _done, newest_first=True),
    Tab("forwarded", "已转报", lambda actor, on: worklists.forwarded_cases(actor)),
    Tab("returned", "退回", lambda actor, on: worklists.returned_cases(actor), needs_me=True),
    Tab("unclaimed", "待认领", lambda actor, on: _unclaimed(actor), newest_first=True),
    Tab("paused", "特别程序", lambda actor, on: _paused(actor, on), **ANNOUNCED),
)

COORDINATION = (
    DESK[0],
    Tab("statute", "超法定", lambda a, on: _late(a, on, "statute"), needs_me=True, since="statute_on"),
    Tab("promise", "超承诺", lambda a, on: _late(a, on, "promise"), needs_me=True, since="promise_on"),
    Tab("overdue", "环节超期", lambda a, on: _open(a, on).filter(due_on__lt=on, paused_on=None)),
    Tab("unserved", "超送达", _unserved),
    Tab("pause_over", "特别程序逾期", lambda a, on: _pause_over(a, on), **ANNOUNCED),
    Tab("nobody", "无人签收", lambda a, on: _open(a, on).filter(in_hand=None, taken_on=None, arrived_on__lt=on)),
    Tab("returned", "退回两次", lambda a, on: _open(a, on).filter(returns__gte=RETURNED_OFTEN)),
    Tab("deemed", "视为受理", lambda a, on: _deemed(a), newest_first=True),
    Tab(
        "standstill",
        "效力未写入",
        lambda a, on: _open(a, on).filter(standstill__isnull=False),
        needs_me=True,
        told="原因",
        tell=lambda case: case.standstill.reason,
        also=("standstill",),
    ),
    DESK[5],
    DESK[1],
    DESK[2],
)


def _ended_by_county() -> Q:
    """Ended by a county without a decision of the city, which is to see it."""
    ends = Event.objects.filter(case=OuterRef("pk"), action__in=UNDECIDED_ENDS, level="COUNTY")
    return Q(Exists(ends.filter(step__in=(Step.ACT, Step.CONFIRM))))


def _accepted(case: Case) -> str:
    return f"{case.accepted_on:%m-%d}" if case.accepted_on else "—"


def _arrived(case: Case) -> str:
    return f"{case.arrived_on:%m-%d}"


def _taken(case: Case) -> str:
    return f"{case.taken_on:%m-%d} 接收" if case.taken_on else "未签收"


def _answered(case: Case) -> str:
    return f"{case.decided_on:%m-%d} {case.get_result_display()}" if case.decided_on else case.get_result_display()


def _filed(case: Case) -> str:
    """What the county decided, and whether the city has read it."""
    filing = getattr(case, "filing", None)
    return f"{_answered(case)} {filing.get_state_display()}" if filing else _answered(case)


PUSHED = (
    _in_states(
        "waiting", "待接收", ("REVIEW",), Course.HANDED_OVER, where=Q(taken_on=None), told="推送", tell=_accepted
    ),
    _in_states(
        "city", "审查决定中", ("REVIEW", "DECISION", "DECIDED"), Course.HANDED_OVER, told="市级接收", tell=_taken
    ),
    _in_states("mending", "退回窗口", ("MENDING",), Course.HANDED_OVER, needs_me=True, told="退回", tell=_arrived),
    Tab(
        "ended",
        "已办结",
        lambda a, on: worklists.finished_cases(a, course=Course.HANDED_OVER),
        newest_first=True,
        told="市级答复",
        tell=_answered,
    ),
)

REPORTED = (
    _in_states("county", "县级审查中", ("REVIEW", "CHECK"), Course.FORWARDED),
    _in_states("city", "报批待决定", ("KEY_POINTS", "DECISION"), Course.FORWARDED, told="市级接收", tell=_taken),
    Tab(
        "back",
        "退回县级",
        lambda a, on: worklists.open_cases(a, course=Course.FORWARDED).filter(CameBack("come_back_to")),
        needs_me=True,
        told="退回",
        tell=_arrived,
    ),
    Tab(
        "decided",
        "已批",
        lambda a, on: worklists.decided_cases(a, course=Course.FORWARDED),
        newest_first=True,
        told="市级答复",
        tell=_answered,
    ),
    Tab(
        "unheard",
        "县级不予受理、终止",
        lambda a, on: worklists.finished_cases(a, course=Course.FORWARDED).filter(_ended_by_county()),
        newest_first=True,
        told="县级结果",
        tell=_answered,
    ),
    Tab(
        "filed",
        "县级决定报备",
        lambda a, on: worklists.decided_cases(a, course=Course.OF_COUNTY),
        newest_first=True,
        told="县级决定与报备",
        tell=_filed,
        also=("filing",),
    ),
)

LISTS: dict[str, tuple[Tab, ...]] = {"desk": DESK, "pushed": PUSHED, "reported": REPORTED}


def tabs_of(key: str, role: str) -> tuple[Tab, ...]:
    """The tabs of a list for a post: a coordinator's desk looks after everybody's cases."""
    return COORDINATION if key == "desk" and role == Role.COORDINATOR else LISTS.get(key, DESK)
