"""Do the pages of 清单管理 let the right people keep the list, and tell everybody else nothing?"""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from approvals.catalogue.models import Delegation, Edition, Guide, Item, SupervisionRule, WindowContact
from approvals.notices.models import Notice
from approvals.organisations.models import Organ, Post, Role, User
from approvals.workbench import guidetext, views_catalogue_guides

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

EDITION = "/catalogue/editions/try-1/"


def sitting_at(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def xiao() -> Client:
    """肖江南, item admin of 市行政审批局."""
    return sitting_at("xiaojiangnan")


def yang() -> Client:
    """杨善明, coordinator of the city."""
    return sitting_at("yangshanming")


def text(response) -> str:
    return response.content.decode()


def drafted() -> Edition:
    first = timezone.localdate() + timedelta(days=40)
    given = {
        "source": "2022",
        "code": "try-1",
        "title": "试用版（示例）",
        "document": "赣市府办发〔2022〕7号",
        "effective_from": first.isoformat(),
    }
    assert xiao().post("/catalogue/copy/", given).status_code == 302
    return Edition.objects.get(code="try-1")


def test_an_edition_goes_from_copy_to_published_through_the_pages():
    edition = drafted()
    shown = text(xiao().get(EDITION))
    assert "没有缺漏" in shown
    assert "118 项" in shown
    given = {
        "items": "2-30",
        "region": ["360731"],
        "mode": "DIRECT",
        "act": "grant",
        "document": "赣市府办发〔2022〕7号",
    }
    given |= {"effective_from": edition.effective_from.isoformat()}
    assert xiao().post(f"{EDITION}delegations/", given).status_code == 302
    assert Delegation.objects.get(edition=edition, item__code="2-30", region="360731").mode == "DIRECT"
    refused = xiao().post(f"{EDITION}delegations/", given | {"region": []})
    assert refused.status_code == 422
    assert "选择承接地区" in text(refused)

    compared = xiao().get(f"{EDITION}diff/2022/")
    assert "下放实质性审核权（于都县）" in text(compared)
    book = load_workbook(io.BytesIO(xiao().get(f"{EDITION}diff/2022/?format=xlsx").content))
    assert [cell.value for cell in book["清单对照"][3]][:2] == ["调整放权方式", "2-30"]
    assert "试算" in text(yang().get(f"{EDITION}what-if/"))

    assert "发布这一版" not in text(yang().get(EDITION))
    xiao().post(f"{EDITION}act/", {"act": "check"})
    assert Notice.objects.filter(user__username="yangshanming", title__contains="等你发布").count() == 1
    assert xiao().post(f"{EDITION}act/", {"act": "publish"}).status_code == 403
    assert "发布这一版" in text(yang().get(EDITION))
    assert yang().post(f"{EDITION}act/", {"act": "publish"}).status_code == 302
    edition.refresh_from_db()
    assert (edition.status, edition.published_by.username) == ("PUBLISHED", "yangshanming")
    assert Edition.objects.get(code="2022").effective_to == edition.effective_from - timedelta(days=1)
    assert "已发布，" in text(xiao().get("/catalogue/"))
    assert "发布" in text(xiao().get("/catalogue/records/try-1/"))
    assert "已经发布" in text(yang().get(f"{EDITION}what-if/"))


def test_what_is_missing_stands_on_the_page_and_an_item_of_another_unit_cannot_be_changed():
    edition = drafted()
    SupervisionRule.objects.filter(item__edition=edition, item__code="1-7").delete()
    assert "没有监管单位" in text(xiao().get(EDITION))
    refused = xiao().post(f"{EDITION}act/", {"act": "check"})
    assert refused.status_code == 422
    assert "1-7" in text(refused)
    fixed = {"act": "supervise", "unit": "360700-LY-J"}
    assert xiao().post(f"{EDITION}items/1-7/", fixed).status_code == 302
    assert "没有缺漏" in text(xiao().get(EDITION))
    assert "保存事项" not in text(xiao().get(f"{EDITION}items/2-7/"))
    given = {"act": "save", "main_name": "改", "annex": "2", "seq": "7", "power_type": "PERMIT"}
    assert xiao().post(f"{EDITION}items/2-7/", given).status_code == 403
    assert xiao().post(f"{EDITION}items/1-7/", given | {"annex": "1", "seq": "8"}).status_code == 422
    added = {"unit": "360700-SPJ", "annex": "1", "power_type": "PERMIT", "main_name": "新的事项"}
    assert xiao().post(f"{EDITION}add/", added).status_code == 302
    page = text(xiao().get(f"{EDITION}items/1-21/"))
    assert "还没有办事指南" in page
    assert xiao().post(f"{EDITION}items/1-21/", {"act": "guide", "like": "1-7"}).status_code == 302
    removed = {"act": "remove", "reason": "不列入"}
    assert xiao().post(f"{EDITION}items/1-21/", removed).status_code == 302
    assert not Item.objects.filter(edition=edition, code="1-21").exists()


def second_admin(username: str = "second-admin") -> Client:
    """Another item admin of 市行政审批局."""
    person = User.objects.create(username=username, name="梁小梅")
    Post.objects.create(
        user=person, organ=Organ.objects.get(code="360700-SPJ"), role=Role.ITEM_ADMIN, valid_from=date(2022, 1, 1)
    )
    return sitting_at(username)


def form_of(guide: Guide) -> dict[str, str]:
    """What the page of a draft would send back unchanged."""
    said = views_catalogue_guides._said(guide, None)
    given = {name: str(value) for name, value in said.items() if not isinstance(value, bool)}
    given |= {name: "on" for name, value in said.items() if value is True}
    return given | guidetext.sent(guide) | {"effective_from": guide.effective_from.isoformat()}


def row(table: str, number: int, **cells: str) -> dict[str, str]:
    return {f"{table}.{number}.{name}": text for name, text in cells.items()}


def test_a_guide_is_published_by_a_second_person_and_may_not_ask_for_more_without_a_reason():
    item = Item.objects.get(edition__code="2022", code="2-30")
    first = timezone.localdate() + timedelta(days=3)
    started = xiao().post("/catalogue/editions/2022/items/2-30/", {"act": "guide", "effective_from": first.isoformat()})
    guide = Guide.objects.get(item=item, version=2)
    address = f"/catalogue/guides/{guide.pk}/"
    assert started.headers["Location"] == address
    before = form_of(Guide.objects.get(item=item, version=1)) | {"effective_from": first.isoformat()}
    assert form_of(guide) == before
    extra = before | {"act": "save"}
    papers = guide.materials.count()
    more = {"name": "多一份", "form": "COPY", "copies": "1", "necessity": "REQUIRED", "origin": "SELF"}
    extra |= row("materials", papers + 1, **more)
    extra |= row(
        "intermediaries", 1, name="定期检验", basis="特种设备安全法第四十条", provider="有资质的机构", days="10"
    )
    extra |= row("phrases", 1, use="CORRECTION", material="1", text="登记表漏填使用单位，补填后盖章。")
    extra |= row("flow", 1, name="受理", by="综合窗口", days="0") | {"flow.1.at": "2"}
    extra |= row("flow", 2, name="收件", by="综合窗口") | {"flow.2.at": "1"}
    extra |= row("legal_basis", 2, law="示例办法", valid_from="2027-01-01", valid_to="2029-12-31")
    extra |= {"form_fields.2.hint": "按铭牌填写", "form_fields.2.required": "", "clock_start": "RECEIVED"}
    assert xiao().post(address, extra).status_code == 302
    guide = Guide.objects.get(pk=guide.pk)
    assert guide.intermediaries.get().counted is False
    assert guide.phrases.get(position=1).material == 1
    assert guide.materials.count() == papers + 1
    assert [one["name"] for one in guide.flow] == ["收件", "受理"]
    assert (guide.legal_basis[1]["valid_to"], guide.clock_start) == ("2029-12-31", "RECEIVED")
    field = guide.form_fields.get(position=2)
    assert (field.hint, field.required) == ("按铭牌填写", False)
    for wrong, told in (
        ({"materials.1.copies": "三"}, "申请材料第 1 行"),
        ({f"materials.{papers + 1}.form": ""}, "“形式”不能为空"),
        ({"legal_basis.2.valid_to": "2026-01-01"}, "失效日期早于施行日期"),
        ({"phrases.1.material": "99"}, "而材料没有这一份"),
        ({"fee_charged": "on", "fee_yuan": "八十"}, "金额填元"),
        (
            row("fee_options", 1, field="nowhere", choice="住宅", amount_cents="80") | {"fee_charged": "on"},
            "没有这个字段",
        ),
        ({"form_fields.1.key": ""}, "申请表第 1 行"),
        ({"form_fields.1.key": extra["form_fields.2.key"]}, "申请表有两行字段"),
        ({"review_days": "99"}, "不超过承诺时限"),
    ):
        bad = xiao().post(address, extra | wrong)
        assert bad.status_code == 422, wrong
        assert told in text(bad), told
    assert "八十" in text(xiao().post(address, extra | {"fee_charged": "on", "fee_yuan": "八十"}))
    assert xiao().post(address, {"act": "publish"}).status_code == 403
    other = second_admin()
    assert "比上一版增加了" in text(other.get(address))
    refused = other.post(address, {"act": "publish"})
    assert refused.status_code == 422
    assert "增加" in text(refused)
    third = second_admin("third-admin")
    assert third.post(address, extra).status_code == 302
    assert third.post(address, {"act": "publish"}).status_code == 403  # whoever wrote in it does not publish it
    assert xiao().post(address, extra | {"raise_reason": "示例：安全技术规范新要求"}).status_code == 302
    assert other.post(address, {"act": "publish"}).status_code == 302
    guide.refresh_from_db()
    assert (guide.status, guide.published_by.username) == ("PUBLISHED", "second-admin")
    assert Guide.objects.get(item=item, version=1).effective_to == first - timedelta(days=1)


def test_a_supervising_unit_is_confirmed_line_by_line_by_the_coordinator():
    rule = SupervisionRule.objects.get(item__edition__code="2022", item__code="3-38")
    assert rule.provisional
    address = "/catalogue/editions/2022/items/3-38/"
    assert xiao().post(address, {"act": "supervise", "unit": rule.unit.code}).status_code == 403
    assert "待确认的监管单位" in text(yang().get("/catalogue/to-do/"))
    assert yang().post(address, {"act": "supervise", "unit": rule.unit.code}).status_code == 302
    rule.refresh_from_db()
    assert (rule.provisional, rule.confirmed_by.username) == (False, "yangshanming")


def test_a_region_keeps_its_own_window_and_no_other():
    yudu = sitting_at("yangwenhua")
    given = {"address": "贡江镇长征大道1号", "hours": "工作日 9:00—17:00", "phones": "0797-6330000", "note": ""}
    assert yudu.post("/windows/360731-WIN/", given).status_code == 302
    assert WindowContact.objects.get(organ__code="360731-WIN").updated_by.username == "yangwenhua"
    assert yudu.post("/windows/360731-WIN/", given | {"phones": ""}).status_code == 422
    assert yudu.get("/windows/360703-WIN/").status_code == 404
    assert "贡江镇长征大道1号" in text(yudu.get("/windows/"))
    shown = text(Client().get("/public/items/2-30/?region=360731"))
    assert "贡江镇长征大道1号" in shown
    assert "工作日 9:00—17:00" in shown


def test_nobody_else_finds_these_pages():
    clerk = sitting_at("xiexiaolan")
    for address in ("/catalogue/", "/catalogue/editions/2022/", "/catalogue/to-do/"):
        assert clerk.get(address).status_code == 404
    assert Client().get("/catalogue/").status_code == 302
