"""服务窗口前移: the county window takes in, the city reviews and decides (赣市府办发〔2022〕7号 三（三）)."""

from datetime import date

import pytest

from approvals.cases.access import CaseNotFound, NotPermitted
from approvals.cases.actions import perform, perform_many, settle_due
from approvals.cases.choosing import ActionUnavailable, Barred
from approvals.cases.models import Event
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from tests.factories import REMEDIES, Story, all_papers, filled, later, moment, received
from tests.people import chen, clerk_of, li, somebody, xie, zeng, zhong

pytestmark = pytest.mark.django_db
DEVICES = "3-25"  # 第三类医疗器械经营许可（新办）
USED_CARS = "3-16"  # 二手车交易市场备案
MONDAY = moment("2026-03-02")


@pytest.fixture
def on_the_counter() -> Story:
    return received(DEVICES, "360731", MONDAY, xie())


@pytest.fixture
def in_review(on_the_counter: Story) -> Story:
    on_the_counter.accepted(xie())
    return on_the_counter


def on_the_list_of(actor: Actor, story: Story) -> bool:
    return duties(actor, on=story.day).filter(pk=story.case.pk).exists()


def test_the_county_window_accepts_in_the_name_of_the_city_which_reviews_decides_and_seals(
    on_the_counter: Story,
) -> None:
    story = on_the_counter
    assert story.case.holder.code == "360731-WIN"
    assert story.case.snapshot.name_organ.code == "360700-SPJ"
    story.accepted(xie())
    assert (story.state, story.case.holder.code) == (State.REVIEW, "360700-SPJ")
    assert on_the_list_of(zhong(), story)
    assert not on_the_list_of(li(), story)
    story.recommended(zhong())
    story.do(zeng(), Action.APPROVE, content="准予第三类医疗器械经营。", valid_from="2026-03-02", valid_to="2031-03-01")
    story.do(chen(), Action.SEAL)
    story.do(xie(), Action.DELIVER, way="COUNTER", receipt="刘敏")
    assert story.case.snapshot.supervisors[0]["level"] == "CITY"
    assert story.case.form.remedies["ACCEPT"]["reconsideration"] == "赣州市人民政府"


def test_what_is_missing_is_named_before_acceptance(on_the_counter: Story) -> None:
    story = on_the_counter
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.ACCEPT)
    assert refusal.value.code == "material-missing"
    assert story.refresh().version == 2, "nothing was written"


def test_one_correction_notice_names_everything_and_acceptance_counts_from_its_completion(
    on_the_counter: Story,
) -> None:
    story = on_the_counter
    defects = [
        {"material": 1, "defect": "申请表未签章", "remedy": "补盖公章"},
        {"material": 2, "defect": "学历证明不清", "remedy": "重新扫描"},
    ]
    with pytest.raises(Incomplete):
        story.do(xie(), Action.REQUEST_CORRECTION)
    story.do(xie(), Action.REQUEST_CORRECTION, at=moment("2026-03-03"), defects=defects)
    assert story.state == State.CORRECTION
    assert story.case.due_on == date(2026, 3, 24)  # fifteen working days for the applicant
    with pytest.raises(Incomplete, match="还有 1 项"):
        story.do(xie(), Action.RESUBMIT, answers=["已补盖"])
    story.do(
        xie(),
        Action.RESUBMIT,
        at=moment("2026-03-06"),
        answers=["已补盖", "已重扫"],
        papers=all_papers(story.case),
    )
    story.do(xie(), Action.AMEND, form=filled(story.case))
    story.do(xie(), Action.ACCEPT, at=moment("2026-03-10"))
    assert story.case.accepted_on == date(2026, 3, 6), "the day the corrections were complete, not the day of the click"


def test_a_second_correction_needs_the_consent_of_the_head(on_the_counter: Story) -> None:
    story = on_the_counter
    defects = [{"defect": "缺页", "remedy": "补全"}]
    story.do(xie(), Action.REQUEST_CORRECTION, defects=defects)
    story.do(xie(), Action.RESUBMIT, answers=["已补全"])
    again = [{"defect": "补交的一页没有盖章", "remedy": "补盖章", "why_new": "这一页是补正时才交来的"}]
    story.do(xie(), Action.REQUEST_CORRECTION, defects=again)
    assert story.state == State.RECEIVED
    assert on_the_list_of(zeng(), story)
    story.do(zeng(), "CONFIRM")
    assert (story.state, story.case.corrections) == (State.CORRECTION, 2)


def test_what_was_there_before_is_not_asked_for_in_a_second_notice(on_the_counter: Story) -> None:
    story = on_the_counter
    told = [{"material": 1, "defect": "缺页", "remedy": "补全"}]
    story.do(xie(), Action.REQUEST_CORRECTION, defects=told)
    story.do(xie(), Action.RESUBMIT, answers=["已补全"])

    for defects, sentence in (
        (told, "第 1 项以前已经告知过"),
        ([{"material": 2, "defect": "没有签字", "remedy": "补签"}], "第 1 项以前没有告知"),
        ([told[0] | {"why_new": "补交的又缺页"}, {"defect": "没有签字", "remedy": "补签", "why_new": " "}], "第 2 项"),
    ):
        with pytest.raises(Incomplete, match=sentence):
            story.do(xie(), Action.REQUEST_CORRECTION, defects=defects)
    assert (story.refresh().proposal, story.case.corrections) == ("", 1)
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[told[0] | {"why_new": "补交的又缺页"}])
    assert story.case.proposal == Action.REQUEST_CORRECTION


def test_notices_of_one_case_come_to_an_end(on_the_counter: Story, settings) -> None:
    settings.MAX_CORRECTIONS = 2
    story = on_the_counter
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(xie(), Action.RESUBMIT, answers=["已补全"])
    new = [{"defect": "补交页没有盖章", "remedy": "补盖章", "why_new": "补正时才交来"}]
    story.do(xie(), Action.REQUEST_CORRECTION, defects=new)
    story.do(zeng(), "CONFIRM")
    story.do(xie(), Action.RESUBMIT, answers=["已盖章"])

    with pytest.raises(Barred, match="一次告知全部内容"):
        story.do(xie(), Action.REQUEST_CORRECTION, defects=new)
    assert on_the_list_of(xie(), story)


def test_silence_past_the_fifth_day_is_acceptance_back_dated_to_receipt(on_the_counter: Story) -> None:
    story = on_the_counter
    assert story.case.due_on == date(2026, 3, 9)
    assert settle_due(at=moment("2026-03-09", 23)) == 0, "the last day runs until midnight"
    assert settle_due(at=moment("2026-03-10", 0, 5)) == 1
    story.refresh()
    assert (story.state, story.case.accepted_on) == (State.REVIEW, date(2026, 3, 2))
    event = Event.objects.filter(case=story.case).latest("sequence")
    assert (event.action, event.effective_on) == ("DEEM_ACCEPTED", date(2026, 3, 2))
    assert settle_due(at=moment("2026-03-10", 0, 6)) == 0, "a second run does nothing"


def test_a_refusal_after_the_term_meets_a_case_already_accepted_by_law(on_the_counter: Story) -> None:
    story = on_the_counter
    with pytest.raises(ActionUnavailable):
        story.do(
            xie(),
            Action.REFUSE,
            at=moment("2026-03-11"),
            ground="NOT_THIS_ORGAN",
            reasons="不属于",
            right_organ="省药监局",
            remedies=REMEDIES,
        )


def test_not_accepting_is_confirmed_by_the_city_in_whose_name_it_is(on_the_counter: Story) -> None:
    story = on_the_counter
    story.do(
        xie(),
        Action.REFUSE,
        ground="NOT_THIS_ORGAN",
        reasons="经营范围属于省级权限。",
        right_organ="江西省药品监督管理局",
        remedies=REMEDIES,
    )
    assert story.state == State.RECEIVED
    assert on_the_list_of(zeng(), story)
    story.do(zeng(), "CONFIRM")
    assert (story.state, story.case.result) == (State.REFUSED, "REFUSED")
    assert Event.objects.filter(case=story.case).latest("sequence").push == ""


def test_a_formal_defect_goes_back_to_the_window_and_returns_to_the_city(in_review: Story) -> None:
    story = in_review
    story.do(zhong(), Action.RETURN_TO_WINDOW, reasons="平面图扫描不清。")
    assert (story.state, story.case.holder.code) == (State.MENDING, "360731-WIN")
    assert story.case.accepted_on is not None, "the acceptance stands"
    story.do(xie(), Action.RESUME, reply="已重新扫描。", papers=[{"position": 5, "status": "PAPER"}])
    assert (story.state, story.case.holder.code) == (State.REVIEW, "360700-SPJ")


def test_a_special_procedure_is_proposed_by_one_confirmed_by_another_and_not_counted(in_review: Story) -> None:
    story = in_review
    procedure = next(one for one in story.case.snapshot.terms["procedures"] if one["pauses_promised"])
    promise = story.case.promise_on
    story.do(zhong(), Action.PAUSE, at=moment("2026-03-04"), kind=procedure["kind"], days=5, reasons="整改")
    assert story.case.paused_on is None
    story.do(zeng(), "CONFIRM", at=moment("2026-03-05"))
    assert story.case.paused_on == date(2026, 3, 5)
    with pytest.raises(ActionUnavailable, match="停表"):
        story.recommended(zhong())
    story.do(zhong(), Action.UNPAUSE, at=moment("2026-03-09"), outcome="整改完成。")
    assert story.case.out_promise == 2
    assert story.case.promise_on == later(moment(promise), 2).date()


def test_a_kind_of_pause_the_item_does_not_allow_is_refused(in_review: Story) -> None:
    with pytest.raises(Incomplete, match="本事项允许的特别程序"):
        in_review.do(zhong(), Action.PAUSE, kind="AUCTION", days=5)


def test_the_applicant_may_withdraw_before_the_decision_even_while_the_clock_stands_still(in_review: Story) -> None:
    with pytest.raises(Incomplete):
        in_review.do(xie(), Action.WITHDRAW)
    in_review.do(xie(), Action.WITHDRAW, confirmed=True)
    assert in_review.state == State.WITHDRAWN


def test_an_application_entered_by_mistake_is_voided_with_the_coordinators_consent(on_the_counter: Story) -> None:
    story = on_the_counter
    coordinator = somebody("360731-SPJ", Role.COORDINATOR)
    story.do(xie(), Action.VOID, reasons="录入错误。")
    assert on_the_list_of(coordinator, story)
    story.do(coordinator, "CONFIRM")
    assert story.state == State.VOIDED


def test_a_county_reviewer_does_not_see_what_only_the_window_and_the_city_handle(in_review: Story) -> None:
    with pytest.raises(CaseNotFound):
        in_review.do(li(), Action.TAKE)
    with pytest.raises(CaseNotFound):
        in_review.do(clerk_of("360734"), Action.WITHDRAW, confirmed=True)


def test_a_wrong_level_is_told_who_may(in_review: Story) -> None:
    with pytest.raises(NotPermitted, match="市行政审批局审查岗"):
        in_review.do(xie(), Action.RECOMMEND, proposal="GRANT", opinion="好")


def test_a_filing_of_the_city_is_recorded_by_the_city_and_pushed() -> None:
    story = received(USED_CARS, "360731", MONDAY, xie())
    story.accepted(xie())
    reviewer = somebody("360700-SW", Role.REVIEWER)
    done = story.do(reviewer, Action.RECORD, content="已备案")
    assert (story.case.result, done.event.push) == ("RECORDED", "CLAIM")


def test_many_cases_are_taken_in_one_commit_with_a_result_for_each() -> None:
    stories = [received(DEVICES, "360731", MONDAY, xie()) for _ in range(3)]
    for story in stories[:2]:
        story.accepted(xie())
    numbers = [story.case.number for story in stories] + ["GZ360731260302999999"]
    tried = perform_many(numbers=numbers, action=Action.TAKE, actor=zhong(), at=later(MONDAY, 1))
    assert [bool(one.done) for one in tried] == [True, True, False, False]
    assert [one.refused.code for one in tried[2:] if one.refused] == ["not-permitted", "case-not-found"]


def test_a_stale_page_overwrites_nothing(in_review: Story) -> None:
    version = in_review.case.version
    in_review.do(zhong(), Action.TAKE)
    with pytest.raises(Exception, match="别人刚办过") as refusal:
        perform(number=in_review.case.number, action=Action.TAKE, actor=zeng(), at=in_review.at, version=version)
    assert refusal.value.code == "stale-version"


def test_two_clicks_take_one_step(in_review: Story) -> None:
    in_review.recommended(zhong())
    with pytest.raises(ActionUnavailable):
        in_review.recommended(zhong())
