"""Inspection plans, what was drawn, consultations and joint visits. Words of people stay inside; officers by their cards."""

from typing import Any

from rest_framework import serializers

from approvals.api.serializers.common import OrganRef
from approvals.collaboration.words import (
    GatheringKind,
    GatheringState,
    Ground,
    InspectionState,
    PlanState,
    Reply,
    Target,
)


class InspectionPlanRow(serializers.Serializer):
    id = serializers.IntegerField(label="编号")
    unit = OrganRef(label="监管单位")
    title = serializers.CharField(label="名称")
    target = serializers.ChoiceField(choices=Target.choices, label="抽查对象")
    starts_on = serializers.DateField(label="检查期起")
    ends_on = serializers.DateField(label="检查期止")
    percent = serializers.IntegerField(allow_null=True, label="一般对象比例（%）")
    count = serializers.IntegerField(allow_null=True, label="一般对象件数")
    state = serializers.ChoiceField(choices=PlanState.choices, label="状态")
    published_at = serializers.DateTimeField(allow_null=True, label="公布时刻")
    terms_digest = serializers.CharField(allow_blank=True, label="计划摘要")
    seed = serializers.CharField(allow_blank=True, label="种子")
    drawn = serializers.IntegerField(label="抽中件数")
    waiting = serializers.IntegerField(label="未检查件数")


class InspectionRow(serializers.Serializer):
    id = serializers.IntegerField(label="编号")
    plan = serializers.IntegerField(source="plan_id", label="检查计划编号")
    number = serializers.CharField(label="办件编号或证照编号")
    case = serializers.CharField(source="case.number", label="办件编号")
    push = serializers.UUIDField(source="push_id", label="推送编号")
    ground = serializers.ChoiceField(choices=Ground.choices, label="抽取种类")
    officers = serializers.SerializerMethodField(label="检查人员的执法证号")
    due_on = serializers.DateField(source="plan.ends_on", label="检查期止")
    state = serializers.ChoiceField(choices=InspectionState.choices, label="状态")
    done_on = serializers.DateField(allow_null=True, label="检查日期")
    way = serializers.CharField(allow_blank=True, label="检查方式代码")
    result = serializers.CharField(allow_blank=True, label="检查结果代码")

    def get_officers(self, one: Any) -> list[str]:
        lines = sorted(one.assignments.all(), key=lambda line: line.place)
        return [line.officer.card for line in lines if line.replaced_at is None]


class MemberRow(serializers.Serializer):
    organ = serializers.CharField(source="organ.code", label="机构代码")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True, label="监管单位代码")
    reply = serializers.ChoiceField(choices=Reply.choices, label="答复")
    due_on = serializers.DateField(label="答复期限")


class GatheringRow(serializers.Serializer):
    id = serializers.IntegerField(label="编号")
    kind = serializers.ChoiceField(choices=GatheringKind.choices, label="种类")
    topic = serializers.CharField(label="议题")
    case = serializers.CharField(source="case.number", default=None, allow_null=True, label="办件编号")
    item = serializers.CharField(label="事项代码")
    organ = OrganRef(label="召集单位")
    starts_at = serializers.DateTimeField(label="时间")
    place = serializers.CharField(label="地点或会议链接")
    state = serializers.ChoiceField(choices=GatheringState.choices, label="状态")
    held_on = serializers.DateField(allow_null=True, label="召开之日")
    follow_up_on = serializers.DateField(allow_null=True, label="落实期限")
    members = MemberRow(many=True, label="参加单位")
