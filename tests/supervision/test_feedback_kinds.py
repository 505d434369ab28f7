"""What does each kind of feedback set going? A re-check, an answer to what was found, a rating; and what is refused is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from approvals.cases.models import Concern, Party, ReceiptBar
from approvals.cases.receiptbars import BarNotFound
from approvals.errors import Invalid
from approvals.supervision.access import NotSupervisor, PushNotFound
from approvals.supervision.actions import FeedbackRepeated, claim, feed_back
from approvals.supervision.barring import BarLifted, lift
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.consequences import open_follow_ups
from approvals.supervision.models import Feedback, PartyCredit, Push, PushEvent, RefusedFeedback
from tests.factories import later
from tests.supervision.conftest import (
    MONDAY,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    supervisor,
    supervisor_of,
)
from tests.supervision.test_claiming import INSPECTION, ORDER

pytestmark = pytest.mark.django_db
OFFICERS = {"officers": ["刘敏", "谢建明"]}


@pytest.fixture
def push() -> Push:
    story = granted_and_pushed()
    return claim(push=main_push(story.case).pk, actor=supervisor(main_push(story.case)), at=story.at)


def report(push: Push, kind: str, *, at=MONDAY + timedelta(hours=5), **given) -> Feedback:
    told = {"on": at.date().isoformat()} | given
    return feed_back(push=push.pk, actor=supervisor(push), at=at, kind=kind, given=told)


def todo(push: Push) -> list[tuple[str, str]]:
    return [(one.task, one.due_on.isoformat()) for one in open_follow_ups(push)]


def test_an_order_is_rechecked_by_its_day_again_if_need_be_and_only_then_is_the_push_closed(push):
    report(push, "INSPECTION", **OFFICERS, way="ON_SITE", result="PROBLEM", findings="未更新造林")
    assert todo(push) == [("RESPOND", "2026-03-16")]
    order = feed_back(push=push.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=5), kind="ORDER", given=ORDER)
    assert todo(push) == [("RECHECK", "2026-04-10")], "five working days after 2 April, 清明 left out"
    with pytest.raises(Invalid) as refused:
        report(push, "RECHECK", **OFFICERS, order=99, result="MENDED")
    assert "order" in refused.value.errors

    first = later(MONDAY, 24)
    short = {"order": order.sequence, "result": "NOT_MENDED", "findings": "只补种一半"}
    with pytest.raises(Invalid):
        report(push, "RECHECK", at=first, **OFFICERS, **short)
    report(push, "RECHECK", at=first, **OFFICERS, **short, due_on="2026-05-12")
    assert todo(push) == [("RECHECK", "2026-05-12")]
    with pytest.raises(NotYetClosable, match="2026-05-12"):
        close(push=push.pk, actor=supervisor(push), at=first)

    report(push, "INSPECTION", at=first, **OFFICERS, way="ON_SITE", result="NO_PROBLEM")
    assert todo(push) == [("RECHECK", "2026-05-12")], "an order is settled by its re-check alone"

    second = later(first, 20)
    report(push, "RECHECK", at=second, **OFFICERS, order=order.sequence, result="MENDED")
    assert todo(push) == []
    assert close(push=push.pk, actor=supervisor(push), at=second).state == "CLOSED"


def test_a_rating_holds_until_the_same_unit_rates_anew(push):
    report(push, "CREDIT", colour="RED", grounds="两年内两次行政处罚")
    report(push, "CREDIT", at=later(MONDAY, 3), colour="YELLOW", grounds="已整改", valid_to="2026-12-31")
    standing = PartyCredit.objects.get(replaced_at=None)
    assert (standing.colour, standing.rated_on, standing.valid_to) == ("YELLOW", date(2026, 3, 5), date(2026, 12, 31))
    assert PartyCredit.objects.count() == 2
    with pytest.raises(Invalid, match="2026-03-05"):
        report(push, "CREDIT", at=later(MONDAY, 4), on="2026-03-04", colour="GREEN", grounds="补录")


def test_only_a_clean_inspection_after_what_was_found_settles_it(push):
    tuesday = MONDAY + timedelta(days=1)
    report(push, "INSPECTION", at=tuesday, **OFFICERS, way="ON_SITE", result="PROBLEM", findings="未更新造林")
    clean = OFFICERS | {"way": "ON_SITE", "result": "NO_PROBLEM"}
    report(push, "INSPECTION", at=tuesday, **clean, on="2026-03-02")
    assert [task for task, _ in todo(push)] == ["RESPOND"]
    report(push, "INSPECTION", at=later(tuesday, 1), **clean)
    assert todo(push) == []


def test_a_better_rating_lifts_the_bar_of_who_is_rated_and_of_nobody_else(push):
    other = Party.objects.create(
        case=push.case, role="APPLICANT", position=9, kind="COMPANY", name="乙", id_hash="b" * 64
    )
    bar = {"bar_until": "2026-12-31", "bar_basis": "《森林法》第七十六条", "bar_scope": "ALL"}
    report(push, "CREDIT", colour="RED", grounds="两年内两次行政处罚", **bar)
    assert ReceiptBar.objects.filter(lifted_at=None).count() == 2
    Party.objects.filter(pk=other.pk).update(role="AGENT")
    report(push, "CREDIT", at=later(MONDAY, 3), colour="GREEN", grounds="已整改")
    assert [one.name for one in ReceiptBar.objects.filter(lifted_at=None)] == ["乙"]


def test_what_is_forged_or_repeated_is_refused_and_that_is_kept_for_good(push):
    given = INSPECTION | {"on": "2026-03-02"}
    report(push, "INSPECTION", **given)
    with pytest.raises(FeedbackRepeated):
        report(push, "INSPECTION", **given)
    stranger = supervisor_of("360731-SCJG-J")
    with pytest.raises(PushNotFound):
        feed_back(push=push.pk, actor=stranger, at=MONDAY + timedelta(hours=6), kind="PENALTY", given={})
    assert list(RefusedFeedback.objects.order_by("pk").values_list("kind", "reason", "user", "unit")) == [
        ("INSPECTION", "feedback-repeated", supervisor(push).user, push.unit.code),
        ("PENALTY", "push-not-found", stranger.user, "360731-SCJG-J"),
    ]
    assert Feedback.objects.filter(push=push).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        RefusedFeedback.objects.all().delete()


PENALTY = {"number": "于林罚〔2026〕1 号", "fact": "超出许可范围采伐", "penalty": "FINE", "amount_cents": 500_000}
FRAUD = {"act": "ANNUL", "ground": "FRAUD", "reasons": "以欺骗手段取得。"}


@pytest.mark.parametrize(
    ("kind", "given", "left"),
    [
        ("ORDER", OFFICERS | {"number": "于林责改〔2026〕1号", "demands": "补种", "due_on": "2026-04-02"}, ["RECHECK"]),
        ("PENALTY", OFFICERS | PENALTY, []),
        ("PROPOSAL", FRAUD, []),
        ("LEAD", {"about": "COMPLAINT", "content": "群众反映超量采伐。"}, []),
        ("CREDIT", {"colour": "RED", "grounds": "屡次违规"}, ["RESPOND"]),
        ("COMMITMENT_CHECK", OFFICERS | {"kept": True}, ["RESPOND"]),
    ],
)
def test_a_promise_not_kept_asks_for_an_answer_and_only_what_acts_on_it_is_one(push, kind, given, left):
    Push.objects.filter(pk=push.pk).update(on_commitment=True)
    report(push, "COMMITMENT_CHECK", **OFFICERS, kept=True, findings="首次核查")
    assert todo(push) == []
    report(push, "COMMITMENT_CHECK", **OFFICERS, kept=False, findings="未按承诺更新造林")
    assert todo(push) == [("RESPOND", "2026-03-16")]
    report(push, kind, at=MONDAY + timedelta(hours=6), **given)
    assert [task for task, _ in todo(push)] == left


def test_where_no_licence_is_registered_nothing_is_proposed_and_a_lead_goes_to_who_decided(push):
    Concern.objects.filter(case=push.case).delete()
    with pytest.raises(Invalid, match="作为线索告知"):
        report(push, "PROPOSAL", **FRAUD)
    lead = report(push, "LEAD", about="COMPLAINT", content="群众反映超量采伐。").proposal
    assert (lead.organ_id, lead.licence) == (push.case.snapshot.decide_organ_id, None)


def test_a_bar_is_lifted_once_with_reasons_by_the_unit_that_imposed_it_and_by_nobody_else(push):
    bar = {"bar_until": "2026-12-31", "bar_basis": "《森林法》第七十六条"}
    report(push, "PENALTY", **OFFICERS, **PENALTY, **bar)
    imposed = ReceiptBar.objects.get()
    at, unit = MONDAY + timedelta(hours=6), supervisor(push)
    with pytest.raises(BarNotFound):
        lift(bar=imposed.pk, actor=supervisor_of("360731-SCJG-J"), at=at, words="已缴清。")
    with pytest.raises(NotSupervisor):
        lift(bar=imposed.pk, actor=coordinator_of(YUDU), at=at, words="已缴清。")
    with pytest.raises(Invalid, match="写明解除的理由"):
        lift(bar=imposed.pk, actor=unit, at=at, words=" ")
    imposed.refresh_from_db()
    assert imposed.lifted_at is None
    assert lift(bar=imposed.pk, actor=unit, at=at, words="已缴清。").lifted_at == at
    assert PushEvent.objects.filter(case=push.case).latest("sequence").action == "BAR_LIFTED"
    with pytest.raises(BarLifted):
        lift(bar=imposed.pk, actor=unit, at=at, words="已缴清。")
