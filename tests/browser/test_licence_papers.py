"""From the licence's page over its signed paper to the check that anybody makes, before and after the paper was voided."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.audit import register
from approvals.cases import letters
from approvals.cases.words import State
from approvals.documents import authority, making
from approvals.documents.models import Letter
from tests.browser.conftest import is_fit
from tests.factories import driven, moment
from tests.licences.conftest import DEVICE, licence_of

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def made() -> None:
    register.enrol(limit=10_000)
    while letters.follow_cases(at=timezone.now()) or making.make_due(clock=timezone.now):
        pass
    connection.close()


def test_a_paper_is_fetched_checked_voided_and_checked_again(seat: Callable[[str], Page], live_db):
    authority.make(at=moment("2026-03-02"))
    story = driven(DEVICE, "360731", moment("2026-03-02"), to=State.SEALED)
    with ThreadPoolExecutor(1) as worker:  # signing has a loop of its own, which this thread has already
        worker.submit(made).result()
    licence = licence_of(story)
    paper = Letter.objects.get(licence_paper__licence=licence)

    page = seat("zhongqiuping")
    page.goto(f"/licences/{licence.pk}/")
    is_fit(page)
    address = page.get_by_role("region", name="证照文书").get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(address).headers["content-type"] == "application/pdf"

    page.set_viewport_size(PHONE)
    page.goto(f"/verify/{paper.code}/")
    expect(page.get_by_text("登记里有这份文书。")).to_be_visible()
    is_fit(page)

    head = seat("zengzhigang")
    head.goto(f"/cases/{story.case.number}/?tab_of=letters")
    is_fit(head)
    head.get_by_role("row").filter(has_text=paper.number).get_by_role("link", name="作废重发").click()
    head.get_by_label("作废的理由").fill("住所误写一字。")
    is_fit(head)
    head.get_by_role("button", name="作废并重发").click()
    expect(head.get_by_text("等用印岗用印")).to_be_visible()

    page.reload()
    expect(page.get_by_text("本平台发出过，但已不再有效。")).to_be_visible()
    expect(page.get_by_text("住所误写一字")).to_be_visible()
    is_fit(page)
    page.get_by_role("link", name="看证照今天的状态").click()
    expect(page.get_by_role("heading", name="签章的证照文书")).to_be_visible()
    is_fit(page)
