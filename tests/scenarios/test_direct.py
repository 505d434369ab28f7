"""直接下放: the county accepts, reviews, decides and answers for the result (赣市府办发〔2022〕7号 三（一）)."""

from datetime import date

import pytest

from approvals.cases.actions import perform, settle_due
from approvals.cases.choosing import Barred
from approvals.cases.needs import Incomplete
from approvals.cases.queries import why
from approvals.cases.registration import NotDelegated
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from tests.factories import moment, received, remedies_against
from tests.people import clerk_of, huang, somebody, xie

pytestmark = pytest.mark.django_db
FELLING = "1-7"  # 林木采伐许可证核发
PRESALE = "1-12"  # 商品房预售许可证核发，由章贡区行使
MONDAY = moment("2026-03-02")


def house(region: str, key: str) -> tuple[Actor, Actor, Actor]:
    """(reviewer, decider, seal keeper) of a county organ."""
    code = f"{region}-{key}"
    reviewer = somebody(code, Role.REVIEWER)
    decider = somebody(code, Role.DECIDER, other_than=(reviewer,))
    return reviewer, decider, somebody(code, Role.SEAL_KEEPER)


def waits_for(actor: Actor, number: str, on: date = date(2026, 3, 2)) -> bool:
    return duties(actor, on=on).filter(number=number).exists()


def test_the_county_accepts_reviews_decides_seals_and_delivers_in_its_own_name() -> None:
    clerk = xie()
    reviewer, decider, keeper = house("360731", "SPJ")
    story = received(FELLING, "360731", MONDAY, clerk)
    assert story.case.snapshot.decide_organ.code == "360731-SPJ"
    assert story.case.snapshot.name_organ.code == "360731-SPJ"
    assert waits_for(clerk, story.case.number)

    story.accepted(clerk)
    assert story.state == State.REVIEW
    assert waits_for(reviewer, story.case.number)
    assert not waits_for(clerk, story.case.number)

    story.recommended(reviewer)
    assert story.state == State.DECISION
    assert waits_for(decider, story.case.number)

    story.do(decider, Action.APPROVE, content="准予采伐 5 立方米。")
    assert story.case.result == "GRANTED"
    assert story.case.decided_on == date(2026, 3, 2)
    assert waits_for(keeper, story.case.number)

    story.do(keeper, Action.SEAL)
    story.do(clerk, Action.DELIVER, way="COUNTER", receipt="刘敏")
    story.do(clerk, Action.ARCHIVE)
    assert story.state == State.ARCHIVED
    assert story.events() == [
        "DRAFT", "RECEIVE", "AMEND", "ACCEPT", "RECOMMEND", "APPROVE", "SEAL", "DELIVER", "ARCHIVE",
    ]  # fmt: skip


def test_a_decision_names_the_county_government_for_reconsideration() -> None:
    story = received(FELLING, "360731", MONDAY)
    assert story.case.form.remedies["DECIDE"]["reconsideration"] == "于都县人民政府"


def test_the_county_supervisor_answers_for_a_direct_decision() -> None:
    story = received(FELLING, "360731", MONDAY)
    first, *_ = story.case.snapshot.supervisors
    assert (first["level"], first["copy"]) == ("COUNTY", False)


def test_a_zone_cannot_take_a_direct_item_and_says_who_decides() -> None:
    with pytest.raises(NotDelegated) as refusal:
        received(FELLING, "360791", MONDAY)
    assert refusal.value.extra["decided_by"] == "赣州市行政审批局"
    assert refusal.value.extra["nearest_miss"]


def test_items_exercised_by_zhanggong_alone_are_received_there_only() -> None:
    assert received(PRESALE, "360702", MONDAY, huang()).case.snapshot.decide_organ.code == "360702-ZJ"
    with pytest.raises(NotDelegated, match="章贡区"):
        received(PRESALE, "360731", MONDAY)


def test_before_the_first_of_june_2022_the_city_still_decides() -> None:
    with pytest.raises(NotDelegated, match="2022-06-01"):
        received(FELLING, "360731", moment("2022-05-31"))
    assert received(FELLING, "360731", moment("2022-06-01")).state == State.RECEIVED


def test_the_statutory_limit_of_a_presale_permit_runs_from_receipt() -> None:
    story = received(PRESALE, "360702", moment("2026-03-02"), huang())
    story.complete(huang())
    story.do(huang(), Action.ACCEPT, at=moment("2026-03-04"))
    assert story.case.accepted_on == date(2026, 3, 4)
    assert story.case.statute_on == date(2026, 3, 16)  # ten working days after 03-02


def test_whoever_reviewed_does_not_decide() -> None:
    clerk = xie()
    reviewer, _, _ = house("360731", "SPJ")
    story = received(FELLING, "360731", MONDAY, clerk)
    story.accepted(clerk)
    story.recommended(reviewer)
    both = somebody("360731-SPJ", Role.DECIDER)
    himself = Actor(**{**both.__dict__, "user": reviewer.user, "name": reviewer.name})
    assert not waits_for(himself, story.case.number)
    with pytest.raises(Barred) as refusal:
        perform(number=story.case.number, action=Action.APPROVE, actor=himself, at=story.at, given={"content": "准予"})
    assert refusal.value.code == "same-person"


def test_a_denial_without_reasons_or_remedies_is_impossible() -> None:
    clerk = xie()
    reviewer, decider, _ = house("360731", "SPJ")
    story = received(FELLING, "360731", MONDAY, clerk)
    story.accepted(clerk)
    story.recommended(reviewer, proposal="DENY")
    with pytest.raises(Incomplete) as refusal:
        story.do(decider, Action.DENY, remedies=remedies_against(story.case))
    assert refusal.value.code == "reasons-required"
    with pytest.raises(Incomplete) as refusal:
        story.do(decider, Action.DENY, reasons="采伐地点在自然保护区核心区。")
    assert refusal.value.code == "remedies-required"
    assert story.refresh().state == State.DECISION
    done = story.do(decider, Action.DENY, reasons="采伐地点在自然保护区核心区。", remedies=remedies_against(story.case))
    assert (done.event.result, done.event.push) == ("DENIED", "INFORM")
    assert story.case.decision.remedies["reconsideration_days"] == 60


def test_a_filing_is_recorded_by_the_county_in_one_step() -> None:
    clerk = huang()
    reviewer = somebody("360702-ZJ", Role.REVIEWER)
    story = received("1-13", "360702", MONDAY, clerk)  # 商品房现售备案
    story.complete(clerk)
    assert waits_for(reviewer, story.case.number)
    done = story.do(reviewer, Action.RECORD, content="已备案")
    assert (story.state, done.event.push) == (State.DECIDED, "CLAIM")
    assert story.case.accepted_on == story.case.decided_on == date(2026, 3, 2)


def test_a_filing_counts_its_one_working_day_from_the_receipt() -> None:
    clerk = huang()
    reviewer = somebody("360702-ZJ", Role.REVIEWER)
    story = received("1-13", "360702", MONDAY, clerk)
    assert story.case.due_on == date(2026, 3, 3), "收讫即办：一个工作日"
    story.complete(clerk)
    story.do(reviewer, Action.RECORD, at=moment("2026-03-05"), content="已备案", lateness="经办人请假。")

    assert story.case.promise_on == date(2026, 3, 3) < story.case.decided_on
    told = why(story.case)
    assert told is not None
    assert (told.start, told.answer.due_on) == (date(2026, 3, 2), date(2026, 3, 3))
    assert "自收件之日" in told.steps[0]


def test_a_filing_that_is_late_is_deemed_accepted_only_when_the_days_for_that_have_passed() -> None:
    story = received("1-13", "360702", MONDAY, huang())
    assert settle_due(at=moment("2026-03-09", 23)) == 0
    assert settle_due(at=moment("2026-03-10", 1)) == 1
    case = story.refresh()
    assert (case.state, case.accepted_on, case.promise_on) == (State.REVIEW, date(2026, 3, 2), date(2026, 3, 3))


def test_a_filing_outside_its_scope_ends_with_reasons_and_remedies_not_with_a_denial() -> None:
    clerk = huang()
    reviewer = somebody("360702-ZJ", Role.REVIEWER)
    story = received("1-13", "360702", MONDAY, clerk)
    with pytest.raises(Incomplete):
        story.do(reviewer, Action.DECLINE_RECORD)
    story.do(reviewer, Action.DECLINE_RECORD, reasons="不属于备案范围。", remedies=remedies_against(story.case))
    assert story.case.result == "NOT_RECORDED"


def test_a_clerk_of_another_county_cannot_act_for_this_one() -> None:
    from_elsewhere = clerk_of("360734")
    story = received(FELLING, "360731", MONDAY)
    assert not waits_for(from_elsewhere, story.case.number)
