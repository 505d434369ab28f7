"""What may be typed about a question, an answer made known, a meeting, a training notice? One sentence a mistake."""

from __future__ import annotations

from typing import Any

from django import forms

from approvals.cases.access import HANDLERS
from approvals.guidance.actions import TEXT, TITLE
from approvals.guidance.models import Article
from approvals.organisations.models import Region, Role


def text(label: str, told: str, *, most: int = TEXT, rows: int = 5, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": told, "max_length": f"最多 {most} 字，写短一些或放进附件。"},
    )


def line(label: str, told: str, *, most: int = TITLE, required: bool = True) -> forms.CharField:
    said = {"required": told, "max_length": f"最多 {most} 字。"}
    return forms.CharField(label=label, max_length=most, required=required, error_messages=said)


class Plain(forms.Form):
    """What is wrong is said beside the field, in our own sentence, not by the browser."""

    use_required_attribute = False


class AskForm(Plain):
    item = line("事项", "写事项代码，如 3-38。", most=20, required=False)
    case_number = line("办件编号", "", most=24, required=False)
    title = line("标题", "写一句标题。")
    text = text("问题", "写清要问什么。")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("item") and not given.get("case_number"):
            self.add_error("item", "写事项代码，如 3-38，或者写办件编号。")
        return given


class SayForm(Plain):
    text = text("内容", "写清内容。", rows=4)


class MeetForm(Plain):
    starts_at = forms.DateTimeField(
        label="开始",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"required": "选开始时间。", "invalid": "时间写成 2026-03-02 09:30。"},
    )
    minutes = forms.IntegerField(
        label="分钟", initial=30, error_messages={"required": "填时长。", "invalid": "时长填整数分钟。"}
    )
    link = line("会议链接", "", most=300, required=False)


class ArticleForm(Plain):
    item = line("事项", "写事项代码，如 3-38。", most=20)
    kind = forms.ChoiceField(
        label="类别",
        choices=Article.Kind.choices,
        error_messages={"required": "选问答或典型案例。", "invalid_choice": "选问答或典型案例。"},
    )
    title = line("标题", "写一句标题。")
    question = text("问题或案情", "写清问题或案情，不写当事人。")
    answer = text("答复或处理", "写清答复或处理。")


class TrainingForm(Plain):
    title = line("标题", "写一句标题。")
    text = text("内容", "写清时间、地点、内容。")
    due_on = forms.DateField(
        label="签收期限",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "选签收期限。", "invalid": "日期写成 2026-03-02。"},
    )
    regions = forms.MultipleChoiceField(label="地区", required=False, widget=forms.CheckboxSelectMultiple)
    roles = forms.MultipleChoiceField(
        label="岗位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, one.label) for one in Role if one in HANDLERS],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
        self.fields["regions"].choices = [(one.code, one.name) for one in counties]  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[Any]:
        """The two groups of ticks."""
        return [self["regions"], self["roles"]]
