"""How does a letter read before it is sealed? Title, paragraphs and tables of the print views, all marked 非正式.

Wording follows the forms of 行政许可文书 and the case's own frozen terms; the sealed papers are another area's task.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from approvals.cases.access import CaseNotFound
from approvals.cases.lettercontent import said_of
from approvals.cases.models import Case, Correction, Decision, Event, EventText, Pause, Service
from approvals.cases.rows import terms_of
from approvals.cases.words import Letter
from approvals.catalogue.models.edition import PowerType
from approvals.workbench.templatetags.workbench import letter_day

ACT = "《中华人民共和国行政许可法》"
FORMS = {"EITHER": "原件", "COPY": "复印件"}


@dataclass
class Sheet:
    """One letter: who writes to whom, which paragraphs, which table, signed by whom on which day."""

    title: str
    to: str
    paragraphs: list[str]
    organ: str
    on: date
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    signature: bool = False
    handler: str = ""  # who handled the act, with the organ


def sheet_of(case: Case, kind: str) -> tuple[Sheet, Event]:
    """The letter of a kind as the latest act brought it about. Raises CaseNotFound where the case has no such letter."""
    event = Event.objects.filter(case=case, letter=kind).order_by("-sequence").first()
    if event is None or kind not in Letter.values:
        raise CaseNotFound("这件办件还没有这种文书；从“文书”一栏打开。")
    sheet = WRITERS[Letter(kind)](case, event)
    said = _text(event)
    sheet.handler = "，".join(filter(None, (said.get("name", ""), said.get("organ", ""))))
    return sheet, event


def _you(case: Case) -> str:
    return "你" if case.parties.filter(role="APPLICANT").first().kind == "PERSON" else "你单位"


def _applied(case: Case) -> str:
    return f"{_you(case)}于 {letter_day(case.received_on)}提出的{case.snapshot.item_name}申请"


def _name(case: Case) -> str:
    return "、".join(case.parties.filter(role="APPLICANT").order_by("position").values_list("name", flat=True))


def _kind_words(case: Case) -> str:
    power = case.snapshot.power_type
    return {PowerType.PERMIT: "行政许可", PowerType.CONFIRMATION: "行政确认", PowerType.FILING: "备案"}.get(
        power, "行政审批"
    )


def _papers(case: Case, only_received: bool = True) -> list[tuple[str, ...]]:
    found = case.materials.order_by("position")
    if only_received:
        found = found.exclude(status__in=("MISSING", "NOT_APPLICABLE"))
    shapes = {"FILE": "电子件", "REUSED": "免提交", "PROMISED": "容缺后补"}
    return [
        (str(one.position), one.name, shapes.get(one.status, FORMS.get(one.form, "原件")), str(one.copies))
        for one in found
    ]


PAPER_HEADS = ("序号", "材料名称", "形式", "份数")


def _receipt(case: Case, event: Event) -> Sheet:
    terms = terms_of(case.snapshot)
    until = f"，最迟 {letter_day(case.due_on)}告知是否受理" if case.due_on and case.state == "RECEIVED" else ""
    return Sheet(
        title="申请材料接收凭证",
        to=_name(case),
        paragraphs=[
            f"{_you(case)}于 {letter_day(case.received_on)}提交的{case.snapshot.item_name}申请，材料已收到{until}。",
            f"办件编号：{case.number}，查询码：{case.form.query_code}。",
            "本凭证只表示收到材料，不表示已经受理。",
            "已收材料：",
        ],
        heads=PAPER_HEADS,
        rows=_papers(case),
        organ=terms.accept.name,
        on=event.effective_on,
        signature=True,
    )


def _acceptance(case: Case, event: Event) -> Sheet:
    terms = terms_of(case.snapshot)
    limits = []
    if terms.limits.promised and case.promise_on:
        limits.append(f"承诺办结时限为受理后 {terms.limits.promised} 个工作日，最迟 {letter_day(case.promise_on)}")
    if terms.limits.statutory and case.statute_on:
        limits.append(f"法定时限为 {terms.limits.statutory} 个工作日，最迟 {letter_day(case.statute_on)}")
    procedures = "依法需要听证、检验、检测、鉴定、专家评审或者整改的，所需时间不计算在内，另行书面告知。"
    return Sheet(
        title=f"{_kind_words(case)}申请受理通知书",
        to=_name(case),
        paragraphs=[
            f"{_you(case)}于 {letter_day(case.received_on)}提出的{case.snapshot.item_name}申请，材料齐全，符合法定形式。"
            f"依据{ACT}第三十二条第一款第五项，本机关决定予以受理，受理之日为 {letter_day(case.accepted_on)}。",
            f"办件编号：{case.number}，查询码：{case.form.query_code}。",
            *([f"{'；'.join(limits)}。{procedures}"] if limits else []),
            "已收材料：",
        ],
        heads=PAPER_HEADS,
        rows=_papers(case),
        organ=terms.in_name_of.name,
        on=event.effective_on,
        signature=True,
    )


def _correction(case: Case, event: Event) -> Sheet:
    notice = Correction.objects.filter(case=case, sequence=event.sequence).first()
    notice = notice or Correction.objects.filter(case=case).latest("sequence")
    rows = [(str(n), said_of(one), one["remedy"]) for n, one in enumerate(notice.defects, start=1)]
    return Sheet(
        title="申请材料一次性补正告知书",
        to=_name(case),
        paragraphs=[
            f"{_you(case)}于 {letter_day(case.received_on)}提出的{case.snapshot.item_name}申请，材料不齐全或者不符合法定形式。"
            f"依据{ACT}第三十二条第一款第四项，现一次告知需要补正的全部内容：",
        ],
        heads=("序号", "问题", "如何补正"),
        rows=rows,
        closing=[
            f"请于 {letter_day(notice.due_on)}前（含当日）补正。办件编号：{case.number}，查询码：{case.form.query_code}。"
        ],
        organ=terms_of(case.snapshot).in_name_of.name,
        on=event.effective_on,
        signature=True,
    )


def _text(event: Event) -> dict[str, Any]:
    """The words of an act; empty once they are erased."""
    stored = EventText.objects.filter(case=event.case_id, sequence=event.sequence).first()
    return json.loads(stored.text) if stored and stored.text else {}


def _remedy(given: dict[str, Any]) -> str:
    return (
        f"不服本决定的，可以自收到本决定书之日起 {given.get('reconsideration_days', 60)} 日内向"
        f"{given.get('reconsideration', '')}申请行政复议，或者自收到本决定书之日起 "
        f"{given.get('litigation_months', 6)} 个月内向{given.get('court', '')}提起行政诉讼。"
    )


def _refusal(case: Case, event: Event) -> Sheet:
    said = _text(event)
    terms = terms_of(case.snapshot)
    remedies = said.get("remedies") or case.form.remedies.get("ACCEPT", {})
    right = f"请向{said['right_organ']}申请。" if said.get("right_organ") else ""
    return Sheet(
        title=f"{_kind_words(case)}申请不予受理决定书",
        to=_name(case),
        paragraphs=[
            f"{_applied(case)}，经审查：{said.get('reasons', '')}",
            f"依据{ACT}第三十二条，决定不予受理。{right}",
            _remedy(remedies if isinstance(remedies, dict) else {}),
        ],
        organ=terms.in_name_of.name,
        on=event.effective_on,
        signature=True,
    )


def _decision(case: Case, event: Event) -> Sheet:
    decision = Decision.objects.get(pk=case.pk)
    terms = terms_of(case.snapshot)
    name = _kind_words(case)
    began = f"{_applied(case)}，本机关已于 {letter_day(case.accepted_on)}受理。"
    granted = event.letter in (Letter.GRANT, Letter.FILING)
    if granted:
        filing = event.letter == Letter.FILING
        title = "备案凭证" if filing else f"准予{name}决定书"
        granting = f"经审查，符合法定条件。依据{ACT}第三十八条第一款，决定准予{name}。"
        basis = "材料齐全，予以备案。" if filing else granting
        told = [began + basis]
        if decision.content:
            told.append(f"内容：{decision.content}")
        if decision.conditions:
            told.append(f"附加要求：{decision.conditions}")
        if decision.valid_to:
            told.append(f"有效期自 {letter_day(decision.valid_from)}至 {letter_day(decision.valid_to)}。")
    else:
        title = "不予备案告知书" if event.letter == Letter.FILING_DECLINED else f"不予{name}决定书"
        told = [
            began,
            decision.reasons,
            f"依据{ACT}第三十八条第二款，决定不予{'备案' if event.letter == Letter.FILING_DECLINED else name}。",
            _remedy(decision.remedies),
        ]
    return Sheet(title=title, to=_name(case), paragraphs=told, organ=terms.decide.name, on=event.effective_on)


def _pause(case: Case, event: Event) -> Sheet:
    pause = Pause.objects.filter(case=case, started_on__lte=event.effective_on).order_by("-pk").first()
    days = pause.expected_days if pause else ""
    return Sheet(
        title="特别程序告知书",
        to=_name(case),
        paragraphs=[
            f"{_you(case)}的{case.snapshot.item_name}申请需要进行特别程序，所需时间约 {days} 个工作日，自 "
            f"{letter_day(event.effective_on)}起不计算在办理期限内（{ACT}第四十五条）。",
            f"办件编号：{case.number}。",
        ],
        organ=terms_of(case.snapshot).decide.name,
        on=event.effective_on,
    )


def _extension(case: Case, event: Event) -> Sheet:
    said = _text(event)
    return Sheet(
        title="延长办理期限告知书",
        to=_name(case),
        paragraphs=[
            f"{_you(case)}的{case.snapshot.item_name}申请不能在法定期限内作出决定，经本机关负责人批准，"
            f"延长 {case.extended} 个工作日，最迟 {letter_day(case.statute_on)}作出决定（{ACT}第四十二条）。"
            f"理由：{said.get('reasons', '')}",
        ],
        organ=terms_of(case.snapshot).decide.name,
        on=event.effective_on,
    )


def _plain(title: str, sentence: str, *, inside: bool = False) -> Callable[[Case, Event], Sheet]:
    def write(case: Case, event: Event) -> Sheet:
        said = _text(event)
        told = [str(value) for key, value in said.items() if isinstance(value, str) and key not in ("name", "organ")]
        terms = terms_of(case.snapshot)
        return Sheet(
            title=title,
            to=terms.decide.name if inside else _name(case),
            paragraphs=[
                sentence.format(you=_you(case), item=case.snapshot.item_name, number=case.number, who=_name(case)),
                *told,
            ],
            organ=str(said.get("organ", "")) if inside else terms.in_name_of.name,
            on=event.effective_on,
        )

    return write


def _service(case: Case, event: Event) -> Sheet:
    service = Service.objects.get(pk=case.pk)
    ways = {"COUNTER": "窗口领取", "MAIL": "邮寄", "ELECTRONIC": "电子送达"}
    return Sheet(
        title="送达回证",
        to=_name(case),
        paragraphs=[
            f"办件 {case.number}（{case.snapshot.item_name}）的文书已于 {letter_day(service.served_on)}送达，方式："
            f"{ways.get(service.way, service.way)}，签收或回执：{service.receipt}。",
        ],
        organ=terms_of(case.snapshot).accept.name,
        on=event.effective_on,
        signature=True,
    )


WRITERS = {
    Letter.RECEIPT: _receipt,
    Letter.CORRECTION_NOTICE: _correction,
    Letter.CORRECTION_RECEIPT: _receipt,
    Letter.ACCEPTANCE_NOTICE: _acceptance,
    Letter.REFUSAL: _refusal,
    Letter.RETURN_SLIP: _plain("退回单", "办件 {number}（{who}，{item}）退回，理由如下：", inside=True),
    Letter.OPINION: _plain("审查意见表", "办件 {number}（{who}，{item}）的审查意见：", inside=True),
    Letter.FORWARDING: _plain("审核转报件", "现将办件 {number}（{who}，{item}）审核转报，意见如下：", inside=True),
    Letter.GRANT: _decision,
    Letter.DENIAL: _decision,
    Letter.FILING: _decision,
    Letter.FILING_DECLINED: _decision,
    Letter.SERVICE_RECORD: _service,
    Letter.PAUSE_NOTICE: _pause,
    Letter.EXTENSION_NOTICE: _extension,
    Letter.WITHDRAWAL: _plain("撤回申请确认书", "{you}撤回{item}申请（办件 {number}），已予确认，本件办理终结。"),
    Letter.PRIOR_NOTICE: _plain(
        "处理事先告知书", "{you}持有的证照（{item}，办件 {number}），本机关拟作处理，现予告知："
    ),
    Letter.HEARING_NOTICE: _plain(
        "陈述申辩权利告知书", "{who}申请办理{item}（办件 {number}），直接关系你（单位）的重大利益，可以陈述和申辩："
    ),
    Letter.LICENCE_ORDER: _plain("证照处理决定书", "关于{who}（{item}，办件 {number}），本机关决定如下："),
    Letter.TERMINATION: _plain("终止办理告知书", "{you}的{item}申请（办件 {number}）终止办理。"),
}
