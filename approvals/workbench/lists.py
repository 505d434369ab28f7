"""Which cases stand in a list, in which order, and which of them on this page? Tabs, filters and pages live in the address.

The cases of a tab come from `cases.worklists`; this file only narrows and pages them. Pages are keyset pages by
(due_on, id): they cost the same on the first and on the thousandth page, and nothing is skipped when a case moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases import worklists
from approvals.cases.access import visible
from approvals.cases.models import Case, Event
from approvals.cases.models.event import DeemedAcceptance
from approvals.cases.search import meant
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.models import Push
from approvals.supervision.words import PushState
from approvals.workbench.rows import STOPPED

PAGE = 20
CAP = 100  # tabs say 99+
SOON_WORKDAYS = 2
RETURNED_OFTEN = 2  # times; from here on the two levels should talk

Source = Callable[[Actor, date], QuerySet[Case]]


@dataclass(frozen=True)
class Tab:
    """One tab of a list: its key in the address, its name, its cases."""

    key: str
    label: str
    source: Source
    needs_me: bool = False  # a dark count: something came back to this person
    newest_first: bool = False
    told: str = ""  # what a column says instead of 在谁手上, where the case is in other hands
    tell: Callable[[Case], str] | None = None


def _open(actor: Actor, on: date) -> QuerySet[Case]:
    return worklists.open_cases(actor)


def _done(actor: Actor, on: date) -> QuerySet[Case]:
    return worklists.finished_cases(actor)


def _decided(actor: Actor) -> QuerySet[Case]:
    return Case.objects.select_related("snapshot").filter(visible(actor), decided_on__isnull=False)


def _unclaimed(actor: Actor) -> QuerySet[Case]:
    """Cases of this actor whose result waits to be claimed by a supervision unit."""
    waiting = Push.objects.filter(state=PushState.TO_CLAIM).values("case")
    return Case.objects.select_related("snapshot").filter(visible(actor), pk__in=waiting)


def _deemed(actor: Actor) -> QuerySet[Case]:
    """Cases accepted by law because nobody answered in time (行政许可法第三十二条)."""
    deemed = Event.objects.filter(DeemedAcceptance("action")).values("case")
    return Case.objects.select_related("snapshot").filter(visible(actor), pk__in=deemed)


def _late(actor: Actor, on: date, which: str) -> QuerySet[Case]:
    """Cases past a limit ("promise" or "statute") whose clock for it still runs; what is decided is no longer late."""
    paused = Q(**{"paused_on__isnull": False, f"stops_{which}": True})
    return _open(actor, on).filter(~paused, **{f"{which}_on__lt": on}).exclude(state__in=STOPPED)


def _unserved(actor: Actor, on: date) -> QuerySet[Case]:
    """Decided cases whose result should have reached the applicant by now (行政许可法第四十四条)."""
    return _open(actor, on).filter(state__in=("DECIDED", "SEALED"), due_on__lt=on)


DESK = (
    Tab("todo", "待办", lambda actor, on: worklists.duties(actor, on=on)),
    Tab("open", "在办", _open),
    Tab("done", "已办", _done, newest_first=True),
    Tab("forwarded", "已转报", lambda actor, on: worklists.forwarded_cases(actor)),
    Tab("returned", "退回", lambda actor, on: worklists.returned_cases(actor), needs_me=True),
    Tab("unclaimed", "待认领", lambda actor, on: _unclaimed(actor), newest_first=True),
)

COORDINATION = (
    DESK[0],
    Tab("statute", "超法定", lambda a, on: _late(a, on, "statute"), needs_me=True),
    Tab("promise", "超承诺", lambda a, on: _late(a, on, "promise"), needs_me=True),
    Tab("overdue", "环节超期", lambda a, on: _open(a, on).filter(due_on__lt=on, paused_on=None)),
    Tab("unserved", "超送达", _unserved),
    Tab("nobody", "无人签收", lambda a, on: _open(a, on).filter(in_hand=None, taken_on=None, arrived_on__lt=on)),
    Tab("returned", "退回两次", lambda a, on: _open(a, on).filter(returns__gte=RETURNED_OFTEN)),
    Tab("deemed", "视为受理", lambda a, on: _deemed(a), newest_first=True),
    DESK[5],
    DESK[1],
    DESK[2],
)

HANDED_OVER = ~Q(snapshot__accept_organ=F("snapshot__review_organ"))
FORWARDED_UP = ~Q(snapshot__review_organ=F("snapshot__decide_organ"))
COUNTY_DECIDES = Q(snapshot__decide_level="COUNTY")


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
    Tab(
        "waiting",
        "待接收",
        lambda a, on: _open(a, on).filter(HANDED_OVER, state="REVIEW", taken_on=None),
        told="推送",
        tell=_accepted,
    ),
    Tab(
        "city",
        "审查决定中",
        lambda a, on: _open(a, on).filter(HANDED_OVER, state__in=("REVIEW", "DECISION", "DECIDED")),
        told="市级接收",
        tell=_taken,
    ),
    Tab(
        "mending",
        "退回窗口",
        lambda a, on: _open(a, on).filter(HANDED_OVER, state="MENDING"),
        needs_me=True,
        told="退回",
        tell=_arrived,
    ),
    Tab(
        "ended",
        "已办结",
        lambda a, on: _done(a, on).filter(HANDED_OVER),
        newest_first=True,
        told="市级答复",
        tell=_answered,
    ),
)

REPORTED = (
    Tab("county", "县级审查中", lambda a, on: _open(a, on).filter(FORWARDED_UP, state__in=("REVIEW", "CHECK"))),
    Tab(
        "city",
        "报批待决定",
        lambda a, on: _open(a, on).filter(FORWARDED_UP, state__in=("KEY_POINTS", "DECISION")),
        told="市级接收",
        tell=_taken,
    ),
    Tab(
        "back",
        "退回县级",
        lambda a, on: _open(a, on).filter(FORWARDED_UP).exclude(come_back_to=""),
        needs_me=True,
        told="退回",
        tell=_arrived,
    ),
    Tab(
        "decided",
        "已批",
        lambda a, on: _decided(a).filter(FORWARDED_UP),
        newest_first=True,
        told="市级答复",
        tell=_answered,
    ),
    Tab(
        "filed",
        "县级决定报备",
        lambda a, on: _decided(a).filter(COUNTY_DECIDES).select_related("filing"),
        newest_first=True,
        told="县级决定与报备",
        tell=_filed,
    ),
)

LISTS: dict[str, tuple[Tab, ...]] = {"desk": DESK, "pushed": PUSHED, "reported": REPORTED}


def tabs_of(key: str, role: str) -> tuple[Tab, ...]:
    """The tabs of a list for a post: a coordinator's desk looks after everybody's cases."""
    return COORDINATION if key == "desk" and role == Role.COORDINATOR else LISTS.get(key, DESK)


DUE = {"over": "已超期", "today": "今日到期", "soon": "两天内", "paused": "停表中"}
HAND = {"me": "我", "nobody": "待签收", "others": "同事"}


@dataclass
class Listing:
    """A list as its address says it: tab, filters, page."""

    tabs: tuple[Tab, ...]
    query: QueryDict
    actor: Actor
    on: date
    count_cap: int = CAP
    keys: tuple[str, ...] = field(default=("q", "region", "item", "mode", "due", "hand"))
    _sources: dict[str, QuerySet[Case]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def tab(self) -> Tab:
        return next((tab for tab in self.tabs if tab.key == self.query.get("tab")), self.tabs[0])

    @cached_property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as the address gives them."""
        return {key: value for key in self.keys if (value := self.query.get(key, "").strip())}

    def source(self, tab: Tab) -> QuerySet[Case]:
        """All cases of a tab, without the filters. Put together once: for duties that takes longer than asking."""
        if tab.key not in self._sources:
            self._sources[tab.key] = tab.source(self.actor, self.on)
        return self._sources[tab.key]

    def of(self, tab: Tab) -> QuerySet[Case]:
        """The cases of a tab under the filters."""
        cases = narrowed(self.source(tab), self.filters, self.actor, self.on)
        return cases.filter(self.meant) if "q" in self.filters else cases

    @cached_property
    def meant(self) -> Q:
        """The cases the search means: looked up once for all tabs."""
        return meant(self.filters["q"], day=self.on)

    @cached_property
    def cases(self) -> QuerySet[Case]:
        return self.of(self.tab)

    def counts(self) -> dict[str, int]:
        """How many cases each tab holds under the filters, counted to the cap and no further."""
        return {tab.key: self.of(tab).values("pk")[: self.count_cap].count() for tab in self.tabs}

    def page(self) -> Page:
        return page_of(self.cases, self.query, newest_first=self.tab.newest_first)

    def address(self, **changes: str) -> str:
        """The address of this list with tab and filters (not its page), changed."""
        query = QueryDict(mutable=True)
        for key, value in ({"tab": self.tab.key} | self.filters | changes).items():
            if value:
                query[key] = value
        return query.urlencode()


def narrowed(cases: QuerySet[Case], filters: dict[str, str], actor: Actor, on: date) -> QuerySet[Case]:
    """The cases under the filters beside the search; a value nobody offers finds nothing rather than everything."""
    if region := filters.get("region"):
        cases = cases.filter(region=region)
    if item := filters.get("item"):
        cases = cases.filter(snapshot__item=item)
    if mode := filters.get("mode"):
        cases = cases.filter(snapshot__mode="" if mode == "NONE" else mode)
    if due := filters.get("due"):
        cases = cases.filter(_due(due, on))
    if hand := filters.get("hand"):
        cases = cases.filter(_hand(hand, actor))
    return cases


def _due(which: str, on: date) -> Q:
    return {
        "over": Q(due_on__lt=on, paused_on=None),
        "today": Q(due_on=on, paused_on=None),
        "soon": Q(due_on__gte=on, due_on__lte=add(current_calendar(), on, SOON_WORKDAYS), paused_on=None),
        "paused": Q(paused_on__isnull=False),
    }.get(which, Q(pk__in=[]))


def _hand(which: str, actor: Actor) -> Q:
    return {
        "me": Q(in_hand=actor.user),
        "nobody": Q(in_hand=None),
        "others": Q(in_hand__isnull=False) & ~Q(in_hand=actor.user),
    }.get(which, Q(pk__in=[]))


@dataclass(frozen=True)
class Page:
    """One page of a list; `before` and `after` are the keys of its neighbours, empty at the ends."""

    cases: list[Case]
    before: str
    after: str


def key_of(case: Case) -> str:
    return f"{case.due_on or ''}_{case.pk}"


def page_of(cases: QuerySet[Case], query: QueryDict, *, newest_first: bool, size: int = PAGE) -> Page:
    """The page the address asks for: the first, or the one after / before a key.

    Which cases, and then their rows: what is sorted are numbers, not the wide rows with their terms.
    """
    backwards = bool(query.get("before"))
    key = _key(query.get("before") or query.get("after") or "")
    wanted = _ordered(_beyond(cases, key, backwards, newest_first), backwards, newest_first)
    numbers = list(wanted.values_list("pk", flat=True)[: size + 1])
    more, numbers = len(numbers) > size, numbers[:size]
    found = Case.objects.select_related("snapshot", "region", "holder", "in_hand").in_bulk(numbers)
    rows = [found[pk] for pk in numbers if pk in found]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    has_before = more if backwards else key is not None
    has_after = key is not None if backwards else more
    return Page(rows, key_of(rows[0]) if has_before else "", key_of(rows[-1]) if has_after else "")


def neighbours(cases: QuerySet[Case], case: Case, *, newest_first: bool) -> tuple[str, str]:
    """The numbers before and after a case in a list, empty at the ends; found by key, so the case may have left it."""
    key = (case.due_on, case.pk)
    found = [
        _ordered(_beyond(cases, key, back, newest_first), back, newest_first).values_list("number", flat=True).first()
        for back in (True, False)
    ]
    return found[0] or "", found[1] or ""


def _key(text: str) -> tuple[date | None, int] | None:
    day, _, number = text.partition("_")
    try:
        return (date.fromisoformat(day) if day else None, int(number)) if number else None
    except ValueError:
        return None


def _ordered(cases: QuerySet[Case], backwards: bool, newest_first: bool) -> QuerySet[Case]:
    if newest_first:
        return cases.order_by("pk" if backwards else "-pk")
    due = F("due_on").desc(nulls_first=True) if backwards else F("due_on").asc(nulls_last=True)
    return cases.order_by(due, "-pk" if backwards else "pk")


def _beyond(
    cases: QuerySet[Case], key: tuple[date | None, int] | None, backwards: bool, newest_first: bool
) -> QuerySet[Case]:
    if key is None:
        return cases
    day, number = key
    if newest_first:
        return cases.filter(pk__gt=number) if backwards else cases.filter(pk__lt=number)
    if backwards:
        same = Q(due_on=day, pk__lt=number)
        return cases.filter(same | (Q(due_on__isnull=False) if day is None else Q(due_on__lt=day)))
    same = Q(due_on=day, pk__gt=number)
    return cases.filter(same if day is None else same | Q(due_on__gt=day) | Q(due_on=None))
