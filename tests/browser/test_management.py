"""Can an administrator bring a table in: see the mistake, correct it, look at every cell, confirm? Under the real policy."""

import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from approvals.audit.models import ManagementRecord
from approvals.organisations.models import Organ
from tests.browser.conftest import is_fit

pytestmark = pytest.mark.browser


def set_cells(content: bytes, values: dict[str, str]) -> dict:
    """A workbook to upload, with cells of its second row set by their headings."""
    book = load_workbook(io.BytesIO(content))
    header = [cell.value for cell in book["机构"][1]]
    for heading, value in values.items():
        book["机构"].cell(2, header.index(heading) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "机构.xlsx", "mimeType": kind, "buffer": out.getvalue()}


def upload(page: Page, file: dict) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并对比").click()


def test_a_table_goes_out_and_comes_back_with_a_mistake_seen_corrected_and_confirmed(seat):
    page = seat("xiaoshanhua")
    page.goto("/admin/organisations/organ/")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    content = download.value.path().read_bytes()
    first = Organ.objects.order_by("code")[0]
    page.get_by_role("link", name="导入 Excel").click()
    upload(page, set_cells(content, {"类别": "衙门", "地址": "三楼"}))
    expect(page.get_by_role("cell", name="没有「衙门」")).to_be_visible()
    upload(page, set_cells(content, {"地址": "三楼"}))
    expect(page.locator("ins", has_text="三楼")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("修改 1 行")).to_be_visible()
    first.refresh_from_db()
    assert first.address == "三楼"
    assert ManagementRecord.objects.filter(act="IMPORT", subject="机构", at__lte=timezone.now()).count() == 1


def test_the_coordinator_looks_at_a_typed_notice_and_confirms_it(seat):
    page = seat("yangshanming")
    page.goto("/calendar/")
    page.get_by_label("年度", exact=True).fill("2031")
    page.get_by_label("放假和调休，一行一段").fill("2031-01-01 放假")
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("alert")).to_contain_text("「文号」：不能为空")
    page.get_by_label("文号").fill("国办发明电〔2030〕1号")
    page.get_by_label("通知标题").fill("国务院办公厅关于2031年部分节假日安排的通知")
    page.get_by_label("发布日期").fill("2030-11-04")
    page.get_by_label("放假和调休，一行一段").fill("2031-01-01 放假 元旦")
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_role("heading", name="2031 年放假安排会怎样")).to_be_visible()
    page.get_by_role("button", name="写入日历").click()
    expect(page.get_by_text("已写入日历")).to_be_visible()
    expect(page.get_by_role("cell", name="国办发明电〔2030〕1号").first).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/organisations/user/",
        "/admin/organisations/organ/?kind__exact=WINDOW",
        "/admin/organisations/post/add/",
    ],
)
def test_a_management_page_is_accessible(address, seat):
    page = seat("xiaoshanhua")
    page.goto(address)
    expect(page.locator("h1").first).to_be_visible()
    is_fit(page)
