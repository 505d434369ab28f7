"""Who takes a push on, and what do they report? Only the unit it went to; two officers wherever somebody inspected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from approvals.audit import chain
from approvals.cases.words import Action, Role
from approvals.errors import Invalid
from approvals.supervision.access import NotSupervisor, PushNotFound
from approvals.supervision.actions import (
    AlreadyClaimed,
    FeedbackRepeated,
    NoCommitment,
    NotClaimed,
    NotForClaim,
    claim,
    feed_back,
    open_push,
)
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.models import Feedback, Push, PushEvent
from approvals.supervision.queries import alarmed, alarms_of, pushes, to_claim
from tests.factories import later, moment, received, remedies_against
from tests.people import clerk_of, somebody
from tests.supervision.conftest import (
    FELLING,
    GAS,
    MONDAY,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    pushed,
    supervisor,
    supervisor_of,
)

pytestmark = pytest.mark.django_db

INSPECTION = {
    "on": "2026-03-02",
    "officers": ["刘敏", "谢建明"],
    "way": "ON_SITE",
    "result": "NO_PROBLEM",
    "findings": "与许可内容一致",
}
ORDER = {
    "on": "2026-03-02",
    "officers": ["刘敏", "谢建明"],
    "number": "于林责改〔2026〕3号",
    "demands": "补种树木",
    "due_on": "2026-04-02",
}
PENALTY = {
    "on": "2026-03-02",
    "officers": ["刘敏", "谢建明"],
    "number": "于林罚决字〔2026〕第 12 号",
    "fact": "超出许可范围采伐",
    "penalty": "FINE",
    "amount_cents": 500_000,
}


@pytest.fixture
def claimed(push, story) -> Push:
    return claim(push=push.pk, actor=supervisor(push), at=story.at)


def report(push: Push, kind: str, given: dict, *, at=MONDAY + timedelta(hours=5)) -> Feedback:
    return feed_back(push=push.pk, actor=supervisor(push), at=at, kind=kind, given=given)


# ---------------------------------------------------------------- 认领


def test_a_person_of_the_unit_claims_and_the_first_feedback_gets_its_day(push, story):
    actor = supervisor(push)
    assert to_claim(actor).filter(pk=push.pk).exists()
    done = claim(push=push.pk, actor=actor, at=story.at)
    assert (done.state, done.claimed_by_id, done.claimed_at) == ("CLAIMED", actor.user, story.at)
    assert done.feedback_due_on == later(story.at, 30).date()
    assert not to_claim(actor).filter(pk=push.pk).exists()


def test_for_another_unit_the_push_does_not_exist(push, story):
    for unit in ("360731-SCJG-J", "360700-LY-J", "360702-LY-J"):
        stranger = supervisor_of(unit)
        assert not pushes(stranger).filter(pk=push.pk).exists()
        for act in (claim, open_push):
            with pytest.raises(PushNotFound):
                act(push=push.pk, actor=stranger, at=story.at)
        with pytest.raises(PushNotFound):
            feed_back(push=push.pk, actor=stranger, at=story.at, kind="INSPECTION", given=INSPECTION)
    assert main_push(story.case).state == "TO_CLAIM"


@pytest.mark.parametrize("number", ["", "abc", "00000000-0000-4000-8000-000000000000"])
def test_a_number_that_is_none_is_not_found_either(push, number, story):
    with pytest.raises(PushNotFound):
        claim(push=number, actor=supervisor(push), at=story.at)


def test_a_coordinator_looks_and_does_not_claim(push, story):
    for region in (YUDU, "360700"):
        assert pushes(coordinator_of(region)).filter(pk=push.pk).exists()
        with pytest.raises(NotSupervisor):
            claim(push=push.pk, actor=coordinator_of(region), at=story.at)
    assert not pushes(coordinator_of("360702")).exists()


def test_those_who_handle_cases_see_no_pushes(push):
    assert not pushes(clerk_of(YUDU)).exists()
    assert not pushes(somebody("360700-SPJ", Role.DECIDER)).exists()


def test_what_was_sent_for_information_is_not_claimed():
    story = granted_and_pushed(GAS)
    copy = Push.objects.select_related("unit").get(case=story.case, copy=True)
    with pytest.raises(NotForClaim):
        claim(push=copy.pk, actor=supervisor(copy), at=story.at)
    with pytest.raises(NotForClaim):
        feed_back(push=copy.pk, actor=supervisor(copy), at=story.at, kind="INSPECTION", given=INSPECTION)


def test_who_comes_second_is_told_who_was_first(claimed, story):
    with pytest.raises(AlreadyClaimed, match=claimed.claimed_by.name):
        claim(push=claimed.pk, actor=supervisor(claimed), at=story.at)


def test_a_refused_claim_leaves_no_trace(push, story):
    records = PushEvent.objects.filter(case=story.case).count()
    with pytest.raises(NotSupervisor):
        claim(push=push.pk, actor=coordinator_of(YUDU), at=story.at)
    assert PushEvent.objects.filter(case=story.case).count() == records


# ---------------------------------------------------------------- 站内收件箱


def test_in_the_inbox_listed_is_delivered_and_the_first_named_person_of_the_unit_confirms(push, story):
    assert push.message.delivered_at == story.at
    open_push(push=push.pk, actor=coordinator_of(YUDU), at=story.at)
    assert main_push(story.case).confirmed_at is None, "who merely looks does not confirm for the unit"

    actor, at = supervisor(push), later(story.at, 1)
    opened = open_push(push=push.pk, actor=actor, at=at)
    assert opened.confirmed_at == at
    assert main_push(story.case).message.receipt["opened_by"] == actor.name
    open_push(push=push.pk, actor=actor, at=later(at, 1))
    assert main_push(story.case).confirmed_at == at


def test_who_claims_has_opened(claimed):
    assert claimed.confirmed_at == claimed.claimed_at


# ---------------------------------------------------------------- 反馈


@pytest.mark.parametrize(("kind", "given"), [("INSPECTION", INSPECTION), ("ORDER", ORDER), ("PENALTY", PENALTY)])
def test_feedback_is_kept_with_its_fields_and_closes_the_first_deadline(claimed, story, kind, given):
    feedback = report(claimed, kind, given)
    assert feedback.content == given
    assert main_push(story.case).state == "FED_BACK"


def test_first_claim_then_report(push):
    with pytest.raises(NotClaimed):
        report(push, "INSPECTION", INSPECTION)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("INSPECTION", INSPECTION | {"officers": ["刘敏"]}, "officers"),
        ("INSPECTION", INSPECTION | {"officers": ["刘敏", " 刘敏 "]}, "officers"),
        ("INSPECTION", INSPECTION | {"on": "2026-03-03"}, "on"),
        ("INSPECTION", INSPECTION | {"on": "2026-02-27"}, "on"),
        ("INSPECTION", INSPECTION | {"result": "FINE"}, "result"),
        ("INSPECTION", INSPECTION | {"result": "PROBLEM", "findings": " "}, "findings"),
        ("INSPECTION", INSPECTION | {"weather": "晴"}, "weather"),
        ("INSPECTION", {}, "officers"),
        ("ORDER", ORDER | {"due_on": "2026-03-01"}, "due_on"),
        ("ORDER", {key: value for key, value in ORDER.items() if key != "number"}, "number"),
        ("PENALTY", PENALTY | {"amount_cents": 0}, "amount_cents"),
        ("PENALTY", PENALTY | {"amount_cents": 12.5}, "amount_cents"),
        ("PENALTY", PENALTY | {"amount_cents": -1}, "amount_cents"),
        ("PENALTY", PENALTY | {"number": ""}, "number"),
        ("GOSSIP", INSPECTION, "kind"),
    ],
)
def test_what_is_missing_or_wrong_is_named_field_by_field_and_nothing_is_kept(claimed, kind, given, field):
    with pytest.raises(Invalid) as refused:
        report(claimed, kind, given)
    assert field in refused.value.errors
    assert not Feedback.objects.filter(push=claimed).exists()


def test_a_warning_needs_no_amount(claimed):
    assert report(claimed, "PENALTY", PENALTY | {"penalty": "WARNING", "amount_cents": 0})


def test_the_same_report_twice_is_refused_and_another_one_is_not(claimed):
    report(claimed, "INSPECTION", INSPECTION)
    with pytest.raises(FeedbackRepeated):
        report(claimed, "INSPECTION", INSPECTION)
    report(claimed, "INSPECTION", INSPECTION | {"findings": "复查，一致"})


def test_a_promise_is_checked_only_where_one_was_given(claimed):
    given = {"on": "2026-03-02", "officers": ["刘敏", "谢建明"], "kept": True}
    with pytest.raises(NoCommitment):
        report(claimed, "COMMITMENT_CHECK", given)


def test_a_decision_on_the_applicants_word_gives_the_unit_a_check_to_do():
    story = received(FELLING, YUDU, MONDAY)
    story.accepted(clerk_of(YUDU), committed=True)
    decider = somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    story.do(decider, Action.GRANT_ON_COMMITMENT, content="准予。")
    pushed(story.at)
    push = main_push(story.case)
    assert push.on_commitment
    assert '"asked_of_you":true' in push.message.body
    claim(push=push.pk, actor=supervisor(push), at=story.at)
    broken = {"on": "2026-03-02", "officers": ["刘敏", "谢建明"], "kept": False}
    with pytest.raises(Invalid):
        report(push, "COMMITMENT_CHECK", broken)
    assert report(push, "COMMITMENT_CHECK", broken | {"findings": "未按承诺更新造林"}).content["kept"] is False


def test_a_commitment_keeps_its_check_when_the_case_was_reviewed_before_the_grant():
    story = received(FELLING, YUDU, MONDAY)
    story.accepted(clerk_of(YUDU), committed=True)
    terms = story.case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    story.recommended(reviewer)
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer,))
    story.do(decider, Action.APPROVE, content="准予。")
    pushed(story.at)

    assert main_push(story.case).on_commitment
    assert story.case.decision.on_commitment


def test_a_denial_after_a_commitment_leaves_nothing_to_check():
    story = received(FELLING, YUDU, MONDAY)
    story.accepted(clerk_of(YUDU), committed=True)
    terms = story.case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    story.recommended(reviewer, proposal="DENY")
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer,))
    story.do(decider, Action.DENY, reasons="不符合采伐条件。", remedies=remedies_against(story.case))

    assert not story.case.decision.on_commitment


def test_a_push_of_a_commitment_is_closed_only_after_the_commitment_was_checked():
    story = received(FELLING, YUDU, MONDAY)
    story.accepted(clerk_of(YUDU), committed=True)
    decider = somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    story.do(decider, Action.GRANT_ON_COMMITMENT, content="准予。")
    pushed(story.at)
    push = main_push(story.case)
    claim(push=push.pk, actor=supervisor(push), at=story.at)
    report(push, "INSPECTION", INSPECTION)

    with pytest.raises(NotYetClosable, match="告知承诺核查"):
        close(push=push.pk, actor=supervisor(push), at=story.at)
    report(push, "COMMITMENT_CHECK", {"on": "2026-03-02", "officers": ["刘敏", "谢建明"], "kept": True})
    assert close(push=push.pk, actor=supervisor(push), at=story.at).state == "CLOSED"


# ---------------------------------------------------------------- 留痕


def test_every_act_is_on_one_chain_that_anyone_can_recompute(claimed, story):
    report(claimed, "INSPECTION", INSPECTION)
    records = list(PushEvent.objects.filter(case=story.case).order_by("sequence"))
    assert [record.action for record in records] == ["PUSHED", "CONFIRMED", "CLAIMED", "FED_BACK"]
    previous = chain.GENESIS
    for record in records:
        assert record.previous == previous
        assert record.digest == chain.link(previous, record.body)
        assert record.text() == record.body
        previous = record.digest


def test_names_and_findings_stand_beside_the_chain_and_their_digest_in_it(claimed, story):
    feedback = report(claimed, "INSPECTION", INSPECTION)
    record = PushEvent.objects.get(case=story.case, action="FED_BACK")
    assert "刘敏" not in record.body
    assert "与许可内容一致" not in record.body
    assert record.data["result"] == "NO_PROBLEM"
    assert record.text_digest == chain.salted(feedback.salt, chain.canonical(feedback.content))


def test_the_record_only_grows(claimed):
    for change in (
        lambda: PushEvent.objects.update(action="CLAIMED"),
        lambda: PushEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---------------------------------------------------------------- 提醒


def codes(push: Push, on: str) -> set[str]:
    return {alarm.code for alarm in alarms_of(push, on=date.fromisoformat(on))}


def test_alarms_come_before_and_after_each_limit(push, story):
    """Decided Monday 2 March: to be confirmed by the 3rd, pushed and claimed by the 5th."""
    assert codes(push, "2026-03-02") == set()
    assert codes(push, "2026-03-03") == set()
    assert codes(push, "2026-03-04") == {"UNCONFIRMED", "PUSH_SOON", "CLAIM_SOON"}
    assert codes(push, "2026-03-05") == {"UNCONFIRMED", "PUSH_SOON", "CLAIM_SOON"}
    assert codes(push, "2026-03-06") == {"UNCONFIRMED", "PUSH_LATE", "CLAIM_LATE"}
    open_push(push=push.pk, actor=supervisor(push), at=moment("2026-03-06"))
    assert codes(push, "2026-03-06") == {"CLAIM_LATE"}
    claim(push=push.pk, actor=supervisor(push), at=moment("2026-03-06"))
    assert codes(push, "2026-03-09") == set()
    assert codes(push, "2026-12-31") == {"FEEDBACK_LATE"}


def test_an_alarm_is_a_list_for_those_who_may_see_it(push):
    on = date(2026, 3, 6)
    assert list(alarmed(coordinator_of("360700"), "CLAIM_LATE", on=on).filter(pk=push.pk)) == [push]
    assert not alarmed(coordinator_of("360702"), "CLAIM_LATE", on=on).exists()
    assert list(alarmed(supervisor(push), "CLAIM_LATE", on=on)) == [push]
