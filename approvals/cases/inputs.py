"""What does each act ask for? One serializer an action: the shape of its input, for pages, API and the core alike.

Shapes only; whether something is missing for this case is asked by `needs`. `codes` names the fields that are numbers, days
and codes and may stand in the event row for ever; `beside` names what is kept only, encrypted, in the row beside the case and
is no word of the event; everything else is text that may hold personal data.
"""

from functools import cache
from typing import Any

from rest_framework import serializers

from approvals.cases.legible import legible
from approvals.cases.words import Action
from approvals.errors import Invalid

MOST_POSITIONS = 999
MOST_CENTS = 2**31 - 1  # what the column holds, twenty million yuan


class Input(serializers.Serializer):
    """Base of all inputs: a field nobody asked for is refused, so that a typing error is never silently lost."""

    codes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field]:
        """The declared fields; each says in plain words what to do when it is left out."""
        found = super().get_fields()
        for one in found.values():
            verb = "选择" if isinstance(one, serializers.ChoiceField | serializers.BooleanField) else "填写"
            told = f"{verb}{str(one.label or '').split('（')[0]}。" if one.label else "没有填写。"
            one.error_messages |= dict.fromkeys(("required", "blank", "null"), told)
        return found

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: ["没有这个填写项。"] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2000)
        super().__init__(**kwargs)


class Nothing(Input):
    note = Text(label="备注", required=False, allow_blank=True, max_length=500)


class Defect(Input):
    material = serializers.IntegerField(
        label="材料序号", required=False, allow_null=True, min_value=1, max_value=MOST_POSITIONS
    )
    defect = Text(label="问题", max_length=500)
    remedy = Text(label="如何补正", max_length=500)
    why_new = Text(label="为什么是新问题（第二次告知起）", required=False, allow_blank=True, max_length=300)


class Correction(Input):
    defects = Defect(label="需补正内容", many=True, required=False)


class PaperEntry(Input):
    position = serializers.IntegerField(label="材料序号", min_value=1, max_value=MOST_POSITIONS)
    status = serializers.ChoiceField(
        label="收取情况",
        choices=[
            ("MISSING", "未交"),
            ("PAPER", "纸质原件或复印件"),
            ("FILE", "电子文件"),
            ("REUSED", "免提交"),
            ("PROMISED", "容缺后补"),
            ("NOT_APPLICABLE", "本情形不需要"),
        ],
    )
    note = Text(label="说明", required=False, allow_blank=True, max_length=300)
    files = serializers.ListField(label="文件", child=serializers.CharField(max_length=64), required=False)
    names = serializers.ListField(label="文件名", child=serializers.CharField(max_length=160), required=False)
    licence = Text(label="凭哪本证照免提交", required=False, allow_blank=True, max_length=120)
    from_case = Text(label="沿用自办件", required=False, allow_blank=True, max_length=24)


class Resubmission(Input):
    answers = serializers.ListField(label="逐项补正情况", child=Text(max_length=500), required=False)
    papers = PaperEntry(label="补交材料", many=True, required=False)


class Acceptance(Input):
    codes = ("promised_by", "committed")
    promised_by = serializers.DateField(label="容缺材料补齐日期", required=False)
    promise = Text(label="容缺承诺", required=False, allow_blank=True, max_length=500)
    committed = serializers.BooleanField(label="申请人已签署告知承诺书", required=False, default=False)


class Remedies(Input):
    reconsideration = Text(label="行政复议机关", max_length=130)
    reconsideration_days = serializers.IntegerField(label="申请复议期限（自然日）", min_value=60, max_value=366)
    court = Text(label="管辖法院", max_length=60)
    litigation_months = serializers.IntegerField(label="起诉期限（月）", min_value=6, max_value=24)
    online = Text(label="网上复议途径", required=False, allow_blank=True, max_length=200)
    departure = Text(label="与规定不同的理由", required=False, allow_blank=True, max_length=500)


class Refusal(Input):
    codes = ("ground",)
    ground = serializers.ChoiceField(
        label="不予受理事由",
        choices=[
            ("NOT_THIS_ORGAN", "不属于本机关职权"),
            ("NO_LICENCE_NEEDED", "依法不需要取得许可"),
            ("BARRED", "法律规定不得申请"),
            ("NOT_DELEGATED", "本地区不承接"),
            ("FALSE_PAPERS", "隐瞒有关情况或者提供虚假材料"),
        ],
        required=False,
    )
    reasons = Text(label="理由", required=False, allow_blank=True)
    right_organ = Text(label="应向哪个机关申请", required=False, allow_blank=True, max_length=100)
    remedies = Remedies(label="救济途径", required=False)


class Reasons(Input):
    reasons = Text(label="理由", required=False, allow_blank=True)


class Reply(Input):
    reply = Text(label="逐项答复", required=False, allow_blank=True)
    papers = PaperEntry(label="更换的材料", many=True, required=False)


class PointAnswer(Input):
    position = serializers.IntegerField(label="要点序号", min_value=1, max_value=MOST_POSITIONS)
    answer = serializers.ChoiceField(label="结论", choices=[("YES", "符合"), ("NO", "不符合"), ("NA", "不适用")])
    note = Text(label="说明", required=False, allow_blank=True, max_length=500)


class SiteRecord(Input):
    officers = serializers.ListField(label="核查人员（两人以上）", child=Text(max_length=40))
    on = serializers.DateField(label="核查日期")
    place = Text(label="核查地点", max_length=200)
    findings = Text(label="核查情况")


class Recommendation(Input):
    codes = ("proposal",)
    proposal = serializers.ChoiceField(
        label="建议", choices=[("GRANT", "建议准予"), ("DENY", "建议不予")], required=False
    )
    opinion = Text(label="意见", required=False, allow_blank=True)
    points = PointAnswer(label="审查要点", many=True, required=False)
    site = SiteRecord(label="现场核查记录", required=False)


class Visit(Input):
    site = SiteRecord(label="现场踏勘情况", required=False)


class Forwarding(Input):
    codes = ("proposal",)
    proposal = serializers.ChoiceField(
        label="转报建议", choices=[("GRANT", "建议准予"), ("DENY", "建议不予")], required=False
    )
    opinion = Text(label="审核意见", required=False, allow_blank=True)


class Confirmation(Input):
    opinion = Text(label="复核意见", required=False, allow_blank=True)
    points = PointAnswer(label="复核要点", many=True, required=False)


class Grant(Input):
    codes = ("valid_from", "valid_to")
    content = Text(label="准予内容", required=False, allow_blank=True)
    overruling = Text(label="与县级意见不同的理由", required=False, allow_blank=True, max_length=1000)
    conditions = Text(label="附加要求", required=False, allow_blank=True)
    valid_from = serializers.DateField(label="有效期起", required=False, allow_null=True)
    valid_to = serializers.DateField(label="有效期止", required=False, allow_null=True)
    lateness = Text(label="超期原因", required=False, allow_blank=True, max_length=500)


class Declining(Input):
    reasons = Text(label="理由", required=False, allow_blank=True)
    remedies = Remedies(label="救济途径", required=False)
    lateness = Text(label="超期原因", required=False, allow_blank=True, max_length=500)


class Denial(Declining):
    codes = ("false_papers",)
    false_papers = serializers.BooleanField(
        label="申请人隐瞒有关情况或者提供虚假材料（关系安全的事项将限制再次申请）", required=False, default=False
    )


class Filing(Input):
    content = Text(label="备案内容", required=False, allow_blank=True)
    overruling = Text(label="与县级意见不同的理由", required=False, allow_blank=True, max_length=1000)
    lateness = Text(label="超期原因", required=False, allow_blank=True, max_length=500)


class Sealing(Input):
    note = Text(label="备注", required=False, allow_blank=True, max_length=200)


SENT_BY = [("MAIL", "邮寄"), ("ELECTRONIC", "电子送达")]
SERVED_BY = [("COUNTER", "窗口领取"), *SENT_BY, ("LEFT", "留置送达"), ("NOTICE", "公告送达")]


class Dispatching(Input):
    codes = ("way",)
    beside = ("recipient", "phone", "address")
    way = serializers.ChoiceField(label="怎样送出", choices=SENT_BY, required=False)
    agreed = serializers.BooleanField(label="申请人同意电子送达", required=False, default=False)
    recipient = Text(label="收件人", required=False, allow_blank=True, max_length=60)
    phone = Text(label="收件电话", required=False, allow_blank=True, max_length=20)
    address = Text(label="收件地址", required=False, allow_blank=True, max_length=200)
    carrier = Text(label="承运方", required=False, allow_blank=True, max_length=40)
    tracking = Text(label="运单号", required=False, allow_blank=True, max_length=40)


class Delivery(Input):
    codes = ("way", "on")
    way = serializers.ChoiceField(
        label="送达方式",
        choices=SERVED_BY,
        required=False,
    )
    receipt = Text(label="送达回证（签收人、运单号或电子回执号）", required=False, allow_blank=True, max_length=200)
    witness = Text(label="见证人（留置送达）", required=False, allow_blank=True, max_length=100)
    on = serializers.DateField(label="送达日期", required=False)


class Wish(Input):
    """How the applicant wants the result: asked at the window."""

    way = serializers.ChoiceField(
        label="结果怎样给申请人",
        choices=SERVED_BY[:3],
        required=False,
        default="COUNTER",
    )
    recipient = Text(label="收件人", required=False, allow_blank=True, max_length=60)
    phone = Text(label="收件电话", required=False, allow_blank=True, max_length=20)
    address = Text(label="收件地址", required=False, allow_blank=True, max_length=200)
    free_return = serializers.BooleanField(label="原件免费寄还", required=False, default=False)


class Pausing(Input):
    codes = ("kind", "days")
    kind = Text(label="特别程序", required=False, max_length=20)
    days = serializers.IntegerField(label="所需时间（工作日）", required=False, min_value=1, max_value=250)
    reasons = Text(label="说明", required=False, allow_blank=True, max_length=500)


class Unpausing(Input):
    outcome = Text(label="结果", required=False, allow_blank=True, max_length=1000)


class Extension(Input):
    codes = ("days",)
    days = serializers.IntegerField(label="延长天数（工作日）", required=False, min_value=1)
    reasons = Text(label="理由", required=False, allow_blank=True, max_length=500)


class Withdrawal(Input):
    confirmed = serializers.BooleanField(label="申请人书面确认撤回", required=False, default=False)
    reasons = Text(label="说明", required=False, allow_blank=True, max_length=500)


class Termination(Input):
    codes = ("ground",)
    ground = serializers.ChoiceField(
        label="终止事由",
        choices=[
            ("NO_CORRECTION", "逾期未补正"),
            ("APPLICANT_GONE", "申请人死亡或终止"),
            ("OBJECT_GONE", "申请事项已不存在"),
            ("FEE_UNPAID", "逾期未缴费"),
            ("OTHER_LAW", "法律规定的其他情形"),
        ],
        required=False,
    )
    reasons = Text(label="说明", required=False, allow_blank=True, max_length=500)


class Amendment(Input):
    form = serializers.DictField(label="申请表", required=False)
    place = Text(label="地址或标的", required=False, allow_blank=True, max_length=200)
    papers = PaperEntry(label="材料", many=True, required=False)
    reasons = Text(label="更正原因", required=False, allow_blank=True, max_length=300)


class Supply(Input):
    papers = PaperEntry(label="补齐的材料", many=True, required=False)
    form = serializers.DictField(
        label="补填的申请表", required=False, help_text="只用于视为受理的办件，只填受理前没有填的"
    )


class FeeRecord(Input):
    codes = ("status", "amount_cents", "on")
    status = serializers.ChoiceField(label="缴费情况", choices=[("PAID", "已缴"), ("WAIVED", "减免")], required=False)
    amount_cents = serializers.IntegerField(label="金额（分）", required=False, min_value=0, max_value=MOST_CENTS)
    receipt = Text(label="票据号或减免依据", required=False, allow_blank=True, max_length=100)
    on = serializers.DateField(label="日期", required=False)


class PriorNotice(Input):
    codes = ("days",)
    facts = Text(label="查明的事实和证据", required=False, allow_blank=True)
    measure = Text(label="拟作出的处理和依据", required=False, allow_blank=True)
    days = serializers.IntegerField(label="陈述申辩期限（工作日）", required=False, min_value=1, max_value=60)


class Interested(Input):
    """第三十六条: somebody else whom the decision would touch directly is told, and may speak."""

    codes = ("days",)
    to = Text(label="利害关系人", required=False, allow_blank=True, max_length=200)
    matter = Text(label="直接关系其重大利益的事项", required=False, allow_blank=True)
    days = serializers.IntegerField(label="陈述申辩期限（工作日）", required=False, min_value=1, max_value=60)


class Statement(Input):
    codes = ("notice", "waived", "hearing_asked", "hearing_asked_on", "hearing_told_on", "hearing_on")
    notice = serializers.IntegerField(
        label="哪一次告知（记录序号，只告知过一次的不填）", required=False, allow_null=True, min_value=1
    )
    statement = Text(label="陈述申辩的内容和复核意见", required=False, allow_blank=True)
    waived = serializers.BooleanField(label="当事人书面放弃陈述申辩和听证", required=False, default=False)
    hearing_asked = serializers.BooleanField(label="当事人要求听证", required=False, default=False)
    hearing_asked_on = serializers.DateField(label="要求听证之日（今天的不填）", required=False, allow_null=True)
    hearing_told_on = serializers.DateField(label="听证时间、地点告知之日", required=False, allow_null=True)
    hearing_on = serializers.DateField(label="听证日期（已举行）", required=False, allow_null=True)
    hearing_lateness = Text(label="听证超过期限举行的原因", required=False, allow_blank=True, max_length=500)


class OrderProposal(Input):
    opinion = Text(label="处理意见", required=False, allow_blank=True)


class Order(Input):
    content = Text(label="处理内容", required=False, allow_blank=True)
    reasons = Text(label="事实、理由和依据", required=False, allow_blank=True)
    remedies = Remedies(label="救济途径", required=False)


class Assignment(Input):
    codes = ("user",)
    user = serializers.IntegerField(label="指派给", required=False, min_value=1)


INPUTS: dict[Action, type[Input]] = {
    Action.REQUEST_CORRECTION: Correction,
    Action.RESUBMIT: Resubmission,
    Action.ACCEPT: Acceptance,
    Action.REFUSE: Refusal,
    Action.RETURN_TO_WINDOW: Reasons,
    Action.RESUME: Reply,
    Action.RECOMMEND: Recommendation,
    Action.SEND_BACK: Reasons,
    Action.RECORD_VISIT: Visit,
    Action.FORWARD: Forwarding,
    Action.CONFIRM_POINTS: Confirmation,
    Action.RETURN: Reasons,
    Action.APPROVE: Grant,
    Action.DENY: Denial,
    Action.GRANT_ON_COMMITMENT: Grant,
    Action.DECIDE_ON_THE_SPOT: Grant,
    Action.RECORD: Filing,
    Action.DECLINE_RECORD: Declining,
    Action.SEAL: Sealing,
    Action.DISPATCH: Dispatching,
    Action.DELIVER: Delivery,
    Action.PAUSE: Pausing,
    Action.UNPAUSE: Unpausing,
    Action.EXTEND: Extension,
    Action.WITHDRAW: Withdrawal,
    Action.TERMINATE: Termination,
    Action.VOID: Reasons,
    Action.AMEND: Amendment,
    Action.SUPPLY: Supply,
    Action.RECORD_FEE: FeeRecord,
    Action.ASSIGN: Assignment,
    Action.INITIATE: Reasons,
    Action.GIVE_NOTICE: PriorNotice,
    Action.INFORM_OTHERS: Interested,
    Action.HEAR: Statement,
    Action.PROPOSE_ORDER: OrderProposal,
    Action.ORDER: Order,
    Action.DROP: Reasons,
}


def input_of(action: str) -> type[Input]:
    """The serializer class of an action (an optional note for those that ask for nothing)."""
    return INPUTS.get(Action(action), Nothing)


def clean(serializer: type[Input], given: Any) -> dict[str, Any]:
    """The given input in its declared types, only what was given. Raises Invalid, field by field."""
    try:
        return dict(_form(serializer).run_validation(legible(given) if given is not None else {}))
    except serializers.ValidationError as wrong:
        raise Invalid(flat(wrong.detail)) from wrong


@cache
def _form(serializer: type[Input]) -> Input:
    """One instance serves everybody: validating leaves nothing behind in it, and making its fields anew costs more."""
    return serializer()


def flat(errors: Any, prefix: str = "") -> dict[str, list[str]]:
    """Nested serializer errors as {dotted field: sentences}."""
    if isinstance(errors, dict):
        found: dict[str, list[str]] = {}
        for name, inner in errors.items():
            found |= flat(inner, f"{prefix}.{name}" if prefix else str(name))
        return found
    if isinstance(errors, list) and any(isinstance(inner, dict | list) for inner in errors):
        found = {}
        for index, inner in enumerate(errors):
            if inner:
                found |= flat(inner, f"{prefix}.{index}")
        return found
    return {prefix or "non_field_errors": [str(text) for text in errors]}
