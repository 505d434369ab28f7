"""Can a city reviewer question a county decision, and the county answer, with the pages as they are?"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.cases.words import Role, State
from approvals.organisations.models import User
from approvals.oversight.models import Filing
from tests.browser.conftest import is_fit
from tests.factories import driven
from tests.oversight.world import FELLING, told
from tests.people import somebody

pytestmark = pytest.mark.browser
Seat = Callable[[str], Page]


def test_from_the_filing_to_the_closed_finding(seat: Seat):
    story = driven(FELLING, "360731", timezone.now(), to=State.DECIDED)
    told(timezone.now())
    filing = Filing.objects.select_related("organ").get(case=story.case)
    head = somebody(filing.organ.code, Role.DECIDER)
    page = seat("zhongqiuping")
    page.goto("/oversight/filings/")
    is_fit(page)
    page.locator(f"tr[data-row='{story.case.number}']").get_by_role("link", name="提出问题").click()
    page.get_by_label("问题种类").select_option("PAPERS")
    page.get_by_label("发现的问题").fill("缺少权属证明。")
    page.get_by_label("整改要求").fill("补齐。")
    is_fit(page)
    page.get_by_role("button", name="责令整改").click()
    expect(page.get_by_text("待整改").first).to_be_visible()
    address = page.url
    county = seat(User.objects.get(pk=head.user).username)
    county.goto(address)
    county.get_by_label("整改情况").fill("已补齐。")
    county.get_by_role("button", name="提交答复").click()
    expect(county.get_by_text("已答复待核").first).to_be_visible()
    is_fit(county)
    page.goto(address)
    page.get_by_label("核查意见").fill("到位。")
    page.get_by_label("整改到位").check()
    page.get_by_role("button", name="登记核查意见").click()
    expect(page.get_by_text("已销号").first).to_be_visible()
    for where in ("draws/", "cards/", "take-backs/", "metrics/"):
        page.goto(f"/oversight/{where}")
        is_fit(page)
