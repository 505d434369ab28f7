"""What a supervising unit put to the approving organ, and how it is answered."""

from rest_framework import serializers

from approvals.api.serializers.pushes import FeedbackRow, UnitRef
from approvals.cases.inputs import Input, Text
from approvals.licences.words import Ground, OfficialAct
from approvals.supervision.words import ProposalState


class ProposalQuery(Input):
    state = serializers.ChoiceField(label="只看这个状态", choices=ProposalState.choices, required=False)
    after = serializers.IntegerField(label="上一页末条的编号", required=False, default=0, min_value=0, max_value=10**18)


class Adopting(Input):
    words = Text(label="补充查明的情况", required=False, allow_blank=True)


class ProposalAnswer(Input):
    words = Text(label="不采纳的理由；线索写怎样办理的")


class ProposalRow(serializers.Serializer):
    """撤销或者注销建议、线索: `asks` is empty for a lead."""

    id = serializers.IntegerField(source="pk", label="编号")
    push = serializers.UUIDField(source="push_id", label="推送编号")
    number = serializers.CharField(source="case.number", label="办件编号")
    item = serializers.CharField(source="case.snapshot.item", label="事项代码")
    unit = UnitRef(source="push.unit", label="监管单位")
    organ = serializers.CharField(source="organ.code", label="审批单位代码")
    licence = serializers.CharField(source="licence.number", default=None, allow_null=True, label="证照编号")
    asks = serializers.ChoiceField(choices=OfficialAct.choices, allow_blank=True, label="建议的处理")
    ground = serializers.ChoiceField(choices=Ground.choices, allow_blank=True, label="事由")
    feedback = FeedbackRow(label="反馈")
    made_on = serializers.DateField(label="提出之日")
    due_on = serializers.DateField(label="最迟答复")
    state = serializers.ChoiceField(choices=ProposalState.choices, label="状态")
    words = serializers.CharField(allow_blank=True, label="答复说明")
    answered_at = serializers.DateTimeField(allow_null=True, label="答复时刻")
    proceeding = serializers.CharField(source="proceeding.number", default=None, allow_null=True, label="依职权办件")


class Proposals(serializers.Serializer):
    results = ProposalRow(many=True)
    more = serializers.BooleanField(label="后面还有")
