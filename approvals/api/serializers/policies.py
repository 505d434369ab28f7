"""A policy document made known, who has signed for it, and what becomes of the items."""

from rest_framework import serializers

from approvals.cases.inputs import Input
from approvals.supervision.words import PolicyLevel, TaskState


class PolicyQuery(Input):
    after = serializers.IntegerField(label="上一页末条的编号", required=False, default=0, min_value=0, max_value=10**18)


class PolicyReadingRow(serializers.Serializer):
    organ = serializers.CharField(source="organ.code", label="单位代码")
    organ_name = serializers.CharField(source="organ.name", label="单位")
    due_on = serializers.DateField(label="最迟签收")
    read_at = serializers.DateTimeField(allow_null=True, label="签收时刻")
    read_by = serializers.CharField(source="read_by.name", default=None, allow_null=True, label="签收人")


class PolicyTaskRow(serializers.Serializer):
    item = serializers.CharField(label="事项代码")
    item_name = serializers.CharField(label="事项")
    organ = serializers.CharField(source="organ.code", label="市级单位代码")
    due_on = serializers.DateField(label="最迟处理")
    state = serializers.ChoiceField(choices=TaskState.choices, label="状态")
    note = serializers.CharField(allow_blank=True, label="处理说明")
    guide = serializers.IntegerField(source="guide_id", allow_null=True, label="修改后的指南编号")
    closed_at = serializers.DateTimeField(allow_null=True, label="处理时刻")


class PolicyRow(serializers.Serializer):
    """政策文件告知: `late` where it was made known after its day."""

    id = serializers.IntegerField(source="pk", label="编号")
    level = serializers.ChoiceField(choices=PolicyLevel.choices, label="发文层级")
    issuer = serializers.CharField(label="发文机关")
    number = serializers.CharField(label="文号")
    title = serializers.CharField(label="标题")
    summary = serializers.CharField(label="要点")
    url = serializers.CharField(allow_blank=True, label="公布网址")
    items = serializers.ListField(child=serializers.CharField(), label="涉及事项")
    issued_on = serializers.DateField(label="发文之日")
    received_on = serializers.DateField(allow_null=True, label="收到之日")
    due_on = serializers.DateField(label="最迟告知")
    notified_on = serializers.DateField(label="告知之日")
    late = serializers.BooleanField(label="逾期告知")
    organ = serializers.CharField(source="organ.code", label="告知单位代码")


class PolicyDetail(PolicyRow):
    readings = PolicyReadingRow(many=True, label="签收")
    tasks = PolicyTaskRow(many=True, label="事项修改任务")


class Policies(serializers.Serializer):
    results = PolicyRow(many=True)
    more = serializers.BooleanField(label="后面还有")
