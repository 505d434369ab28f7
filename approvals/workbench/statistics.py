"""How many? Counts of the cases a person may see, by region, unit or item, with their modes and months.

A measure is a filter and the day by which it falls into a month; the number in a cell and the list behind it come from
the same question. Voided cases are counted nowhere. One aggregate query a table, whatever the number of cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.http import QueryDict

from approvals.cases.access import visible
from approvals.cases.models import Case
from approvals.cases.words import Purpose, Result, State
from approvals.cases.workflow import ENDS
from approvals.organisations.access import Actor
from approvals.supervision.models import Push
from approvals.supervision.words import PushState

MONTHS = 6  # shown when nobody asks for another period
MOST_MONTHS = 12
NONE = "NONE"  # in addresses: held by the city, no mode
DECIDED = (Result.GRANTED, Result.DENIED, Result.RECORDED, Result.NOT_RECORDED)
CLAIMED = (PushState.CLAIMED, PushState.FED_BACK)


def is_open(on: date) -> Q:
    return ~Q(state__in=[*ENDS, State.DELIVERED])


def is_over(on: date) -> Q:
    """Used more than was promised: decided too late, or still running past the promise."""
    stopped = Q(paused_on__isnull=False, stops_promise=True) | Q(state__in=ENDS)
    return Q(decided_on__gt=F("promise_on")) | (Q(decided_on=None, promise_on__lt=on) & ~stopped)


def _result(*results: str) -> Q:
    return Q(decided_on__isnull=False, result__in=results)


def _pushed(**conditions: Any) -> Q:
    return Q(Exists(Push.objects.filter(case=OuterRef("pk"), copy=False, **conditions)))


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
        Measure("pushed", "推送", "decided_on", lambda on: _pushed(), "结果已推给牵头监管单位的办件，按决定日"),
        Measure(
            "claimed",
            "认领",
            "decided_on",
            lambda on: _pushed(state__in=CLAIMED),
            "已被牵头监管单位认领的办件，按决定日",
        ),
    )
}
SIDES = {"open": MEASURES["open"], "overdue": MEASURES["overdue"], "returned": MEASURES["returned"]}
BY = {
    "region": ("地区", "region__name", "region"),
    "unit": ("决定单位", "snapshot__decide_organ__name", "snapshot__decide_organ"),
    "item": ("事项", "snapshot__item_name", "snapshot__item"),
}
COLUMNS = {key: column for key, (_, _, column) in BY.items()} | {"mode": "snapshot__mode"}


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
        query = QueryDict(mutable=True)
        period = {"from": f"{self.first:%Y-%m}", "to": f"{self.last:%Y-%m}"}
        for key, value in ({"measure": self.measure.key, "by": self.by} | period | self.filters | changes).items():
            if value:
                query[key] = value
        return query.urlencode()


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
    for key, value in filters.items():
        if key == "unit" and not value.isdecimal():
            return cases.none()
        cases = cases.filter(**{COLUMNS[key]: "" if key == "mode" and value == NONE else value})
    return cases


@dataclass
class Row:
    """One line: its name, the value that narrows to it, its numbers."""

    name: str
    value: str
    total: int = 0
    cells: dict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))  # by mode and month
    sides: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def of_mode(self, mode: str) -> int:
        return sum(n for (one, _), n in self.cells.items() if one == mode)

    def of_month(self, month: date) -> int:
        return sum(n for (_, one), n in self.cells.items() if one == month)

    def add(self, found: Mapping[str, Any]) -> None:
        self.total += found["n"]
        self.cells[found["mode"], found["month"]] += found["n"]
        for key in SIDES:
            self.sides[key] += found[f"n_{key}"]


def table(
    actor: Actor, question: Question, *, on: date, names: Mapping[str, str] | None = None
) -> tuple[Row, list[Row]]:
    """The total and the lines, the largest first; `names` are lines to show even where nothing was counted."""
    _, label, column = BY[question.by]
    counts = {f"n_{key}": Count("pk", filter=side.which(on)) for key, side in SIDES.items()}
    found = (
        cases_of(actor, question, on=on)
        .annotate(month=TruncMonth(question.measure.day))
        .values("month", value=F(column), name=F(label), mode=F("snapshot__mode"))
        .annotate(n=Count("pk"), **counts)
        .order_by()
    )
    total, rows = (
        Row("全市" if names else "合计", ""),
        {value: Row(name, value) for value, name in (names or {}).items()},
    )
    for one in found:
        value = str(one["value"])
        rows.setdefault(value, Row(one["name"], value)).add(one)
        total.add(one)
    return total, sorted(rows.values(), key=lambda row: -row.total)


@dataclass(frozen=True)
class Rate:
    """A rate is never said without its two numbers."""

    label: str
    part: int
    whole: int
    told: str

    @property
    def percent(self) -> str:
        return f"{100 * self.part / self.whole:.1f}%" if self.whole else "—"


def rates(actor: Actor, question: Question, *, on: date) -> list[Rate]:
    """按时办结 and the others, under the same period and filters; what is not yet due is in no rate. Two queries."""
    period = (question.first, shift(question.last, 1))
    cases = _under(actor, question.filters)
    decided = _within("decided_on", period) & _result(*DECIDED) & Q(promise_on__isnull=False)
    accepted, received = _within("accepted_on", period), _within("received_on", period)
    counted = cases.aggregate(
        decided=Count("pk", filter=decided),
        in_time=Count("pk", filter=decided & Q(decided_on__lte=F("promise_on"))),
        accepted=Count("pk", filter=accepted),
        returned=Count("pk", filter=accepted & Q(returns__gt=0)),
        received=Count("pk", filter=received),
        corrected=Count("pk", filter=received & Q(corrections__gt=0)),
    )
    due, claim_due = Q(due_on__lt=on) | Q(confirmed_at__isnull=False), Q(purpose=Purpose.CLAIM, claim_due_on__lt=on)
    feedback_due = Q(state__in=CLAIMED, feedback_due_on__lt=on)
    pushes = Push.objects.filter(_within("decided_on", period), copy=False, case__in=cases.values("pk")).aggregate(
        due=Count("pk", filter=due),
        pushed=Count("pk", filter=due & Q(pushed_at__date__lte=F("due_on"))),
        claim_due=Count("pk", filter=claim_due),
        claimed=Count("pk", filter=claim_due & Q(claimed_at__date__lte=F("claim_due_on"))),
        feedback_due=Count("pk", filter=feedback_due),
        fed_back=Count("pk", filter=feedback_due & Q(state=PushState.FED_BACK)),
    )
    return [
        Rate("按时办结", counted["in_time"], counted["decided"], "决定日不晚于承诺到期日的 / 期间办结的承诺件"),
        Rate("市退县", counted["returned"], counted["accepted"], "被市级退回过的 / 期间受理的"),
        Rate("补正", counted["corrected"], counted["received"], "告知过补正的 / 期间收件的"),
        Rate("按时推送", pushes["pushed"], pushes["due"], "决定后三个工作日内推送的 / 应当推到的推送"),
        Rate("按时认领", pushes["claimed"], pushes["claim_due"], "认领期限内认领的 / 认领期限已过的推送"),
        Rate("首次反馈", pushes["fed_back"], pushes["feedback_due"], "有监管反馈的 / 反馈期限已过的已认领推送"),
    ]


def _within(column: str, period: tuple[date, date]) -> Q:
    return Q(**{f"{column}__gte": period[0], f"{column}__lt": period[1]})


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
