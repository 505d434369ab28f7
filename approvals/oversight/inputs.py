"""What does each act of oversight ask for? One shape an act, for pages, API and the core alike. Days in working days."""

from __future__ import annotations

from django.conf import settings
from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.oversight.words import Consequence, FindingKind, OpenCases


class FindingInput(Input):
    kind = serializers.ChoiceField(label="问题种类", choices=FindingKind.choices)
    text = Text(label="发现的问题", max_length=2000)
    order = Text(label="整改要求", max_length=2000)
    days = serializers.IntegerField(label="整改期限（工作日）", min_value=1, max_value=60)
    grave = serializers.BooleanField(label="情节严重", required=False, default=False)


class AnswerInput(Input):
    text = Text(label="整改情况", max_length=2000)


def _again() -> int:
    return settings.CORRECTION_AGAIN_WORKDAYS


class VerdictInput(Input):
    verdict = Text(label="核查意见", max_length=2000)
    good = serializers.BooleanField(label="整改到位", required=False, default=False)
    days = serializers.IntegerField(
        label="不到位的，再给几个工作日", required=False, default=_again, min_value=1, max_value=60
    )


class ResponsibilityInput(Input):
    person = serializers.IntegerField(label="责任人")
    ground = Text(label="事由和依据", max_length=2000)


class ConsequenceInput(Input):
    consequence = serializers.ChoiceField(label="处理结果", choices=Consequence.choices)
    outcome = Text(label="处理说明", max_length=2000)


class WithdrawalInput(Input):
    reasons = Text(label="撤牌理由", max_length=300)


class TakeBackInput(Input):
    from_on = serializers.DateField(label="自哪天起")
    open_cases = serializers.ChoiceField(label="在办件", choices=OpenCases.choices)
    exceptions = serializers.ListField(
        label="例外办件", child=Text(max_length=24), required=False, default=list, max_length=2000
    )
    reasons = Text(label="理由", max_length=2000)


class TakeBackAnswer(Input):
    answer = Text(label="意见", max_length=2000)
