"""Does what the README promises a newcomer hold? `make run`, then from the county window to the supervision unit."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SIZE, log_in
from tests.browser.walks import approve, review, take_in
from tests.served import Platform, free_port

pytestmark = [pytest.mark.browser, pytest.mark.live]

ITEM = "3-25"  # what the people named on the first page handle


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    platform = Platform(tmp_path_factory.mktemp("var"), ["make", "--no-print-directory", "run", f"PORT={free_port()}"])
    yield platform.address
    platform.end(signal.SIGTERM)


def test_a_newcomer_takes_in_approves_and_sees_it_arrive_at_the_supervision_unit(chromium: Browser, address: str):
    def seat(username: str) -> Page:
        page = chromium.new_context(viewport=SIZE, base_url=address, locale="zh-CN").new_page()
        log_in(page, username)
        return page

    number = take_in(seat("xiexiaolan"), ITEM)
    review(seat("zhongqiuping"), number)
    approve(seat("zengzhigang"), number)
    supervision = seat("wangzhenhua")
    arrived = supervision.locator("tr[data-row]").filter(has_text="于都县康泽医疗器械有限公司")
    for _ in range(600):  # the worker, another process, places and delivers the push, whatever else the machine does
        supervision.goto(f"/supervision/?q={number}")
        if arrived.count():
            break
        supervision.wait_for_timeout(500)
    expect(arrived.first).to_be_visible()
