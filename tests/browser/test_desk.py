"""Does the desk work by keyboard alone, without script, and on a stale or broken page?"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from approvals.cases.models import Case
from approvals.cases.words import Action, State
from approvals.organisations.load import demo_password
from tests import people
from tests.browser.conftest import is_fit, log_in
from tests.factories import driven

pytestmark = pytest.mark.browser
YUDU = "360731"
Seat = Callable[[str], Page]
SAVE_DRAFT = """() => {
  const draft = document.getElementById('act-draft')
  return htmx.ajax('POST', draft.getAttribute('hx-post'), {source: draft, target: draft})
}"""


def test_a_reviewer_walks_the_list_takes_and_opens_by_keys_alone(seat: Seat):
    for _ in range(2):
        driven("3-38", YUDU, timezone.now(), to=State.REVIEW)
    page = seat("zhongqiuping")
    page.keyboard.press("j")
    page.keyboard.press("j")
    current = page.locator("tr.here")
    number = current.get_attribute("data-row")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_contain_text("已选 1 件")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}/**")
    page.keyboard.press("c")
    expect(page.get_by_text("已签收。")).to_be_visible()
    assert Case.objects.get(number=number).in_hand_id == people.zhong().user
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    is_fit(page)


def test_single_keys_are_dead_while_typing(seat: Seat):
    page = seat("zhongqiuping")
    page.get_by_label("找办件").fill("x")
    page.get_by_label("找办件").press("j")
    expect(page.get_by_label("找办件")).to_have_value("xj")


def test_single_keys_are_dead_for_whoever_turned_them_off(seat: Seat):
    page = seat("zhongqiuping")
    page.locator("summary.person").click()
    page.get_by_role("button", name="关闭单键快捷键").click()
    expect(page.get_by_text("单键快捷键已关闭")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_filters_change_the_list_in_place_and_the_address_with_it(seat: Seat):
    driven("3-38", YUDU, timezone.now(), to=State.REVIEW)
    page = seat("zhongqiuping")
    page.get_by_label("地区").focus()
    page.get_by_label("地区").select_option("360702")
    expect(page.get_by_text("没有找到符合条件的办件")).to_be_visible()
    assert "region=360702" in page.url
    expect(page.get_by_label("地区")).to_be_focused()
    expect(page.locator("#live")).to_have_text("0 件")
    expect(page.locator("#exports a[href$='tab=todo&region=360702']")).to_have_count(2)
    expect(page.locator("#filter-query")).to_have_value("tab=todo&region=360702")
    expect(page.locator("#tabs a").first).to_have_attribute("href", "?tab=todo&region=360702")
    expect(page.locator("#tabs a .count").first).to_have_text("0")


def test_what_is_ticked_is_exported_and_can_still_be_taken(seat: Seat):
    number = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case.number
    page = seat("zhongqiuping")
    page.locator(f"tr[data-row='{number}'] input[type=checkbox]").check()
    with page.expect_download():
        page.get_by_role("button", name="导出所选").click()
    page.locator(".sticky").get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收 1 件")).to_be_visible()


def test_why_this_day_opens_beside_its_link_and_gives_the_focus_back(seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    page = seat("zhongqiuping")
    page.goto(f"/cases/{case.number}/")
    page.get_by_role("link", name="为什么是这一天").click()
    expect(page.get_by_role("dialog")).to_contain_text("到期")
    is_fit(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="为什么是这一天")).to_be_focused()


def test_a_stale_page_shows_what_changed_and_keeps_the_opinion(seat: Seat):
    story = driven("3-38", YUDU, timezone.now(), to=State.REVIEW)
    page = seat("zhongqiuping")
    page.goto(f"/cases/{story.case.number}/?act=RETURN_TO_WINDOW")
    story.do(people.zhong(), Action.TAKE)
    page.get_by_label("理由", exact=True).fill("材料第 3 份缺页，补齐后再推送。")
    page.get_by_role("button", name="退回窗口").click()
    expect(page.get_by_role("alert")).to_contain_text("在你打开之后有变化")
    expect(page.get_by_label("理由", exact=True)).to_have_value("材料第 3 份缺页，补齐后再推送。")
    is_fit(page)


def test_a_lost_connection_says_nothing_was_saved_and_keeps_the_words(seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    page = seat("zhongqiuping")
    page.goto(f"/cases/{case.number}/?act=RETURN_TO_WINDOW")
    page.get_by_label("理由", exact=True).fill("材料第 3 份缺页。")
    page.context.set_offline(True)
    page.get_by_role("button", name="退回窗口").click()
    expect(page.get_by_text("没有保存：网络断开")).to_be_visible()
    expect(page.get_by_label("理由", exact=True)).to_have_value("材料第 3 份缺页。")
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("已退回窗口。")).to_be_visible()


def test_the_same_button_is_pressed_again_after_no_answer(seat: Seat):
    before = Case.objects.count()
    page = seat("xiexiaolan")
    page.goto("/intake/?item=3-25")
    page.get_by_label("名称", exact=True).fill("甲公司")
    page.context.set_offline(True)
    page.get_by_role("button", name="存草稿").click()
    expect(page.get_by_text("没有保存：网络断开")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert Case.objects.count() == before


def test_a_form_outlives_its_login_and_is_sent_after_the_next_one(seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    page = seat("zhongqiuping")
    page.goto(f"/cases/{case.number}/?act=RETURN_TO_WINDOW")
    page.get_by_label("理由", exact=True).fill("材料第 3 份缺页。")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="退回窗口").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已失效，没有写入任何内容")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    log_in(opened.value, "xiexiaolan")
    page.evaluate(SAVE_DRAFT)
    expect(page.locator("#act-draft")).to_have_text("草稿：没有存上：现在登录的不是打开本页的人。")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("alert")).to_contain_text("现在登录的是谢小兰。已填内容留在本页，核对后再按一次。")
    expect(page.get_by_label("理由", exact=True)).to_have_value("材料第 3 份缺页。")
    page.context.clear_cookies(name="sessionid")
    log_in(opened.value, "zhongqiuping")
    page.evaluate(SAVE_DRAFT)
    page.evaluate(SAVE_DRAFT)
    expect(page.locator("#act-draft")).to_contain_text("已保存")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_text("已退回窗口。")).to_be_visible()


def test_papers_dropped_on_their_line_take_their_time_and_stay_there_when_too_large(seat: Seat, settings):
    settings.MAX_SUBMITTED_BYTES = 10 * 2**20
    page = seat("xiexiaolan")
    page.goto("/intake/?item=3-38")
    page.evaluate("document.addEventListener('htmx:configRequest', asked => { window.limit = asked.detail.timeout })")
    page.get_by_role("button", name="只收件").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.evaluate("window.limit") == 15000
    dropped = page.evaluate_handle("""() => {
        const files = new DataTransfer()
        files.items.add(new File([new Uint8Array(11 << 20)], '申请书.pdf', {type: 'application/pdf'}))
        files.items.add(new File(['%PDF-1.4'], '章程.pdf', {type: 'application/pdf'}))
        return files
    }""")
    unsaved = "() => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert not page.evaluate(unsaved)
    page.locator("#f-paper-1").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#f-paper-1")).to_contain_text("申请书.pdf、章程.pdf")
    expect(page.locator("#tick-1")).to_be_checked()
    assert page.evaluate(unsaved)
    page.locator("#f-paper-2 input[type=file]").evaluate("field => { field.multiple = false }")
    page.locator("#f-paper-2").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.locator("#f-paper-2 [data-filenames]")).to_have_text("申请书.pdf")
    page.evaluate("""() => {
        const form = document.getElementById('intake-form')
        form.dataset.sent = 1
        htmx.trigger(form, 'htmx:xhr:progress', {loaded: 1, total: 4})
        delete form.dataset.sent
    }""")
    expect(page.get_by_text("正在上传，传完接着办理")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.position") == 0.25
    page.get_by_role("button", name="只收件").click()
    expect(page.get_by_role("alert").filter(has_text="一次最多提交 10 MB")).to_be_focused()
    expect(page.locator("#f-paper-1")).to_contain_text("申请书.pdf")
    assert page.evaluate("window.limit") == 0


def test_an_act_works_without_script(chromium: Browser, live_site: str, live_db):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    with chromium.new_context(java_script_enabled=False, base_url=live_site) as context:
        page = context.new_page()
        page.goto("/login/")
        page.get_by_label("账号").fill("zhongqiuping")
        page.get_by_label("密码", exact=True).fill(demo_password())
        page.get_by_role("button", name="登录").click()
        page.goto(f"/cases/{case.number}/?act=RETURN_TO_WINDOW")
        page.get_by_label("理由", exact=True).fill("缺页")
        page.get_by_role("button", name="退回窗口").click()
        expect(page.get_by_text("已退回窗口。")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["/?tab=open", "/?tab=done", "/pushed/", "/reported/", "/statistics/", "/password/"]
)
def test_a_desk_page_is_accessible_in_light_and_dark(address, seat: Seat):
    page = seat("zhongqiuping")
    page.goto(address)
    is_fit(page)
    page.emulate_media(color_scheme="dark")
    is_fit(page)


def test_the_first_page_weighs_less_than_300_kilobytes(seat: Seat):
    page = seat("zhongqiuping")
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.status == 200 else None)
    page.context.clear_cookies(name="nothing")
    page.goto("/", wait_until="networkidle")
    assert sum(sizes) < 300_000


def test_a_known_applicant_fills_in_and_no_address_bears_the_number(seat: Seat):
    company = driven("3-38", YUDU, timezone.now(), to=State.RECEIVED).case.parties.get(role="APPLICANT")
    page = seat("xiexiaolan")
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    page.goto("/intake/?item=3-38")
    number = page.get_by_label("统一社会信用代码或身份证号", exact=True)
    number.fill(company.id_number)
    number.press("Tab")
    expect(page.get_by_text("已带入")).to_be_visible()
    expect(page.get_by_label("名称", exact=True)).to_have_value(company.name)
    page.wait_for_load_state("networkidle")
    posted = [url for method, url in asked if method == "POST"]
    assert [url for url in posted if url.endswith("/intake/known/")]
    assert [url for url in posted if url.endswith("/intake/on-file/")]
    assert not [url for _, url in asked if company.id_number in url]
