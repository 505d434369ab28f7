"""What if a unit says "not like this"? Every objection has its answer, and the decision stays with somebody."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from approvals.cases.words import Action, Role
from approvals.errors import Invalid
from approvals.notices.models import Notice
from approvals.supervision.access import NotCoordinator, PushNotFound
from approvals.supervision.actions import NotForClaim, UnderObjection, UnitOutOfReach, claim, feed_back
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.models import Feedback, Push, PushEvent
from approvals.supervision.objecting import NoObjectionNow, ObjectionAnswered, answer_objection, object_to
from approvals.supervision.queries import alarms_of, objections
from approvals.supervision.words import ANSWERS
from tests.factories import later
from tests.people import somebody
from tests.supervision.conftest import (
    FELLING,
    GAS,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    pushed,
    supervisor,
    supervisor_of,
)

pytestmark = pytest.mark.django_db
MARKET = "360731-SCJG-J"


def objected(push: Push, at, ground: str = "NOT_OURS", **more: str):
    return object_to(push=push.pk, actor=supervisor(push), at=at, ground=ground, words="林地不归本单位管。", **more)


def answered(push: Push, at, answer: str, *, region: str = YUDU, **more: str) -> Push:
    told = {"words": "经核对，应由该单位监管。"} | more
    return answer_objection(push=push.pk, actor=coordinator_of(region), at=at, answer=answer, **told)


def test_an_objection_waits_for_the_coordinator_with_a_day_and_is_told(story, push):
    with pytest.raises(Invalid, match="最多写 2000 字，现有 2001 字"):
        object_to(push=push.pk, actor=supervisor(push), at=story.at, ground="NOT_OURS", words="不" * 2001)
    whole = "\r\n".join(["不归本单位管。", "理" * 1992])  # the form sends one character more than is kept
    objection = object_to(
        push=push.pk, actor=supervisor(push), at=story.at, ground="NOT_OURS", words=whole, suggested=MARKET
    )
    assert objection.words == whole.replace("\r\n", "\n")
    push.refresh_from_db()
    assert (push.state, objection.due_on) == ("OBJECTED", date(2026, 3, 5))
    assert [one.pk for one in objections(coordinator_of(YUDU))] == [push.pk]
    assert not objections(coordinator_of("360702")).exists()
    coordinator = coordinator_of(YUDU)
    assert Notice.objects.filter(user=coordinator.user, key=f"objection-{push.pk}").exists()
    with pytest.raises(UnderObjection):
        claim(push=push.pk, actor=supervisor(push), at=story.at)
    late = later(story.at, 4).date()
    assert "OBJECTION_LATE" in [alarm.code for alarm in alarms_of(push, on=late)]


def test_re_routed_to_another_unit_which_claims_it_and_the_thread_tells_the_whole_way(story, push):
    objected(push, story.at)
    made = answered(push, story.at, "REROUTE", unit=MARKET)
    push.refresh_from_db()
    assert (push.state, made.unit.code, made.state) == ("REPLACED", MARKET, "TO_CLAIM")
    assert made.replaces_id == push.pk
    assert json.loads(made.message.body)["replaces"] == str(push.pk)
    assert claim(push=made.pk, actor=supervisor_of(MARKET), at=story.at).state == "CLAIMED"
    told = list(PushEvent.objects.filter(case=story.case).order_by("sequence").values_list("action", flat=True))
    assert told == ["PUSHED", "CONFIRMED", "OBJECTED", "ANSWERED", "PUSHED", "CONFIRMED", "CLAIMED"]
    with pytest.raises(ObjectionAnswered):
        answered(push, story.at, "REROUTE", region="360700", unit=MARKET)


def test_turned_down_it_must_be_claimed_within_a_new_limit_and_a_dispute_on_duty_needs_a_ruling(story, push):
    objected(push, story.at)
    with pytest.raises(Invalid) as refusal:
        answered(push, story.at, "REJECT")
    assert "ruling" in refusal.value.errors
    with pytest.raises(Invalid, match="文号最多 60 字"):
        answered(push, story.at, "REJECT", ruling="于" * 61)
    at = later(story.at, 2)
    answered(push, at, "REJECT", ruling="于编办函〔2026〕5号")
    push.refresh_from_db()
    assert (push.state, push.forced, push.claim_due_on) == ("TO_CLAIM", True, later(at, 3).date())
    with pytest.raises(NoObjectionNow):
        objected(push, at)
    assert claim(push=push.pk, actor=supervisor(push), at=at).state == "CLAIMED"


def test_what_was_incomplete_goes_out_again_to_the_same_unit_with_what_was_missing(story, push):
    objected(push, story.at, "INCOMPLETE")
    made = answered(push, story.at, "SUPPLEMENT", words="补充采伐地块坐标：见附图。")
    assert (made.unit_id, made.round, made.unit_sequence) == (push.unit_id, 1, push.unit_sequence + 1)
    assert json.loads(made.message.body)["supplement"] == "补充采伐地块坐标：见附图。"
    assert made.message.thread == push.message.thread == story.case.number
    assert made.message.sequence > push.message.sequence


def test_a_repetition_is_cancelled_only_where_the_unit_really_has_the_other(story, push):
    objected(push, story.at, "DUPLICATE")
    with pytest.raises(Invalid):
        answered(push, story.at, "CANCEL", duplicate_of=story.case.number)
    other = granted_and_pushed(FELLING, YUDU, story.at)
    answered(push, story.at, "CANCEL", duplicate_of=other.case.number)
    push.refresh_from_db()
    assert push.state == "CANCELLED"


def test_doubts_about_the_permit_go_to_the_deciders_and_supervision_goes_on(story, push):
    objected(push, story.at, "AGAINST_PERMIT")
    answered(push, story.at, "REFER")
    push.refresh_from_db()
    assert (push.state, push.forced) == ("TO_CLAIM", True)
    decider = somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    assert Notice.objects.filter(user=decider.user, key=f"objection-referred-{push.pk}").exists()


def test_only_the_unit_objects_only_coordinators_answer_and_only_what_the_ground_allows(story, push):
    with pytest.raises(PushNotFound):
        object_to(push=push.pk, actor=supervisor_of(MARKET), at=story.at, ground="NOT_OURS", words="不归我们")
    with pytest.raises(Invalid):
        object_to(push=push.pk, actor=supervisor(push), at=story.at, ground="NOT_OURS", words=" ")
    with pytest.raises(NoObjectionNow):
        objected(push, later(story.at, 4))
    objected(push, story.at, "WRONG_PLACE")
    with pytest.raises(NotCoordinator):
        answer_objection(push=push.pk, actor=supervisor(push), at=story.at, answer="REJECT", words="不同意")
    with pytest.raises(Invalid):
        answered(push, story.at, "CANCEL")
    with pytest.raises(UnitOutOfReach):
        answered(push, story.at, "REROUTE", unit=push.unit.code)


def test_papers_sealed_later_follow_on_the_same_thread_also_to_who_came_late():
    story = granted_and_pushed(GAS)
    city, copy = main_push(story.case), Push.objects.get(case=story.case, copy=True)
    keeper = somebody(story.case.snapshot.terms["seal"]["code"], Role.SEAL_KEEPER)
    objected(city, story.at)
    story.do(keeper, Action.SEAL)
    pushed(story.at)
    followed = Push.objects.filter(case=story.case, subject="PAPERS")
    assert set(followed.values_list("unit", "purpose")) == {(city.unit_id, "INFORM"), (copy.unit_id, "INFORM")}
    for one in followed.select_related("message"):
        assert one.message.thread == story.case.number
    made = answered(city, story.at, "REROUTE", region="360700", unit=copy.unit.code)
    mine = Push.objects.filter(case=story.case, unit=made.unit).order_by("unit_sequence")
    assert [(one.subject, one.purpose) for one in mine] == [
        ("DECISION", "INFORM"),
        ("PAPERS", "INFORM"),
        ("DECISION", "CLAIM"),
        ("PAPERS", "INFORM"),
    ]


def test_a_unit_that_has_the_copy_and_becomes_the_responsible_one_gets_later_papers_once():
    story = granted_and_pushed(GAS)
    city, copy = main_push(story.case), Push.objects.get(case=story.case, copy=True)
    objected(city, story.at)
    answered(city, story.at, "REROUTE", region="360700", unit=copy.unit.code)
    story.do(somebody(story.case.snapshot.terms["seal"]["code"], Role.SEAL_KEEPER), Action.SEAL)
    pushed(story.at)
    papers = Push.objects.filter(case=story.case, subject="PAPERS")
    assert list(papers.values_list("unit", "copy")) == [(copy.unit_id, False)]


def test_a_push_is_closed_when_the_check_was_made_and_what_was_ordered_is_mended(story, push):
    actor = supervisor(push)
    claim(push=push.pk, actor=actor, at=story.at)

    def fed_back(kind: str, **given: Any) -> Feedback:
        told = {"on": "2026-03-02", "officers": ["刘敏", "谢建明"]} | given
        return feed_back(push=push.pk, actor=actor, at=story.at, kind=kind, given=told)

    with pytest.raises(NotYetClosable):
        close(push=push.pk, actor=actor, at=story.at)
    fed_back("INSPECTION", way="ON_SITE", result="PROBLEM", findings="未按期更新造林")
    order = fed_back("ORDER", number="于林责改〔2026〕3号", demands="补种", due_on="2026-04-02")
    with pytest.raises(NotYetClosable):
        close(push=push.pk, actor=actor, at=story.at)
    fed_back("RECHECK", order=order.sequence, result="MENDED", findings="已补种")
    assert close(push=push.pk, actor=actor, at=story.at).state == "CLOSED"


def test_each_objection_has_its_own_answers():
    assert {ground.value: {answer.value for answer in answers} for ground, answers in ANSWERS.items()} == {
        "NOT_OURS": {"REROUTE", "REJECT"},
        "INCOMPLETE": {"SUPPLEMENT", "REJECT"},
        "DUPLICATE": {"CANCEL", "REJECT"},
        "WRONG_PLACE": {"REROUTE", "REJECT"},
        "AGAINST_PERMIT": {"REFER", "REJECT"},
    }


def test_a_copy_is_not_objected_to():
    copy = Push.objects.get(case=granted_and_pushed(GAS).case, copy=True)
    with pytest.raises(NotForClaim):
        objected(copy, copy.pushed_at)
    copy.refresh_from_db()
    assert copy.state == "FOR_INFORMATION"


def test_what_is_claimed_is_no_longer_objected_to(story, push):
    claim(push=push.pk, actor=supervisor(push), at=story.at)
    with pytest.raises(NoObjectionNow):
        objected(push, story.at)


def test_a_coordinator_of_another_county_finds_no_objection_to_answer(story, push):
    objected(push, story.at)
    with pytest.raises(PushNotFound):
        answered(push, story.at, "REROUTE", region="360702", unit=MARKET)
    push.refresh_from_db()
    assert push.state == "OBJECTED"


def test_no_unit_gets_two_pushes_of_one_decision_to_claim(story, push):
    objected(push, story.at)
    made = answered(push, story.at, "REROUTE", unit=MARKET)
    Push.objects.filter(pk=push.pk).update(state="TO_CLAIM")
    objected(made, story.at)
    with pytest.raises(UnitOutOfReach, match="已有这件的待认领推送"):
        answered(made, story.at, "REROUTE", unit=push.unit.code)
