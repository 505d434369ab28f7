"""Is everybody who has a right to speak given the time for it? The holder of a licence, and others a decision touches."""

from datetime import date
from typing import Any

import pytest

from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, Role, State
from tests.factories import REMEDIES, Story, driven, later, moment, remedies_against
from tests.licences.conftest import granted, proceeding
from tests.people import somebody, zeng, zhong

pytestmark = pytest.mark.django_db
YUDU, FELLING, SHOP = "360731", "1-7", "3-25"
MONDAY = moment("2026-03-02")
NOTICE = {"facts": "验收时所示设备系临时借用。", "measure": "拟撤销许可。"}


@pytest.fixture
def annulment() -> Story:
    return proceeding(granted(), "ANNUL", "FRAUD", moment("2026-06-01"))


def refused(story: Story, actor: Any, action: Action, **given: Any) -> list[str]:
    """The fields an act is refused for."""
    with pytest.raises(Incomplete) as refusal:
        story.do(actor, action, **given)
    return [one.field for one in refusal.value.blockers]


def proposes(story: Story, at: Any = None) -> None:
    story.do(zhong(), Action.PROPOSE_ORDER, at=at, opinion="事实清楚，建议撤销。")


def test_who_has_a_right_to_a_hearing_gets_five_working_days_at_least_and_who_has_none_may_get_fewer(annulment):
    assert refused(annulment, zhong(), Action.GIVE_NOTICE, **NOTICE, days=4) == ["days"]
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    assert annulment.case.proceeding.statement_due_on == date(2026, 6, 8)
    suspension = proceeding(granted(), "SUSPEND", "HAZARD", moment("2026-06-01"))
    suspension.do(zhong(), Action.GIVE_NOTICE, facts="冷库停用", measure="拟暂停", days=2)
    assert suspension.case.proceeding.statement_due_on == date(2026, 6, 3)


def test_the_least_time_is_a_setting(annulment, settings):
    settings.HEARING_ASK_WORKDAYS = 8
    assert refused(annulment, zhong(), Action.GIVE_NOTICE, **NOTICE, days=7) == ["days"]


def test_a_statement_does_not_cut_off_the_time_to_ask_for_a_hearing_but_a_waiver_does(annulment):
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    annulment.do(zhong(), Action.HEAR, statement="设备是借的，但已经买了。")
    assert refused(annulment, zhong(), Action.PROPOSE_ORDER, opinion="建议撤销") == [""]
    annulment.do(zhong(), Action.HEAR, statement="不要求听证。", waived=True)
    proposes(annulment)
    assert annulment.state == State.DECISION


def test_in_silence_the_order_waits_until_the_last_day_has_passed(annulment):
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    assert refused(annulment, zhong(), Action.PROPOSE_ORDER, at=moment("2026-06-08", 17), opinion="撤销") == [""]
    proposes(annulment, at=moment("2026-06-09"))
    assert annulment.state == State.DECISION


def test_a_hearing_is_held_seven_working_days_after_it_was_told_at_the_earliest(annulment):
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    annulment.do(zhong(), Action.HEAR, at=moment("2026-06-02"), statement="要求听证。", hearing_asked=True)
    record = {"statement": "听证笔录附卷。", "hearing_told_on": "2026-06-03"}
    at = moment("2026-06-11")
    assert refused(annulment, zhong(), Action.PROPOSE_ORDER, at=at, opinion="撤销") == [""], "the hearing is not held"
    assert refused(annulment, zhong(), Action.HEAR, **record, hearing_on="2026-06-11") == ["hearing_on"]
    assert refused(annulment, zhong(), Action.HEAR, statement="笔录", hearing_on="2026-06-11") == ["hearing_told_on"]
    early = record | {"hearing_told_on": "2026-05-29"}
    assert refused(annulment, zhong(), Action.HEAR, **early, hearing_on="2026-06-11") == ["hearing_told_on"]
    annulment.do(zhong(), Action.HEAR, at=moment("2026-06-12"), **record, hearing_on="2026-06-12")
    proposes(annulment)
    assert annulment.case.proceeding.hearing_asked_on == date(2026, 6, 2)


def test_a_hearing_on_the_day_it_was_asked_for_is_not_recorded(annulment):
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    given = {
        "statement": "当场听证",
        "hearing_asked": True,
        "hearing_told_on": "2026-06-01",
        "hearing_on": "2026-06-01",
    }
    assert refused(annulment, zhong(), Action.HEAR, **given) == ["hearing_on"]


def test_a_hearing_later_than_twenty_working_days_says_why(annulment):
    annulment.do(zhong(), Action.GIVE_NOTICE, **NOTICE, days=5)
    annulment.do(zhong(), Action.HEAR, statement="要求听证。", hearing_asked=True)
    held = later(moment("2026-06-01"), 21)
    given = {"statement": "笔录附卷", "hearing_told_on": "2026-06-02", "hearing_on": held.date().isoformat()}
    assert refused(annulment, zhong(), Action.HEAR, at=held, **given) == ["hearing_lateness"]
    annulment.do(zhong(), Action.HEAR, **given, hearing_lateness="当事人两次请求改期。")
    assert annulment.case.proceeding.hearing_on == held.date()


def told(to: str = "居民曾祥福", days: int = 10) -> Story:
    """A case that touches a neighbour, ready to be decided but for what the neighbour may say."""
    story = driven(FELLING, YUDU, MONDAY, to=State.REVIEW)
    reviewer = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    story.do(reviewer, Action.INFORM_OTHERS, to=to, matter="采伐地与其林地相邻。", days=days)
    story.recommended(reviewer)
    return story


def decider_of(story: Story):
    return somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)


def reviewer_of(story: Story):
    return somebody(story.case.snapshot.terms["decide"]["code"], Role.REVIEWER)


def test_nothing_is_decided_while_an_interested_party_may_still_speak():
    story = told()
    [neighbour] = story.case.interested.all()
    assert neighbour.due_on == date(2026, 3, 16)
    refusal = {"reasons": "林权有争议。", "remedies": remedies_against(story.case)}
    assert refused(story, decider_of(story), Action.APPROVE, content="准予。") == [""]
    assert refused(story, decider_of(story), Action.DENY, **refusal) == [""]
    story.do(
        decider_of(story), Action.APPROVE, at=moment("2026-03-17"), content="准予。", lateness="等候陈述申辩期满。"
    )
    assert story.state == State.DECIDED


@pytest.mark.parametrize("said", [{"statement": "无异议。"}, {"waived": True}])
def test_once_heard_or_waived_the_decision_need_not_wait(said):
    story = told()
    story.do(reviewer_of(story), Action.HEAR, **said)
    story.do(decider_of(story), Action.APPROVE, content="准予。")
    assert story.state == State.DECIDED


def test_an_interested_party_who_asks_for_a_hearing_is_heard_first():
    story = told()
    story.do(reviewer_of(story), Action.HEAR, statement="要求听证。", hearing_asked=True)
    late = {"content": "准予。", "lateness": "等候听证。"}
    assert refused(story, decider_of(story), Action.APPROVE, at=moment("2026-03-17"), **late) == [""]
    given = {"statement": "笔录附卷", "hearing_told_on": "2026-03-03", "hearing_on": "2026-03-13"}
    story.do(reviewer_of(story), Action.HEAR, **given)
    story.do(decider_of(story), Action.APPROVE, **late)
    assert story.state == State.DECIDED


def test_of_two_who_were_told_it_is_said_who_spoke():
    story = told()
    story.do(reviewer_of(story), Action.INFORM_OTHERS, to="居民李某", matter="取水。", days=5)
    first, second = story.case.interested.order_by("sequence")
    assert refused(story, reviewer_of(story), Action.HEAR, statement="无异议。") == ["notice"]
    story.do(reviewer_of(story), Action.HEAR, statement="无异议。", notice=first.sequence)
    with pytest.raises(Incomplete, match="居民李某"):
        story.do(decider_of(story), Action.APPROVE, content="准予。")
    story.do(reviewer_of(story), Action.HEAR, waived=True, notice=second.sequence)
    story.do(decider_of(story), Action.APPROVE, content="准予。")


def test_nobody_is_told_with_less_time_than_a_hearing_may_be_asked_for_and_nobody_is_heard_untold():
    story = driven(SHOP, YUDU, MONDAY, to=State.DECISION)
    few = {"to": "邻居", "matter": "采光", "days": 4}
    assert refused(story, zhong(), Action.INFORM_OTHERS, **few) == ["days"]
    assert refused(story, zhong(), Action.HEAR, statement="无异议。") == [""]
    story.do(zeng(), Action.DENY, reasons="不符", remedies=REMEDIES)
