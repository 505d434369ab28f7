"""What has come back from supervision on the first day? An order to be re-checked, a bar, ratings, proposals, documents.

Told after the pushes were claimed and fed back, by the same doors as in life.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases import barpasses
from approvals.cases.words import Purpose
from approvals.demo.lead import somebody, window_of
from approvals.organisations.models import Role
from approvals.supervision import policies, proposing
from approvals.supervision.actions import feed_back
from approvals.supervision.models import Feedback, PolicyNotice, Push
from approvals.supervision.words import FeedbackKind, PushState

OFFICERS = ["刘志强", "赖建华"]
PHARMACY, DEVICES = "3-31", "3-25"


def feed_back_more(*, at: datetime) -> None:
    """Beyond clean inspections: what was found, ordered, fined, rated, proposed; and two policy documents."""
    if PolicyNotice.objects.exists():
        return
    reported = Push.objects.filter(state=PushState.FED_BACK, purpose=Purpose.CLAIM, case__concern__isnull=False)
    pushes = list(reported.select_related("unit__organ", "case__snapshot").order_by("pushed_at", "pk")[:5])
    for push, story in zip(pushes, (_ordered, _fined, _proposed, _refused, _rated), strict=False):
        story(push, at)
    _documents(at)


def _report(push: Push, kind: FeedbackKind, at: datetime, **given: Any) -> Feedback:
    on = local_day(at)
    supervisor = somebody(push.unit.organ.code, Role.SUPERVISOR, on=on)
    told = {"on": on.isoformat()} | given
    return feed_back(push=push.pk, actor=supervisor, at=at, kind=kind, given=told)


def _later(at: datetime, days: int) -> str:
    return add(current_calendar(), local_day(at), days).isoformat()


def _ordered(push: Push, at: datetime) -> None:
    found = {"officers": OFFICERS, "way": "ON_SITE", "result": "PROBLEM", "findings": "温湿度记录缺近两周。"}
    _report(push, FeedbackKind.INSPECTION, at, **found)
    order = {"officers": OFFICERS, "number": "演示责改〔2026〕3 号", "demands": "补齐记录，落实专人每日登记。"}
    _report(push, FeedbackKind.ORDER, at, **order, due_on=_later(at, 10))
    _report(push, FeedbackKind.CREDIT, at, colour="YELLOW", grounds="责令整改尚未复查")


def _fined(push: Push, at: datetime) -> None:
    fine = {"officers": OFFICERS, "number": "演示罚〔2026〕8 号", "fact": "超出许可范围经营", "penalty": "FINE"}
    bar = {"bar_until": _later(at, 60), "bar_basis": "演示：所依据的法律条款"}
    _report(push, FeedbackKind.PENALTY, at, **fine, amount_cents=2_000_000, **bar)
    _report(push, FeedbackKind.CREDIT, at, colour="RED", grounds="一年内两次行政处罚")
    party = push.case.parties.exclude(id_hash="").order_by("position").first()
    terms = push.case.snapshot.terms
    clerk = window_of(terms["region"], on=local_day(at))
    if party is not None and clerk.region == terms["accept"]["region"]:
        barpasses.ask(
            id_number=party.id_number or "",
            item=push.case.snapshot.item,
            item_name=push.case.snapshot.item_name,
            organ=terms["in_name_of"]["organ"],
            actor=clerk,
            at=at,
            words="罚款已缴，企业搬迁须变更场所，逾期停业。",
        )


def _proposed(push: Push, at: datetime) -> None:
    reasons = "设立时申报的场所实际由他人使用，提交的租赁合同系伪造。"
    _report(push, FeedbackKind.PROPOSAL, at, act="ANNUL", ground="FRAUD", reasons=reasons, evidence="询问笔录 2 份")


def _refused(push: Push, at: datetime) -> None:
    reasons = "企业负责人称不再经营。"
    made = _report(push, FeedbackKind.PROPOSAL, at, act="STRIKE", ground="OTHER_LAW", reasons=reasons).proposal
    head = somebody(made.organ.code, Role.DECIDER, on=local_day(at))
    words = "企业只是临时停业装修，未申请注销，证照仍在有效期内。"
    proposing.refuse(proposal=made.pk, actor=head, at=at, words=words)


def _rated(push: Push, at: datetime) -> None:
    _report(push, FeedbackKind.CREDIT, at, colour="GREEN", grounds="连续两年检查未发现问题")
    _report(push, FeedbackKind.LEAD, at, about="UNLICENSED", content="同一园区另有两户未经许可从事同类经营。")


def _documents(at: datetime) -> None:
    """One document made known in time, one too late; a window and a reviewer have signed, one item was looked at."""
    on, calendar = local_day(at), current_calendar()
    unit = somebody("360700-SCJG", Role.SUPERVISOR, on=on)
    late = {
        "level": "NATIONAL",
        "issuer": "演示：国家主管部门",
        "number": "演示国发〔2026〕9 号",
        "title": "关于进一步规范药品零售许可的通知",
        "issued_on": add(calendar, on, -12).isoformat(),
        "items": [PHARMACY],
        "summary": "零售企业申请许可时，执业药师注册证明改为网上核验，不再提交纸质证明。",
    }
    policies.notify(actor=unit, at=at, given=late)
    timely = late | {
        "level": "PROVINCE",
        "issuer": "演示：省级主管部门",
        "number": "演示赣发〔2026〕21 号",
        "title": "医疗器械经营许可现场核查指南（修订）",
        "issued_on": add(calendar, on, -2).isoformat(),
        "items": [DEVICES, PHARMACY],
        "summary": "现场核查增加追溯系统一项，自下月一日起施行。",
    }
    notice = policies.notify(actor=unit, at=at, given=timely)
    for reader in (window_of("360731", on=on), somebody("360700-SPJ", Role.REVIEWER, on=on)):
        policies.read(policy=notice.pk, actor=reader, at=at)
    task = notice.tasks.select_related("organ").get(item=PHARMACY)
    admin = somebody(task.organ.code, Role.ITEM_ADMIN, on=on)
    given = {"changed": False, "note": "药品零售不涉及医疗器械追溯，不用修改。"}
    policies.close_task(policy=notice.pk, item=PHARMACY, actor=admin, at=at, given=given)
