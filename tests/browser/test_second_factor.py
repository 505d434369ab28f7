"""Can a decider enrol a phone and come in by keyboard alone, and is a full number shown only when asked for?"""

import base64
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import expect

from approvals.organisations.models import SecondFactor
from tests.browser.conftest import is_fit
from tests.factories import received

pytestmark = pytest.mark.browser


@pytest.fixture
def asked_for(settings) -> Iterator[None]:
    settings.SECOND_FACTOR = True
    yield
    SecondFactor.objects.all().delete()


def test_a_decider_enrols_a_phone_and_next_time_shows_its_digits_by_keyboard(seat, asked_for):
    page = seat("wenhaitao")
    expect(page.get_by_role("heading", name="启用动态口令")).to_be_visible()
    is_fit(page)
    secret = re.sub(r"\s", "", page.locator("code.secret").inner_text())
    key = TOTP(base64.b32decode(secret))
    page.keyboard.type("000000" if key.token() != 0 else "000001")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("没有启用")
    is_fit(page)
    page.get_by_label("6 位动态口令").fill(f"{key.token():06d}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="备用码")).to_be_visible()
    assert page.locator("ol.recovery li").count() == 10
    is_fit(page)
    code = page.locator("ol.recovery li").first.inner_text()
    page.get_by_role("link", name="已收好，进入工作台").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("工作台")

    again = seat("wenhaitao")
    expect(again.get_by_role("heading", name="动态口令")).to_be_visible()
    again.keyboard.type("wrong")
    again.keyboard.press("Enter")
    expect(again.get_by_role("alert")).to_contain_text("口令不对")
    is_fit(again)
    SecondFactor.objects.update(throttling_failure_count=0)
    again.get_by_label("6 位动态口令或备用码").fill(code)
    again.keyboard.press("Enter")
    expect(again.get_by_role("heading", level=1)).to_contain_text("工作台")
    expect(again.get_by_text("还剩 9 个")).to_be_visible()


def test_a_clerk_sees_a_full_number_after_saying_what_for_and_a_mask_after_a_reload(seat):
    case = received("3-38", "360731", timezone.now()).case
    position, mobile = next((one.position, one.mobile) for one in case.parties.all() if one.mobile)
    page = seat("xiexiaolan")
    page.goto(f"/cases/{case.number}/?tab_of=application")
    opened = page.locator(f"details.unmask:has(#ground-{position})")
    opened.locator("summary").press("Enter")
    is_fit(page)
    opened.get_by_label("用途").select_option("CONTACT")
    opened.get_by_role("button", name="看明文").press("Enter")
    expect(page.get_by_text("只显示这一次")).to_be_visible()
    is_fit(page)
    assert mobile in page.content()
    page.get_by_role("link", name="重新脱敏").press("Enter")
    expect(page.get_by_text("只显示这一次")).to_have_count(0)
    assert mobile not in page.content()
