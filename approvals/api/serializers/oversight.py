"""What oversight tells other systems: filings, draws, findings, cards, takings back, figures. Texts of people stay inside."""

from typing import Any

from rest_framework import serializers

from approvals.api.serializers.common import OrganRef
from approvals.cases.inputs import Input, Text
from approvals.oversight.words import (
    Colour,
    Direction,
    FilingState,
    FindingKind,
    FindingSource,
    FindingState,
    OpenCases,
    Population,
    TakeBackState,
    Trigger,
)


class OversightQuery(Input):
    since = serializers.IntegerField(
        label="上次应答的 next；从头取为 0", required=False, default=0, min_value=0, max_value=2**62
    )
    limit = serializers.IntegerField(label="最多几条", required=False, default=50, min_value=1, max_value=200)


class FigureQuery(Input):
    first = serializers.DateField(label="从哪天")
    last = serializers.DateField(label="到哪天")
    region = Text(label="区划代码", required=False, max_length=6)


class OfCase(serializers.Serializer):
    """What every row about a case says first."""

    id = serializers.IntegerField(label="编号")
    number = serializers.CharField(source="case.number", label="办件编号")
    item = serializers.CharField(source="case.snapshot.item", label="事项代码")
    region = serializers.CharField(source="region_id", label="区划代码")
    unit = OrganRef(label="市级单位")
    organ = OrganRef(label="县级单位")


class FilingRow(OfCase):
    result = serializers.CharField(label="结果")
    decided_on = serializers.DateField(label="决定之日")
    filed_at = serializers.DateTimeField(label="报备时刻")
    due_on = serializers.DateField(label="审阅到期")
    state = serializers.ChoiceField(choices=FilingState.choices, label="状态")
    seen_at = serializers.DateTimeField(allow_null=True, label="审阅时刻")


class OversightFinding(OfCase):
    source = serializers.ChoiceField(choices=FindingSource.choices, label="来源")
    kind = serializers.ChoiceField(choices=FindingKind.choices, label="种类")
    grave = serializers.BooleanField(label="情节严重")
    due_on = serializers.DateField(label="整改到期")
    state = serializers.ChoiceField(choices=FindingState.choices, label="状态")
    opened_at = serializers.DateTimeField(label="提出时刻")
    answered_at = serializers.DateTimeField(allow_null=True, label="首次答复时刻")
    closed_at = serializers.DateTimeField(allow_null=True, label="销号时刻")


class CardRow(OfCase):
    trigger = serializers.ChoiceField(source="rule.trigger", choices=Trigger.choices, label="情形")
    colour = serializers.ChoiceField(choices=Colour.choices, label="颜色")
    due_on = serializers.DateField(label="到期之日")
    days_over = serializers.IntegerField(label="超过工作日")
    shown_at = serializers.DateTimeField(label="亮牌时刻")
    withdrawn_at = serializers.DateTimeField(allow_null=True, label="撤牌时刻")


class DrawRow(serializers.Serializer):
    """Everything whoever draws again needs; see docs/oversight.md for the six lines that do it."""

    id = serializers.IntegerField(label="编号")
    unit = OrganRef(label="市级单位")
    population = serializers.ChoiceField(choices=Population.choices, label="抽查对象")
    month = serializers.DateField(label="月份的第一天")
    percent = serializers.IntegerField(label="比例（%）")
    root = serializers.CharField(label="总册摘要")
    root_position = serializers.IntegerField(label="总册册位")
    seed = serializers.CharField(label="种子")
    numbers = serializers.ListField(child=serializers.CharField(), label="全部办件编号")
    drawn = serializers.SerializerMethodField(label="抽中的办件编号，按抽取的先后")
    drawn_at = serializers.DateTimeField(label="抽取时刻")

    def get_drawn(self, draw: Any) -> list[str]:
        return list(draw.samples.order_by("position").values_list("case__number", flat=True))


class TakeBackRow(serializers.Serializer):
    id = serializers.IntegerField(label="编号")
    direction = serializers.ChoiceField(choices=Direction.choices, label="方向")
    item = serializers.CharField(label="事项代码")
    region = serializers.CharField(source="region_id", label="区划代码")
    place = serializers.CharField(allow_blank=True, label="限定范围")
    unit = OrganRef(label="提出单位")
    second = OrganRef(label="确认单位")
    from_on = serializers.DateField(label="自哪天起")
    open_cases = serializers.ChoiceField(choices=OpenCases.choices, label="在办件")
    state = serializers.ChoiceField(choices=TakeBackState.choices, label="状态")
    proposed_at = serializers.DateTimeField(label="提出时刻")
    answered_at = serializers.DateTimeField(allow_null=True, label="答复时刻")


class FigureRow(serializers.Serializer):
    key = serializers.CharField(source="metric.key", label="指标代码")
    label = serializers.CharField(source="metric.label", label="指标")
    value = serializers.CharField(label="值")
    top = serializers.IntegerField(label="分子")
    bottom = serializers.IntegerField(allow_null=True, label="分母；只计数的没有")
    told = serializers.CharField(source="metric.told", label="怎么算")


def page_of(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """A page of such rows: where the next begins, and whether there is more already."""
    fields = {
        "results": row(many=True),
        "next": serializers.IntegerField(label="下次请求的 since"),
        "more": serializers.BooleanField(label="后面还有，可立即再取"),
    }
    return type(f"{row.__name__}Page", (serializers.Serializer,), fields)
