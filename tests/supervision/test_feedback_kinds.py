"""What does each kind of feedback set going? A re-check, an answer to what was found, a rating; and what is refused is kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from approvals.cases.models import Party, ReceiptBar
from approvals.errors import Invalid
from approvals.supervision.access import PushNotFound
from approvals.supervision.actions import FeedbackRepeated, claim, feed_back
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.consequences import open_follow_ups
from approvals.supervision.models import Feedback, PartyCredit, Push, RefusedFeedback
from tests.factories import later
from tests.supervision.conftest import MONDAY, granted_and_pushed, main_push, supervisor, supervisor_of
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
