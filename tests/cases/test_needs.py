"""What does an act have to bring before it is taken? Left out, incomplete or impossible, it is refused and says which field."""

from typing import Any

import pytest

from approvals.cases.choosing import Barred
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from approvals.documents.models import Seal
from tests.factories import REMEDIES, Story, all_papers, driven, moment, received, site_record, yes_to_all
from tests.people import chen, li, xie, zeng, zhong

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
DEVICES, EQUIPMENT, DRUGS = "3-25", "2-30", "3-31"


def asked_for(refusal: pytest.ExceptionInfo[Incomplete]) -> set[str]:
    return {blocker.field for blocker in refusal.value.blockers}


def promising(story: Story) -> int:
    """The clerk ticks every paper but one that may follow later; its position."""
    position = story.case.materials.filter(necessity="TOLERABLE").order_by("position")[0].position
    papers = all_papers(story.case)
    papers[position - 1] |= {"status": "PROMISED"}
    assert papers[position - 1]["position"] == position
    story.complete(xie(), papers=papers)
    return position


# ---------------------------------------------------------------- at the window


@pytest.mark.parametrize("ground", ["NOT_THIS_ORGAN", "NOT_DELEGATED"])
def test_who_is_sent_away_from_the_wrong_organ_is_told_the_right_one(ground: str) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    refusing = {"reasons": "不属本机关职权。", "remedies": REMEDIES}
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.REFUSE, ground=ground, **refusing)
    assert asked_for(refusal) == {"right_organ"}
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.REFUSE, **refusing)
    assert asked_for(refusal) == {"ground"}
    story.do(xie(), Action.REFUSE, ground=ground, right_organ="赣州市市场监督管理局", **refusing)
    assert story.case.proposal == Action.REFUSE


def test_after_a_notice_of_corrections_a_case_is_ended_and_no_longer_voided() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(xie(), Action.RESUBMIT, answers=["已补"])
    with pytest.raises(Barred) as refusal:
        story.do(xie(), Action.VOID, reasons="重复录入")
    assert refusal.value.code == "notice-served"


def test_a_paper_nobody_promised_is_not_supplied_and_an_empty_supply_is_none() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    promised = promising(story)
    story.do(xie(), Action.ACCEPT, promised_by="2026-03-06")
    other = next(one["position"] for one in all_papers(story.case) if one["position"] != promised)
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.SUPPLY)
    assert asked_for(refusal) == {"papers"}
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.SUPPLY, papers=[{"position": other, "status": "PAPER"}])
    assert asked_for(refusal) == {"papers"}
    assert story.case.tolerance_open


def test_a_paper_still_promised_bars_a_grant_on_a_commitment() -> None:
    story = received(DRUGS, "360731", MONDAY, xie())
    promising(story)
    story.do(xie(), Action.ACCEPT, committed=True, promised_by="2026-03-06")
    with pytest.raises(Barred) as refusal:
        story.do(zeng(), Action.GRANT_ON_COMMITMENT, content="准予")
    assert refusal.value.code == "tolerance-open"


def test_after_two_returns_the_reviewer_sends_a_case_back_to_the_window_no_more() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    for times in (1, 2):
        story.do(zhong(), Action.RETURN_TO_WINDOW, reasons="不清")
        story.do(xie(), Action.RESUME, reply="已补")
        assert story.case.returns == times
    with pytest.raises(Barred) as refusal:
        story.do(zhong(), Action.RETURN_TO_WINDOW, reasons="还是不清")
    assert refusal.value.code == "returned-too-often"


# ---------------------------------------------------------------- in review


def test_an_answer_of_no_says_what_does_not_hold_and_no_point_is_made_up() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    points = yes_to_all(story.case)
    no = points[0] | {"answer": "NO"}
    given = {"proposal": "GRANT", "opinion": "符合。", "site": site_record(story.day)}
    for wrong in (points[1:], [no, *points[1:]], [*points, {"position": 99, "answer": "YES"}]):
        with pytest.raises(Incomplete) as refusal:
            story.do(zhong(), Action.RECOMMEND, points=wrong, **given)
        assert asked_for(refusal) == {"points"}
    story.do(zhong(), Action.RECOMMEND, points=[no | {"note": "面积不足"}, *points[1:]], **given)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"officers": ["李建平", "李建平 "]}, "site.officers"), ({"on": "2026-03-03"}, "site.on")],
)
def test_a_site_visit_is_made_by_two_officers_and_not_in_the_future(wrong: dict[str, Any], field: str) -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    given = {"proposal": "GRANT", "opinion": "符合。", "points": yes_to_all(story.case)}
    with pytest.raises(Incomplete) as refusal:
        story.do(li(), Action.RECOMMEND, site=site_record(story.day) | wrong, **given)
    assert asked_for(refusal) == {field}
    with pytest.raises(Incomplete) as refusal:
        story.do(li(), Action.RECORD_VISIT, site=site_record(story.day) | wrong)
    assert asked_for(refusal) == {field}


def test_a_pause_says_how_long_and_lasts_no_longer_than_its_procedure_allows() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    limited = next(one for one in story.case.snapshot.terms["procedures"] if one["max_days"])
    for days in ({}, {"days": limited["max_days"] + 1}):
        with pytest.raises(Incomplete) as refusal:
            story.do(zhong(), Action.PAUSE, kind=limited["kind"], reasons="现场核查", **days)
        assert asked_for(refusal) == {"days"}
    with pytest.raises(Incomplete) as refusal:
        story.do(zhong(), Action.PAUSE, kind="占卜", days=1, reasons="现场核查")
    assert asked_for(refusal) == {"kind"}
    story.do(zhong(), Action.PAUSE, kind=limited["kind"], days=limited["max_days"], reasons="现场核查")
    assert story.case.proposal == Action.PAUSE


def test_an_end_states_its_ground_and_what_happened() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    for given, field in (({"reasons": "设备已拆除。"}, "ground"), ({"ground": "OBJECT_GONE"}, "reasons")):
        with pytest.raises(Incomplete) as refusal:
            story.do(li(), Action.TERMINATE, **given)
        assert asked_for(refusal) == {field}


# ---------------------------------------------------------------- seal and delivery


def test_nothing_is_sealed_without_a_seal_in_force() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.DECIDED)
    Seal.objects.filter(owner=story.case.snapshot.seal_organ_id).update(valid_to="2026-03-01")
    with pytest.raises(Incomplete, match="没有在用的审批印章"):
        story.do(chen(), Action.SEAL)


def test_leaving_a_decision_at_the_door_takes_a_witness() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.SEALED)
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.DELIVER, way="LEFT", receipt="拒收")
    assert asked_for(refusal) == {"witness"}
    story.do(xie(), Action.DELIVER, way="LEFT", receipt="拒收", witness="社区干部张三，当事人拒收")
    assert story.state == State.DELIVERED


@pytest.mark.parametrize("on", ["2026-03-01", "2026-03-03"])
def test_a_day_of_service_lies_between_the_decision_and_today(on: str) -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.SEALED)
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.DELIVER, way="COUNTER", receipt="刘敏", on=on)
    assert asked_for(refusal) == {"on"}
