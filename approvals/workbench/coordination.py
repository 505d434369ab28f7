"""What must a coordinator look after today? Matters that nobody else would notice: how many, since when, what to do.

The cases of a matter are a tab of the coordinator's 工作台 (`lists.COORDINATION`), its pushes an alarm of
`supervision.queries`: the number here and the list it opens come from the same question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from approvals.cases.access import NotPermitted
from approvals.cases.custody import overdue, under_way
from approvals.cases.serving import stuck
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision import policies, proposing, queries
from approvals.workbench import papers
from approvals.workbench.lists import CAP
from approvals.workbench.public.complaints import complaints_for
from approvals.workbench.regions import in_region
from approvals.workbench.tabs import COORDINATION


@dataclass(frozen=True)
class Matter:
    """One matter: its key in the list it opens, what to do about it, and the column that says since when."""

    key: str
    label: str
    words: str
    since: str
    setting: str = ""  # whose value stands for {days} in the words

    @property
    def advice(self) -> str:
        return self.words.format(days=getattr(settings, self.setting)) if self.setting else self.words


CASES = (
    Matter("todo", "等你确认", "窗口提出作废，你同意后才生效", "arrived_on"),
    Matter("statute", "超法定期限", "违反行政许可法第四十二条，今天就找持有单位负责人", "statute_on"),
    Matter("promise", "超承诺期限", "催在谁手上的人；没人签收的请负责人指派", "promise_on"),
    Matter("overdue", "环节超期", "本环节的天数用完了，先办，别拖到超承诺", "due_on"),
    Matter("unserved", "超送达期限", "过了送达期限（行政许可法第四十四条），催用印单位和窗口", "due_on"),
    Matter("pause_over", "特别程序超时", "告知申请人的时间已过，催结果、恢复办理（行政许可法第四十五条）", "paused_on"),
    Matter("nobody", "到了没人签收", "昨天或更早到达，还没有人签收", "arrived_on"),
    Matter("returned", "退回两次以上", "两级意见不一，组织会商；次数用完市级应当决定", "arrived_on"),
    Matter("deemed", "视为受理", "受理期限内没有答复，依法视为受理（行政许可法第三十二条）", "accepted_on"),
    Matter(
        "standstill",
        "效力未写入",
        "依法已视为受理、延续或接收，却没有写成；请系统管理员看原因",
        "standstill__noticed_at",
    ),
)
PUSHES = (
    Matter(
        "PUSH_LATE",
        "超推送期限",
        "决定后 {days} 个工作日内应当推到（赣市府办发〔2022〕7号）",
        "due_on",
        "PUSH_WITHIN_WORKDAYS",
    ),
    Matter(
        "UNCONFIRMED",
        "未确认收到",
        "决定后 {days} 个工作日仍没有人打开，对方系统也没有回执",
        "confirm_by_on",
        "PUSH_CONFIRM_WORKDAYS",
    ),
    Matter("CLAIM_LATE", "超认领期限", "找监管单位联络人认领", "claim_due_on"),
    Matter("CLAIM_SOON", "认领快到期", "{days} 个工作日内到期，先提醒", "claim_due_on", "PUSH_SOON_WORKDAYS"),
    Matter("FEEDBACK_LATE", "超首次反馈期限", "认领后没有按期反馈检查情况", "feedback_due_on"),
    Matter("FOLLOW_LATE", "超复查、处理期限", "责令整改没有复查，或者发现的问题没有处理", "decided_on"),
)
ORPHANS = Matter("orphans", "无主推送", "没有规则说明由谁监管，指定一个单位就推送", "due_on")
OBJECTIONS = Matter("", "推送异议待答复", "在期限内改派、补充、撤销或驳回", "due_on")
PROPOSALS = Matter("", "建议和线索待答复", "审批单位在期限内采纳立案，或者说明理由", "due_on")
DOCUMENTS = Matter("", "政策文件逾期未签收", "催有关单位签收，按新文件办件", "due_on")
PAPERS = Matter("letters", "文书待办", "没有制成或者等第二人用印的文书，打开看原因", "issued_on")
MAIL = Matter("", "邮件退回或逾期未签收", "看轨迹，让窗口核对地址重新寄送，或改送", "sent_at")
ORIGINALS = Matter(
    "", "原件移交逾期未签收", "移交 {days} 个工作日后没有人签收，两边都问一问", "handed_at", "ORIGINALS_SIGN_WORKDAYS"
)
COMPLAINTS = Matter("", "咨询投诉待答复", "在本页答复，提出人凭提交后的地址看到", "created_at")


@dataclass(frozen=True)
class Standing:
    """How a matter stands: how many (to the cap), since which day, and the address of its list."""

    matter: Matter
    count: int
    since: date | None
    address: str


def standings(actor: Actor, *, on: date, region: str = "") -> list[tuple[str, list[Standing]]]:
    """Every matter of this coordinator by group, one query a matter. Raises NotPermitted for everybody else."""
    if actor.role != Role.COORDINATOR:
        raise NotPermitted("协调页由协调员使用；换到协调员岗再打开。")
    tabs = {tab.key: tab for tab in COORDINATION}
    cases = [(one, tabs[one.key].source(actor, on), "region", "desk") for one in CASES]
    pushes = [(ORPHANS, queries.orphans(actor), "case__region", "supervision")]
    pushes += [(OBJECTIONS, queries.objections(actor), "push__case__region", "objections")]
    pushes.append((PROPOSALS, proposing.waiting(actor), "case__region", "proposals"))
    if not region:  # a document is known to all regions at once
        pushes.append((DOCUMENTS, policies.overdue_readings(actor, on=on), "organ__region", "policies"))
    pushes += [(one, queries.alarmed(actor, one.key, on=on), "case__region", "supervision") for one in PUSHES]
    heard = [(COMPLAINTS, complaints_for(actor).filter(answered_at=None), "region", "complaints")]
    groups = (("办件", cases), ("审管信息推送", pushes), ("公众", heard))
    found = [(name, [_standing(*one, region=region) for one in group]) for name, group in groups]
    found.insert(1, ("送达与原件", _on_the_way(actor, on=on, region=region)))
    count, since = papers.standing(actor, region)
    found.insert(2, ("文书", [Standing(PAPERS, count, since, _address("letters", region=region))]))
    return found


def _on_the_way(actor: Actor, *, on: date, region: str) -> list[Standing]:
    """Mail that came back or that nobody signed for, and originals that nobody signed for."""
    mail, originals = stuck(actor, at=timezone.now()), overdue(under_way(actor), on=on)
    return [
        _standing(MAIL, mail, "case__region", "deliveries", region=region, stuck="1"),
        _standing(ORIGINALS, originals, "case__region", "custody", region=region, overdue="1"),
    ]


def _standing(matter: Matter, rows: QuerySet[Any], column: str, route: str, *, region: str, **query: str) -> Standing:
    rows = in_region(rows, column, region)
    found = [_day(one) for one in rows.order_by(matter.since).values_list(matter.since, flat=True)[:CAP]]
    address = _address(route, tab=matter.key, region=region, **query)
    return Standing(matter, len(found), found[0] if found else None, address)


def _address(route: str, **query: str) -> str:
    asked = urlencode({key: value for key, value in query.items() if value})
    return reverse(route) + (f"?{asked}" if asked else "")


def _day(value: date | datetime | None) -> date | None:
    return timezone.localdate(value) if isinstance(value, datetime) else value
