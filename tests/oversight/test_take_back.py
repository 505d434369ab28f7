"""A power goes back to the city at midnight and comes again: new cases, open cases, who may receive, who may act."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.cases.access import CaseNotFound
from approvals.cases.models import Case
from approvals.cases.registration import NotDelegated, register
from approvals.cases.words import Action, Role, State
from approvals.catalogue.models import CatalogueRecord, Delegation
from approvals.catalogue.queries import jurisdiction_of
from approvals.errors import Invalid
from approvals.organisations.models import Post
from approvals.oversight import actions, takeback
from approvals.oversight.access import NothingOverseen, NotOverseer
from approvals.oversight.models import Filing, MovedCase, Record, TakeBack
from approvals.oversight.takeback import (
    AlreadyAnswered,
    NobodyToReceive,
    NotInForce,
    NotSecondOrgan,
    ProposalOpen,
    carry_out,
    confirm,
    decline,
    foreseen,
    propose,
    retract,
)
from tests.factories import application, driven, moment, received
from tests.oversight.world import EQUIPMENT, FELLING, MONDAY, YUDU, told
from tests.people import sitting, somebody, xie, zeng, zhong

pytestmark = pytest.mark.django_db
FROM = date(2026, 3, 10)
EVE, MIDNIGHT, MORNING = moment("2026-03-09", 23, 59), moment(FROM, 0, 0), moment(FROM, 9)
TOLD = {"from_on": "2026-03-10", "open_cases": "TRANSFER", "reasons": "三件审核不实，经责令未改。"}


def delegation(item: str = EQUIPMENT) -> Delegation:
    return Delegation.objects.get(item__code=item, region=YUDU, place="", effective_to=None)


def of_another_unit() -> Delegation:
    """A power of a city unit other than 市行政审批局."""
    rows = Delegation.objects.filter(region=YUDU, place="", effective_to=None).select_related("item__city_unit")
    return rows.exclude(item__city_unit__code="360700-SPJ").order_by("pk")[0]


def xie_liqun():
    """谢立群, head of 市委编办."""
    return somebody("360700-BB", Role.DECIDER)


def proposed(**changes) -> TakeBack:
    return propose(direction="TAKE", delegation=delegation().pk, actor=zhong(), at=MONDAY, given=TOLD | changes)


def taken(**changes) -> TakeBack:
    return confirm(take_back=proposed(**changes).pk, actor=xie_liqun(), at=MONDAY, given={"answer": "同意。"})


def test_what_the_approval_bureau_proposes_the_establishment_office_confirms_and_nobody_else():
    row = proposed()
    assert row.second.code == "360700-BB"
    with pytest.raises(NotSecondOrgan):
        confirm(take_back=row.pk, actor=zeng(), at=MONDAY, given={"answer": "自己同意"})
    with pytest.raises(ProposalOpen):
        proposed()
    with pytest.raises(NotOverseer):
        propose(direction="TAKE", delegation=of_another_unit().pk, actor=zhong(), at=MONDAY, given=TOLD)
    assert decline(take_back=row.pk, actor=xie_liqun(), at=MONDAY, given={"answer": "证据不足。"}).state == "DECLINED"
    with pytest.raises(AlreadyAnswered):
        confirm(take_back=row.pk, actor=xie_liqun(), at=MONDAY, given={"answer": "同意"})
    assert delegation().effective_to is None


def test_what_another_unit_proposes_the_approval_bureau_confirms():
    row = of_another_unit()
    reviewer = somebody(row.item.city_unit.code, Role.REVIEWER)
    made = propose(direction="TAKE", delegation=row.pk, actor=reviewer, at=MONDAY, given=TOLD)
    assert made.second.code == "360700-SPJ"
    assert confirm(take_back=made.pk, actor=zeng(), at=MONDAY, given={"answer": "同意。"}).state == "CONFIRMED"


def test_until_midnight_the_county_receives_and_from_midnight_the_city_window():
    taken()
    before = register(actor=xie(), at=EVE, given=application(EQUIPMENT, YUDU))
    with pytest.raises(NotDelegated):
        register(actor=xie(), at=MIDNIGHT, given=application(EQUIPMENT, YUDU))
    after = register(actor=sitting("linxiaoyan", Role.CLERK), at=MIDNIGHT, given=application(EQUIPMENT, YUDU))
    assert Case.objects.get(pk=before.pk).snapshot.accept_region_id == YUDU
    held = Case.objects.get(pk=after.pk).snapshot
    assert (held.accept_region_id, held.decide_level, held.mode) == ("360700", "CITY", "")
    assert held.review_organ_id == held.decide_organ_id == held.accept_organ_id


def test_across_midnight_one_open_case_finishes_where_it_is_and_the_other_is_transferred():
    stays, moves, decided = (
        driven(EQUIPMENT, YUDU, MONDAY, to=state) for state in (State.REVIEW, State.CHECK, State.DECIDED)
    )
    row = taken(exceptions=[stays.case.number])
    assert carry_out(at=EVE) == 0
    assert carry_out(at=MIDNIGHT) == 1
    assert carry_out(at=MORNING) == 0
    late = register(actor=xie(), at=EVE, given=application(EQUIPMENT, YUDU))  # committed after the first sweep
    assert carry_out(at=MORNING) == 1
    told(MORNING)
    assert set(MovedCase.objects.filter(take_back=row).values_list("case", flat=True)) == {moves.case.pk, late.pk}
    assert moves.refresh().holder.region_id == "360700"
    assert moves.state == State.REVIEW
    assert decided.refresh().snapshot.accept_region_id == YUDU
    stays.at = MORNING
    stays.refresh()
    stays.recommended(somebody(f"{YUDU}-SPJ", Role.REVIEWER))
    assert stays.state == State.CHECK


def test_what_is_not_accepted_yet_goes_to_the_city_window_even_where_the_rest_is_finished_by_the_county(
    monkeypatch,
):
    arrived, waits, accepted = (
        received(EQUIPMENT, YUDU, moment("2026-03-06"), address=place) for place in ("甲", "乙", "丙")
    )
    waits.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    accepted.accepted(xie())
    kept, corrected_by = arrived.case.received_on, waits.case.due_on
    taken(open_cases="FINISH", exceptions=[arrived.case.number])
    assert carry_out(at=MIDNIGHT) == 2
    monkeypatch.setattr(takeback, "will_move", lambda row, case, at: pytest.fail(f"{case.number} was weighed again"))
    assert carry_out(at=MIDNIGHT) == 0
    assert [one.refresh().holder.region_id for one in (arrived, waits, accepted)] == ["360700", "360700", YUDU]
    assert (arrived.case.received_on, waits.case.due_on) == (kept, corrected_by)
    with pytest.raises(CaseNotFound):
        arrived.do(xie(), Action.ACCEPT, at=MORNING)
    city = sitting("linxiaoyan", Role.CLERK)
    arrived.accepted(city)
    waits.do(city, Action.RESUBMIT, at=MORNING, answers=["已补"])
    assert (arrived.state, arrived.case.accepted_on) == (State.REVIEW, FROM)


def test_what_was_deemed_accepted_before_the_power_moved_is_finished_by_the_county():
    story = received(EQUIPMENT, YUDU, MONDAY)
    taken(open_cases="FINISH")
    assert story.case.due_on < FROM
    assert carry_out(at=MIDNIGHT) == 0
    assert story.refresh().holder.region_id == YUDU


def test_the_preview_says_which_cases_would_move_where_before_anything_is_decided():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.CHECK)
    [plan] = foreseen(direction="TAKE", delegation=delegation(), from_on=FROM, at=MONDAY)
    assert (plan.case.number, plan.outcome.after.state) == (story.case.number, State.REVIEW)
    assert plan.to == "赣州市行政审批局"
    assert jurisdiction_of(item=EQUIPMENT, region=YUDU, on=FROM).delegated


def test_given_back_the_county_receives_again_and_open_cases_come_back():
    driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    row = taken()
    carry_out(at=MIDNIGHT)
    on, at = date(2026, 4, 1), moment("2026-04-01", 0, 0)
    back = propose(
        direction="GIVE", delegation=row.delegation_id, actor=zhong(), at=MORNING,
        given=TOLD | {"from_on": on.isoformat(), "reasons": "整改到位。"},
    )  # fmt: skip
    done = confirm(take_back=back.pk, actor=xie_liqun(), at=MORNING, given={"answer": "同意。"})
    assert done.new_delegation.effective_from == on
    kept = CatalogueRecord.objects.filter(stream="2022").order_by("sequence")
    assert list(kept.values_list("act", flat=True)) == ["ENDED", "GRANTED"]
    assert not jurisdiction_of(item=EQUIPMENT, region=YUDU, on=date(2026, 3, 31)).delegated
    assert carry_out(at=at) == 1
    case = Case.objects.get()
    assert case.holder.region_id == YUDU
    assert case.snapshot.delegation == done.new_delegation_id
    register(actor=xie(), at=at, given=application(EQUIPMENT, YUDU))


def test_a_power_is_not_taken_while_nobody_of_the_city_could_receive():
    row = proposed()
    Post.objects.filter(role=Role.CLERK, organ__region="360700").update(valid_to=date(2026, 3, 5))
    with pytest.raises(NobodyToReceive):
        confirm(take_back=row.pk, actor=xie_liqun(), at=MONDAY, given={"answer": "同意"})


def test_a_day_that_has_come_or_a_power_that_is_not_there_cannot_be_taken():
    with pytest.raises(Invalid):
        proposed(from_on="2026-03-02")
    other = replace(zhong(), item_scope=("1-7",))
    with pytest.raises(Invalid):  # nor one outside the items of the post
        propose(direction="TAKE", delegation=delegation().pk, actor=other, at=MONDAY, given=TOLD)
    row = proposed()
    with pytest.raises(NotInForce):
        confirm(take_back=row.pk, actor=xie_liqun(), at=MORNING, given={"answer": "晚了"})
    with pytest.raises(NotInForce):
        propose(direction="GIVE", delegation=delegation().pk, actor=zhong(), at=MONDAY, given=TOLD)


def test_the_proposal_carries_what_oversight_found():
    driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    told(MONDAY)
    filing = Filing.objects.get()
    reviewer = somebody(filing.unit.code, Role.REVIEWER)
    given = {"kind": "CONDITIONS", "text": "不符合条件。", "order": "纠正。", "days": 5, "grave": True}
    actions.open_finding(filing=filing.pk, actor=reviewer, at=MONDAY, given=given)
    made = takeback.propose(direction="TAKE", delegation=delegation(FELLING).pk, actor=reviewer, at=MONDAY, given=TOLD)
    lines = {line["key"]: (line["count"], line["numbers"]) for line in made.evidence}
    number = filing.case.number
    assert lines == {"findings": (1, [number]), "grave": (1, [number]), "filings": (1, [number])}


def test_a_proposal_is_retracted_by_its_own_unit_until_it_is_answered():
    row = proposed()
    stranger = somebody(of_another_unit().item.city_unit.code, Role.REVIEWER)
    with pytest.raises((NothingOverseen, NotOverseer)):
        retract(take_back=row.pk, actor=stranger, at=MONDAY)
    with pytest.raises((NothingOverseen, NotOverseer)):
        retract(take_back=row.pk, actor=xie_liqun(), at=MONDAY)
    assert retract(take_back=row.pk, actor=zhong(), at=MONDAY).state == "RETRACTED"
    assert Record.objects.filter(subject=f"take-back:{row.pk}").latest("sequence").action == "RETRACTED"
    with pytest.raises(AlreadyAnswered):
        confirm(take_back=row.pk, actor=xie_liqun(), at=MONDAY, given={"answer": "同意。"})
    again = taken()
    with pytest.raises(AlreadyAnswered):
        retract(take_back=again.pk, actor=zhong(), at=MONDAY)
