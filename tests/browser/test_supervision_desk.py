"""Do the desks work in a browser: a claim with feedback by keys and by mouse, with and without script; axe on every page?"""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.audit.register import enrol
from approvals.cases.words import State
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.statistics.rollups import follow_register
from approvals.supervision.models import Feedback, Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.words import PushState
from tests import people
from tests.browser.conftest import SIZES, is_fit
from tests.factories import driven
from tests.people import somebody
from tests.supervision.conftest import supervisor

pytestmark = pytest.mark.browser

YUDU = "360731"


@pytest.fixture
def pushes(live_db) -> list[Push]:
    """Two decisions that wait to be claimed by one unit."""
    made = [driven("3-25", YUDU, timezone.now(), to=State.DECIDED).case.pk for _ in range(2)]
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass
    while enrol() or follow_register(at=timezone.now()):
        pass
    return list(Push.objects.select_related("unit", "case").filter(case__in=made, copy=False))


def coordinator() -> Actor:
    return somebody("360700-SPJ", Role.COORDINATOR)


def state_of(push: Push) -> str:
    return Push.objects.get(pk=push.pk).state


@pytest.mark.parametrize("size", SIZES)
def test_the_desks_of_a_coordinator_are_accessible_and_fit(size, sit, pushes):
    page, errors = sit(coordinator(), size), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    for address in (
        "/coordination/",
        "/?tab=promise",
        "/supervision/",
        f"/supervision/?push={pushes[0].pk}",
        "/supervision/?tab=UNCONFIRMED",
        "/supervision/?tab=orphans",
        "/statistics/?measure=received",
        "/statistics/?by=item",
        "/statistics/cases/?measure=received",
    ):
        page.goto(address)
        is_fit(page)
    assert errors == []


def test_keys_move_the_drawer_along_and_claim(sit, pushes):
    page = sit(supervisor(pushes[0]))
    page.goto("/supervision/")
    title = page.locator("#drawer h2")
    shown = []
    for _ in range(2):
        page.keyboard.press("j")
        expect(title).to_be_focused()
        expect(page.locator("tr.here")).to_have_count(1)
        row = page.locator("tr.here").get_attribute("data-row")
        expect(page.locator("#drawer form.foot")).to_have_attribute("action", f"/supervision/{row}/claim/?tab=TO_CLAIM")
        shown.append(row)
    assert len(set(shown)) == 2
    is_fit(page)
    page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text="已认领")).to_be_focused()
    assert Push.objects.get(pk=shown[-1]).state == PushState.CLAIMED
    is_fit(page)
    page.get_by_label("决定日").focus()
    page.get_by_label("决定日").select_option("90")
    expect(page.locator("#exports a[href$='decided=90']")).to_have_count(2)
    expect(page.get_by_label("决定日")).to_be_focused()


def test_a_filter_keeps_the_open_push_and_closing_it_keeps_the_filter(sit, pushes):
    page = sit(supervisor(pushes[0]))
    page.goto("/supervision/")
    page.locator(f"#push-{pushes[0].pk}").click()
    expect(page.locator("#drawer h2")).to_be_focused()
    page.get_by_label("决定日").focus()
    page.get_by_label("决定日").select_option("90")
    expect(page.locator("#exports a[href$='tab=TO_CLAIM&decided=90']")).to_have_count(2)
    expect(page.get_by_label("决定日")).to_be_focused()
    expect(page.locator("tr.here")).to_have_attribute("data-row", str(pushes[0].pk))
    for act in ("claim", "objection"):
        expect(page.locator(f"#drawer form[action$='/{act}/?tab=TO_CLAIM&decided=90']")).to_have_count(1)
    page.get_by_role("link", name="关闭推送单").click()
    expect(page.locator("#drawer")).to_contain_text("没有打开推送单")
    expect(page.get_by_label("决定日")).to_have_value("90")


def test_the_last_key_wins_however_fast_they_come(sit, pushes):
    page = sit(supervisor(pushes[0]))
    page.goto("/supervision/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator("tr.here").get_attribute("data-row")
    expect(page.locator("#drawer form.foot")).to_have_attribute("action", f"/supervision/{row}/claim/?tab=TO_CLAIM")


def test_feedback_from_the_wrong_entry_to_the_record(sit, pushes):
    push = pushes[0]
    page = sit(supervisor(push))
    page.goto(f"/supervision/?push={push.pk}")
    page.get_by_role("button", name="认领 c").click()
    page.get_by_label("执法人员（两人以上）").fill("罗晓东")
    page.get_by_label("情况", exact=True).fill("阴凉库记录不全")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("不得少于两人")
    expect(page.get_by_label("情况", exact=True)).to_have_value("阴凉库记录不全")
    is_fit(page)
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.get_by_label("执法人员（两人以上）")).to_be_focused()
    page.get_by_label("执法人员（两人以上）").fill("罗晓东、王丽")
    page.get_by_label("现场检查", exact=True).check()
    page.get_by_label("检查结果", exact=True).select_option("PROBLEM")
    page.get_by_role("button", name="登记反馈 Ctrl Enter").click()
    expect(page.get_by_role("status").filter(has_text="反馈已登记")).to_be_focused()
    expect(page.locator("#drawer")).to_contain_text("罗晓东、王丽")
    assert Feedback.objects.get(push=push).content["result"] == "PROBLEM"
    is_fit(page)


def test_several_are_claimed_at_once(sit, pushes):
    page = sit(supervisor(pushes[0]))
    page.goto("/supervision/")
    for push in pushes:
        page.locator(f'input[value="{push.pk}"]').check()
    expect(page.get_by_text("已选 2 件")).to_be_visible()
    page.get_by_role("button", name="认领所选").click()
    expect(page.get_by_role("status").filter(has_text="已认领 2 件")).to_be_visible()
    assert {state_of(push) for push in pushes} == {PushState.CLAIMED}


def test_everything_works_without_script(sit, pushes):
    push = pushes[0]
    page = sit(supervisor(push), script=False)
    page.goto("/supervision/")
    page.locator(f"#push-{push.pk}").click()
    page.get_by_role("button", name="认领 c").click()
    expect(page.get_by_text("已认领，首次反馈最迟")).to_be_visible()
    page.get_by_role("link", name="责令整改").click()
    page.get_by_label("执法人员（两人以上）").fill("罗晓东、王丽")
    page.get_by_label("文书号").fill("赣市监责改〔2026〕3 号")
    page.get_by_label("整改要求").fill("补齐温控记录")
    page.get_by_label("整改期限").fill("2027-03-01")
    page.get_by_role("button", name="登记反馈 Ctrl Enter").click()
    expect(page.get_by_text("反馈已登记")).to_be_visible()
    assert state_of(push) == PushState.FED_BACK


def test_the_window_follows_what_became_of_its_case(sit, pushes):
    page = sit(people.xie())
    page.goto("/supervision/")
    page.locator(f"#push-{pushes[0].pk}").click()
    expect(page.locator("#drawer h2")).to_be_focused()
    expect(page.locator("#drawer").get_by_role("button")).to_have_count(0)
    expect(page.locator("#drawer")).to_contain_text("还没有人打开")
    is_fit(page)


def test_a_number_of_the_statistics_opens_by_mode_and_leads_to_its_cases(sit, pushes):
    page = sit(coordinator())
    page.goto("/statistics/?measure=received")
    cell = page.locator("details.cell").first
    count = cell.locator("summary").inner_text()
    cell.locator("summary").click()
    expect(cell.get_by_text("服务窗口前移")).to_be_visible()
    is_fit(page)
    page.keyboard.press("Escape")
    expect(cell.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    cell.get_by_role("link", name="清单").click()
    expect(page.get_by_role("heading", name="收件")).to_be_visible()
    expect(page.locator(".pager")).to_contain_text(f"共 {count} 件")


def test_a_filter_of_the_statistics_keeps_the_focus_and_changes_the_address(sit, pushes):
    page = sit(coordinator())
    page.goto("/statistics/")
    page.get_by_label("看", exact=True).focus()
    page.get_by_label("看", exact=True).select_option("pushed")
    expect(page).to_have_title("统计分析：推送，按地区 · 市县联动审批平台")
    assert "measure=pushed" in page.url
    expect(page.get_by_label("看", exact=True)).to_be_focused()
