"""What does a visitor find under 承接监督? Filings read and unread, a draw, a finding that was answered, cards, a proposal.

Told after the history, by the same doors as in life; what oversight needs is read off the register.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from approvals.audit.register import enrol
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.catalogue.models import Delegation
from approvals.demo.lead import somebody
from approvals.organisations.models import Role
from approvals.oversight import actions, cards, draws, takeback
from approvals.oversight.following import follow_register
from approvals.oversight.models import Filing, Finding
from approvals.oversight.words import Direction, OpenCases

APPROVERS = "360700-SPJ"
TAKEN = ("2-30", "360731")  # the item and region of the proposal that waits


def oversee(*, at: datetime) -> None:
    """Tell oversight's part of the history up to `at`, unless it is told already."""
    while enrol():
        pass
    while follow_register(at=at):
        pass
    if Finding.objects.exists():
        return
    cards.sweep(at=at)
    draws.draw_month(month=draws.month_of(draws.month_of(local_day(at)) - timedelta(days=1)), at=at)
    _read(at)
    _propose(at)
    while enrol():
        pass


def _read(at: datetime) -> None:
    """The city has read the oldest filing, and found something in the next two; one is answered already."""
    today = local_day(at)
    filings = list(Filing.objects.select_related("unit", "organ").order_by("decided_on", "pk")[:3])
    reviewers = {one.pk: somebody(one.unit.code, Role.REVIEWER, on=today) for one in filings}
    for filing in filings[:1]:
        actions.acknowledge(filing=filing.pk, actor=reviewers[filing.pk], at=at)
    for number, filing in enumerate(filings[1:]):
        given = {
            "kind": ("PAPERS", "LETTERS")[number],
            "text": ("案卷缺少林权权属证明。", "决定书没有写明起诉期限。")[number],
            "order": ("补齐权属证明，说明当时如何核实。", "更正决定书并重新送达。")[number],
            "days": 10,
        }
        finding = actions.open_finding(filing=filing.pk, actor=reviewers[filing.pk], at=at, given=given)
        if number == 0:
            head = somebody(filing.organ.code, Role.DECIDER, on=today)
            told = {"text": "已向申请人补收权属证明，存入案卷。"}
            actions.answer(finding=finding.pk, actor=head, at=at, given=told)


def _propose(at: datetime) -> None:
    """市行政审批局 proposes to take one power back; 市委编办 has not answered."""
    item, region = TAKEN
    power = Delegation.objects.filter(
        item__code=item, region=region, place="", effective_to=None, item__city_unit__code=APPROVERS
    ).first()
    if power is None:
        return
    given = {
        "from_on": add(current_calendar(), local_day(at), 10).isoformat(),
        "open_cases": OpenCases.FINISH.value,
        "reasons": "近期审核多次超期，经指出没有改善，拟由市级收回，待县级配齐人员后交还。",
    }
    proposer = somebody(APPROVERS, Role.REVIEWER, on=local_day(at))
    takeback.propose(direction=Direction.TAKE, delegation=power.pk, actor=proposer, at=at, given=given)
