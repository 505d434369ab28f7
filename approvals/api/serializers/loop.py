"""Objections and their answers, daily reconciliations, and what a unit that comes for its pushes acknowledges."""

from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.supervision.reconciling import LARGEST, MOST_MISSING
from approvals.supervision.words import Answer, Ground, Standing


class Objecting(Input):
    ground = serializers.ChoiceField(label="异议种类", choices=Ground.choices)
    words = Text(label="理由")
    suggested = Text(label="建议改派的监管单位代码", required=False, allow_blank=True, max_length=24)


class Answering(Input):
    answer = serializers.ChoiceField(label="答复", choices=Answer.choices)
    words = Text(label="理由；补充后重推的，写补充的内容")
    unit = Text(label="改派到的监管单位代码", required=False, allow_blank=True, max_length=24)
    ruling = Text(label="编办意见文号；驳回职责异议时必填", required=False, allow_blank=True, max_length=60)
    duplicate_of = Text(label="与它重复的办件编号；撤销时必填", required=False, allow_blank=True, max_length=24)


class ObjectionRow(serializers.Serializer):
    """异议: why a unit does not take a push on, until when it is answered, and how it was."""

    push = serializers.UUIDField(source="pk", label="推送编号")
    number = serializers.CharField(source="push.case.number", label="办件编号")
    unit = serializers.CharField(source="push.unit.code", label="监管单位代码")
    ground = serializers.ChoiceField(choices=Ground.choices, label="异议种类")
    ground_label = serializers.CharField(source="get_ground_display", label="种类名称")
    words = serializers.CharField(label="理由")
    suggested = serializers.CharField(source="suggested.code", default=None, allow_null=True, label="建议改派的单位")
    raised_at = serializers.DateTimeField(label="提出时刻")
    due_on = serializers.DateField(label="最迟答复")
    answer = serializers.ChoiceField(choices=Answer.choices, allow_blank=True, label="答复")
    answer_words = serializers.CharField(allow_blank=True, label="答复说明")
    answered_at = serializers.DateTimeField(allow_null=True, label="答复时刻")


class Objections(serializers.Serializer):
    results = ObjectionRow(many=True)
    more = serializers.BooleanField(label="还有更多，先答复这些")


class Acknowledging(Input):
    up_to = serializers.IntegerField(label="已收到的最末单位内序号", min_value=1, max_value=2**31 - 1)
    digest = serializers.RegexField(
        "^[0-9a-f]{64}$", label="逐行「序号 编号 正文SHA-256」的 SHA-256，只含尚未确认的，按序号"
    )
    receipt = Text(label="本单位的收件批号", max_length=100)


class Acknowledged(serializers.Serializer):
    confirmed = serializers.IntegerField(label="新确认的条数")


class Reconciled(Input):
    count = serializers.IntegerField(label="本单位当日条数", min_value=0, max_value=LARGEST)
    digest = serializers.RegexField("^[0-9a-f]{64}$", label="本单位的摘要")
    missing = serializers.ListField(
        label="本单位缺的序号",
        child=serializers.IntegerField(min_value=1, max_value=LARGEST),
        required=False,
        max_length=MOST_MISSING,
    )


class ReconciliationRow(serializers.Serializer):
    """对账: one day by count and digest."""

    day = serializers.DateField(label="日")
    unit = serializers.CharField(source="unit.code", label="监管单位代码")
    first = serializers.IntegerField(label="首个序号")
    last = serializers.IntegerField(label="末个序号")
    count = serializers.IntegerField(label="条数")
    digest = serializers.CharField(label="摘要")
    state = serializers.ChoiceField(choices=Standing.choices, label="情况")
    their_count = serializers.IntegerField(allow_null=True, label="对方条数")
    repaired = serializers.IntegerField(label="已补投条数")


class Reconciliations(serializers.Serializer):
    results = ReconciliationRow(many=True)


class TrialQuery(Input):
    item = Text(label="事项代码", max_length=20)
    region = Text(label="区划代码", max_length=6)
    mode = Text(label="方式：DIRECT、SUBSTANTIVE、WINDOW、NONE；不给则按当天的放权", required=False, max_length=12)
