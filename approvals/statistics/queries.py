"""How many? Tables and rates from the kept figures: as quick for ten million cases as for ten.

Whoever sees a case sees its slice, so the figures are narrowed by the same rule as the cases themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from approvals.audit.models import Cursor, Pending, RegisterHead
from approvals.cases.access import visible_rows
from approvals.cases.models import Case
from approvals.organisations.access import Actor
from approvals.statistics.models import Reckoning, Tally
from approvals.statistics.questions import BY, SIDES, Question, narrowed, shift
from approvals.statistics.rollups import READER


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
        self.total += found["sum"]
        self.cells[found["mode"], found["in_month"]] += found["sum"]
        for key in SIDES:
            self.sides[key] += found[f"sum_{key}"]


def tallies(actor: Actor, question: Question) -> QuerySet[Tally]:
    """The figures this person may see, in the period and under the filters of a question."""
    seen = Q(pk__in=[]) if actor.kind == "APPLICANT" else visible_rows(actor, region="slice__region", terms="slice__")
    under = narrowed(question.filters, region="slice__region", terms="slice__")
    return Tally.objects.filter(seen, under, month__gte=question.first, month__lt=shift(question.last, 1))


def table(actor: Actor, question: Question, *, names: Mapping[str, str] | None = None) -> tuple[Row, list[Row]]:
    """The total and the lines, the largest first; `names` are lines to show even where nothing was counted."""
    _, label, column = BY[question.by]
    found = (
        tallies(actor, question)
        .filter(measure=question.measure.key)
        .values(in_month=F("month"), value=F(f"slice__{column}"), name=F(f"slice__{label}"), mode=F("slice__mode"))
        .annotate(sum=Sum("n"), **{f"sum_{key}": Sum(f"n_{key}") for key in SIDES})
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


RATES = (  # label, measure of the part, of the whole, how it is said
    ("按时办结", "in_time", "promised", "决定日不晚于承诺到期日的 / 期间办结的承诺件"),
    ("市退县", "returned", "accepted", "被市级退回过的 / 期间受理的"),
    ("补正", "corrected", "received", "告知过补正的 / 期间收件的"),
    ("多次补正", "corrected_again", "corrected", "告知补正两次以上的 / 告知过补正的"),
    ("按时推送", "push_kept", "push_due", "首次推送在推送期限内送达的 / 推送期限已过的决定"),
    ("按时认领", "claim_kept", "claim_due", "认领期限内认领的 / 认领期限已过的推送（异议中的不算）"),
    ("首次反馈", "feedback_kept", "feedback_due", "有监管反馈的 / 反馈期限已过的已认领推送"),
)


def rates(actor: Actor, question: Question) -> list[Rate]:
    """按时办结 and the others, under the same period and filters; what is not yet due is in no rate. One query."""
    wanted = {measure for _, part, whole, _ in RATES for measure in (part, whole)}
    sums = tallies(actor, question).filter(measure__in=wanted).values("measure").annotate(sum=Sum("n")).order_by()
    found = {one["measure"]: one["sum"] for one in sums}
    return [Rate(label, found.get(part, 0), found.get(whole, 0), told) for label, part, whole, told in RATES]


@dataclass(frozen=True)
class Standing:
    """For which day and moment the figures hold, and what they lack."""

    on: date | None  # None: nothing was counted yet
    at: datetime | None
    behind: bool = False  # something happened that is not yet counted
    rebuilt_cases: tuple[int, int] | None = None  # so many of so many, while everything is counted anew


def standing(*, on: date) -> Standing:
    """How do the figures stand? The number of queries does not grow."""
    reckoning = Reckoning.objects.filter(pk=1).first()
    read = Coalesce(Subquery(Cursor.objects.filter(name=READER).values("position")), 0)
    behind = Pending.objects.exists() or RegisterHead.objects.filter(position__gt=read).exists()
    if reckoning is None:
        return Standing(None, None, behind)
    upto = reckoning.rebuilt_upto
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() if upto is not None else None
    rebuilt = (upto, last or 0) if upto is not None else None
    return Standing(reckoning.on, reckoning.at, behind or reckoning.on < on, rebuilt)
