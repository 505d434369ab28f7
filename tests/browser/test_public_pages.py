"""Do the pages for everybody work in a browser, on a phone and at a desk, with and without script, for everyone?"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Form
from approvals.cases.words import Action, State
from tests.browser.conftest import is_fit
from tests.factories import driven, moment, received
from tests.people import clerk_of

pytestmark = pytest.mark.browser

YUDU = "360731"
SIZES = {"phone": (390, 844), "desk": (1366, 768)}
PAGES = [
    "/public/",
    "/public/?q=加油站&region=360731",
    "/public/?q=我想开一家药店",
    "/public/items/2-30/",
    "/public/items/2-30/?region=360731&mine=1&case=5",
    "/public/items/1-12/?region=360731",
    "/public/items/9-99/",
    "/public/progress/",
    "/public/decisions/",
    "/public/complaint/",
    "/help/",
    "/help/clerk/",
]


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    cache.clear()


@pytest.fixture(params=SIZES)
def sheet(request, chromium: Browser, live_site: str) -> Iterator[Page]:
    width, height = SIZES[request.param]
    with chromium.new_context(
        viewport={"width": width, "height": height}, base_url=live_site, locale="zh-CN"
    ) as context:
        yield context.new_page()


def back(workdays: int):
    return moment(add(current_calendar(), timezone.localdate(), -workdays))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_accessible_and_fits(address, sheet: Page, live_db):
    errors = []
    sheet.on("pageerror", lambda error: errors.append(str(error)))
    sheet.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    sheet.goto(address)
    is_fit(sheet)
    assert errors == []


def test_progress_from_the_wrong_code_to_what_is_to_be_done(sheet: Page, live_db):
    story = received("3-38", YUDU, back(2))
    defects = [{"material": 1, "defect": "没有法定代表人签字", "remedy": "补签后重交"}]
    story.do(clerk_of(YUDU), Action.REQUEST_CORRECTION, defects=defects)
    sheet.goto("/public/progress/")
    sheet.get_by_label("办件编号").fill(story.case.number)
    sheet.get_by_label("查询码").fill("XXXXXXXX")
    sheet.get_by_role("button", name="查进度").click()
    expect(sheet.get_by_role("alert")).to_contain_text("没有查到")
    expect(sheet.get_by_role("alert")).to_be_focused()
    is_fit(sheet)
    sheet.get_by_label("查询码").fill(Form.objects.get(pk=story.case.pk).query_code)
    sheet.get_by_role("button", name="查进度").click()
    expect(sheet.get_by_role("heading", name="等你补正")).to_be_visible()
    expect(sheet.get_by_text("没有法定代表人签字")).to_be_visible()
    is_fit(sheet)


@pytest.mark.parametrize("state", [State.REVIEW, State.SEALED, State.DELIVERED])
def test_progress_is_accessible_in_every_phase(state, sheet: Page, live_db):
    story = driven("3-25", YUDU, back(3), to=state)
    sheet.goto("/public/progress/")
    sheet.get_by_label("办件编号").fill(story.case.number)
    sheet.get_by_label("查询码").fill(Form.objects.get(pk=story.case.pk).query_code)
    sheet.get_by_label("查询码").press("Enter")
    expect(sheet.get_by_role("heading", name="办到哪一步")).to_be_visible()
    is_fit(sheet)


def test_choosing_a_county_changes_the_answer_in_place_and_the_address_with_it(sheet: Page, live_db):
    sheet.goto("/public/items/2-30/")
    sheet.get_by_label("你在哪里办").focus()
    sheet.get_by_label("你在哪里办").select_option("360731")
    expect(sheet.get_by_role("heading", name="于都县可以办，3 个工作日办结")).to_be_visible()
    expect(sheet.get_by_label("你在哪里办")).to_be_focused()
    assert "region=360731" in sheet.url
    sheet.get_by_label("你在哪里办").select_option("360791")
    expect(sheet.get_by_role("heading", name="赣州经开区可以办，3 个工作日办结")).to_be_visible()


def test_everything_works_without_script(chromium: Browser, live_site: str, live_db):
    with chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, base_url=live_site
    ) as context:
        page = context.new_page()
        page.goto("/public/")
        page.get_by_label("办什么事").fill("加油站")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="成品油零售经营资格审批").click()
        page.get_by_label("你在哪里办").select_option("360731")
        page.get_by_role("button", name="看这里怎么办").click()
        expect(page.get_by_role("heading", name="于都县可以办")).to_be_visible()
        page.get_by_label("以竞买方式取得用地的").check()
        page.get_by_role("button", name="只看我要交的").click()
        expect(page.get_by_text("你的情形不用交")).to_be_visible()
        expect(page.get_by_role("button", name="打印这份指南")).to_be_hidden()
        page.goto("/public/complaint/")
        page.get_by_label("什么事").fill("十一月三日在综合窗口等了两个小时没有叫号。")
        page.get_by_role("button", name="交给协调员").click()
        expect(page.get_by_role("heading", name="已收下")).to_be_visible()


def test_a_complaint_with_mistakes_says_where_and_keeps_what_was_typed(sheet: Page, live_db):
    sheet.goto("/public/complaint/")
    sheet.get_by_label("什么事").fill("短")
    sheet.get_by_label("手机").fill("1391234567")
    sheet.get_by_role("button", name="交给协调员").click()
    expect(sheet.get_by_role("alert")).to_be_focused()
    expect(sheet.get_by_label("手机")).to_have_value("1391234567")
    is_fit(sheet)
    sheet.get_by_role("alert").get_by_role("link", name="手机").click()
    expect(sheet.get_by_label("手机")).to_be_focused()
