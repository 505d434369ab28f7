"""Questions from the counties to the city with their threads, and what became known of them, as the API says them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from approvals.api.serializers.common import OrganRef
from approvals.cases.inputs import Input, Text
from approvals.guidance.models import Article, Question
from approvals.guidance.queries import STATES
from approvals.organisations import masks

LISTED = [(key, str(state.label)) for key, state in STATES.items()]


class QuestionQuery(Input):
    state = serializers.ChoiceField(label="只看这种", choices=LISTED, required=False)
    item = Text(label="只看这个事项", required=False, max_length=20)
    since = serializers.IntegerField(
        label="上次应答的 next；从头取为 0", required=False, default=0, min_value=0, max_value=2**62
    )
    limit = serializers.IntegerField(label="最多几条", required=False, default=50, min_value=1, max_value=200)


class ArticleQuery(Input):
    item = Text(label="只看这个事项", required=False, max_length=20)
    q = Text(label="内容里的词、事项名称或拼音首字母", required=False, max_length=60)


class NewQuestion(Input):
    item = Text(label="事项代码；给了办件编号的以办件为准", required=False, allow_blank=True, max_length=20)
    number = Text(label="办件编号", required=False, allow_blank=True, max_length=24)
    title = Text(label="标题", max_length=80)
    text = Text(label="问题", max_length=4000)


class NewSaying(Input):
    text = Text(label="内容", max_length=4000)


class QuestionRow(serializers.Serializer):
    """业务咨询: one question, whom it waits for and until when."""

    id = serializers.IntegerField(label="编号")
    item = serializers.CharField(label="事项代码")
    number = serializers.CharField(source="case.number", default=None, allow_null=True, label="办件编号")
    region = serializers.CharField(source="region_id", label="区划代码")
    organ = OrganRef(label="提问单位")
    city_organ = OrganRef(label="答复单位")
    title = serializers.SerializerMethodField(label="标题")
    state = serializers.ChoiceField(choices=Question.State.choices, label="状态")
    asked_at = serializers.DateTimeField(label="提问时刻")
    due_on = serializers.DateField(label="答复期限")
    answered_at = serializers.DateTimeField(allow_null=True, label="首次答复时刻")

    def get_title(self, question: Question) -> str:
        return str(masks.free(question.title))


class SayingRow(serializers.Serializer):
    name = serializers.CharField(label="姓名")
    organ = serializers.CharField(label="单位")
    is_answer = serializers.BooleanField(label="市级答复")
    text = serializers.SerializerMethodField(label="内容")
    at = serializers.DateTimeField(label="时刻")
    files = serializers.SerializerMethodField(label="附件名称")

    def get_text(self, said: Any) -> str:
        return str(masks.free(said.text))

    def get_files(self, said: Any) -> list[str]:
        return [one.name for one in said.attachments.all()]


class QuestionThread(QuestionRow):
    sayings = SayingRow(many=True, label="往来")


class Questions(serializers.Serializer):
    results = QuestionRow(many=True)
    next = serializers.IntegerField(label="下次请求的 since")
    more = serializers.BooleanField(label="后面还有，可立即再取")


class ArticleRow(serializers.Serializer):
    """业务知识: an answer or a typical case the city made known."""

    id = serializers.IntegerField(label="编号")
    item = serializers.CharField(label="事项代码")
    kind = serializers.ChoiceField(choices=Article.Kind.choices, label="类别")
    title = serializers.CharField(label="标题")
    question = serializers.CharField(label="问题或案情")
    answer = serializers.CharField(label="答复或处理")
    organ = OrganRef(label="发布单位")
    published_at = serializers.DateTimeField(label="发布时刻")


class Articles(serializers.Serializer):
    results = ArticleRow(many=True)
    more = serializers.BooleanField(label="还有更多，收窄条件再查")
