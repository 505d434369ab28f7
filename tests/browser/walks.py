"""What people do at their desks, through real pages: log in, take in, find a case, review, decide."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.conftest import is_fit
from tests.factories import USCC


def today() -> str:
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"


def take_in(page: Page, item: str) -> str:
    """The clerk finds the item, types, ticks everything and accepts; the number of the new case."""
    page.goto("/intake/")
    page.get_by_label("找事项").press_sequentially(item)
    page.get_by_role("row").filter(has_text=item).first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="于都县可以受理")).to_be_visible()
    is_fit(page)
    page.get_by_label("统一社会信用代码或身份证号").fill(USCC)
    page.get_by_label("名称", exact=True).fill("于都县康泽医疗器械有限公司")
    page.get_by_label("经办人", exact=True).fill("肖丽华")
    page.get_by_label("经办人手机").fill("13879702134")
    page.get_by_label("地址或标的").fill(f"贡江镇长征大道 118 号 {item}")
    for field in page.locator("[name^='form.']").all():
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(index=1)
        elif field.get_attribute("type") == "date":
            field.fill(today())
        else:
            label = page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
            field.fill(USCC if "信用代码" in label else "13879702134" if ("手机" in label or "电话" in label) else "62")
    for question in page.locator(".question").all():
        question.get_by_text("不是", exact=True).click()
    for tick in page.locator("input[name$='.tick']").all():
        if tick.is_visible():  # what the answers make needless is not asked for
            tick.check()
    expect(page.locator("[data-missing-box]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="已受理")).to_be_visible()
    is_fit(page)
    return re.search(r"GZ\d{18}", page.inner_text("main"))[0]


def open_case(page: Page, number: str) -> None:
    """From the worklist, as people do."""
    page.goto("/")
    is_fit(page)
    page.get_by_label("找办件").fill(number[-8:])
    page.get_by_label("找办件").press("Enter")
    page.wait_for_url("**q=*")
    page.locator(f"tr[data-row='{number}'] a.main").click()
    expect(page.get_by_text(number).first).to_be_visible()
    is_fit(page)


def review(page: Page, number: str) -> None:
    open_case(page, number)
    for point in page.locator("[data-point]").all():
        point.get_by_text("符合", exact=True).click()
    page.get_by_label("建议准予").check()
    page.get_by_label("意见", exact=True).fill("经审查，申请材料齐全，符合法定条件。")
    page.locator("details#f-site summary").click()
    page.get_by_label("核查人员").fill("李建平、曾小春")
    page.get_by_label("核查日期").fill(today())
    page.get_by_label("核查地点").fill("经营场所")
    page.get_by_label("核查情况").fill("与图纸一致")
    expect(page.locator("[data-missing-box]")).to_be_hidden()
    page.get_by_role("button", name="提交审查意见").click()
    expect(page.get_by_text("已提出审查意见。")).to_be_visible()


def press(page: Page, button: str, told: str, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(told).first).to_be_visible()
    is_fit(page)


def approve(page: Page, number: str) -> None:
    open_case(page, number)
    expect(page.get_by_text("决定书预览")).to_be_visible()
    page.get_by_label("准予内容").fill("准予按申请内容从事经营活动")
    expect(page.locator("[data-mirror=content]")).to_have_text("准予按申请内容从事经营活动")
    page.get_by_role("button", name="决定准予许可").click()
    expect(page.get_by_text("已准予。")).to_be_visible()
