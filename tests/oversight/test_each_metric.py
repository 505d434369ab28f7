"""Does each number count what its name says? One case that counts, and one that is only measured against."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from approvals.cases.words import Role, State
from approvals.oversight import actions, cards
from approvals.oversight.draws import draw_month
from approvals.oversight.metrics import METRICS, figure
from approvals.oversight.models import Card, Filing, Finding, Sample
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import Feedback, FollowUp, Push
from approvals.supervision.objecting import answer_objection, object_to
from approvals.supervision.promptness import feedback_due
from approvals.supervision.proposing import adopt, note_lead, refuse
from tests.factories import driven, later, moment
from tests.oversight.world import FELLING, MONDAY, YUDU, told
from tests.people import somebody
from tests.supervision.conftest import coordinator_of, pushed, supervisor

pytestmark = pytest.mark.django_db
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
ORDER = {"kind": "PAPERS", "text": "缺少权属证明。", "order": "补齐并说明。", "days": 5}
OFFICERS = {"officers": ["刘敏", "谢建明"]}
FRAUD = {"act": "ANNUL", "ground": "FRAUD", "reasons": "以欺骗手段取得。"}


def of(key: str, on: date) -> tuple[int, int | None]:
    found = figure(METRICS[key], somebody("360700-SPJ", Role.COORDINATOR), on=on, **YEAR)
    return found.top, found.bottom


def pushes(number: int) -> list[Push]:
    """So many fellings decided by the county and pushed."""
    for _ in range(number):
        driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    pushed(MONDAY)
    return list(Push.objects.filter(copy=False).order_by("pk"))


def report(push: Push, kind: str, *, at: datetime = MONDAY + timedelta(hours=5), **given: Any) -> Feedback:
    return feed_back(push=push.pk, actor=supervisor(push), at=at, kind=kind, given={"on": "2026-03-02"} | given)


def test_a_check_a_problem_and_a_penalty_are_counted_apart_and_a_push_left_alone_in_none_of_them() -> None:
    problem, clean, fined, _ = every = pushes(4)
    for push in every:
        claim(push=push.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=4))
    report(problem, "INSPECTION", **OFFICERS, way="ON_SITE", result="PROBLEM", findings="未更新造林")
    report(clean, "INSPECTION", **OFFICERS, way="ON_SITE", result="NO_PROBLEM")
    report(
        fined,
        "PENALTY",
        **OFFICERS,
        number="于林罚〔2026〕1 号",
        fact="超出许可范围采伐",
        penalty="FINE",
        amount_cents=500_000,
    )
    past = later(moment(max(Push.objects.filter(copy=False).values_list("feedback_due_on", flat=True))), 1).date()
    assert Push.objects.filter(feedback_due(past), copy=False).count() == 4
    assert of("fed-back", past) == (3, 4)
    assert of("inspected", past) == (2, 4)
    assert of("problems", past) == (1, 2)
    assert of("penalties", past) == (1, None)


def test_an_order_is_mended_by_its_recheck_and_one_not_yet_due_is_not_measured() -> None:
    push = pushes(1)[0]
    claim(push=push.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=4))
    mended, _ = (
        report(push, "ORDER", **OFFICERS, number=f"于林责改〔2026〕{n}号", demands="补种", due_on="2026-04-02")
        for n in (1, 2)
    )
    (due_on,) = set(FollowUp.objects.values_list("due_on", flat=True))
    assert of("orders-mended", due_on) == (0, 0)
    report(push, "RECHECK", **OFFICERS, order=mended.sequence, result="MENDED", findings="已补种")
    assert of("orders-mended", due_on) == (1, 1)
    assert of("orders-mended", due_on + timedelta(days=1)) == (1, 2)


def test_a_proposal_answered_on_its_last_day_is_in_time_one_answered_later_is_not_and_a_lead_is_no_proposal() -> None:
    every = pushes(3)
    for push in every:
        claim(push=push.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=4))
    early, late, third = (report(push, "PROPOSAL", **FRAUD).proposal for push in every)
    lead = report(every[0], "LEAD", about="COMPLAINT", content="群众反映超量采伐。").proposal
    head = somebody(early.organ.code, Role.DECIDER)
    assert of("proposals-in-time", early.due_on) == (0, 0)
    refuse(proposal=early.pk, actor=head, at=moment(early.due_on, 16), words="证据不足。")
    note_lead(proposal=lead.pk, actor=head, at=moment(early.due_on, 16), words="已约谈。")
    assert of("proposals-in-time", early.due_on) == (1, 1)
    refuse(proposal=late.pk, actor=head, at=later(moment(late.due_on), 1), words="证据不足。")
    assert of("proposals-in-time", early.due_on) == (1, 2)
    assert of("proposals-in-time", early.due_on + timedelta(days=1)) == (1, 3)
    assert of("proposals-adopted", early.due_on + timedelta(days=1)) == (0, 3)
    reviewer = somebody(early.organ.code, Role.REVIEWER)
    adopt(proposal=third.pk, actor=reviewer, at=later(moment(third.due_on), 1))
    assert of("proposals-adopted", early.due_on) == (1, 3)


def test_an_objection_counts_once_raised_is_measured_once_answered_and_upheld_unless_turned_down() -> None:
    _, open_still, turned_down, doubted = pushes(4)
    for push, ground in ((open_still, "NOT_OURS"), (turned_down, "INCOMPLETE"), (doubted, "AGAINST_PERMIT")):
        object_to(push=push.pk, actor=supervisor(push), at=MONDAY, ground=ground, words="请协调。")
    assert of("objected", MONDAY.date()) == (3, 4)
    assert of("upheld", MONDAY.date()) == (0, 0)
    for push, answer in ((turned_down, "REJECT"), (doubted, "REFER")):
        answer_objection(push=push.pk, actor=coordinator_of(YUDU), at=MONDAY, answer=answer, words="已核。")
    assert of("objected", MONDAY.date()) == (3, 4)
    assert of("upheld", MONDAY.date()) == (1, 2)


def filings(number: int) -> list[Filing]:
    for _ in range(number):
        driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    for _ in range(2):
        told(MONDAY)
    return list(Filing.objects.order_by("pk"))


def test_a_filing_read_on_its_last_day_is_read_in_time_and_one_questioned_later_is_late_and_questioned() -> None:
    read, questioned, _ = filings(3)
    city = somebody(read.unit.code, Role.REVIEWER)
    due, after = read.due_on, later(moment(read.due_on), 1)
    assert of("filings-read", due) == of("filings-questioned", due) == (0, 0)
    actions.acknowledge(filing=read.pk, actor=city, at=moment(due, 23))
    assert of("filings-read", due) == (1, 1)
    assert of("filings-read", after.date()) == (1, 3)
    actions.open_finding(filing=questioned.pk, actor=city, at=after, given=ORDER)
    assert of("filings-read", due) == (1, 2)
    assert of("filings-questioned", due) == (1, 2)


def test_what_a_finding_orders_is_mended_once_closed_and_measured_once_due() -> None:
    closed, _ = filings(2)
    city, county = somebody(closed.unit.code, Role.REVIEWER), somebody(closed.organ.code, Role.DECIDER)
    finding, _ = (actions.open_finding(filing=one.pk, actor=city, at=MONDAY, given=ORDER) for one in filings(0))
    due = finding.due_on
    assert of("mended", due) == (0, 0)
    actions.answer(finding=finding.pk, actor=county, at=MONDAY, given={"text": "已补齐。"})
    assert of("mended", due) == (0, 0)
    actions.judge(finding=finding.pk, actor=city, at=MONDAY, given={"good": True, "verdict": "到位"})
    assert of("mended", due) == (1, 1)
    assert of("mended", due + timedelta(days=1)) == (1, 2)
    assert Finding.objects.count() == 2


def test_a_drawn_case_checked_in_time_is_checked_and_one_found_wrong_too_late_is_failed_only(settings) -> None:
    settings.SAMPLE_PERCENT = 100
    unit = filings(3)[0].unit
    draw_month(month=date(2026, 3, 1), at=moment("2026-04-01"))
    passed, failed, _ = Sample.objects.filter(draw__unit=unit, draw__population="DECISION").order_by("pk")
    city = somebody(unit.code, Role.REVIEWER)
    due, after = passed.due_on, later(moment(passed.due_on), 1)
    assert of("samples-checked", due) == of("samples-failed", due) == (0, 0)
    actions.pass_sample(sample=passed.pk, actor=city, at=moment(due, 23))
    assert of("samples-checked", due) == (1, 1)
    assert of("samples-failed", due) == (0, 1)
    assert of("samples-checked", after.date()) == (1, 3)
    actions.open_finding(sample=failed.pk, actor=city, at=after, given=ORDER)
    assert of("samples-checked", due) == (1, 2)
    assert of("samples-failed", due) == (1, 2)


def test_yellow_and_red_cards_are_counted_apart_and_none_that_was_withdrawn() -> None:
    for item in (FELLING, FELLING, FELLING):
        driven(item, YUDU, MONDAY, to=State.DECIDED)
    pushed(MONDAY)
    every = list(Push.objects.filter(copy=False).order_by("pk"))
    for push in every[1:]:
        claim(push=push.pk, actor=supervisor(push), at=later(moment(push.claim_due_on), 2))
    at = later(moment(every[0].claim_due_on), 5)
    cards.sweep(at=at)
    of_claims = Card.objects.filter(rule__code__startswith="CLAIM")
    assert sorted(of_claims.values_list("colour", flat=True)) == ["RED", "YELLOW"]
    stages = Card.objects.exclude(pk__in=of_claims)
    yellow, red = stages.filter(colour="YELLOW").count() + 1, stages.filter(colour="RED").count() + 1
    assert (of("yellow", at.date()), of("red", at.date())) == ((yellow, None), (red, None))
    head = somebody("360700-SPJ", Role.COORDINATOR)
    actions.withdraw_card(card=of_claims.get(colour="RED").pk, actor=head, at=at, given={"reasons": "停机"})
    assert (of("yellow", at.date()), of("red", at.date())) == ((yellow, None), (red - 1, None))
    actions.withdraw_card(card=of_claims.get(colour="YELLOW").pk, actor=head, at=at, given={"reasons": "停机"})
    assert (of("yellow", at.date()), of("red", at.date())) == ((yellow - 1, None), (red - 1, None))
