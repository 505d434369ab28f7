"""Which cases stand in a list, in which order, and which of them on this page? Tabs, filters and pages live in the address.

The cases of a tab come from `cases.worklists`; this file only narrows and pages them. Pages are keyset pages by
(due_on, id): they cost the same on the first and on the thousandth page, and nothing is skipped when a case moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.cases.search import meant
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor
from approvals.workbench.tabs import Tab

PAGE = 20
CAP = 100  # tabs say 99+
SOON_WORKDAYS = 2

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
        return {key: value for key in self.keys if (value := self.query.get(key, "")[:LONGEST_SEARCH].strip())}

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
        return meant(self.filters["q"], day=self.on, actor=self.actor)

    @cached_property
    def cases(self) -> QuerySet[Case]:
        return self.of(self.tab)

    def in_order(self) -> QuerySet[Case]:
        """All cases of the list in the order of its pages."""
        return _ordered(self.cases, backwards=False, newest_first=self.tab.newest_first)

    @cached_property
    def soonest(self) -> list[tuple[int, date | None, date | None]]:
        """The first cases of the first tab without filters: (id, due, stopped since), by the day due; twice the cap.

        To put the question for all duties takes as long as to answer it: this one answer gives the first page, the
        count and what is urgent, stopped clocks left out.
        """
        return self._soonest(2 * self.count_cap)

    def _soonest(self, most: int, **narrowed: Any) -> list[tuple[int, date | None, date | None]]:
        first, found = self.tabs[0], {}
        for cases in first.apart(self.actor, self.on) if first.apart else (self.source(first),):
            ordered = _ordered(cases.filter(**narrowed), backwards=False, newest_first=False)
            found |= {row[0]: row for row in ordered.values_list("pk", "due_on", "paused_on")[:most]}
        return sorted(found.values(), key=lambda row: (row[1] is None, row[1], row[0]))[:most]

    def knows(self, tab: Tab) -> bool:
        """Whether `soonest` says all about a tab there is to say."""
        return not self.filters and tab is self.tabs[0] and not tab.newest_first

    def counts(self) -> dict[str, int]:
        """How many cases each tab holds under the filters, counted to the cap and no further."""
        return {
            tab.key: min(len(self.soonest), self.count_cap)
            if self.knows(tab)
            else self.of(tab).values("pk")[: self.count_cap].count()
            for tab in self.tabs
        }

    def urgent(self) -> dict[str, int]:
        """How many of the first tab are overdue or due today; counted to the cap."""
        days = [due for _, due, stopped in self.soonest if due is not None and stopped is None]
        found = {"over": sum(due < self.on for due in days), "today": days.count(self.on)}
        last = self.soonest[-1][1] if len(self.soonest) == 2 * self.count_cap else None
        if last is not None and last <= self.on:  # what comes after these may be urgent too
            for key, due in (("over", {"due_on__lt": self.on}), ("today", {"due_on": self.on})):
                if found[key] < self.count_cap:
                    found[key] = len(self._soonest(self.count_cap, paused_on=None, **due))
        return {key: min(count, self.count_cap) for key, count in found.items()}

    def page(self) -> Page:
        if self.knows(self.tab) and not (self.query.get("before") or self.query.get("after")):
            return first_page([pk for pk, _, _ in self.soonest[: PAGE + 1]])
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
    more, rows = len(numbers) > size, _rows(numbers[:size])
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    has_before = more if backwards else key is not None
    has_after = key is not None if backwards else more
    return Page(rows, key_of(rows[0]) if has_before else "", key_of(rows[-1]) if has_after else "")


def first_page(numbers: list[int], *, size: int = PAGE) -> Page:
    """The first page of a list, of the ids of its first cases and, if there is a second page, of one more."""
    rows = _rows(numbers[:size])
    return Page(rows, "", key_of(rows[-1]) if rows and len(numbers) > size else "")


def _rows(numbers: list[int]) -> list[Case]:
    found = Case.objects.select_related("snapshot", "region", "holder", "in_hand").in_bulk(numbers)
    return [found[pk] for pk in numbers if pk in found]


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
