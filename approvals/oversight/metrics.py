"""How well does the loop between approval and supervision work? Each rate with its denominator, nothing "not yet due" in it.

A metric is a set of rows this person may see, one condition for what counts (`top`) and one for what it is measured
against (`bottom`; None for a plain number). The number on the page and the list behind it come from the same question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from approvals.cases.models import Case
from approvals.cases.words import Purpose
from approvals.collaboration.queries import gatherings
from approvals.collaboration.words import GatheringKind
from approvals.organisations.access import Actor
from approvals.oversight import queries
from approvals.oversight.access import visible
from approvals.oversight.words import DECIDED, Colour, FilingState, FindingState, SampleState
from approvals.supervision import promptness
from approvals.supervision.models import Feedback, FollowUp, PolicyNotice, Proposal, Push
from approvals.supervision.words import ENDED, Answer, FeedbackKind, InspectionResult, ProposalState, Subject


def rate(top: int, bottom: int) -> str:
    """A share in per cent with one place, rounded half up; a dash where there is nothing to measure against."""
    if bottom == 0:
        return "—"
    tenths = (top * 2000 + bottom) // (2 * bottom)
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True)
class Source:
    """Rows that are measured. `day` is the day by which a row falls into a period, `case` leads from a row to its case."""

    rows: Callable[[Actor], QuerySet[Any]]
    day: str
    case: str = "case__"
    columns: tuple[str, str] = ("number", "snapshot__item_name")  # what names a row in the list behind, from `case` on
    opens_case: bool = True
    heads: tuple[str, str] = ("办件", "事项")

    def under(self, actor: Actor, *, first: date, last: date, region: str = "") -> QuerySet[Any]:
        """The rows of a period (both days included), perhaps of one region."""
        rows = self.rows(actor).filter(**{f"{self.day}__gte": first, f"{self.day}__lte": last}).order_by()
        return rows.filter(**{f"{self.case}region": region}) if region else rows


@dataclass(frozen=True)
class Metric:
    """One number of the page."""

    key: str
    label: str
    source: Source
    top: Callable[[date], Q]
    bottom: Callable[[date], Q] | None
    told: str

    def behind(self, rows: QuerySet[Any], part: str, *, on: date) -> QuerySet[Any]:
        """The rows behind the number: `bottom` all it is measured against, `rest` what of that does not count, else what does."""
        if self.bottom is None:
            return rows.filter(self.top(on))
        measured = rows.filter(self.bottom(on))
        if part == "bottom":
            return measured
        counting = measured.filter(self.top(on))
        return measured.exclude(pk__in=counting.values("pk")) if part == "rest" else counting


def _cases(actor: Actor) -> QuerySet[Case]:
    where = visible(actor, unit="snapshot__city_organ", organ="snapshot__decide_organ", item="snapshot__item")
    return Case.objects.filter(where, decided_on__isnull=False, result__in=DECIDED)


def _sent(actor: Actor) -> QuerySet[Push]:
    """Every push of a decision to a responsible unit, to be claimed."""
    where = visible(
        actor,
        unit="case__snapshot__city_organ",
        organ="case__snapshot__decide_organ",
        region="case__region",
        item="case__snapshot__item",
    )
    return Push.objects.filter(where, copy=False, purpose=Purpose.CLAIM, subject=Subject.DECISION)


def _pushes(actor: Actor) -> QuerySet[Push]:
    """Those that stand: one that was rerouted or cancelled is nobody's duty any more."""
    return _sent(actor).exclude(state__in=ENDED)


def _of_pushes(actor: Actor, case: str) -> Q:
    """The rows beside pushes that this person may see; `case` leads to their case."""
    return visible(
        actor,
        unit=f"{case}snapshot__city_organ",
        organ=f"{case}snapshot__decide_organ",
        region=f"{case}region",
        item=f"{case}snapshot__item",
    )


def _orders(actor: Actor) -> QuerySet[Feedback]:
    return Feedback.objects.filter(_of_pushes(actor, "push__case__"), kind=FeedbackKind.ORDER)


def _proposals(actor: Actor) -> QuerySet[Proposal]:
    """What asked for something to be done to a licence; leads are not counted."""
    return Proposal.objects.filter(_of_pushes(actor, "case__")).exclude(asks="")


def _policies(actor: Actor) -> QuerySet[PolicyNotice]:
    return PolicyNotice.objects.filter(visible(actor, unit="organ", organ="organ", region="region"))


def _unmended(**conditions: Any) -> Q:
    return Q(Exists(FollowUp.objects.filter(about=OuterRef("pk"), ended_by=None, **conditions)))


def _fed_back(**conditions: Any) -> Q:
    return Q(Exists(Feedback.objects.filter(push=OuterRef("pk"), **conditions)))


def _all(on: date) -> Q:
    return Q()


CLAIMED = Q(claimed_at__isnull=False)
INSPECTED: dict[str, Any] = {"kind": FeedbackKind.INSPECTION}
PROBLEM = INSPECTED | {"content__result": InspectionResult.PROBLEM}
OBJECTED = Q(objection__isnull=False)

CASES = Source(_cases, "decided_on", case="")
SENT = Source(_sent, "decided_on")
PUSHES = Source(_pushes, "decided_on")
ORDERS = Source(_orders, "done_on", case="push__case__")
PROPOSALS = Source(_proposals, "made_on")
POLICIES = Source(
    _policies, "notified_on", case="", columns=("number", "title"), opens_case=False, heads=("文号", "标题")
)
GATHERINGS = Source(
    gatherings, "held_on", case="", columns=("topic", "item_name"), opens_case=False, heads=("议题", "事项")
)
FILINGS = Source(queries.filings, "decided_on")
SAMPLES = Source(queries.samples, "due_on")
FINDINGS = Source(queries.findings, "opened_at__date")
CARDS = Source(queries.cards, "shown_at__date")

METRICS = {
    one.key: one
    for one in (
        Metric("pushed", "推送数", CASES, lambda on: promptness.pushed(), None, "决定后已推给牵头监管单位的办件"),
        Metric(
            "push-in-time",
            "推送及时率",
            CASES,
            lambda on: promptness.push_kept(),
            promptness.push_due,
            "期限内送达的 ÷ 推送期已过的决定（无主的也算；改派的看首次推送）",
        ),
        Metric("claimed", "认领率", PUSHES, lambda on: CLAIMED, _all, "已认领 ÷ 需认领的推送"),
        Metric(
            "claimed-in-time",
            "认领及时率",
            PUSHES,
            lambda on: promptness.claim_kept(),
            promptness.claim_due,
            "期限内认领的 ÷ 认领期已过的推送（异议中的不算）",
        ),
        Metric(
            "fed-back",
            "反馈率",
            PUSHES,
            lambda on: promptness.feedback_kept(),
            promptness.feedback_due,
            "有反馈的 ÷ 已认领且首次反馈期已过的",
        ),
        Metric(
            "inspected",
            "检查覆盖率",
            PUSHES,
            lambda on: _fed_back(**INSPECTED),
            promptness.feedback_due,
            "检查过的 ÷ 已认领且首次反馈期已过的",
        ),
        Metric(
            "problems",
            "问题发现率",
            PUSHES,
            lambda on: _fed_back(**PROBLEM),
            lambda on: _fed_back(**INSPECTED),
            "检查发现问题的 ÷ 检查过的",
        ),
        Metric(
            "penalties",
            "行政处罚",
            PUSHES,
            lambda on: _fed_back(kind=FeedbackKind.PENALTY),
            None,
            "反馈了行政处罚的推送",
        ),
        Metric(
            "orders-mended",
            "责令整改完成率",
            ORDERS,
            lambda on: ~_unmended(),
            lambda on: ~_unmended() | _unmended(due_on__lt=on),
            "复查到位的 ÷ 复查过或复查期已过的责令整改",
        ),
        Metric(
            "proposals-adopted",
            "撤销建议采纳率",
            PROPOSALS,
            lambda on: Q(state=ProposalState.ADOPTED),
            lambda on: ~Q(state=ProposalState.WAITING) | Q(due_on__lt=on),
            "采纳的 ÷ 已答复或答复期已过的撤销、注销等建议",
        ),
        Metric(
            "proposals-in-time",
            "建议答复及时率",
            PROPOSALS,
            lambda on: Q(answered_at__date__lte=F("due_on")),
            lambda on: ~Q(state=ProposalState.WAITING) | Q(due_on__lt=on),
            "期限内答复的 ÷ 已答复或答复期已过的建议",
        ),
        Metric(
            "policies-in-time",
            "政策文件及时率",
            POLICIES,
            lambda on: Q(notified_on__lte=F("due_on")),
            _all,
            "期限内告知的 ÷ 告知的政策文件",
        ),
        Metric(
            "consultations", "会商数", GATHERINGS, lambda on: Q(kind=GatheringKind.CONSULTATION), None, "已有结论的会商"
        ),
        Metric("objected", "异议率", SENT, lambda on: OBJECTED, _all, "提出过异议的 ÷ 需认领的推送"),
        Metric(
            "upheld",
            "异议成立率",
            SENT,
            lambda on: OBJECTED & ~Q(objection__answer__in=("", Answer.REJECT)),
            lambda on: OBJECTED & ~Q(objection__answer=""),
            "异议成立的 ÷ 已答复的异议",
        ),
        Metric(
            "filings-read",
            "报备审阅及时率",
            FILINGS,
            lambda on: Q(seen_at__date__lte=F("due_on")),
            lambda on: ~Q(state=FilingState.FILED) | Q(due_on__lt=on),
            "期限内阅过的 ÷ 已阅或审阅期已过的报备",
        ),
        Metric(
            "filings-questioned",
            "报备问题率",
            FILINGS,
            lambda on: Q(state=FilingState.QUESTIONED),
            lambda on: ~Q(state=FilingState.FILED),
            "发现问题的 ÷ 已阅的报备",
        ),
        Metric(
            "samples-checked",
            "抽查完成率",
            SAMPLES,
            lambda on: Q(checked_at__date__lte=F("due_on")),
            lambda on: ~Q(state=SampleState.TO_CHECK) | Q(due_on__lt=on),
            "期限内检查完的 ÷ 已检查或检查期已过的抽中办件",
        ),
        Metric(
            "samples-failed",
            "抽查问题率",
            SAMPLES,
            lambda on: Q(state=SampleState.FAILED),
            lambda on: ~Q(state=SampleState.TO_CHECK),
            "发现问题的 ÷ 已检查的抽中办件",
        ),
        Metric(
            "mended",
            "整改完成率",
            FINDINGS,
            lambda on: Q(state=FindingState.CLOSED),
            lambda on: Q(state=FindingState.CLOSED) | Q(due_on__lt=on),
            "已销号的 ÷ 已销号或整改期已过的问题",
        ),
        Metric("yellow", "黄牌", CARDS, lambda on: Q(colour=Colour.YELLOW, withdrawn_at=None), None, "没有撤销的黄牌"),
        Metric("red", "红牌", CARDS, lambda on: Q(colour=Colour.RED, withdrawn_at=None), None, "没有撤销的红牌"),
    )
}


@dataclass(frozen=True)
class Figure:
    """A metric as a page shows it: how many count, against how many; `bottom` is None for a plain number."""

    metric: Metric
    top: int
    bottom: int | None

    @property
    def value(self) -> str:
        return str(self.top) if self.bottom is None else rate(self.top, self.bottom)


def figure(metric: Metric, actor: Actor, *, first: date, last: date, on: date, region: str = "") -> Figure:
    """One number: a query for a plain one, two for a rate."""
    rows = metric.source.under(actor, first=first, last=last, region=region)
    top = metric.behind(rows, "top", on=on).values("pk").distinct().count()
    if metric.bottom is None:
        return Figure(metric, top, None)
    return Figure(metric, top, metric.behind(rows, "bottom", on=on).values("pk").distinct().count())


def by_region(metric: Metric, actor: Actor, *, first: date, last: date, on: date) -> list[tuple[str, str, Figure]]:
    """(code, name, figure) of each region in which anything is measured, in the order of their codes."""
    rows = metric.source.under(actor, first=first, last=last)
    code, name = f"{metric.source.case}region", f"{metric.source.case}region__name"

    def counted(part: str) -> dict[tuple[str, str], int]:
        found = metric.behind(rows, part, on=on).values(code, name).annotate(n=Count("pk", distinct=True))
        return {(one[code], one[name]): one["n"] for one in found}

    tops = counted("top")
    bottoms = counted("bottom") if metric.bottom is not None else {}
    return [
        (key[0], key[1], Figure(metric, tops.get(key, 0), bottoms.get(key, 0) if metric.bottom is not None else None))
        for key in sorted(set(tops) | set(bottoms))
    ]
