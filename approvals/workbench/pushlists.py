"""Which pushes stand in a list, in which order, and which of them on this page? Tabs, filters and pages live in the address.

A unit's and a coordinator's pushes come from `supervision.queries`; who handles cases follows the pushes of the cases
`cases.access` lets them see, and only looks. Pages are keyset pages by the day of the tab and the push.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from approvals.cases.access import HANDLERS, of_visible
from approvals.cases.models import Case
from approvals.cases.queries import Light, light
from approvals.cases.search import meant
from approvals.cases.words import Purpose
from approvals.keys import LONGEST_SEARCH
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision import queries
from approvals.supervision.access import PushNotFound
from approvals.supervision.models import Push
from approvals.supervision.words import ENDED, PushState
from approvals.workbench.lists import CAP, PAGE

NEWEST = "pushed_at"
UNDELIVERED = "UNDELIVERED"


@dataclass(frozen=True)
class PushTab:
    """One tab: a state of the unit's work or an alarm; `day` is the column it is sorted by."""

    key: str
    label: str
    day: str
    due: str = ""  # what falls due, in the head of the table
    alarm: bool = False
    dark: bool = False
    quiet: bool = False  # not shown while it is empty


STATES = (
    PushTab(PushState.TO_CLAIM, PushState.TO_CLAIM.label, "claim_due_on", "认领"),
    PushTab(UNDELIVERED, "待送达", NEWEST, quiet=True),
    PushTab(PushState.CLAIMED, PushState.CLAIMED.label, "feedback_due_on", "反馈"),
    PushTab(PushState.OBJECTED, PushState.OBJECTED.label, NEWEST),
    PushTab(PushState.FED_BACK, PushState.FED_BACK.label, NEWEST),
    PushTab("TO_FOLLOW", "待复查处理", NEWEST, alarm=True, quiet=True),
    PushTab(PushState.CLOSED, PushState.CLOSED.label, NEWEST),
    PushTab(PushState.FOR_INFORMATION, PushState.FOR_INFORMATION.label, NEWEST),
)
ALARMS = (
    PushTab("CLAIM_LATE", "认领逾期", "claim_due_on", "认领", alarm=True, dark=True),
    PushTab("CLAIM_SOON", "快到期", "claim_due_on", "认领", alarm=True),
    PushTab("FEEDBACK_LATE", "反馈逾期", "feedback_due_on", "反馈", alarm=True, dark=True),
    PushTab("FOLLOW_LATE", "复查逾期", NEWEST, alarm=True, dark=True, quiet=True),
    PushTab("PUSH_LATE", "推送逾期", "due_on", "推送", alarm=True, dark=True),
    PushTab("UNCONFIRMED", "未确认", "confirm_by_on", "确认", alarm=True),
)
DECIDED = {"30": "近 30 天", "90": "近 90 天", "365": "近一年"}
FILTERS = ("q", "region", "item", "decided")


def pushes_of(actor: Actor) -> QuerySet[Push]:
    """The pushes a person may look at: of the own unit or region; of the own cases for those who handle cases."""
    if actor.role not in HANDLERS:
        return queries.pushes(actor)
    joined = Push.objects.select_related("case__snapshot", "case__region", "unit", "message__endpoint", "claimed_by")
    return joined.filter(of_visible(actor))


def look_at(actor: Actor, push: str) -> Push:
    """One of them. Raises PushNotFound."""
    try:
        found = pushes_of(actor).filter(pk=UUID(push)).first()
    except ValueError:
        found = None
    if found is None:
        raise PushNotFound("没有这条推送；从推送清单重新打开。")
    return found


@dataclass
class PushListing:
    """A list of pushes as its address says it."""

    query: QueryDict
    actor: Actor
    on: date

    @cached_property
    def tabs(self) -> tuple[PushTab, ...]:
        if self.actor.role != Role.COORDINATOR:
            return STATES
        return (*(tab for tab in STATES if tab.key != "TO_FOLLOW"), *ALARMS)

    @cached_property
    def tab(self) -> PushTab:
        return next((tab for tab in self.tabs if tab.key == self.query.get("tab")), self.tabs[0])

    @cached_property
    def filters(self) -> dict[str, str]:
        return {key: value for key in FILTERS if (value := self.query.get(key, "")[:LONGEST_SEARCH].strip())}

    def of(self, tab: PushTab) -> QuerySet[Push]:
        in_state = pushes_of(self.actor).filter(_standing(tab))
        wanted = queries.alarmed(self.actor, tab.key, on=self.on) if tab.alarm else in_state
        pushes = narrowed(wanted, self.filters, self.on)
        return pushes.filter(case__in=self.meant) if "q" in self.filters else pushes

    @cached_property
    def meant(self) -> QuerySet[Case]:
        """The cases the search means: looked up once for all tabs."""
        return Case.objects.filter(meant(self.filters["q"], day=self.on).of_all).values("pk")

    def in_order(self) -> QuerySet[Push]:
        """All pushes of the list in the order of its pages."""
        return self._ordered(self.of(self.tab), self.tab.day != NEWEST)

    def _ordered(self, pushes: QuerySet[Push], up: bool) -> QuerySet[Push]:
        day = self.tab.day
        return pushes.order_by(day if up else F(day).desc(), "pk" if up else "-pk")

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many pushes each tab holds under the filters, counted to the cap and no further."""
        return {tab.key: self.of(tab).order_by().values("pk")[:CAP].count() for tab in self.tabs}

    def address(self, **changes: str) -> str:
        """The address of this list with tab and filters, changed; not its page, nor the push that is open."""
        query = QueryDict(mutable=True)
        for key, value in ({"tab": self.tab.key} | self.filters | changes).items():
            if value:
                query[key] = value
        return query.urlencode()

    def page(self) -> PushPage:
        """The page the address asks for: the first, or the one after / before a key."""
        newest, day = self.tab.day == NEWEST, self.tab.day
        backwards = bool(self.query.get("before"))
        key = _key(self.query.get("before") or self.query.get("after") or "", newest)
        up = newest == backwards  # which way the rows are read
        rows = self.of(self.tab)
        if key:
            which = "gt" if up else "lt"
            rows = rows.filter(Q(**{f"{day}__{which}": key[0]}) | Q(**{day: key[0], f"pk__{which}": key[1]}))
        if not key and (few := self.counts[self.tab.key]) <= PAGE:
            # A few among many, found as they come: looked for in order they may be the last of all.
            as_they_come = rows.order_by() if few else ()
            found = sorted(as_they_come, key=lambda push: (getattr(push, day), push.pk), reverse=not up)
        else:
            found = list(self._ordered(rows, up)[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        if backwards:
            found.reverse()
        before, after = (more, key is not None) if backwards else (key is not None, more)
        ends = (self._key_of(found[0]), self._key_of(found[-1])) if found else ("", "")
        return PushPage(found, ends[0] if before else "", ends[1] if after else "")

    def _key_of(self, push: Push) -> str:
        return f"{getattr(push, self.tab.day).isoformat()}~{push.pk}"

    def due(self, push: Push) -> date | None:
        """The day on which what this tab waits for falls due."""
        return getattr(push, self.tab.day) if self.tab.due else None

    def lamp(self, push: Push) -> Light:
        """The light of that day; where nothing falls due it does not count."""
        due = self.due(push)
        percent = settings.YELLOW_SHARE_PERCENT
        return light(due, limit=None, paused=False, stopped=due is None, on=self.on, percent=percent)


@dataclass(frozen=True)
class PushPage:
    """One page of pushes; `before` and `after` are the keys of its neighbours, empty at the ends."""

    pushes: list[Push]
    before: str
    after: str


def _standing(tab: PushTab) -> Q:
    """The pushes of a state. What is to be claimed has its limit from the delivery on; before, it stands apart."""
    if tab.key == UNDELIVERED:
        return Q(state=PushState.TO_CLAIM, claim_due_on=None)
    return Q(state=tab.key, claim_due_on__isnull=False) if tab.key == PushState.TO_CLAIM else Q(state=tab.key)


def narrowed(pushes: QuerySet[Push], filters: Mapping[str, str], on: date) -> QuerySet[Push]:
    """The pushes under the filters beside the search; a value nobody offers finds nothing rather than everything."""
    if region := filters.get("region"):
        pushes = pushes.filter(case__region=region)
    if item := filters.get("item"):
        pushes = pushes.filter(case__snapshot__item=item)
    if days := filters.get("decided"):
        since = on - timedelta(days=int(days)) if days in DECIDED else date.max
        pushes = pushes.filter(decided_on__gte=since)
    return pushes


def this_month(actor: Actor, *, on: date) -> dict[str, int]:
    """本月推送、认领、按时认领 of a unit: of the pushes it is to claim that went out this month. One query."""
    first = timezone.make_aware(datetime.combine(on.replace(day=1), time.min))
    mine = pushes_of(actor).filter(purpose=Purpose.CLAIM, pushed_at__gte=first)
    claimed = Q(claimed_at__isnull=False)
    return (
        mine.exclude(state__in=ENDED)
        .order_by()
        .aggregate(
            pushed=Count("pk"),
            claimed=Count("pk", filter=claimed),
            in_time=Count("pk", filter=claimed & (Q(claim_due_on=None) | Q(claimed_at__date__lte=F("claim_due_on")))),
        )
    )


def _key(text: str, newest: bool) -> tuple[date, UUID] | None:
    """Where a page begins, of its text; None for anything that is no such place."""
    day, _, push = text.partition("~")
    try:
        at = datetime.fromisoformat(day) if newest else date.fromisoformat(day)
        return None if isinstance(at, datetime) and timezone.is_naive(at) else (at, UUID(push))
    except ValueError:
        return None
