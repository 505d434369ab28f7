"""Are the pages that no walk visits fit as well: prints, coordination, orphans, counts, bulk answers, refused intake?"""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.cases.words import Action, State
from tests import people
from tests.browser.conftest import is_fit
from tests.factories import driven

pytestmark = pytest.mark.browser
YUDU = "360731"
Seat = Callable[[str], Page]
PAGES = [
    ("yangshanming", "/"),
    ("yangshanming", "/coordination/"),
    ("yangshanming", "/supervision/?tab=orphans"),
    ("yangshanming", "/supervision/"),
    ("yangshanming", "/complaints/"),
    ("yangshanming", "/statistics/?by=item&measure=open"),
    ("yangshanming", "/statistics/?by=unit&measure=received"),
    ("yangshanming", "/statistics/cases/?measure=received"),
    ("yangshanming", "/help/coordinator/"),
    ("xiexiaolan", "/intake/"),
    ("xiexiaolan", "/intake/?q=燃气"),
    ("xiexiaolan", "/intake/?item=1-12"),
    ("xiexiaolan", "/cases/GZ000000000000000000/"),
]


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_that_no_walk_visits_is_accessible(who, address, seat: Seat):
    driven("3-38", YUDU, timezone.now(), to=State.REVIEW)
    page = seat(who)
    page.goto(address)
    expect(page.locator("h1")).to_have_count(1)
    is_fit(page)


@pytest.mark.parametrize("letter", ["RECEIPT", "ACCEPTANCE_NOTICE"])
def test_a_letter_is_accessible_on_the_screen_and_on_paper(letter, seat: Seat):
    case = driven("3-38", YUDU, timezone.now(), to=State.REVIEW).case
    page = seat("xiexiaolan")
    page.goto(f"/cases/{case.number}/letters/{letter}/")
    expect(page.get_by_text("未盖章").first).to_be_visible()
    is_fit(page)
    page.emulate_media(media="print")
    expect(page.get_by_text("未盖章").first).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    is_fit(page)


def test_the_answer_to_a_bulk_act_is_accessible_and_names_the_case_that_was_not_taken(seat: Seat):
    free, gone = (driven("3-38", YUDU, timezone.now(), to=State.REVIEW) for _ in range(2))
    page = seat("zhongqiuping")
    for story in (free, gone):
        page.locator(f"tr[data-row='{story.case.number}'] input[type=checkbox]").check()
    gone.do(people.zhong(), Action.RETURN_TO_WINDOW, reasons="材料第 3 份缺页。")
    page.locator("[data-bulk]").get_by_role("button", name="签收").click()
    expect(page.get_by_text(gone.case.number)).to_be_visible()
    is_fit(page)
