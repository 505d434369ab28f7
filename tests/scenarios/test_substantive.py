"""下放实质性审核权: the county accepts and reviews, the city decides and seals (赣市府办发〔2022〕7号 三（二）)."""

from datetime import date

import pytest

from approvals.cases.access import NotPermitted
from approvals.cases.choosing import ActionUnavailable, Barred
from approvals.cases.needs import Incomplete
from approvals.cases.queries import offers, timeline
from approvals.cases.registration import AgreementMissing
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.catalogue.actions import touch
from approvals.catalogue.models import Agreement
from approvals.organisations.access import Actor
from tests.factories import REMEDIES, Story, later, moment, received, yes_to_all
from tests.people import chen, he, li, sitting, wen, xie, zeng, zhong

pytestmark = pytest.mark.django_db
EQUIPMENT = "2-30"  # 特种设备使用登记
MONDAY = moment("2026-03-02")


@pytest.fixture
def in_review() -> Story:
    story = received(EQUIPMENT, "360731", MONDAY, xie())
    story.accepted(xie())
    return story


@pytest.fixture
def at_the_city(in_review: Story) -> Story:
    in_review.recommended(li())
    in_review.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意转报。")
    return in_review


def on_the_list_of(actor: Actor, story: Story) -> bool:
    return duties(actor, on=story.day).filter(pk=story.case.pk).exists()


def test_the_county_reviews_and_signs_the_city_checks_key_points_decides_and_seals(in_review: Story) -> None:
    story = in_review
    assert story.case.snapshot.name_organ.code == "360731-SPJ"
    assert story.case.snapshot.decide_organ.code == "360700-SPJ"
    assert on_the_list_of(li(), story)
    story.recommended(li())
    assert story.state == State.CHECK
    assert on_the_list_of(he(), story)
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意转报。")
    assert story.state == State.KEY_POINTS
    assert story.case.holder.code == "360700-SPJ"
    assert on_the_list_of(zhong(), story)
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
    assert on_the_list_of(zeng(), story)
    story.do(zeng(), Action.APPROVE, content="准予使用登记。")
    story.do(chen(), Action.SEAL)
    assert on_the_list_of(xie(), story)
    story.do(xie(), Action.DELIVER, way="MAIL", receipt="EMS1234567890CN")
    assert story.state == State.DELIVERED


def test_the_city_supervises_and_the_county_gets_a_copy(in_review: Story) -> None:
    responsible, copy = in_review.case.snapshot.supervisors[:2]
    assert (responsible["level"], responsible["copy"]) == ("CITY", False)
    assert (copy["level"], copy["copy"]) == ("COUNTY", True)


def test_the_county_cannot_deny_it_forwards_a_negative_opinion(in_review: Story) -> None:
    story = in_review
    for person in (li(), he(), wen()):
        with pytest.raises(NotPermitted, match="市行政审批局"):
            story.do(person, Action.DENY, reasons="不符合条件。", remedies=REMEDIES)
    story.recommended(li(), proposal="DENY")
    story.do(he(), Action.FORWARD, proposal="DENY", opinion="建议不予。")
    assert story.case.holder.code == "360700-SPJ"
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="同意县级意见。", points=yes_to_all(story.case))
    story.do(zeng(), Action.DENY, reasons="设备未经监督检验合格。", remedies=REMEDIES)
    assert story.case.result == "DENIED"


def test_the_promise_of_three_days_is_split_between_county_and_city(in_review: Story) -> None:
    story = in_review
    assert story.case.promise_on == date(2026, 3, 5)
    assert story.case.due_on == date(2026, 3, 4)  # two of the three for the county
    story.recommended(li())
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意转报。")
    assert story.case.due_on == date(2026, 3, 5)


def test_what_the_city_returns_keeps_the_clock_running_and_comes_back_to_whoever_returned_it(
    at_the_city: Story,
) -> None:
    story = at_the_city
    promise = story.case.promise_on
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
    story.do(zeng(), Action.RETURN, at=later(story.at, 1), reasons="检验报告与设备代码不一致，请核对。")
    assert (story.state, story.case.holder.code) == (State.REVIEW, "360731-SPJ")
    assert story.case.promise_on == promise
    story.recommended(li())
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="已核对，补充说明。")
    assert story.state == State.DECISION, "it resumes at the decider, who returned it"


def test_after_two_returns_the_city_must_decide(at_the_city: Story) -> None:
    story = at_the_city
    for _ in range(2):
        story.do(zhong(), Action.RETURN, reasons="请补充说明。")
        story.recommended(li())
        story.do(he(), Action.FORWARD, proposal="GRANT", opinion="补充说明。")
    with pytest.raises(Barred) as refusal:
        story.do(zhong(), Action.RETURN, reasons="再补充。")
    assert refusal.value.code == "returned-too-often"
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))


def test_the_signer_is_not_the_reviewer(in_review: Story) -> None:
    story = in_review
    story.recommended(li())
    himself = Actor(**{**he().__dict__, "user": li().user})
    with pytest.raises(Barred) as refusal:
        story.do(himself, Action.FORWARD, proposal="GRANT", opinion="同意。")
    assert refusal.value.code == "same-person"


def test_an_extension_is_confirmed_by_the_city_not_by_the_county(in_review: Story) -> None:
    story = in_review
    statute = story.case.statute_on
    story.do(li(), Action.EXTEND, days=5, reasons="等待检验机构复核。")
    assert story.case.proposal == "EXTEND"
    assert on_the_list_of(zeng(), story)
    assert not on_the_list_of(wen(), story)
    with pytest.raises(NotPermitted, match="市行政审批局"):
        story.do(wen(), "CONFIRM")
    story.do(zeng(), "CONFIRM")
    assert story.case.extended == 5
    assert story.case.statute_on > statute
    with pytest.raises(Barred) as refusal:
        story.do(li(), Action.EXTEND, days=5, reasons="再延。")
    assert refusal.value.code == "extended"


def test_more_than_ten_days_of_extension_are_refused(in_review: Story) -> None:
    with pytest.raises(Exception, match="最多 10 个工作日"):
        in_review.do(li(), Action.EXTEND, days=11, reasons="复杂。")


def test_a_proposer_never_confirms_the_own_proposal_and_may_take_it_back(in_review: Story) -> None:
    story = in_review
    story.do(li(), Action.TERMINATE, ground="OBJECT_GONE", reasons="设备已报废。")
    himself = Actor(**{**he().__dict__, "user": li().user})
    with pytest.raises(NotPermitted):
        story.do(himself, "CONFIRM")
    with pytest.raises(ActionUnavailable, match="等待确认"):
        story.recommended(li())
    story.do(li(), "RETRACT")
    assert story.case.proposal == ""
    story.recommended(li())


def test_a_termination_confirmed_by_the_head_of_the_county_ends_the_case(in_review: Story) -> None:
    story = in_review
    story.do(li(), Action.TERMINATE, ground="OBJECT_GONE", reasons="设备已报废。")
    story.do(he(), "CONFIRM")
    assert story.state == State.TERMINATED
    assert story.events()[-2:] == ["PROPOSE:TERMINATE", "CONFIRM:TERMINATE"]


def test_a_declined_proposal_leaves_everything_as_it_was(in_review: Story) -> None:
    story = in_review
    story.do(li(), Action.TERMINATE, ground="OBJECT_GONE", reasons="设备已报废。")
    with pytest.raises(Exception, match="写明不同意的理由"):
        story.do(he(), "DECLINE")
    story.do(he(), "DECLINE", reasons="设备仍在用，继续审查。")
    assert (story.state, story.case.proposal) == (State.REVIEW, "")
    assert on_the_list_of(li(), story)


def test_the_city_takes_over_by_itself_after_one_working_day(at_the_city: Story) -> None:
    story = at_the_city
    assert story.case.taken_on is None
    story.do(zhong(), Action.CONFIRM_POINTS, at=later(story.at, 2), opinion="相符。", points=yes_to_all(story.case))
    assert "TAKE_OVER" in story.events()


def test_a_reviewer_of_the_county_does_not_see_another_countys_case(in_review: Story) -> None:
    stranger = sitting("lijianping", "REVIEWER")
    assert on_the_list_of(stranger, in_review)
    other = received(EQUIPMENT, "360734", MONDAY)
    assert not on_the_list_of(stranger, other)


def test_without_its_signed_agreement_a_county_receives_nothing_of_a_city_unit() -> None:
    Agreement.objects.filter(city_unit__code="360700-SPJ", region="360731").update(status=Agreement.Status.DRAFT)
    touch()
    with pytest.raises(AgreementMissing, match="承接协议未签") as refusal:
        received(EQUIPMENT, "360731", MONDAY)
    assert refusal.value.code == "agreement-missing"
    assert refusal.value.extra["decided_by"] == "赣州市行政审批局"
    assert received(EQUIPMENT, "360734", MONDAY).state == State.RECEIVED, "the other counties have theirs"


def test_the_city_grants_against_the_county_only_with_reasons_and_tells_it(in_review: Story) -> None:
    story = in_review
    story.recommended(li(), "DENY")
    story.do(he(), Action.FORWARD, proposal="DENY", opinion="不符合条件，建议不予。")
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
    approve = next(offer for offer in offers(story.case, zeng(), at=story.at) if offer.name == Action.APPROVE)
    assert [(one.code, one.field) for one in approve.missing][-1] == ("OVERRULING", "overruling")
    with pytest.raises(Incomplete, match="县级建议不予"):
        story.do(zeng(), Action.APPROVE, content="准予登记")
    story.do(zeng(), Action.APPROVE, content="准予登记", overruling="检验报告已由市级核实有效。")
    assert timeline(story.case)[-1].texts["overruling"] == "检验报告已由市级核实有效。"


def test_no_reasons_are_asked_where_both_levels_agree(at_the_city: Story) -> None:
    story = at_the_city
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
    story.do(zeng(), Action.APPROVE, content="准予登记")
    assert story.state == State.DECIDED
