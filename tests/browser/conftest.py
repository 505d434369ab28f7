"""What does a browser test stand on? Debian's Chromium over the whole site; people who log in as people do."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from approvals.organisations.access import Actor
from approvals.organisations.load import demo_password
from tests.workbench.desks import at_desk

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the shell takes two thirds of the time
SIZE = {"width": 1366, "height": 768}
SIZES = {"desk": (1366, 768), "narrow": (760, 900)}


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_browser() -> Iterator[None]:
    """Playwright's loop runs in this thread; the test's own questions to the database block nobody there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def seat(chromium: Browser, live_site: str, live_db) -> Iterator[Callable[[str], Page]]:
    """Let a person log in and sit down: `seat("xiexiaolan")` is a page of their own; script errors fail the test."""
    contexts, errors = [], []

    def sit(username: str) -> Page:
        context = chromium.new_context(viewport=SIZE, base_url=live_site, locale="zh-CN", reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        log_in(page, username)
        return page

    yield sit
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def sit(chromium: Browser, live_site: str, live_db) -> Iterator[Callable[..., Page]]:
    """Sit somebody down at a desk in a browser of a size, with or without script."""
    opened: list[BrowserContext] = []

    def at(actor: Actor, size: str = "desk", *, script: bool = True) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=live_site, locale="zh-CN", java_script_enabled=script
        )
        opened.append(context)
        cookie = at_desk(actor).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_site}])
        return context.new_page()

    yield at
    for context in opened:
        context.close()


def log_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(demo_password())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


SERIOUS = """async () => {
  const found = await axe.run({resultTypes: ['violations']})
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => [one.id, one.nodes[0].html])
}"""


def is_fit(page: Page) -> None:
    """Nothing that axe calls serious, and nothing beyond the right edge."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    assert page.evaluate(SERIOUS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
