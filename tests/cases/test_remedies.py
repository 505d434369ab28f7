"""Whom may a person turn to against a decision? The organ that acts says it, and nobody names another without a reason."""

import pytest

from approvals.audit import register
from approvals.cases import letters
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, Role, State
from approvals.documents.models import Letter
from approvals.organisations.models import Organ
from tests.factories import REMEDIES, Story, driven, moment, received, remedies_against
from tests.people import clerk_of, somebody, zeng

pytestmark = pytest.mark.django_db
YUDU, FELLING, LEGAL_WORKER, SHOP = "360731", "1-7", "1-10", "3-25"
MONDAY = moment("2026-03-02")


def to_be_denied(item: str, region: str = YUDU) -> Story:
    story = received(item, region, MONDAY)
    story.accepted(clerk_of(region))
    story.recommended(somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER), "DENY")
    return story


def denied(story: Story, **remedies) -> Letter:
    decider = somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    given = remedies_against(story.case) | remedies
    story.do(decider, Action.DENY, reasons="不符合法定条件。", remedies=given)
    register.enrol(limit=10_000)
    while letters.follow_cases(at=story.at):
        pass
    return Letter.objects.get(subject=story.case.number, kind="DENIAL")


def test_a_county_s_denial_does_not_send_the_person_to_the_city() -> None:
    story = to_be_denied(FELLING)
    with pytest.raises(Incomplete) as refusal:
        denied(story, **REMEDIES)
    assert refusal.value.code == "remedies-required"
    assert [one.field for one in refusal.value.blockers] == ["remedies.reconsideration", "remedies.court"]
    assert "于都县人民政府" in refusal.value.detail
    assert story.refresh().state == State.DECISION


def test_a_city_s_denial_does_not_send_the_person_to_the_county() -> None:
    story = driven(SHOP, YUDU, MONDAY, to=State.DECISION)
    with pytest.raises(Incomplete, match="赣州市人民政府"):
        story.do(zeng(), Action.DENY, reasons="不符。", remedies=REMEDIES | {"reconsideration": "于都县人民政府"})
    story.do(zeng(), Action.DENY, reasons="不符。", remedies=REMEDIES)
    assert story.state == State.DECIDED


def test_another_court_is_named_only_with_a_reason_and_the_paper_says_the_court_not_the_reason() -> None:
    story = to_be_denied(FELLING)
    with pytest.raises(Incomplete):
        denied(story, court="赣州市赣县区人民法院")
    why = "于都县行政案件自 2026 年起由赣县区人民法院集中管辖。"
    denial = denied(story, court="赣州市赣县区人民法院", departure=why)
    assert denial.content["remedies"]["court"] == "赣州市赣县区人民法院"
    assert "departure" not in denial.content["remedies"]
    assert story.case.decision.remedies["departure"] == why


def test_against_a_bureau_of_justice_the_person_may_choose_its_superior_too() -> None:
    story = to_be_denied(LEGAL_WORKER)
    assert story.case.snapshot.terms["decide"]["name"] == "于都县司法局"
    told = denied(story).content["remedies"]
    assert told["reconsideration"] == "于都县人民政府或者赣州市司法局"
    assert told["court"] == "于都县人民法院"


def test_which_organs_have_a_second_choice_is_data() -> None:
    Organ.objects.filter(code=f"{YUDU}-SF").update(also_reconsidered_by="")
    assert received(LEGAL_WORKER, YUDU, MONDAY).case.form.remedies["DECIDE"]["reconsideration"] == "于都县人民政府"


def test_a_refusal_to_accept_names_the_government_of_the_organ_in_whose_name_it_is() -> None:
    given = {"ground": "BARRED", "reasons": "依法不得申请。"}
    own, city = received(FELLING, YUDU, MONDAY), received(SHOP, YUDU, MONDAY)
    with pytest.raises(Incomplete, match="于都县人民政府"):
        own.do(clerk_of(YUDU), Action.REFUSE, **given, remedies=REMEDIES)
    own.do(clerk_of(YUDU), Action.REFUSE, **given, remedies=remedies_against(own.case, "ACCEPT"))
    city.do(clerk_of(YUDU), Action.REFUSE, **given, remedies=REMEDIES)
    assert own.case.proposal == city.case.proposal == "REFUSE"
