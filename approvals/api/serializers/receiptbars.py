"""From whom nothing new may be received for now, and the head's pass for one application."""

from rest_framework import serializers

from approvals.api.serializers.pushes import UnitRef
from approvals.cases.inputs import Input, Text
from approvals.cases.words import PassState


class Lifting(Input):
    words = Text(label="解除的理由", max_length=1000)


class PassAsking(Input):
    item = Text(label="事项代码", max_length=20)
    place = Text(label="限定范围", required=False, allow_blank=True, max_length=40)
    id_number = Text(label="当事人证件号码", max_length=30)
    words = Text(label="确需收件的理由", max_length=1000)


class PassAnswer(Input):
    allow = serializers.BooleanField(label="同意放行这一件")
    words = Text(label="理由", max_length=1000)


class ReceiptBarRow(serializers.Serializer):
    """收件限制: whoever it means is known by the number; shown are the name and its last four."""

    id = serializers.IntegerField(source="pk", label="编号")
    name = serializers.CharField(label="当事人")
    id_last = serializers.CharField(allow_blank=True, label="证件末四位")
    item = serializers.CharField(allow_blank=True, label="事项代码，空为全部")
    unit = UnitRef(source="imposer", label="限制的单位：监管单位，或者作出决定的审批单位")
    cause = serializers.CharField(label="事由")
    basis = serializers.CharField(label="限制依据")
    from_on = serializers.DateField(label="自")
    until_on = serializers.DateField(label="至")
    lifted_at = serializers.DateTimeField(allow_null=True, label="解除时刻")


class ReceiptBars(serializers.Serializer):
    results = ReceiptBarRow(many=True)


class BarPassRow(serializers.Serializer):
    """放行: asked by a window, answered by a head, good for one application."""

    id = serializers.IntegerField(source="pk", label="编号")
    bar = ReceiptBarRow(label="收件限制")
    item = serializers.CharField(label="事项代码")
    region = serializers.CharField(source="region_id", label="区划代码")
    organ = serializers.CharField(source="organ.code", label="受理机关代码")
    state = serializers.ChoiceField(choices=PassState.choices, label="状态")
    words = serializers.CharField(label="请求理由")
    answer = serializers.CharField(allow_blank=True, label="答复理由")
    used_by = serializers.CharField(source="used_by.number", default=None, allow_null=True, label="收的哪一件")


class BarPasses(serializers.Serializer):
    results = BarPassRow(many=True)
