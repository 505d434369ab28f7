"""What speaks for taking a power back? What oversight has found about one item in one region, as lines with their lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from approvals.cases.models import Case, Event
from approvals.cases.words import Action
from approvals.oversight.models import Card, Filing, Finding
from approvals.oversight.words import Colour, FindingState, Trigger

SINCE_DAYS = 365
LISTED = 200  # numbers kept with a line


@dataclass(frozen=True)
class Line:
    """One kind of evidence: how often, and in which cases."""

    key: str
    label: str
    count: int
    numbers: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def evidence_of(*, item: str, region: str, on: date) -> list[Line]:
    """The evidence of the last twelve months about an item in a region, what there is none of left out."""
    since = on - timedelta(days=SINCE_DAYS)
    cases = Case.objects.filter(snapshot__item=item, region=region, received_on__gte=since)
    mine = {"case__snapshot__item": item, "case__region": region}
    findings = Finding.objects.filter(**mine, opened_at__date__gte=since)
    cards = Card.objects.filter(**mine, shown_at__date__gte=since, withdrawn_at=None)
    deemed = Event.objects.filter(**mine, action=Action.DEEM_ACCEPTED, effective_on__gte=since)
    lines = [
        _line("findings", "监督发现的问题", findings),
        _line("grave", "其中情节严重", findings.filter(grave=True)),
        _line("unmended", "逾期未整改", findings.filter(state=FindingState.ORDERED, due_on__lt=on)),
        _line("filings", "报备发现问题", Filing.objects.filter(**mine, state="QUESTIONED", decided_on__gte=since)),
        _line("red", "红牌", cards.filter(colour=Colour.RED)),
        _line("yellow", "黄牌", cards.filter(colour=Colour.YELLOW)),
        _line("deemed", Trigger.DEEMED_ACCEPTANCE.label, deemed),
        _line("overdue", "超承诺期限的办件", cases.filter(_over(on)), "number"),
        _line("returned", "市级退回过的办件", cases.filter(returns__gt=0), "number"),
    ]
    return [line for line in lines if line.count]


def _over(on: date) -> Q:
    return Q(decided_on__gt=F("promise_on")) | Q(
        decided_on=None, promise_on__lt=on, paused_on=None, due_on__isnull=False
    )


def _line(key: str, label: str, rows: QuerySet[Any], number: str = "case__number") -> Line:
    numbers = list(rows.order_by(number).values_list(number, flat=True))
    return Line(key, label, len(numbers), list(dict.fromkeys(numbers))[:LISTED])
