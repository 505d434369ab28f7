"""What is asked of the figures: which measure, by what, in which months, under which filters, and which cases is that?

A measure is a filter and the day by which it falls into a month. `cases_of` is the list behind a number; `counting` says
the same of one case, and the sums of that are what a page shows (`queries`). Voided cases are counted nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet

from approvals.cases.access import visible
from approvals.cases.models import Case
from approvals.cases.words import Result, State
from approvals.cases.workflow import ENDS
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.statistics.counting import CLAIMED, CLOSED, DECIDED
from approvals.supervision.promptness import pushed

MONTHS = 6  # shown when nobody asks for another period
MOST_MONTHS = 12
NONE = "NONE"  # in addresses: held by the city, no mode


def is_open(on: date) -> Q:
    return ~Q(state__in=sorted(CLOSED))


def is_over(on: date) -> Q:
    """Used more than was promised: decided too late, or still running past the promise."""
    stopped = Q(paused_on__isnull=False, stops_promise=True) | Q(state__in=ENDS)
    return Q(decided_on__gt=F("promise_on")) | (Q(decided_on=None, promise_on__lt=on) & ~stopped)


def _result(*results: str) -> Q:
    return Q(decided_on__isnull=False, result__in=results)


@dataclass(frozen=True)
class Measure:
    """What is counted, by which day it falls into a month, and how that is said."""

    key: str
    label: str
    day: str
    which: Callable[[date], Q]
    told: str

    @property
    def day_words(self) -> str:
        return DAYS[self.day]


DAYS = {"received_on": "收件日", "accepted_on": "受理日", "decided_on": "决定日"}
MEASURES = {
    one.key: one
    for one in (
        Measure("received", "收件", "received_on", lambda on: Q(), "登记收件的办件，按收件日"),
        Measure("accepted", "受理", "accepted_on", lambda on: Q(), "受理的办件（含视为受理），按受理日"),
        Measure("decided", "办结", "decided_on", lambda on: _result(*DECIDED), "作出决定或备案的办件，按决定日"),
        Measure("granted", "准予", "decided_on", lambda on: _result(Result.GRANTED), "准予许可或确认，按决定日"),
        Measure("denied", "不予", "decided_on", lambda on: _result(Result.DENIED), "不予许可或确认，按决定日"),
        Measure("filed", "备案", "decided_on", lambda on: _result(Result.RECORDED), "已备案，按备案日"),
        Measure("open", "在办", "received_on", is_open, "现在还没有办完的办件，按收件日归月"),
        Measure("overdue", "超期", "accepted_on", is_over, "用时超过承诺的办件，办结的和没办结的都算，按受理日归月"),
        Measure("returned", "市退县", "accepted_on", lambda on: Q(returns__gt=0), "市级退回过的办件，按受理日归月"),
        Measure("corrected", "补正", "received_on", lambda on: Q(corrections__gt=0), "告知过补正的办件，按收件日归月"),
        Measure(
            "corrected_again",
            "多次补正",
            "received_on",
            lambda on: Q(corrections__gt=1),
            "告知补正两次以上的办件，按收件日归月",
        ),
        Measure("pushed", "推送", "decided_on", lambda on: pushed(), "结果已推给牵头监管单位的办件，按决定日"),
        Measure(
            "claimed",
            "认领",
            "decided_on",
            lambda on: pushed(state__in=CLAIMED),
            "已被牵头监管单位认领的办件，按决定日",
        ),
    )
}
SIDES = {"open": MEASURES["open"], "overdue": MEASURES["overdue"], "returned": MEASURES["returned"]}
BY = {
    "region": ("地区", "region__name", "region"),
    "unit": ("决定单位", "decide_organ__name", "decide_organ"),
    "item": ("事项", "item_name", "item"),
}  # key in the address: its words, the column of its name, its column, both as in Slice
COLUMNS = {key: column for key, (_, _, column) in BY.items()} | {"mode": "mode"}


@dataclass(frozen=True)
class Question:
    """What a page asks for: a measure, by what, in which months, under which filters."""

    measure: Measure
    by: str
    first: date  # the first day of the first month
    last: date  # the first day of the last month
    filters: dict[str, str] = field(default_factory=dict)

    @property
    def months(self) -> list[date]:
        return [shift(self.first, n) for n in range(apart(self.first, self.last) + 1)]

    def address(self, **changes: str) -> str:
        period = {"from": f"{self.first:%Y-%m}", "to": f"{self.last:%Y-%m}"}
        query = {"measure": self.measure.key, "by": self.by} | period | self.filters | changes
        return urlencode({key: value for key, value in query.items() if value})


def asked(query: Mapping[str, str], *, on: date) -> Question:
    """The question of an address: what it does not know is left at the default, too long a period is cut at its start."""
    last = _month(query.get("to", "")) or on.replace(day=1)
    first = _month(query.get("from", "")) or shift(last, 1 - MONTHS)
    first, last = min(first, last), max(first, last)
    return Question(
        measure=MEASURES.get(query.get("measure", ""), MEASURES["accepted"]),
        by=query.get("by", "") if query.get("by", "") in BY else "region",
        first=max(first, shift(last, 1 - MOST_MONTHS)),
        last=last,
        filters={key: value for key in COLUMNS if (value := query.get(key, "").strip())},
    )


def cases_of(actor: Actor, question: Question, *, on: date, also: str = "", month: str = "") -> QuerySet[Case]:
    """The cases a question counts; `also` narrows to one of SIDES, `month` (2026-03) to one of its months."""
    day = question.measure.day
    first, last = question.first, question.last
    if month:
        first = last = _month(month) or date(1, 1, 1)
    cases = _under(actor, question.filters).filter(
        question.measure.which(on), **{f"{day}__gte": first, f"{day}__lt": shift(last, 1)}
    )
    return cases.filter(SIDES[also].which(on)) if also in SIDES else cases


def _under(actor: Actor, filters: Mapping[str, str]) -> QuerySet[Case]:
    """The cases this person may see under the filters; a value nobody offers finds nothing."""
    cases = Case.objects.filter(visible(actor)).exclude(state=State.VOIDED)
    return cases.filter(narrowed(filters, region="region", terms="snapshot__"))


def narrowed(filters: Mapping[str, str], *, region: str, terms: str) -> Q:
    """The filters of an address, as a filter on rows whose region and terms stand in these columns."""
    wanted = Q()
    for key, value in filters.items():
        if key == "unit" and key_of(value) is None:
            return Q(pk__in=[])
        column = region if key == "region" else f"{terms}{COLUMNS[key]}"
        wanted &= Q(**{column: "" if key == "mode" and value == NONE else value})
    return wanted


def _month(text: str) -> date | None:
    """The first day of 2026-03; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def shift(month: date, by: int) -> date:
    """The first day of a month some months away, within the years dates can hold."""
    count = month.year * 12 + month.month - 1 + by
    return date(max(1, min(9998, count // 12)), count % 12 + 1, 1)


def apart(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
