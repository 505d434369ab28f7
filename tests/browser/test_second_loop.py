"""Does the second loop work in a browser: a proposal answered, a bar seen and opened, a document signed; axe on each page?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.audit.register import enrol
from approvals.calendars.workdays import local_day
from approvals.cases import barpasses
from approvals.cases.words import Role, State
from approvals.supervision import policies
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import PolicyReading, Proposal, Push
from approvals.supervision.placing import follow_cases
from tests.browser.conftest import is_fit
from tests.factories import USCC, driven
from tests.people import somebody, xie
from tests.supervision.conftest import supervisor

pytestmark = pytest.mark.browser
YUDU, DRUGS = "360731", "3-25"


@pytest.fixture
def push(live_db) -> Push:
    """A drug shop that was ordered to mend, barred, rated red and proposed for annulment; one for both tests."""
    if told := Proposal.objects.select_related("push__unit", "push__case__snapshot").first():
        return told.push
    case, at = driven(DRUGS, YUDU, timezone.now(), to=State.DECIDED).case, timezone.now()
    while enrol() or follow_cases(at=at):
        pass
    push = Push.objects.select_related("unit", "case").get(case=case, copy=False)
    unit, today = supervisor(push), local_day(at).isoformat()
    claim(push=push.pk, actor=unit, at=at)
    until = (local_day(at) + timedelta(days=60)).isoformat()
    officers = {"on": today, "officers": ["刘敏", "谢建明"]}
    bar = {"bar_until": until, "bar_basis": "《药品管理法》第一百二十二条"}
    for kind, given in (
        ("ORDER", officers | {"number": "责改〔2026〕1 号", "demands": "停止出租柜台", "due_on": until} | bar),
        ("CREDIT", {"on": today, "colour": "RED", "grounds": "屡次责令整改"}),
        ("PROPOSAL", {"on": today, "act": "ANNUL", "ground": "FRAUD", "reasons": "设备系临时借用。"}),
    ):
        feed_back(push=push.pk, actor=unit, at=at, kind=kind, given=given)
    return push


def test_the_unit_follows_up_and_makes_a_document_known(sit, push):
    page = sit(supervisor(push))
    page.goto(f"/supervision/?tab=TO_FOLLOW&push={push.pk}&kind=RECHECK")
    expect(page.get_by_role("heading", name="接下来要做")).to_be_visible()
    expect(page.get_by_label("针对哪一次责令整改")).to_contain_text("责改〔2026〕1 号")
    is_fit(page)
    page.goto("/policies/new/")
    is_fit(page)
    page.get_by_label("省", exact=True).check()
    for label, text in (("发文机关", "省药监局"), ("文号", "赣药监〔2026〕7 号"), ("标题", "零售许可通知")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("发文之日", exact=True).fill(timezone.localdate().isoformat())
    page.get_by_label("要点：改了什么，自哪天起").fill("不再提交注册证明。")
    page.get_by_label("涉及事项").select_option(DRUGS)
    page.get_by_role("button", name="告知", exact=True).click()
    expect(page.get_by_role("heading", name="零售许可通知")).to_be_visible()
    is_fit(page)
    page.goto("/policies/")
    is_fit(page)
    window = sit(xie())
    window.goto("/policies/")
    window.get_by_role("link", name="零售许可通知").click()
    window.get_by_role("button", name="签收").click()
    expect(window.get_by_role("status").filter(has_text="已签收")).to_be_visible()
    assert PolicyReading.objects.filter(organ__code="360731-WIN", read_at__isnull=False).exists()
    assert policies.PolicyNotice.objects.get().tasks.get().state == "OPEN"


def test_the_window_sees_the_bar_the_head_opens_it_and_the_organ_answers_the_proposal(sit, push):
    window = sit(xie())
    window.goto(f"/intake/?item={DRUGS}")
    window.get_by_label("统一社会信用代码或身份证号").fill(USCC)
    window.get_by_label("统一社会信用代码或身份证号").press("Tab")
    expect(window.locator("#on-file")).to_contain_text("限制收取这个当事人的新申请")
    expect(window.locator("#on-file")).to_contain_text("信用红")
    is_fit(window)
    name_organ = push.case.snapshot.terms["in_name_of"]
    told = {"item_name": "药品零售", "organ": name_organ["organ"], "actor": xie(), "at": timezone.now()}
    barpasses.ask(id_number=USCC, item=DRUGS, words="停业即断药。", **told)
    head = sit(somebody(name_organ["code"], Role.DECIDER))
    head.goto("/receipt-bars/")
    is_fit(head)
    head.get_by_label("理由").first.fill("同意收这一件。")
    head.get_by_role("button", name="放行这一件").first.click()
    expect(head.get_by_role("status").filter(has_text="已同意")).to_be_visible()

    made = Proposal.objects.select_related("organ").get(push=push)
    reviewer = sit(somebody(made.organ.code, Role.REVIEWER))
    reviewer.goto(f"/supervision/proposals/?proposal={made.pk}")
    is_fit(reviewer)
    reviewer.get_by_role("button", name="采纳并立案").click()
    expect(reviewer.get_by_role("status").filter(has_text="已采纳并立案")).to_be_visible()
    is_fit(reviewer)
