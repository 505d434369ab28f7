"""Do the main acts of 清单管理 work in a browser: copy, grant in bulk, check, compare, publish by another; axe on each page?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.catalogue.models import Delegation, Edition
from tests.browser.conftest import is_fit

pytestmark = pytest.mark.browser


def test_a_new_edition_is_copied_changed_checked_compared_and_published_by_another(seat: Callable[[str], Page]) -> None:
    page = seat("xiaojiangnan")
    page.goto("/catalogue/")
    is_fit(page)
    page.get_by_label("新版名称").fill("浏览器试用版（示例）")
    page.get_by_label("版本代码").fill("browser-1")
    page.get_by_role("button", name="复制成草稿").click()
    expect(page.get_by_role("heading", name="浏览器试用版（示例）")).to_be_visible()
    expect(page.get_by_text("没有缺漏")).to_be_visible()
    is_fit(page)
    page.get_by_role("link", name="批量放权").click()
    page.get_by_label("事项代码").fill("2-30")
    page.get_by_label("于都县").check()
    page.get_by_label("放权方式").select_option("DIRECT")
    is_fit(page)
    page.get_by_role("button", name="按文件放权").click()
    expect(page.get_by_text("新增 1 条放权")).to_be_visible()
    page.get_by_role("link", name="与2022对照").click()
    expect(page.get_by_text("下放实质性审核权（于都县）")).to_be_visible()
    is_fit(page)
    page.goto("/catalogue/editions/browser-1/what-if/")
    is_fit(page)
    page.goto("/catalogue/editions/browser-1/items/2-30/")
    is_fit(page)
    page.goto("/catalogue/editions/browser-1/")
    page.get_by_role("button", name="核对完毕").click()
    expect(page.get_by_text("已核对；请市级协调员发布")).to_be_visible()

    other = seat("yangshanming")
    other.goto("/catalogue/editions/browser-1/")
    other.get_by_role("button", name="发布这一版").click()
    expect(other.get_by_text("起施行；在办件不受影响")).to_be_visible()
    is_fit(other)
    edition = Edition.objects.get(code="browser-1")
    assert edition.status == "PUBLISHED"
    assert Delegation.objects.get(edition=edition, item__code="2-30", region="360731").mode == "DIRECT"
    other.goto("/catalogue/to-do/")
    is_fit(other)
    other.get_by_role("link", name="1-7 林木采伐许可证核发").first.click()
    page.goto("/windows/")
    is_fit(page)
