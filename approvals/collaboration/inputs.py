"""What does each act of planning and of gathering ask for? One shape an act, for pages, API and the core alike."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.collaboration.words import GatheringKind, Target
from approvals.supervision.words import InspectionResult, InspectionWay


class PlanInput(Input):
    title = Text(label="名称", max_length=80)
    target = serializers.ChoiceField(label="抽查对象", choices=Target.choices)
    items = Text(label="事项代码（逗号分开，空为本单位全部）", required=False, allow_blank=True, max_length=200)
    regions = Text(label="区划代码（逗号分开，空为本单位全部）", required=False, allow_blank=True, max_length=200)
    starts_on = serializers.DateField(label="检查期起")
    ends_on = serializers.DateField(label="检查期止")
    percent = serializers.IntegerField(label="一般对象比例（%）", required=False, min_value=0, max_value=100)
    count = serializers.IntegerField(label="或者一般对象件数", required=False, min_value=0, max_value=10000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["ends_on"] < attrs["starts_on"]:
            raise serializers.ValidationError({"ends_on": "检查期止不能早于检查期起。"})
        if (attrs.get("percent") is None) == (attrs.get("count") is None):
            raise serializers.ValidationError({"percent": "比例和件数填一项，只填一项。"})
        return attrs


class ResultInput(Input):
    on = serializers.DateField(label="检查日期")
    way = serializers.ChoiceField(label="检查方式", choices=InspectionWay.choices)
    result = serializers.ChoiceField(label="检查结果", choices=InspectionResult.choices)
    findings = Text(label="情况", required=False, allow_blank=True)


class ReplacementInput(Input):
    card = Text(label="执法证号", max_length=30)
    reasons = Text(label="更换原因", max_length=200)


class RecusalInput(Input):
    card = Text(label="执法证号", max_length=30)
    id_number = Text(label="当事人证件号码（只存检索值）", max_length=40)
    reason = Text(label="事由", max_length=200)


class ReasonInput(Input):
    reasons = Text(label="取消原因", max_length=200)


class CallInput(Input):
    kind = serializers.ChoiceField(label="种类", choices=GatheringKind.choices)
    topic = Text(label="议题", max_length=80)
    case = Text(label="办件编号（联合踏勘必填）", required=False, allow_blank=True, max_length=24)
    item = Text(label="或者事项代码", required=False, allow_blank=True, max_length=20)
    agenda = Text(label="议程", max_length=2000)
    starts_at = serializers.DateTimeField(label="时间（如 2026-03-05 09:30）")
    place = Text(label="地点或会议链接", max_length=200)
    members = serializers.ListField(
        label="参加单位", child=Text(max_length=24), max_length=20, help_text="机构代码或监管单位代码"
    )


class InvitationReply(Input):
    coming = serializers.BooleanField(label="参加")
    people = Text(label="参加人（联合踏勘写检查人员姓名，逗号分开）", required=False, allow_blank=True, max_length=200)
    opinion = Text(label="意见", required=False, allow_blank=True, max_length=2000)


class ConclusionInput(Input):
    held_on = serializers.DateField(label="召开或踏勘之日")
    people = Text(label="本单位参加人（逗号分开）", required=False, allow_blank=True, max_length=200)
    minutes = Text(label="纪要或现场情况", max_length=2000)
    conclusion = Text(label="结论", max_length=2000)
    follow_up_on = serializers.DateField(label="落实期限", required=False, allow_null=True)
