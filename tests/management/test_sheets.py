"""Does a table come back from a workbook as it went out, and is a bad one refused by row and column, nothing written?"""

import io
import json
import zipfile
from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from approvals.audit.models import ManagementRecord
from approvals.calendars.models import DayOverride
from approvals.calendars.tables import CalendarTable
from approvals.catalogue.access import writers
from approvals.catalogue.models import (
    Annex,
    CatalogueRecord,
    Delegation,
    Edition,
    Guide,
    Item,
    Material,
    SupervisionRule,
)
from approvals.catalogue.tables import FORM_FIELDS, DelegationTable, GuideTable, ItemTable, SupervisionRuleTable
from approvals.organisations.models import Organ, Post, User
from approvals.organisations.sheets.reading import SheetUnreadable, read
from approvals.organisations.sheets.writing import workbook
from approvals.organisations.tables import OrganTable, PostTable, RegionTable, SupervisionUnitTable, UserTable

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
TABLES = [
    RegionTable,
    OrganTable,
    SupervisionUnitTable,
    UserTable,
    PostTable,
    CalendarTable,
    ItemTable,
    GuideTable,
    DelegationTable,
    SupervisionRuleTable,
]
OURS = "360700-SPJ"


@pytest.fixture
def root() -> User:
    return User.objects.create(username="root-for-tests", name="总管", is_staff=True, is_superuser=True)


@pytest.fixture
def draft() -> Edition:
    """An edition in the making with one item of 市行政审批局, its guide and its delegation to 于都县."""
    published = Edition.objects.get(code="2022")
    edition = Edition.objects.create(
        code="draft", title="草拟", document=published.document, effective_from=date(2027, 1, 1)
    )
    item = Item.objects.get(edition=published, code="2-30")
    guide, delegation = item.guides.get(), item.delegations.get(region="360731")
    Annex.objects.create(edition=edition, number=item.annex, title="附件", key="substantive")
    item.pk, item.edition, item.identity = None, edition, ""
    item._state.adding = True
    item.save()
    delegation.pk, delegation.edition, delegation.item = None, edition, item
    delegation.effective_from, delegation._state.adding = date(2027, 1, 1), True
    delegation.save()
    materials = list(guide.materials.all())
    guide.pk, guide.item, guide.status = None, item, Guide.Status.DRAFT
    guide._state.adding = True
    guide.save()
    for paper in materials:
        paper.pk, paper.guide = None, guide
        paper._state.adding = True
        paper.save()
    return edition


def exported(table: type, person: User, **wanted) -> bytes:
    resource = table(user=person)
    return workbook(resource.sheets(resource.rows().filter(**wanted)))


def changed(content: bytes, *edits: tuple[str, int, str, object]) -> bytes:
    """A workbook with cells set: (sheet, row, heading, value)."""
    book = load_workbook(io.BytesIO(content))
    for title, row, heading, value in edits:
        sheet = book[title]
        column = next(cell.column for cell in sheet[1] if cell.value == heading)
        sheet.cell(row, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(table: type, person: User, content: bytes, *, write: bool = True, name: str = "表.xlsx"):
    sheets = read(name=name, content=content, most_bytes=2**20 * 10, most_rows=20_000)
    return table(user=person).bring(sheets, write=write)


def place(text: str, content: bytes, name: str = "表.xlsx", most: int = 2**20) -> None:
    with pytest.raises(SheetUnreadable, match=text):
        read(name=name, content=content, most_bytes=most, most_rows=1000)


def test_every_table_comes_back_as_it_went_out(root):
    some = {PostTable: {"organ__region": "360731"}, UserTable: {"username__startswith": "x"}}
    for table in TABLES:
        tried = brought(table, root, exported(table, root, **some.get(table, {})))
        assert (tried.mistakes, tried.changes) == ([], []), table.title
        assert tried.unchanged == table(user=root).rows().filter(**some.get(table, {})).count() > 0


def test_what_looks_like_a_formula_goes_out_as_text_and_comes_back_the_same(root):
    Organ.objects.filter(code=OURS).update(address='=HYPERLINK("http://example.org","看")')
    content = exported(OrganTable, root, code=OURS)
    [cell] = [one for row in load_workbook(io.BytesIO(content))["机构"] for one in row if "HYPERLINK" in str(one.value)]
    assert cell.data_type == "s"
    assert brought(OrganTable, root, content).unchanged == 1


def test_a_draft_is_changed_with_its_parts_and_nothing_else(root, draft):
    before = Material.objects.exclude(guide__item__edition=draft).count()
    content = exported(GuideTable, root, item__edition=draft)
    content = changed(content, ("办事指南", 2, "承诺办结时限", 2), ("申请材料", 2, "名称", "使用登记表（新）"))
    [mistake] = brought(GuideTable, root, content, write=False).mistakes
    assert (mistake.row, mistake.column) == (2, "承诺时限的分段")
    content = changed(content, ("办事指南", 2, "承诺时限的分段", '{"REVIEW": 1, "DECIDE": 1}'))
    tried = brought(GuideTable, root, content, write=False)
    [change] = tried.changes
    assert (tried.mistakes, change.kind) == ([], "修改")
    assert set(change.columns) == {"承诺办结时限", "承诺时限的分段", "申请材料"}
    guide = Guide.objects.get(item__edition=draft)
    assert guide.promised_days == 3
    brought(GuideTable, root, content)
    guide.refresh_from_db()
    assert guide.promised_days == 2
    assert guide.materials.order_by("position")[0].name == "使用登记表（新）"
    assert Material.objects.exclude(guide__item__edition=draft).count() == before
    kept = json.loads(CatalogueRecord.objects.get(stream="draft").body)
    assert kept["before"]["draft/2-30 1"]["承诺办结时限"] == "3"
    assert writers(guide) == {root.pk}
    assert FORM_FIELDS.told_apart_by() == ["key"]


def test_what_is_published_is_never_changed_by_an_import(root):
    for table, heading, value in (
        (ItemTable, "常用说法", "改"),
        (GuideTable, "说明", "改"),
        (DelegationTable, "备注", "改"),
        (SupervisionRuleTable, "说明", "改"),
    ):
        tried = brought(table, root, changed(exported(table, root), (table.title, 2, heading, value)))
        [mistake] = tried.mistakes
        assert (mistake.row, mistake.text) == (2, "已经发布，不能由导入增改；请在草拟的版本里改")


def test_each_mistake_is_named_by_row_and_column_and_nothing_is_written(root, draft):
    content = exported(DelegationTable, root, edition=draft)
    row = {
        "事项": "draft/2-30",
        "承接地区": "无此县",
        "放权方式": "半下放",
        "起始日期": "明年",
        "依据文件": "某号",
        "用印方式": "",
    }
    tried = brought(DelegationTable, root, changed(content, *(("放权", 2, name, value) for name, value in row.items())))
    found = {(one.row, one.column): one.text for one in tried.mistakes}
    assert found[2, "承接地区"] == "没有地区「无此县」"
    assert found[2, "放权方式"].startswith("没有「半下放」，应为 直接下放")
    assert found[2, "起始日期"] == "应为日期，如 2022-06-01，现为「明年」"
    assert found[2, "依据文件"] == "没有文件「某号」"
    assert found[2, "用印方式"] == "不能为空"
    assert Delegation.objects.get(edition=draft).region_id == "360731"


def test_overlapping_dates_are_refused(root, draft):
    content = exported(DelegationTable, root, edition=draft)
    header = [cell.value for cell in load_workbook(io.BytesIO(content))["放权"][1]]
    again = dict(zip(header, [cell.value for cell in load_workbook(io.BytesIO(content))["放权"][2]], strict=True))
    again |= {"起始日期": date(2027, 6, 1)}
    tried = brought(
        DelegationTable, root, changed(content, *(("放权", 3, name, value) for name, value in again.items()))
    )
    assert "重叠" in tried.mistakes[0].text
    assert Delegation.objects.filter(edition=draft).count() == 1


def test_wrong_headings_and_a_row_twice_are_refused(root):
    content = exported(RegionTable, root)
    tried = brought(RegionTable, root, changed(content, ("区划", 1, "名称", "名字")))
    assert {str(one) for one in tried.mistakes} == {
        "第 1 行「名称」列：表头缺少这一列",
        "第 1 行「名字」列：表头有不认识的列",
    }
    tried = brought(RegionTable, root, changed(content, ("区划", 4, "区划代码", "360702")))
    assert [str(one) for one in tried.mistakes] == ["第 4 行「区划代码」列：与第 3 行重复：360702"]


def test_a_part_without_its_row_and_a_bad_part_are_named_with_their_sheet(root, draft):
    content = exported(GuideTable, root, item__edition=draft)
    content = changed(content, ("申请材料", 2, "版本号", 9), ("申请材料", 3, "必要性", "随便"))
    said = [str(one) for one in brought(GuideTable, root, content).mistakes]
    assert said[0] == "工作表「申请材料」第 2 行「事项」列：主表里没有「draft/2-30 9」"
    assert said[1].startswith("工作表「申请材料」第 3 行「必要性」列：没有「随便」，应为")


@pytest.fixture(scope="module")
def sheet() -> bytes:
    book = Workbook()
    book.active.append(["区划代码", "名称"])
    book.active.append(["360702", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_files_that_are_no_plain_tables_are_refused_before_anything_is_read(sheet):
    place("第 2 行第 B 列是公式", sheet)
    place("加了密码的工作簿或者旧版", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    place("最多 1 MB", b"PK\x03\x04" + b"\0" * (50 * 2**20))
    place("已损坏", sheet[:400])
    place("不是 UTF-8 编码", "区划代码,名称\n360702,章贡区\n".encode("gb18030"), name="表.csv")
    place("第 2 行第 B 列是公式", "区划代码,名称\n360702,=1+1\n".encode(), name="表.csv")
    place("不是 .xlsx 工作簿", b"%PDF-1.7", name="表.xlsx")
    place("文件是空的", b"")


def with_part(sheet: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(sheet)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, content)
    return out.getvalue()


def test_a_bomb_a_macro_and_foreign_definitions_are_not_opened(sheet):
    place("解压之后过大", with_part(sheet, "xl/media/bomb.bin", b"\0" * (30 * 2**20)))
    place("带有宏", with_part(sheet, "xl/vbaProject.bin", b"x"))
    place("外部定义", with_part(sheet, "xl/extra.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'))


def test_a_notice_is_brought_in_with_its_days(root):
    content = changed(
        exported(CalendarTable, root, year=2026),
        ("放假安排", 2, "年度", 2027),
        *(("调整日", row, "年度", 2027) for row in range(2, 60)),
    )
    book = load_workbook(io.BytesIO(content))
    days = book["调整日"]
    days.delete_rows(4, 100)
    for row, day in ((2, date(2027, 1, 1)), (3, date(2027, 10, 1))):
        for cell, value in zip(days[row], (2027, day, "放假", "元旦"), strict=True):
            cell.value = value
    out = io.BytesIO()
    book.save(out)
    tried = brought(CalendarTable, root, out.getvalue())
    assert tried.mistakes == []
    assert DayOverride.objects.filter(year=2027).count() == 2


# ---------------------------------------------------------------- through the pages


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def upload(client: Client, address: str, content: bytes, name: str = "表.xlsx"):
    return client.post(f"{address}import/", {"file": SimpleUploadedFile(name, content)})


def test_the_page_shows_first_and_writes_on_confirmation_with_a_record(root):
    client, address = signed_in(root.username), "/admin/organisations/organ/"
    content = client.get(f"{address}export/").content
    page = upload(client, address, changed(content, ("机构", 2, "地址", "新址 <b>1</b> 号")))
    assert page.status_code == 200
    assert "修改 <b>1</b> 行" in page.content.decode()
    assert "<b>1</b> 号" not in page.content.decode()
    first = Organ.objects.order_by("code")[0]
    was = first.address
    assert was != "新址 <b>1</b> 号"
    assert client.post(f"{address}import/", {"confirm": page.context["token"]}).status_code == 302
    first.refresh_from_db()
    assert first.address == "新址 <b>1</b> 号"
    out, into = ManagementRecord.objects.filter(user=root.pk).order_by("sequence")
    assert (out.act, into.act, into.previous) == ("EXPORT", "IMPORT", out.digest)
    assert into.data["rows"] == [["修改", first.code, [["地址", was, "新址 <b>1</b> 号"]]]]
    shown = client.get(f"/admin/audit/managementrecord/{into.pk}/change/").content.decode()
    assert f"地址：{was} → 新址 &lt;b&gt;1&lt;/b&gt; 号" in shown
    again = client.post(f"{address}import/", {"confirm": page.context["token"]})
    assert "请重新上传" in again.content.decode()


def test_a_bad_file_is_refused_on_the_page_in_chinese(root):
    client, address = signed_in(root.username), "/admin/organisations/organ/"
    page = upload(client, address, changed(client.get(f"{address}export/").content, ("机构", 2, "类别", "衙门")))
    assert page.status_code == 422
    assert "没有「衙门」" in page.content.decode()
    assert not page.context["token"]
    page = upload(client, address, b"x" * (settings.IMPORT_MAX_MB * 2**20 + 1))
    assert f"最多 {settings.IMPORT_MAX_MB} MB" in page.content.decode()


def test_an_item_admin_opens_the_catalogue_alone_and_changes_drafts_of_the_own_unit_only(draft):
    post = Post.objects.filter(role="ITEM_ADMIN", organ__code=OURS).first()
    client = signed_in(post.user.username)
    assert client.get("/admin/organisations/user/").status_code == 403
    item = Item.objects.get(edition=draft)
    assert client.get(f"/admin/catalogue/item/{item.pk}/change/").context["has_change_permission"]
    content = exported(ItemTable, post.user, edition=draft)
    page = upload(client, "/admin/catalogue/item/", changed(content, ("事项", 2, "常用说法", "电梯")))
    assert page.context["token"]
    other = Organ.objects.get(code="360700-JT")
    Item.objects.filter(pk=item.pk).update(city_unit=other)
    assert not client.get(f"/admin/catalogue/item/{item.pk}/change/").context["has_change_permission"]
    page = upload(
        client,
        "/admin/catalogue/item/",
        changed(exported(ItemTable, post.user, edition=draft), ("事项", 2, "常用说法", "电梯")),
    )
    assert [str(one) for one in page.context["mistakes"]] == ["第 2 行：不是本单位的事项"]


def test_each_of_the_three_administrators_imports_only_what_is_theirs():
    may = {
        "SYSTEM_ADMIN": {"organisations/region", "organisations/organ", "organisations/user", "calendars/calendaryear"},
        "SECURITY_ADMIN": {"organisations/post"},
        "AUDITOR": set(),
    }
    every = {"organisations/region", "organisations/organ", "organisations/user", "organisations/post"}
    every |= {"calendars/calendaryear", "catalogue/item", "catalogue/delegation"}
    for role, allowed in may.items():
        client = signed_in(User.objects.get(posts__role=role).username)
        opened = {one for one in every if client.get(f"/admin/{one}/import/").status_code == 200}
        assert opened == allowed


def test_bulk_acts_touch_drafts_and_leave_what_is_published(root, draft):
    client = signed_in(root.username)
    rows = list(Delegation.objects.filter(region="360731", item__code="2-30"))
    client.post(
        "/admin/catalogue/delegation/",
        {"action": "to_window", "_selected_action": [row.pk for row in rows], "index": 0},
    )
    assert {row.edition.code: row.mode for row in Delegation.objects.filter(pk__in=[one.pk for one in rows])} == {
        "2022": "SUBSTANTIVE",
        "draft": "WINDOW",
    }
    rule = SupervisionRule.objects.filter(provisional=True).first()
    client.post(
        "/admin/catalogue/supervisionrule/", {"action": "drop_drafts", "_selected_action": [rule.pk], "index": 0}
    )
    assert SupervisionRule.objects.filter(pk=rule.pk).exists()


def test_what_is_typed_in_the_management_pages_is_kept_before_and_after_and_ends_with_the_check(root, draft):
    client, item = signed_in(root.username), Item.objects.get(edition=draft)
    address = f"/admin/catalogue/item/{item.pk}/change/"
    form = client.get(address).context["adminform"].form
    given = {name: value for name, value in form.initial.items() if value is not None} | {"keywords": "电梯 锅炉"}
    empty = {"supervision_rules-TOTAL_FORMS": 0, "supervision_rules-INITIAL_FORMS": 0}
    assert client.post(address, given | empty).status_code == 302
    kept = json.loads(CatalogueRecord.objects.get(stream="draft").body)
    assert (kept["before"]["常用说法"], kept["after"]["常用说法"]) == (item.keywords, "电梯 锅炉")
    content = exported(ItemTable, root, edition=draft)
    Edition.objects.filter(pk=draft.pk).update(status=Edition.Status.CHECKED)
    assert client.post(address, given | empty).status_code == 403
    tried = brought(ItemTable, root, changed(content, ("事项", 2, "常用说法", "改")))
    assert [one.text for one in tried.mistakes] == ["这一版已经核对，先退回草拟再改"]


@pytest.mark.parametrize(
    ("address", "term", "found"),
    [
        ("organisations/region", "ydx", "于都县"),
        ("organisations/organ", "gzsxzspj", "赣州市行政审批局"),
        ("organisations/user", "xxl", "谢小兰"),
        ("catalogue/counterpart", "ydx", "于都县"),
    ],
)
def test_initials_find_the_name(root, address, term, found):
    assert found in signed_in(root.username).get(f"/admin/{address}/", {"q": term}).content.decode()
