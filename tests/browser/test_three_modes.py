"""Can the named people take one case of each mode from the window to the supervision unit, through real pages?"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.audit.register import enrol
from approvals.cases.models import Case
from approvals.cases.words import State
from approvals.organisations.models import Post, Role
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.words import Subject
from tests.browser.conftest import is_fit
from tests.browser.walks import approve, open_case, press, review, take_in
from tests.factories import driven, received
from tests.people import somebody

pytestmark = pytest.mark.browser
YUDU = "360731"
Seat = Callable[[str], Page]


def username_of(organ: str, role: str) -> str:
    return Post.objects.select_related("user").get(pk=somebody(organ, role).post).user.username


def taken_in(page: Page, item: str) -> Case:
    return Case.objects.get(number=take_in(page, item))


def seal_and_deliver(seat: Seat, case: Case) -> None:
    keeper = seat(username_of(case.snapshot.terms["seal"]["code"], Role.SEAL_KEEPER))
    open_case(keeper, case.number)
    press(keeper, "用印", "已用印。")
    clerk = seat("xiexiaolan")
    open_case(clerk, case.number)
    if case.fee_due:
        clerk.get_by_role("link", name="登记缴费").click()
        clerk.get_by_label("已缴").check()
        press(clerk, "登记缴费", "已登记缴费。", **{"票据号或减免依据": "赣财票 0001"})
    clerk.get_by_label("送达方式").select_option(label="窗口领取")
    press(clerk, "登记送达", "已送达。", **{"送达回证（签收人、运单号或电子回执号）": "刘敏"})


def claim_and_feed_back(seat: Seat, case: Case) -> None:
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass
    push = Push.objects.get(case=case, copy=False, subject=Subject.DECISION)
    supervisor = Post.objects.filter(unit=push.unit, role=Role.SUPERVISOR).select_related("user").order_by("pk")[0]
    page = seat(supervisor.user.username)
    page.goto("/supervision/")
    page.locator(f"tr[data-row='{push.pk}'] a.main").click()
    expect(page.get_by_text("认领后会发生什么")).to_be_visible()
    is_fit(page)
    page.keyboard.press("c")
    expect(page.get_by_text("已认领，首次反馈最迟")).to_be_visible()
    page.get_by_label("执法人员").fill("罗晓东、王丽")
    page.get_by_label("现场检查", exact=True).check()
    page.get_by_label("检查结果").select_option("NO_PROBLEM")
    is_fit(page)
    page.get_by_role("button", name="登记反馈").click()
    expect(page.get_by_text("反馈已登记")).to_be_visible()
    assert push.feedback.count() == 1


def test_a_window_item_goes_from_the_county_window_to_the_city_and_to_supervision(seat: Seat):
    case = taken_in(seat("xiexiaolan"), "3-38")
    review(seat("zhongqiuping"), case.number)
    approve(seat("zengzhigang"), case.number)
    seal_and_deliver(seat, case)
    claim_and_feed_back(seat, case)


def test_a_substantive_item_is_reviewed_and_forwarded_by_the_county_and_decided_by_the_city(seat: Seat):
    case = taken_in(seat("xiexiaolan"), "2-30")
    review(seat("lijianping"), case.number)
    checker = seat("heweidong")
    open_case(checker, case.number)
    checker.get_by_label("建议准予").check()
    press(checker, "签发并转报市级", "已审核转报。", 审核意见="同意转报。")
    city = seat("zhongqiuping")
    open_case(city, case.number)
    for point in city.locator("[data-point]").all():
        point.get_by_text("符合", exact=True).click()
    press(city, "提交复核意见", "已复核。", 复核意见="要点相符。")
    approve(seat("zengzhigang"), case.number)
    seal_and_deliver(seat, case)
    claim_and_feed_back(seat, case)


def test_a_direct_item_stays_in_the_county(seat: Seat):
    case = taken_in(seat("xiexiaolan"), "1-7")
    terms = case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    review(seat(username_of(terms["review"]["code"], Role.REVIEWER)), case.number)
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer,))
    approve(seat(Post.objects.select_related("user").get(pk=decider.post).user.username), case.number)
    assert Case.objects.get(pk=case.pk).decided_on is not None


def test_a_denial_needs_reasons_and_shows_the_letter_as_it_will_read(seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.DECISION).case
    page = seat("zengzhigang")
    open_case(page, case.number)
    page.get_by_role("link", name="不予", exact=True).click()
    page.get_by_role("button", name="决定不予许可").click()
    expect(page.get_by_role("alert")).to_contain_text("写明理由")
    is_fit(page)
    page.get_by_label("理由", exact=True).fill("间距不符合技术标准。")
    expect(page.locator("[data-mirror=reasons]")).to_have_text("间距不符合技术标准。")
    page.get_by_role("button", name="决定不予许可").click()
    expect(page.get_by_text("已不予。")).to_be_visible()


def test_a_correction_is_told_once_and_answered(seat: Seat):
    case = received("3-38", YUDU, timezone.now()).case
    page = seat("xiexiaolan")
    page.goto(f"/cases/{case.number}/?act=REQUEST_CORRECTION")
    is_fit(page)
    press(page, "发出补正告知", "已一次性告知补正。")
    page.goto(f"/cases/{case.number}/?act=RESUBMIT")
    for answer in page.locator("[name='answers']").all():
        answer.fill("已补交")
    press(page, "收下补正材料", "已补正收件。")
    assert Case.objects.get(pk=case.pk).state == State.RECEIVED


def test_a_return_to_the_county_comes_back_with_an_answer(seat: Seat):
    case = driven("2-30", YUDU, timezone.now(), to=State.KEY_POINTS).case
    city = seat("zhongqiuping")
    open_case(city, case.number)
    city.get_by_role("link", name="退回县级").click()
    press(city, "退回县级", "已退回县级。", 理由="现场核查记录没有写明设备编号。")
    county = seat("lijianping")
    county.goto("/?tab=returned")
    expect(county.locator(f"tr[data-row='{case.number}']")).to_be_visible()
    is_fit(county)


def test_a_pause_takes_two_persons(seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    page = seat("zhongqiuping")
    open_case(page, case.number)
    page.get_by_role("link", name="特别程序").click()
    page.get_by_label("特别程序", exact=True).select_option(index=1)
    press(page, "提出特别程序", "已提出特别程序，等待确认。", **{"所需时间（工作日）": "5"})
    head = seat("zengzhigang")
    open_case(head, case.number)
    press(head, "确认特别程序", "已确认特别程序。")
    assert Case.objects.get(pk=case.pk).paused_on is not None
