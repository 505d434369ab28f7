"""Can a unit plan an inspection and confer with the pages as they are, and does everybody read the result?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.collaboration import draws
from approvals.collaboration.models import Gathering, InspectionPlan
from approvals.organisations.models import User
from tests.browser.conftest import is_fit
from tests.collaboration.world import planner, pool, taken_on

pytestmark = pytest.mark.browser
Seat = Callable[[str], Page]


def test_from_the_plan_over_the_draw_to_the_public_result_and_a_consultation(seat: Seat, settings, tmp_path):
    settings.ROOTS_DIR = str(tmp_path)
    now = timezone.now()
    pool(taken_on(2, at=now - timedelta(days=3))[0])
    page = seat(User.objects.get(pk=planner().user).username)
    page.goto("/inspections/new/")
    is_fit(page)
    page.get_by_label("名称").fill("双随机检查")
    page.get_by_label("已认领的办件").check()
    page.get_by_label("检查期起").fill(now.date().isoformat())
    page.get_by_label("检查期止").fill((now + timedelta(days=30)).date().isoformat())
    page.get_by_label("或者一般对象件数").fill("1")
    page.get_by_role("button", name="存草稿").click()
    page.get_by_role("button", name="公布").click()
    expect(page.get_by_text("次日凌晨抽取").first).to_be_visible()
    plan = InspectionPlan.objects.latest("pk")
    draws.draw_due(at=now + timedelta(days=1))
    InspectionPlan.objects.filter(pk=plan.pk).update(drawn_at=now)  # or nobody could have inspected yet
    page.goto(f"/inspections/{plan.pk}/?again=1")
    expect(page.get_by_text("重抽一致")).to_be_visible()
    is_fit(page)
    page.get_by_role("table").get_by_role("link").first.click()
    is_fit(page)
    page.get_by_label("现场检查", exact=True).check()
    page.get_by_label("检查结果").select_option("NO_PROBLEM")
    page.get_by_role("button", name="登记结果").click()
    expect(page.get_by_text("未发现问题").first).to_be_visible()
    for where in (f"/public/inspections/{plan.pk}/", "/public/inspections/", "/inspections/", "/inspections/officers/"):
        page.goto(where)
        is_fit(page)
    page.goto("/gatherings/new/")
    is_fit(page)
    page.get_by_label("种类").select_option("CONSULTATION")
    page.get_by_label("议题").fill("采伐后更新造林怎样检查")
    page.get_by_label("或者事项代码").fill("1-7")
    page.get_by_label("议程").fill("一、做法；二、分工")
    page.get_by_label("时间（").fill((now + timedelta(days=2)).strftime("%Y-%m-%dT09:30"))
    page.get_by_label("地点或会议链接").fill("三楼会议室")
    page.get_by_label("参加单位").select_option(["360700-SPJ"])
    page.get_by_role("button", name="召集").click()
    expect(page.get_by_text("待召开").first).to_be_visible()
    is_fit(page)
    guest = seat("zhongqiuping")
    guest.goto(f"/gatherings/{Gathering.objects.latest('pk').pk}/")
    guest.get_by_label("是", exact=True).check()
    guest.get_by_label("参加人").fill("钟秋萍")
    is_fit(guest)
    guest.get_by_role("button", name="答复", exact=True).click()
    expect(guest.get_by_role("cell", name="钟秋萍")).to_be_visible()
    guest.goto("/gatherings/")
    is_fit(guest)
