"""A case in a list, in full, and just registered."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.api.serializers.common import OrganRef
from approvals.cases.models import Case, Party
from approvals.cases.queries import holders, stage_light
from approvals.cases.words import Action, Result, State
from approvals.organisations import masks


class Masked(serializers.CharField):
    """Free text in which resident numbers and mobiles are masked."""

    def to_representation(self, value: Any) -> str:
        return str(masks.free(super().to_representation(value)))


class MaskedJSON(serializers.JSONField):
    def to_representation(self, value: Any) -> Any:
        return masks.free(value)


class LightShape(serializers.Serializer):
    """红黄绿灯: working days left (negative: overdue); PAUSED and NONE have no number."""

    colour = serializers.ChoiceField(choices=["GREEN", "YELLOW", "RED", "PAUSED", "NONE"])
    days = serializers.IntegerField(allow_null=True)
    words = serializers.CharField()


class CaseRow(serializers.Serializer):
    """A case as it stands. Context: `on` and `at`, the day and the moment of the lights."""

    number = serializers.CharField(label="办件编号")
    version = serializers.IntegerField(label="版本（即 ETag 里的数）")
    item = serializers.CharField(source="snapshot.item", label="事项代码")
    item_name = serializers.CharField(source="snapshot.item_name", label="事项")
    region = serializers.CharField(source="region_id", label="区划代码")
    region_name = serializers.CharField(source="region.name", label="地区")
    state = serializers.ChoiceField(choices=State.choices, label="环节")
    state_label = serializers.CharField(source="get_state_display", label="环节名称")
    holder = OrganRef(label="现在由谁办理")
    in_hand = serializers.CharField(source="in_hand.name", default=None, allow_null=True, label="在谁手上")
    applicants = serializers.SerializerMethodField(label="申请人")
    arrived_on = serializers.DateField(label="到达本单位之日")
    due_on = serializers.DateField(allow_null=True, label="本环节到期")
    promise_on = serializers.DateField(allow_null=True, label="承诺到期")
    statute_on = serializers.DateField(allow_null=True, label="法定到期")
    received_on = serializers.DateField(allow_null=True, label="收件之日")
    accepted_on = serializers.DateField(allow_null=True, label="受理之日")
    decided_on = serializers.DateField(allow_null=True, label="决定之日")
    paused_on = serializers.DateField(allow_null=True, label="停表之日")
    result = serializers.ChoiceField(choices=Result.choices, allow_blank=True, label="结果")
    proposal = serializers.ChoiceField(choices=Action.choices, allow_blank=True, label="待确认的提出")
    returns = serializers.IntegerField(label="退回次数")
    light = serializers.SerializerMethodField(label="本环节的灯")

    def get_applicants(self, case: Case) -> list[str]:
        return [party.name for party in case.parties.all() if party.role == Party.Role.APPLICANT]

    @extend_schema_field(LightShape)
    def get_light(self, case: Case) -> dict[str, Any]:
        shown = stage_light(case, on=self.context["on"], at=self.context.get("at"))
        return {"colour": shown.colour, "days": shown.days, "words": shown.words}


class PhaseHolder(serializers.Serializer):
    """谁负责什么."""

    phase = serializers.CharField(label="阶段")
    organ = serializers.CharField(label="单位")
    in_the_name_of = serializers.CharField(label="以谁的名义", allow_blank=True)
    here = serializers.BooleanField(label="现在在此")


class PartyShape(serializers.Serializer):
    """申请人、代理人、联系人; identity numbers and mobiles are masked."""

    role = serializers.ChoiceField(choices=Party.Role.choices, label="关系")
    kind = serializers.ChoiceField(choices=Party.Kind.choices, label="类别")
    name = serializers.CharField(label="名称")
    id_type = serializers.ChoiceField(choices=Party.IdType.choices, label="证件类型")
    id_number = serializers.SerializerMethodField(label="证件号码（脱敏）")
    mobile = serializers.SerializerMethodField(label="手机（脱敏）")
    address = Masked(label="住所")
    legal_representative = serializers.CharField(label="法定代表人")
    authority = Masked(label="代理权限")

    def get_id_number(self, party: Party) -> str:
        return masks.number(party.id_number or "")

    def get_mobile(self, party: Party) -> str:
        return masks.mobile(party.mobile or "")


class FormShape(serializers.Serializer):
    """申请表 as the guide defined it at receipt."""

    fields_ = serializers.JSONField(source="fields", label="表单定义")
    data = MaskedJSON(label="填写内容")
    place = Masked(label="地址或标的")
    points = serializers.JSONField(label="审查要点")
    legal_basis = serializers.JSONField(label="设定依据")
    reasons = serializers.JSONField(label="管辖理由")
    remedies = serializers.JSONField(label="救济途径的预填内容")
    result_name = serializers.CharField(label="结果名称")
    result_validity = serializers.CharField(label="结果有效期")
    commitment_text = serializers.CharField(label="告知承诺内容")
    promised_on = serializers.DateField(label="容缺材料补齐日期", allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        # A serializer's own `fields` is taken; the answer still calls it so.
        found = super().get_fields()
        return {"definition": found.pop("fields_"), **found}


class DecisionShape(serializers.Serializer):
    result = serializers.ChoiceField(choices=Result.choices, label="结果")
    content = Masked(label="内容")
    conditions = Masked(label="附加要求")
    reasons = Masked(label="理由")
    remedies = serializers.JSONField(label="救济途径")
    valid_from = serializers.DateField(allow_null=True, label="有效期起")
    valid_to = serializers.DateField(allow_null=True, label="有效期止")
    on_commitment = serializers.BooleanField(label="告知承诺")


class FeeShape(serializers.Serializer):
    """收费, in cents (分)."""

    amount_cents = serializers.IntegerField(allow_null=True, label="应缴（分）")
    standard = serializers.CharField(label="标准")
    status = serializers.CharField(label="状态")
    paid_cents = serializers.IntegerField(allow_null=True, label="实缴（分）")
    receipt = Masked(label="票据号或减免依据")
    settled_on = serializers.DateField(allow_null=True, label="缴纳或减免之日")


class ServiceShape(serializers.Serializer):
    way = serializers.CharField(label="送达方式")
    receipt = Masked(label="送达回证")
    witness = Masked(label="见证人")
    served_on = serializers.DateField(label="送达之日")
    confirmed_at = serializers.DateTimeField(allow_null=True, label="申请人确认时刻")


class CorrectionShape(serializers.Serializer):
    defects = MaskedJSON(label="需补正内容")
    notified_on = serializers.DateField(label="告知之日")
    due_on = serializers.DateField(label="补正到期")
    answers = MaskedJSON(label="补正情况")
    answered_on = serializers.DateField(allow_null=True, label="补正之日")


class PauseShape(serializers.Serializer):
    kind = serializers.CharField(label="特别程序")
    basis = serializers.CharField(label="依据")
    stops_promise = serializers.BooleanField(label="停承诺时限")
    stops_statute = serializers.BooleanField(label="停法定时限")
    expected_days = serializers.IntegerField(label="所需工作日")
    started_on = serializers.DateField(label="停表之日")
    resumed_on = serializers.DateField(allow_null=True, label="恢复之日")
    outcome = Masked(label="结果")


class PointAnswerShape(serializers.Serializer):
    phase = serializers.CharField(label="阶段")
    position = serializers.IntegerField(label="要点序号")
    answer = serializers.CharField(label="结论")
    note = Masked(label="说明")


class SiteRecordShape(serializers.Serializer):
    officers = serializers.JSONField(label="核查人员")
    visited_on = serializers.DateField(label="核查日期")
    place = Masked(label="地点")
    findings = Masked(label="情况")


class ConsentShape(serializers.Serializer):
    """What one person proposed and another must confirm."""

    action = serializers.ChoiceField(choices=Action.choices, label="动作")
    given = MaskedJSON(label="提出的内容")
    user_name = serializers.CharField(label="提出人")
    proposed_at = serializers.DateTimeField(label="提出时刻")


class CaseDetail(CaseRow):
    """Everything this caller may read of a case, but for its record, papers and reasons of the due day."""

    extended = serializers.IntegerField(label="延期工作日")
    corrections = serializers.IntegerField(label="补正次数")
    tolerance_open = serializers.BooleanField(label="容缺未补")
    commitment = serializers.BooleanField(label="告知承诺")
    fee_due = serializers.BooleanField(label="收费")
    edition = serializers.CharField(source="snapshot.edition", label="清单版本")
    power_type = serializers.CharField(source="snapshot.power_type", label="权力类型")
    holders = serializers.SerializerMethodField(label="谁负责什么")
    parties = PartyShape(many=True, label="申请关系人")
    form = FormShape(label="申请表")
    decision = DecisionShape(allow_null=True, default=None, label="决定")
    fee = FeeShape(allow_null=True, default=None, label="收费")
    service = ServiceShape(allow_null=True, default=None, label="送达")
    correction_notices = CorrectionShape(many=True, label="补正告知")
    pauses = PauseShape(many=True, label="停表")
    point_answers = PointAnswerShape(many=True, label="要点答复")
    site_records = SiteRecordShape(many=True, label="现场核查记录")
    consent = serializers.SerializerMethodField(label="等待确认的提出")

    @extend_schema_field(PhaseHolder(many=True))
    def get_holders(self, case: Case) -> list[dict[str, Any]]:
        names = ("phase", "organ", "in_the_name_of", "here")
        return [dict(zip(names, row, strict=True)) for row in holders(case)]

    @extend_schema_field(ConsentShape(allow_null=True))
    def get_consent(self, case: Case) -> Any:
        waiting = [one for one in case.consents.all() if one.closed_at is None]
        return ConsentShape(waiting[0]).data if waiting else None


class Registered(serializers.Serializer):
    """What the window prints on the receipt. Repeated to whoever repeats the request, so nothing personal is in it."""

    number = serializers.CharField(label="办件编号")
    query_code = serializers.CharField(source="form.query_code", label="查询码（交申请人）")
    version = serializers.IntegerField(label="版本")
    state = serializers.ChoiceField(choices=State.choices, label="环节")
    state_label = serializers.CharField(source="get_state_display", label="环节名称")
    received_on = serializers.DateField(allow_null=True, label="收件之日")
    due_on = serializers.DateField(allow_null=True, label="受理期限")


class CasePage(serializers.Serializer):
    results = CaseRow(many=True)
    next = serializers.CharField(allow_null=True, label="下一页的 cursor；没有下一页为 null")
