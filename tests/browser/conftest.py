"""What does a browser test stand on? Debian's Chromium over the whole site; people who log in as people do."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

from approvals.organisations.load import demo_password

SIZE = {"width": 1366, "height": 768}


@pytest.fixture(scope="session", autouse=True)
def orm_beside_the_browser() -> Iterator[None]:
    """Playwright's loop runs in this thread; the test's own questions to the database block nobody there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
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


def log_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(demo_password())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


SHAPES = """() => {
  const kept = /^(class|role|type|style|tabindex|lang)$|^aria-(?!label|desc|controls|owns)/
  const said = a => a.name + (kept.test(a.name) ? '=' + a.value : '')
  const shape = one => one ? one.tagName + [...one.attributes].map(said).sort() : ''
  const worded = one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  return [...new Set([...document.querySelectorAll('body, body *')].map(
    one => shape(one.parentElement) + '>' + shape(one) + (worded(one) ? '+' : '')))]
}"""
SEEN: set[str] = set()


def is_fit(page: Page) -> None:
    """Nothing that axe calls serious, and nothing beyond the right edge.

    Axe is asked wherever a page holds anything of a shape (element in its parent, with attributes, with text or without)
    that it has not seen in this run: a second look at the same shapes in other words would find the same.
    """
    width = page.viewport_size["width"]
    new = {f"{width} {shape}" for shape in page.evaluate(SHAPES)} - SEEN
    if new:
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        SEEN.update(new)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
