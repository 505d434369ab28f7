"""How do the main pages look? `make screenshots` tells the demo story in a scratch folder, stops the clock and takes pictures.

Needs Chromium, a Chinese font and the packages of the browser group. Every picture is a page of the running platform on
one and the same afternoon; nothing is drawn by hand. `make screenshots ARGS="worklist case"` takes only those.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import django
import waitress

HERE = Path(__file__).parent
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
os.environ |= {
    "VAR_DIR": tempfile.mkdtemp(prefix="approvals-screenshots-"),
    "DEMO": "1",
    "LOG_LEVEL": "ERROR",
}
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]
django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from png import smaller  # noqa: E402

from approvals.cases.models import Case, Pause  # noqa: E402
from approvals.demo.history import tell  # noqa: E402
from approvals.demo.lead import USCC  # noqa: E402
from approvals.demo.management.commands.serve import prepare  # noqa: E402
from approvals.organisations.load import demo_password  # noqa: E402
from approvals.supervision.models import Push  # noqa: E402

MOMENT = datetime(2026, 3, 11, 15, 20, tzinfo=timezone.get_default_timezone())
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
A4 = {"width": 794, "height": 1123}
HEAVIEST = 150_000  # bytes
Shot = Callable[[Page], None]
SHOTS: dict[str, tuple[str, Shot]] = {}


def shot(who: str) -> Callable[[Shot], Shot]:
    """Register a picture: of which person's page ("" is the public on a phone, "-" nobody at a desk)."""

    def kept(take: Shot) -> Shot:
        SHOTS[take.__name__.replace("_", "-")] = (who, take)
        return take

    return kept


def number(item: str, state: str, *, region: str = "360731", **more: object) -> str:
    found = Case.objects.filter(snapshot__item=item, state=state, region=region, **more).order_by("pk").first()
    if found is None:
        raise SystemExit(f"故事里没有这样的办件：{item} {state} {region} {more}")
    return found.number


# ---------------------------------------------------------------- the desks


@shot("zhongqiuping")
def worklist(page: Page) -> None:
    page.goto("/")
    for tick in page.locator("tbody input[type=checkbox]").all()[4:6]:
        tick.check()


@shot("zhongqiuping")
def case(page: Page) -> None:
    page.goto(f"/cases/{number('3-25', 'REVIEW', paused_on=None)}/?m=5")
    for point in page.locator("[data-point]").all()[:2]:
        point.get_by_text("符合", exact=True).click()


@shot("zhongqiuping")
def case_why(page: Page) -> None:
    stopped = Pause.objects.filter(resumed_on__isnull=False).select_related("case").first()
    page.goto(f"/cases/{stopped.case.number}/")
    page.get_by_role("link", name="为什么是这一天").click()
    page.get_by_role("dialog").wait_for()


@shot("xiexiaolan")
def intake(page: Page) -> None:
    page.goto("/intake/?item=3-38")
    page.get_by_label("统一社会信用代码或身份证号").fill(USCC)
    page.get_by_label("名称", exact=True).fill("于都县濂水燃气有限公司")
    page.get_by_label("法定代表人").fill("赖永兵")
    page.get_by_label("经办人", exact=True).fill("肖丽华")
    page.get_by_label("经办人手机").fill("13879702134")
    page.get_by_label("地址或标的").fill("于都县贡江镇长征大道 118 号")
    for tick in page.locator("input[name$='.tick']").all()[:4]:
        tick.check()
    page.locator("h1").first.click()


@shot("xiexiaolan")
def intake_no(page: Page) -> None:
    page.goto("/intake/?item=1-12")


@shot("zengzhigang")
def decision(page: Page) -> None:
    page.goto(f"/cases/{number('3-25', 'DECISION')}/?act=DENY")
    page.get_by_label("理由", exact=True).fill(
        "库房温控记录不全，限期整改后仍不能证明贮存条件与经营范围相适应，不符合医疗器械经营监督管理办法规定的条件。"
    )


@shot("wangzhenhua")
def supervision(page: Page) -> None:
    page.goto("/supervision/")
    waiting = Push.objects.filter(unit__code="360700-SCJG-J", state="TO_CLAIM").order_by("claim_due_on").first()
    page.locator(f"tr[data-row='{waiting.pk}'] a.main").click()
    page.get_by_text("认领后会发生什么").wait_for()


@shot("yangshanming")
def statistics(page: Page) -> None:
    page.goto("/statistics/")


@shot("yangshanming")
def coordination(page: Page) -> None:
    page.goto("/coordination/")


@shot("xiexiaolan")
def acceptance_notice(page: Page) -> None:
    page.goto(f"/cases/{number('3-25', 'REVIEW', paused_on=None)}/letters/ACCEPTANCE_NOTICE/")
    page.get_by_text("未盖章").first.wait_for()
    page.set_viewport_size(A4)
    page.emulate_media(media="print")


@shot("-")
def login(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill("zhongqiuping")
    page.get_by_label("密码", exact=True).fill("not-this-one")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").wait_for()


# ---------------------------------------------------------------- for everybody, on a phone


@shot("")
def public_guide(page: Page) -> None:
    page.goto("/public/items/3-25/?region=360731")


@shot("")
def public_progress(page: Page) -> None:
    found = Case.objects.select_related("form").get(number=number("3-25", "REVIEW", paused_on=None))
    page.goto("/public/progress/")
    page.get_by_label("办件编号").fill(found.number)
    page.get_by_label("查询码").fill(found.form.query_code)
    page.get_by_role("button", name="查进度").click()
    page.get_by_role("heading", name="办到哪一步").wait_for()


# ---------------------------------------------------------------- how they are taken


def main(wanted: list[str]) -> None:
    if CHROMIUM is None:
        raise SystemExit("没有找到 Chromium。Debian/Ubuntu：sudo apt-get install chromium fonts-noto-cjk")
    if unknown := set(wanted) - set(SHOTS):
        raise SystemExit(f"没有这样的图：{'、'.join(sorted(unknown))}；有：{'、'.join(SHOTS)}")
    try:
        prepare()
        tell(at=MOMENT)
        with stopped_clock(), site() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name in wanted or SHOTS:
                take(name, browser, address)
            browser.close()
    finally:
        shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


def take(name: str, browser: Browser, address: str) -> None:
    who, steps = SHOTS[name]
    size = DESK if who else PHONE
    context = browser.new_context(viewport=size, base_url=address, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    if who not in ("", "-"):
        page.goto("/login/")
        page.get_by_label("账号").fill(who)
        page.get_by_label("密码", exact=True).fill(demo_password())
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login" not in url)
    steps(page)
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)  # no row looks pointed at
    picture = smaller(page.screenshot())
    context.close()
    if len(picture) > HEAVIEST:
        raise SystemExit(f"{name}.png 有 {len(picture)} 字节，超过 {HEAVIEST}。")
    (HERE / f"{name}.png").write_bytes(picture)
    print(f"{name}.png  {len(picture) // 1000} kB", flush=True)


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Every page is of the same moment, whenever the pictures are taken."""
    real = timezone.now
    clocks = [
        one for one in list(sys.modules.values()) if vars(one).get("now") is real
    ]  # some hold a name of their own
    for one in clocks:
        one.now = lambda: MOMENT
    try:
        yield
    finally:
        for one in clocks:
            one.now = real


@contextmanager
def site() -> Iterator[str]:
    """The address of the whole site, served from this process."""
    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=4, map={})
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


if __name__ == "__main__":
    main(sys.argv[1:])
