"""Which cases stand in a list, in which order, and which of them on this page? Tabs, filters and pages live in the address.

The cases of a tab come from `cases.worklists`; this file only narrows and pages them. Pages are keyset pages by
(due_on, id): they cost the same on the first and on the thousandth page, and nothing is skipped when a case moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.cases.search import Meant, meant
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor
from approvals.workbench.tabs import Tab

PAGE = 20
CAP = 100  # tabs say 99+
SOON_WORKDAYS = 2

Place = tuple[int, date | None, date | None]  # of a case in a list: its id, the day due, the day it was stopped

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
    _parts: dict[str, tuple[QuerySet[Case], ...]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def tab(self) -> Tab:
        return next((tab for tab in self.tabs if tab.key == self.query.get("tab")), self.tabs[0])

    @cached_property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as the address gives them."""
        return {key: value for key in self.keys if (value := self.query.get(key, "")[:LONGEST_SEARCH].strip())}

    def parts(self, tab: Tab) -> tuple[QuerySet[Case], ...]:
        """All cases of a tab, without the filters, as the questions of which each has an index in order of due."""
        if tab.key not in self._parts:
            self._parts[tab.key] = tab.apart(self.actor, self.on) if tab.apart else (tab.source(self.actor, self.on),)
        return self._parts[tab.key]

    def of(self, tab: Tab) -> QuerySet[Case]:
        """The cases of a tab under the filters, as one question."""
        return self._narrowed(tab, tab.source(self.actor, self.on))

    def _narrowed(self, tab: Tab, cases: QuerySet[Case]) -> QuerySet[Case]:
        cases = narrowed(cases, self.filters, self.actor, self.on)
        if "q" not in self.filters:
            return cases
        return cases.filter(self.meant.of_all if tab.newest_first else self.meant.going_on)

    @cached_property
    def meant(self) -> Meant:
        """The cases the search means: looked up once for all tabs."""
        return meant(self.filters["q"], day=self.on, actor=self.actor)

    @cached_property
    def cases(self) -> QuerySet[Case]:
        return self.of(self.tab)

    def in_order(self) -> QuerySet[Case]:
        """All cases of the list in the order of its pages."""
        return _ordered(self.cases, backwards=False, newest_first=self.tab.newest_first)

    @cached_property
    def soonest(self) -> list[Place]:
        """The first cases of the first tab without filters, twice the cap.

        To put the question for all duties takes as long as to answer it: this one answer gives the first page, the
        count and what is urgent, stopped clocks left out.
        """
        return nearest(self.parts(self.tabs[0]), most=2 * self.count_cap)

    @cached_property
    def first(self) -> list[Place]:
        """The first cases of the open tab under the filters, to the cap: its first page and its count in one answer."""
        if not self.filters and self.tab is self.tabs[0]:
            return self.soonest
        most = max(self.count_cap, PAGE + 1)
        return nearest(self.narrowed_parts, newest_first=self.tab.newest_first, most=most)

    def counts(self) -> dict[str, int]:
        """How many cases each tab holds under the filters, counted to the cap and no further."""
        return {tab.key: self._count(tab) for tab in self.tabs}

    def _count(self, tab: Tab) -> int:
        if tab is self.tab:
            return min(len(self.first), self.count_cap)
        if not self.filters and tab is self.tabs[0]:
            return min(len(self.soonest), self.count_cap)
        return self.of(tab).order_by(*filter(None, [tab.since])).values("pk")[: self.count_cap].count()

    def urgent(self) -> dict[str, int]:
        """How many of the first tab are overdue or due today; counted to the cap."""
        days = [due for _, due, stopped in self.soonest if due is not None and stopped is None]
        found = {"over": sum(due < self.on for due in days), "today": days.count(self.on)}
        last = self.soonest[-1][1] if len(self.soonest) == 2 * self.count_cap else None
        if last is not None and last <= self.on:  # what comes after these may be urgent too
            for key, due in (("over", Q(due_on__lt=self.on)), ("today", Q(due_on=self.on))):
                if found[key] < self.count_cap:
                    running = tuple(cases.filter(due, paused_on=None) for cases in self.parts(self.tabs[0]))
                    found[key] = len(nearest(running, most=self.count_cap))
        return {key: min(count, self.count_cap) for key, count in found.items()}

    def page(self) -> Page:
        if not (self.query.get("before") or self.query.get("after")):
            return first_page([pk for pk, _, _ in self.first[: PAGE + 1]], also=self.tab.also)
        return page_of(self.narrowed_parts, self.query, newest_first=self.tab.newest_first, also=self.tab.also)

    def neighbours(self, case: Case) -> tuple[str, str]:
        """The numbers before and after a case in this list, empty at the ends; found by key, so it may have left it."""
        key, newest_first = (case.due_on, case.pk), self.tab.newest_first
        back, on = (
            nearest(self.narrowed_parts, key, backwards=backwards, newest_first=newest_first, most=1)
            for backwards in (True, False)
        )
        numbers = dict(Case.objects.filter(pk__in=[pk for pk, _, _ in back + on]).values_list("pk", "number"))
        return "".join(numbers[pk] for pk, _, _ in back), "".join(numbers[pk] for pk, _, _ in on)

    @cached_property
    def narrowed_parts(self) -> tuple[QuerySet[Case], ...]:
        """The cases of the tab that is open, under the filters."""
        return tuple(self._narrowed(self.tab, cases) for cases in self.parts(self.tab))

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


def page_of(
    parts: tuple[QuerySet[Case], ...],
    query: QueryDict,
    *,
    newest_first: bool,
    also: tuple[str, ...] = (),
    size: int = PAGE,
) -> Page:
    """The page the address asks for: the first, or the one after / before a key.

    Which cases, and then their rows: what is sorted are numbers, not the wide rows with their terms.
    """
    backwards = bool(query.get("before"))
    key = _key(query.get("before") or query.get("after") or "")
    places = nearest(parts, key, backwards=backwards, newest_first=newest_first, most=size + 1)
    more, rows = len(places) > size, _rows([pk for pk, _, _ in places[:size]], also)
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    has_before = more if backwards else key is not None
    has_after = key is not None if backwards else more
    return Page(rows, key_of(rows[0]) if has_before else "", key_of(rows[-1]) if has_after else "")


def nearest(
    parts: tuple[QuerySet[Case], ...],
    key: tuple[date | None, int] | None = None,
    *,
    backwards: bool = False,
    newest_first: bool = False,
    most: int,
) -> list[Place]:
    """The first places of a list, or those next to a key; of a list in parts, the first of each, put in order."""
    found: dict[int, Place] = {}
    for cases in parts:
        # A few among many, found as they come, are all there are; looked for in order they may be the last of all.
        at_once = newest_first and key is None
        places = _places(cases.order_by(), most) if at_once else []
        if not at_once or len(places) == most:
            places = []
            for stretch in _stretches(cases, key, backwards, newest_first):
                if missing := most - len(places):
                    places += _places(_ordered(stretch, backwards, newest_first), missing)
        found |= {place[0]: place for place in places}
    if newest_first:
        return sorted(found.values(), key=lambda one: one[0], reverse=not backwards)[:most]
    return sorted(found.values(), key=lambda one: (one[1] is None, one[1] or date.max, one[0]), reverse=backwards)[
        :most
    ]


def _places(cases: QuerySet[Case], most: int) -> list[Place]:
    return list(cases.values_list("pk", "due_on", "paused_on")[:most])


def first_page(numbers: list[int], *, also: tuple[str, ...] = (), size: int = PAGE) -> Page:
    """The first page of a list, of the ids of its first cases and, if there is a second page, of one more."""
    rows = _rows(numbers[:size], also)
    return Page(rows, "", key_of(rows[-1]) if rows and len(numbers) > size else "")


def _rows(numbers: list[int], also: tuple[str, ...]) -> list[Case]:
    cases = Case.objects.select_related("snapshot", "region", "holder", "in_hand").prefetch_related(*also)
    found = cases.in_bulk(numbers)
    return [found[pk] for pk in numbers if pk in found]


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


def _stretches(
    cases: QuerySet[Case], key: tuple[date | None, int] | None, backwards: bool, newest_first: bool
) -> list[QuerySet[Case]]:
    """What comes next to a key, as stretches of the index, the nearest first: those without a day due stand at its end."""
    if key is None:
        return [cases]
    day, number = key
    if newest_first:
        return [cases.filter(pk__gt=number) if backwards else cases.filter(pk__lt=number)]
    next_to = Q(pk__lt=number) if backwards else Q(pk__gt=number)
    undated = cases.filter(due_on=None)
    if day is None:
        return [undated.filter(next_to), *([cases.filter(due_on__isnull=False)] if backwards else [])]
    if backwards:
        return [cases.filter(next_to | Q(due_on__lt=day), due_on__lte=day)]
    return [cases.filter(next_to | Q(due_on__gt=day), due_on__gte=day), undated]
