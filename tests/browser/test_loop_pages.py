"""From the objection over the coordinator's answer to the claim by another unit, in a browser; axe on every page of it."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.exchange.models import Endpoint
from approvals.organisations.models import User
from approvals.supervision.models import Push
from tests.browser.conftest import is_fit
from tests.supervision.conftest import YUDU, coordinator_of, granted_and_pushed, main_push, supervisor, supervisor_of

pytestmark = pytest.mark.browser
MARKET = "360731-SCJG-J"


def named(actor) -> str:
    return User.objects.get(pk=actor.user).username


def test_an_objection_is_re_routed_and_claimed_by_the_right_unit(seat: Callable[[str], Page], live_db):
    push = main_push(granted_and_pushed(at=timezone.now()).case)
    Endpoint.objects.create(code="demo-pull", name="于都县林业局监管系统", transport="PULL")
    page = seat(named(supervisor(push)))
    page.goto(f"/supervision/?push={push.pk}")
    page.get_by_text("不该由本单位认领，或内容不对").click()
    page.get_by_label("异议种类").select_option(label="非本单位职责")
    page.get_by_label("理由").fill("该地块的加工经营由市场监督管理局监管。")
    is_fit(page)
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_text("异议已提出")).to_be_visible()
    is_fit(page)

    page = seat(named(coordinator_of(YUDU)))
    page.goto("/supervision/objections/")
    is_fit(page)
    page.get_by_label("改派到").select_option(value=MARKET)
    page.get_by_label("理由").fill("经核对职责分工，由市场监督管理局监管。")
    page.get_by_role("button", name="答复异议").click()
    expect(page.get_by_text("已答复：改派")).to_be_visible()

    page = seat(named(supervisor_of(MARKET)))
    page.goto(f"/supervision/?push={Push.objects.get(replaces=push).pk}")
    page.get_by_role("button", name="认领 c").click()
    expect(page.get_by_role("status").filter(has_text="已认领")).to_be_visible()
    assert Push.objects.get(replaces=push).state == "CLAIMED"

    page = seat(named(coordinator_of("360700")))
    for address in (
        "/supervision/ledger/",
        f"/supervision/bench/?item=3-38&region={YUDU}",
        "/endpoints/?endpoint=demo-pull",
    ):
        page.goto(address)
        is_fit(page)
