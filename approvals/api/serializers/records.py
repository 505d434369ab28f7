"""The record of a case, why it is due that day, its papers; and the feed of what happened everywhere."""

from typing import Any

from rest_framework import serializers

from approvals.calendars.workdays import Kind
from approvals.cases.models import File, Material
from approvals.cases.models.event import Event
from approvals.cases.queries import Line
from approvals.cases.words import Action, Letter, Purpose, Result, Step
from approvals.organisations import masks


class EventLine(serializers.Serializer):
    """办理记录: one act, in codes. `effective_on` is the legal day, `at` the moment it was recorded."""

    sequence = serializers.IntegerField(label="序号")
    at = serializers.DateTimeField(label="记录时刻")
    effective_on = serializers.DateField(label="法律上的日期")
    action = serializers.ChoiceField(choices=Action.choices, label="动作")
    label = serializers.SerializerMethodField(label="名称")
    step = serializers.ChoiceField(choices=Step.choices, label="方式")
    source = serializers.CharField(allow_blank=True, label="从哪个环节")
    target = serializers.CharField(label="到哪个环节")
    actor_kind = serializers.CharField(label="经手类型")
    role = serializers.CharField(allow_blank=True, label="角色")
    organ = serializers.CharField(allow_blank=True, label="单位代码")
    level = serializers.CharField(allow_blank=True, label="层级")
    client = serializers.CharField(allow_blank=True, label="接入系统")
    result = serializers.ChoiceField(choices=Result.choices, allow_blank=True, label="结果")
    letter = serializers.ChoiceField(choices=Letter.choices, allow_blank=True, label="文书")
    push = serializers.ChoiceField(choices=Purpose.choices, allow_blank=True, label="推送")
    data = serializers.JSONField(label="编号、数字和日期")
    request_id = serializers.CharField(allow_blank=True, label="请求号")
    digest = serializers.CharField(label="摘要")

    def get_label(self, event: Event) -> str:
        words = Action(event.action).label
        return words if event.step == Step.ACT else f"{Step(event.step).label}：{words}"


class TimelineLine(EventLine):
    """An event with its words; empty where they were erased. Numbers of persons and mobiles inside are masked."""

    name = serializers.CharField(allow_blank=True, label="经手人")
    organ_name = serializers.CharField(allow_blank=True, label="单位")
    texts = serializers.JSONField(label="意见、理由等文字")
    changes = serializers.JSONField(label="对到期日的改变：从、到")

    def to_representation(self, line: Line) -> dict[str, Any]:
        words = {"name": line.name, "organ_name": line.organ, "texts": masks.free(line.texts), "changes": line.changes}
        coded = EventLine(line.event).data
        return {**coded, **words}


class FeedLine(EventLine):
    """An event at its place in the register."""

    position = serializers.IntegerField(label="册位")
    number = serializers.CharField(source="case.number", label="办件编号")


class Feed(serializers.Serializer):
    events = FeedLine(many=True)
    next = serializers.IntegerField(label="下次请求的 since")
    more = serializers.BooleanField(label="后面还有，可立即再取")


class Timeline(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    events = TimelineLine(many=True)


class Day(serializers.Serializer):
    date = serializers.DateField(label="日期")
    counted = serializers.BooleanField(label="计入")
    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in Kind], label="种类")
    why = serializers.CharField(label="原因")


class WhyShape(serializers.Serializer):
    """Why a limit ends on its day; `runs` false where no such limit runs (then the rest is empty)."""

    runs = serializers.BooleanField(label="有这个期限")
    which = serializers.ChoiceField(choices=[("promise", "承诺时限"), ("statute", "法定时限")])
    start: Any = serializers.DateField(allow_null=True, label="起算日")
    limit = serializers.IntegerField(allow_null=True, label="工作日")
    due_on: Any = serializers.DateField(allow_null=True, label="到期")
    estimated = serializers.BooleanField(label="预计（超出已公布的放假安排）")
    steps = serializers.ListField(child=serializers.CharField(), label="理由")
    days = Day(many=True, label="逐日")


class FileShape(serializers.Serializer):
    name = serializers.CharField(label="文件名")
    digest = serializers.CharField(source="stored.digest", label="SHA-256")
    size = serializers.IntegerField(source="stored.size", label="字节数")
    content_type = serializers.CharField(source="stored.content_type", label="类型")
    added_at = serializers.DateTimeField(label="登记时刻")
    replaced_at = serializers.DateTimeField(allow_null=True, label="替换时刻")
    href = serializers.SerializerMethodField(label="下载地址")

    def get_href(self, file: File) -> str:
        return f"/api/v1/cases/{self.context['number']}/files/{file.stored.digest}"


class MaterialShape(serializers.Serializer):
    """申请材料: what the guide asked for at receipt and how it stands."""

    position = serializers.IntegerField(label="序号")
    name = serializers.CharField(label="名称")
    necessity = serializers.CharField(label="必要性")
    origin = serializers.CharField(allow_blank=True, label="来源")
    form = serializers.CharField(allow_blank=True, label="形式")
    copies = serializers.IntegerField(label="份数")
    hint = serializers.CharField(allow_blank=True, label="说明")
    status = serializers.ChoiceField(choices=Material.Status.choices, label="收取情况")
    note = serializers.SerializerMethodField(label="备注")
    files = FileShape(many=True, label="文件")

    def get_note(self, material: Material) -> str:
        return str(masks.free(material.note))


class Materials(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    materials = MaterialShape(many=True)
