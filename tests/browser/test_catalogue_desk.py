"""Do the main acts of 清单管理 work in a browser: editions, agreements with their paper, a guide row by row? axe on each page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.catalogue.models import Agreement, Delegation, Edition, Guide, StandardPhrase
from tests.browser.conftest import is_fit

pytestmark = pytest.mark.browser
PAPER = {
    "name": "承接协议.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF",
}


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
    page.get_by_label("附上这份文件的原文").set_input_files(PAPER)
    is_fit(page)
    page.get_by_role("button", name="按文件放权").click()
    expect(page.get_by_text("新增 1 条放权")).to_be_visible()
    page.get_by_role("link", name="与2022对照").click()
    expect(page.get_by_text("下放实质性审核权（于都县）")).to_be_visible()
    is_fit(page)
    for address in ("what-if/", "items/2-30/", "add/"):
        page.goto(f"/catalogue/editions/browser-1/{address}")
        is_fit(page)
    page.goto("/catalogue/records/browser-1/")
    expect(page.get_by_text("新增放权")).to_be_visible()
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


def test_an_agreement_is_signed_with_its_paper_and_a_guide_gets_a_row(seat: Callable[[str], Page]) -> None:
    page = seat("xiaojiangnan")
    page.goto("/catalogue/agreements/")
    is_fit(page)
    page.get_by_label("协议编号").fill("承接-浏览器-1")
    page.get_by_label("承接地区").select_option("360731")
    page.get_by_label("生效日期").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="登记协议").click()
    expect(page.get_by_text("已登记为草拟")).to_be_visible()
    page.get_by_label("已签的文本").set_input_files(PAPER)
    page.get_by_role("button", name="登记为已签").click()
    expect(page.get_by_text("已签订，文本入库")).to_be_visible()
    is_fit(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载已签的文本").click()
    assert download.value.suggested_filename == "承接协议 承接-浏览器-1.pdf"
    assert Agreement.objects.get(number="承接-浏览器-1").status == "SIGNED"
    page.goto("/catalogue/documents/")
    is_fit(page)
    page.get_by_role("link", name="赣市府办字〔2022〕21号").click()
    is_fit(page)

    page.goto("/catalogue/editions/2022/items/3-38/")
    page.get_by_label("新版施行日期").fill((timezone.localdate() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="起草新的一版").click()
    expect(page.get_by_role("heading", name="办事指南第 2 版")).to_be_visible()
    before = StandardPhrase.objects.filter(guide__item__code="3-38", guide__version=2).count()
    panel = page.locator("#p-phrases")
    panel.get_by_role("button", name="再加一行").click()
    panel.get_by_label(f"用途，第 {before + 3} 行").select_option("CORRECTION")
    panel.get_by_label(f"材料序号，第 {before + 3} 行").fill("1")
    panel.get_by_label(f"内容，第 {before + 3} 行").fill("申请书没有盖章；补盖后重交")
    page.get_by_label("承诺办结时限", exact=True).fill("999")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("没有保存")
    expect(page.locator("textarea", has_text="补盖后重交")).to_be_visible()
    is_fit(page)
    page.get_by_label("承诺办结时限", exact=True).fill("10")
    page.get_by_label("承诺时限里审核用").fill("4")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("已保存，留有前后对照")).to_be_visible()
    guide = Guide.objects.get(item__code="3-38", item__edition__code="2022", version=2)
    assert guide.phrases.count() == before + 1
    assert guide.stage_days == {"REVIEW": 4, "DECIDE": 6}
