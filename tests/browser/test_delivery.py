"""Are originals handed on and signed for, and results mailed and followed, in a browser? axe on every page of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from approvals.cases.models import Form
from approvals.cases.words import Role, State
from approvals.organisations.models import User
from tests.browser.conftest import is_fit
from tests.factories import driven
from tests.people import somebody

pytestmark = pytest.mark.browser
YUDU = "360731"


def test_originals_are_handed_on_and_signed_for(seat: Callable[[str], Page]):
    case = driven("2-30", YUDU, timezone.now(), to=State.KEY_POINTS).case
    clerk = seat("xiexiaolan")
    clerk.goto(f"/cases/{case.number}/custody/")
    clerk.get_by_role("checkbox").first.check()
    clerk.get_by_label("交给").select_option(value=case.snapshot.decide_organ.code)
    clerk.get_by_label("运单号").fill("EZ100CN")
    clerk.get_by_label("方式").select_option(label="邮寄")
    clerk.get_by_role("button", name="移交").click()
    expect(clerk.get_by_text("已移交，等")).to_be_visible()
    is_fit(clerk)
    reviewer = somebody(case.snapshot.decide_organ.code, Role.REVIEWER)
    city = seat(User.objects.get(pk=reviewer.user).username)
    city.get_by_text("更多").click()
    city.get_by_role("link", name="纸质材料交接").click()
    is_fit(city)
    city.get_by_role("link", name="待你单位签收").click()
    city.get_by_role("button", name="签收勾选的").click()
    expect(city.get_by_text("已签收")).to_be_visible()


def test_a_result_is_mailed_and_its_applicant_sees_where_it_is(
    seat: Callable[[str], Page], chromium: Browser, live_site
):
    case = driven("2-30", YUDU, timezone.now() - timedelta(hours=1), to=State.SEALED).case
    page = seat("xiexiaolan")
    page.goto(f"/cases/{case.number}/?act=DISPATCH")
    page.get_by_label("邮寄").check()
    page.get_by_label("收件人").fill("刘敏")
    page.get_by_label("收件电话").fill("13800004417")
    page.get_by_label("收件地址").fill("贡江镇长征大道 118 号")
    page.get_by_label("承运方").fill("EMS")
    is_fit(page)
    page.locator("[data-primary]").click()
    expect(page.get_by_text("填写运单号").first).to_be_visible()
    page.get_by_label("运单号").fill("EZ200CN")
    page.locator("[data-primary]").click()
    expect(page.get_by_text("EMS EZ200CN").first).to_be_visible()
    page.get_by_role("link", name="轨迹与原件").click()
    page.get_by_label("邮件情况").select_option(label="派送中")
    page.get_by_label("地点").fill("城区揽投部")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("cell", name="城区揽投部")).to_be_visible()
    is_fit(page)
    page.goto("/deliveries/")
    is_fit(page)

    context = chromium.new_context(viewport={"width": 390, "height": 800}, base_url=live_site, locale="zh-CN")
    phone = context.new_page()
    phone.goto("/public/progress/")
    phone.get_by_label("办件编号").fill(case.number)
    phone.get_by_label("查询码").fill(Form.objects.get(pk=case.pk).query_code)
    phone.get_by_role("button", name="查").click()
    expect(phone.get_by_text("结果已寄出")).to_be_visible()
    expect(phone.get_by_text("派送中，城区揽投部")).to_be_visible()
    is_fit(phone)
    context.close()
