"""Which kinds of letters are there? For each: its name, its series, its contract, the seal it bears, its legal basis.

A room above may `add` its own kinds when the application starts. Articles are those of the 行政许可法 unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from rest_framework.serializers import Serializer

from approvals.documents import contracts
from approvals.documents.models import Seal

APPROVAL, ACCEPTANCE, PLATFORM = Seal.Kind.APPROVAL, Seal.Kind.ACCEPTANCE, Seal.Kind.PLATFORM


class LetterKind(TextChoices):
    RECEIPT = "RECEIPT", "申请材料接收凭证"
    CORRECTION_NOTICE = "CORRECTION_NOTICE", "申请材料一次性补正告知书"
    CORRECTION_RECEIPT = "CORRECTION_RECEIPT", "补正材料接收凭证"
    ACCEPTANCE_NOTICE = "ACCEPTANCE_NOTICE", "申请受理通知书"
    REFUSAL = "REFUSAL", "申请不予受理决定书"
    NOT_REQUIRED = "NOT_REQUIRED", "不受理告知书"
    SITE_RECORD = "SITE_RECORD", "现场核查笔录"
    HEARING_NOTICE = "HEARING_NOTICE", "陈述申辩权利告知书"
    PAUSE_NOTICE = "PAUSE_NOTICE", "特别程序告知书"
    EXTENSION_NOTICE = "EXTENSION_NOTICE", "延长办理期限告知书"
    OPINION = "OPINION", "审查意见表"
    FORWARDING = "FORWARDING", "审核转报件"
    RETURN_SLIP = "RETURN_SLIP", "退回单"
    GRANT = "GRANT", "准予决定书"
    DENIAL = "DENIAL", "不予决定书"
    FILING = "FILING", "备案凭证"
    FILING_DECLINED = "FILING_DECLINED", "不予备案告知书"
    WITHDRAWAL = "WITHDRAWAL", "撤回申请确认书"
    TERMINATION = "TERMINATION", "终止办理告知书"
    PRIOR_NOTICE = "PRIOR_NOTICE", "处理事先告知书"
    LICENCE_ORDER = "LICENCE_ORDER", "证照处理决定书"
    LICENCE = "LICENCE", "电子证照"
    SERVICE_RECORD = "SERVICE_RECORD", "送达回证"
    REPORT_SLIP = "REPORT_SLIP", "报备单"
    PUSH_SLIP = "PUSH_SLIP", "审管信息推送单"
    MONTHLY_REPORT = "MONTHLY_REPORT", "月度运行报告"


@dataclass(frozen=True)
class Kind:
    """`title` may name {power} and {name}; `seal` PLATFORM is signed without a seal's face; `held` waits for the seal keeper."""

    code: str
    title: str
    series: str
    contract: type[Serializer]
    seal: Seal.Kind
    basis: str
    held: bool = False

    def titled(self, data: Mapping[str, Any]) -> str:
        """The title over a letter with this content, 80 characters at most."""
        return self.title.format(power=data.get("power", ""), name=data.get("name", "证照"))[:80]


KINDS: dict[str, Kind] = {}


def add(kind: Kind) -> None:
    """Make a kind of letter known."""
    KINDS[kind.code] = kind


_K = LetterKind
for _kind in (
    Kind(_K.RECEIPT, "申请材料接收凭证", "收", contracts.Receipt, ACCEPTANCE, "第二十九条"),
    Kind(
        _K.CORRECTION_NOTICE,
        "{power}申请材料一次性补正告知书",
        "补",
        contracts.Correction,
        ACCEPTANCE,
        "第三十二条第一款第四项",
    ),
    Kind(
        _K.CORRECTION_RECEIPT,
        "补正材料接收凭证",
        "补收",
        contracts.CorrectionReceipt,
        ACCEPTANCE,
        "第三十二条第一款第五项",
    ),
    Kind(_K.ACCEPTANCE_NOTICE, "{power}申请受理通知书", "受", contracts.Acceptance, ACCEPTANCE, "第三十二条第二款"),
    Kind(
        _K.REFUSAL, "{power}申请不予受理决定书", "不受", contracts.Refusal, ACCEPTANCE, "第三十二条、第七十二条第七项"
    ),
    Kind(_K.NOT_REQUIRED, "不受理告知书", "告", contracts.NotRequired, ACCEPTANCE, "第三十二条第一款第一项"),
    Kind(_K.SITE_RECORD, "现场核查笔录", "核", contracts.SiteRecord, PLATFORM, "第三十四条第三款"),
    Kind(_K.HEARING_NOTICE, "陈述申辩权利告知书", "申辩", contracts.Hearing, APPROVAL, "第三十六条"),
    Kind(_K.PAUSE_NOTICE, "特别程序告知书", "特", contracts.Pause, APPROVAL, "第四十五条"),
    Kind(_K.EXTENSION_NOTICE, "延长办理期限告知书", "延", contracts.Extension, APPROVAL, "第四十二条"),
    Kind(_K.OPINION, "审查意见表", "审", contracts.Opinion, PLATFORM, "第三十四条"),
    Kind(_K.FORWARDING, "审核转报件", "转报", contracts.Forwarding, APPROVAL, "第三十五条"),
    Kind(_K.RETURN_SLIP, "退回单", "退", contracts.ReturnSlip, APPROVAL, "第三十五条"),
    Kind(_K.GRANT, "准予{power}决定书", "准", contracts.Grant, APPROVAL, "第三十八条第一款", held=True),
    Kind(_K.DENIAL, "不予{power}决定书", "不准", contracts.Denial, APPROVAL, "第三十八条第二款", held=True),
    Kind(_K.FILING, "备案凭证", "备", contracts.Filing, APPROVAL, "优化营商环境条例第三十九条", held=True),
    Kind(
        _K.FILING_DECLINED,
        "不予备案告知书",
        "不备",
        contracts.Refusal,
        APPROVAL,
        "优化营商环境条例第三十九条",
        held=True,
    ),
    Kind(_K.WITHDRAWAL, "撤回申请确认书", "撤", contracts.Withdrawal, ACCEPTANCE, "行政许可文书惯例"),
    Kind(_K.TERMINATION, "终止办理告知书", "终", contracts.Termination, ACCEPTANCE, "行政许可文书惯例"),
    Kind(_K.PRIOR_NOTICE, "处理事先告知书", "告知", contracts.PriorNotice, APPROVAL, "第七条、第三十六条"),
    Kind(
        _K.LICENCE_ORDER,
        "证照处理决定书",
        "处",
        contracts.LicenceOrder,
        APPROVAL,
        "第八条、第六十九条、第七十条",
        held=True,
    ),
    Kind(_K.LICENCE, "{name}", "证", contracts.Licence, APPROVAL, "第三十九条、第四十九条、第五十条", held=True),
    Kind(_K.SERVICE_RECORD, "送达回证", "送", contracts.ServiceRecord, ACCEPTANCE, "第四十四条"),
    Kind(_K.REPORT_SLIP, "报备单", "报备", contracts.Report, APPROVAL, "赣市府办发〔2022〕7号"),
    Kind(_K.PUSH_SLIP, "审管信息推送单", "推", contracts.PushSlip, PLATFORM, "赣市府办发〔2022〕7号 四（六）"),
    Kind(_K.MONTHLY_REPORT, "月度运行报告", "月报", contracts.Monthly, APPROVAL, "赣市府办发〔2022〕7号"),
):
    add(_kind)
