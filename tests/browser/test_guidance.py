"""From a county's question over the city's answer to what every window finds, with the messages between; axe on every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from approvals.exchange.models import Endpoint
from approvals.guidance.models import Question, Training
from approvals.notices.models import Channel, Preference
from tests.browser.conftest import is_fit

pytestmark = pytest.mark.browser


def test_a_question_is_answered_told_and_found_at_the_window(seat: Callable[[str], Page]):
    endpoint = Endpoint.objects.create(code="gzt", name="赣政通", transport="PULL")
    Channel.objects.create(kind="GZT", endpoint=endpoint)
    county, city = seat("lijianping"), seat("zhongqiuping")
    county.goto("/guidance/ask/?item=3-25")
    county.get_by_role("button", name="问市级").click()
    expect(county.get_by_text("写一句标题。")).to_be_visible()
    is_fit(county)
    county.get_by_label("标题").fill("库房另址能不能受理？")
    county.get_by_label("问题").fill("库房租在隔壁楼二层。")
    county.get_by_role("button", name="问市级").click()
    expect(county.get_by_text("已送赣州市行政审批局")).to_be_visible()
    is_fit(county)

    city.goto("/guidance/")
    is_fit(city)
    city.get_by_role("link", name="库房另址能不能受理？").click()
    city.get_by_label("内容").fill("可以受理，两个地址分别核查。")
    city.get_by_role("button", name="答复").click()
    city.get_by_role("link", name="整理成业务知识").click()
    is_fit(city)
    city.get_by_role("button", name="发布", exact=True).click()
    expect(city.get_by_text("已发布，收件和审查页都能看到")).to_be_visible()
    is_fit(city)

    county.get_by_role("link", name="消息").click()
    is_fit(county)
    county.get_by_label("赣政通").check()
    county.get_by_role("button", name="保存").click()
    assert Preference.objects.get(user__username="lijianping").channels == ["GZT"]
    county.get_by_role("button", name="已答复：库房另址能不能受理？").click()
    expect(county.get_by_text("可以受理，两个地址分别核查。")).to_be_visible()
    county.get_by_role("button", name="办结").click()
    assert Question.objects.get().state == "CLOSED"

    window = seat("xiexiaolan")
    window.goto("/intake/?item=3-25")
    with window.expect_popup() as opened:
        window.get_by_role("link", name="库房另址能不能受理？").click()
    expect(opened.value.get_by_text("可以受理，两个地址分别核查。")).to_be_visible()
    is_fit(opened.value)


def test_a_training_notice_is_sent_with_ticks_and_signed_for(seat: Callable[[str], Page]):
    city = seat("zhongqiuping")
    city.goto("/guidance/trainings/new/")
    is_fit(city)
    city.get_by_label("标题").fill("审查要点培训")
    city.get_by_label("内容").fill("周五 15:00 视频培训。")
    city.get_by_label("签收期限").fill("2099-01-05")
    city.get_by_label("于都县").check()
    city.get_by_role("button", name="发出").click()
    training = Training.objects.get()
    reader = seat("lijianping")
    reader.goto(f"/guidance/trainings/{training.pk}/")
    reader.get_by_role("button", name="签收").click()
    expect(reader.get_by_text("你已于")).to_be_visible()
    is_fit(reader)
    city.goto(f"/guidance/trainings/{training.pk}/")
    city.get_by_text("按地区看名单").click()
    expect(city.get_by_text("于都县", exact=True)).to_be_visible()
    is_fit(city)
