"""A push as its unit sees it, what was fed back, and decisions that no unit has."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.api.serializers.cases import MaskedJSON
from approvals.cases.inputs import Input, Text
from approvals.cases.words import Purpose, Result
from approvals.organisations.models import Level
from approvals.supervision.models import Push
from approvals.supervision.queries import alarms_of, document, feedback_of, records_of
from approvals.supervision.words import FeedbackKind, ProposalState, PushAction, PushState, Subject, Task


class PushQuery(Input):
    since = serializers.IntegerField(
        label="上次应答的 next；从头取为 0", required=False, default=0, min_value=0, max_value=2**31 - 1
    )
    limit = serializers.IntegerField(label="最多几条", required=False, default=50, min_value=1, max_value=200)
    state = serializers.ChoiceField(label="只看这个状态", choices=PushState.choices, required=False)
    unit = Text(label="监管单位代码；协调员必填，监管岗只能是本单位", required=False, max_length=24)


class UnitRef(serializers.Serializer):
    code = serializers.CharField(label="监管单位代码")
    name = serializers.CharField(label="监管单位")


class PushRow(serializers.Serializer):
    """推送: one decision for one unit. `copy` ones are for information and are not claimed."""

    id = serializers.UUIDField(label="推送编号")
    sequence = serializers.IntegerField(source="unit_sequence", label="单位内序号")
    number = serializers.CharField(source="case.number", label="办件编号")
    subject = serializers.ChoiceField(choices=Subject.choices, label="推送内容")
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True, label="接替的推送")
    forced = serializers.BooleanField(label="异议已驳回，须认领")
    item = serializers.CharField(source="case.snapshot.item", label="事项代码")
    item_name = serializers.CharField(source="case.snapshot.item_name", label="事项")
    region = serializers.CharField(source="case.region_id", label="区划代码")
    unit = UnitRef(label="监管单位")
    level = serializers.ChoiceField(choices=Level.choices, label="层级")
    copy = serializers.BooleanField(label="抄送")
    provisional = serializers.BooleanField(label="监管单位待确认")
    purpose = serializers.ChoiceField(choices=Purpose.choices, label="目的")
    result = serializers.ChoiceField(choices=Result.choices, label="结果")
    on_commitment = serializers.BooleanField(label="告知承诺办理")
    state = serializers.ChoiceField(choices=PushState.choices, label="状态")
    state_label = serializers.CharField(source="get_state_display", label="状态名称")
    decided_on = serializers.DateField(label="决定之日")
    pushed_at = serializers.DateTimeField(label="推送时刻")
    due_on = serializers.DateField(label="推送到期")
    confirmed_at = serializers.DateTimeField(allow_null=True, label="确认时刻")
    claim_due_on = serializers.DateField(allow_null=True, label="认领到期")
    claimed_at = serializers.DateTimeField(allow_null=True, label="认领时刻")
    claimed_by = serializers.CharField(source="claimed_by.name", default=None, allow_null=True, label="认领人")
    feedback_due_on = serializers.DateField(allow_null=True, label="首次反馈到期")


class PushPage(serializers.Serializer):
    results = PushRow(many=True)
    next = serializers.IntegerField(label="下次请求的 since")
    more = serializers.BooleanField(label="后面还有，可立即再取")


class FollowUpShape(serializers.Serializer):
    """后续事项: what the unit still had to do after a feedback."""

    task = serializers.ChoiceField(choices=Task.choices, label="要做的事")
    task_label = serializers.CharField(source="get_task_display", label="要做的事名称")
    due_on = serializers.DateField(label="到期")
    ended_by = serializers.IntegerField(
        source="ended_by.sequence", default=None, allow_null=True, label="以哪次反馈办结"
    )


class AnswerShape(serializers.Serializer):
    """What the approving organ answered to a proposal or a lead."""

    id = serializers.IntegerField(source="pk", label="建议编号")
    state = serializers.ChoiceField(choices=ProposalState.choices, label="状态")
    state_label = serializers.CharField(source="get_state_display", label="状态名称")
    organ = serializers.CharField(source="organ.code", label="审批单位代码")
    due_on = serializers.DateField(label="答复到期")
    answered_at = serializers.DateTimeField(allow_null=True, label="答复时刻")
    words = serializers.CharField(allow_blank=True, label="答复说明")
    proceeding = serializers.CharField(source="proceeding.number", default=None, allow_null=True, label="依职权办件")


class FeedbackRow(serializers.Serializer):
    sequence = serializers.IntegerField(label="推送记录序号")
    kind = serializers.ChoiceField(choices=FeedbackKind.choices, label="种类")
    kind_label = serializers.CharField(source="get_kind_display", label="种类名称")
    done_on = serializers.DateField(label="日期")
    content = MaskedJSON(label="内容")
    created_at = serializers.DateTimeField(label="反馈时刻")
    created_by = serializers.CharField(source="created_by.name", label="反馈人")
    follow_up = FollowUpShape(default=None, allow_null=True, label="后续事项")
    answer = AnswerShape(source="proposal", default=None, allow_null=True, label="审批单位的答复")


class PushRecord(serializers.Serializer):
    sequence = serializers.IntegerField(label="序号")
    at = serializers.DateTimeField(label="时刻")
    action = serializers.ChoiceField(choices=PushAction.choices, label="动作")
    organ = serializers.CharField(allow_blank=True, label="单位代码")
    client = serializers.CharField(allow_blank=True, label="接入系统")
    data = serializers.JSONField(label="编号、数字和日期")
    digest = serializers.CharField(label="摘要")


class AlarmShape(serializers.Serializer):
    code = serializers.CharField(label="代码")
    words = serializers.CharField(label="提醒")


class PushDetail(PushRow):
    """Context: `on`, the day of the alarms."""

    document = serializers.SerializerMethodField(label="送达的内容（push/1）")
    feedback = serializers.SerializerMethodField(label="反馈")
    records = serializers.SerializerMethodField(label="推送记录")
    alarms = serializers.SerializerMethodField(label="提醒")

    @extend_schema_field(serializers.JSONField)
    def get_document(self, push: Push) -> Any:
        return MaskedJSON().to_representation(document(push))

    @extend_schema_field(FeedbackRow(many=True))
    def get_feedback(self, push: Push) -> Any:
        return FeedbackRow(feedback_of(push), many=True).data

    @extend_schema_field(PushRecord(many=True))
    def get_records(self, push: Push) -> Any:
        return PushRecord(records_of(push), many=True).data

    @extend_schema_field(AlarmShape(many=True))
    def get_alarms(self, push: Push) -> Any:
        return AlarmShape(alarms_of(push, on=self.context["on"]), many=True).data


class OrphanRow(serializers.Serializer):
    """无主: a decision that no rule gives to a unit; a coordinator assigns it."""

    id = serializers.IntegerField(label="编号")
    number = serializers.CharField(source="case.number", label="办件编号")
    item = serializers.CharField(source="case.snapshot.item", label="事项代码")
    item_name = serializers.CharField(source="case.snapshot.item_name", label="事项")
    region = serializers.CharField(source="case.region_id", label="区划代码")
    purpose = serializers.ChoiceField(choices=Purpose.choices, label="目的")
    decided_on = serializers.DateField(label="决定之日")
    due_on = serializers.DateField(label="推送到期")


class Orphans(serializers.Serializer):
    results = OrphanRow(many=True)
    more = serializers.BooleanField(label="还有更多，先指定这些")


class Assigning(Input):
    unit = Text(label="监管单位代码", max_length=24)
