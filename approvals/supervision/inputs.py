"""What does each kind of feedback say? One shape a kind, for pages, API and the core alike.

Two officers or more wherever somebody inspected or punished: 行政处罚法（2021年修订）第四十二条. Amounts in cents (分).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.supervision.words import FeedbackKind, InspectionResult, InspectionWay, PenaltyKind


class Given(Input):
    """Base: on which day, by which officers. `codes` names what stands in the chained record as it is."""

    on = serializers.DateField(label="日期")
    officers = serializers.ListField(label="执法人员（两人以上）", child=Text(max_length=40), max_length=20)

    def validate_officers(self, officers: list[str]) -> list[str]:
        named = [name for name in (" ".join(one.split()) for one in officers) if name]
        if len(set(named)) < 2:
            raise serializers.ValidationError("执法人员不得少于两人，逐人填写姓名。")
        return named

    def validate_on(self, on: date) -> date:
        if on > self.context["today"]:
            raise serializers.ValidationError("日期不能晚于今天。")
        if on < self.context["decided_on"]:
            raise serializers.ValidationError(f"日期不能早于决定之日 {self.context['decided_on']}。")
        return on


class Inspection(Given):
    codes = ("way", "result")
    way = serializers.ChoiceField(label="检查方式", choices=InspectionWay.choices)
    result = serializers.ChoiceField(label="检查结果", choices=InspectionResult.choices)
    findings = Text(label="情况", required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["result"] == InspectionResult.PROBLEM and not attrs.get("findings", "").strip():
            raise serializers.ValidationError({"findings": "写明发现了什么问题。"})
        return attrs


class Order(Given):
    codes = ("number", "due_on")
    number = Text(label="文书号", max_length=60)
    demands = Text(label="整改要求")
    due_on = serializers.DateField(label="整改期限")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["due_on"] < attrs["on"]:
            raise serializers.ValidationError({"due_on": "整改期限不能早于责令之日。"})
        return attrs


class Penalty(Given):
    codes = ("number", "penalty", "amount_cents")
    number = Text(label="处罚决定书文号", max_length=60)
    fact = Text(label="违法事实")
    penalty = serializers.ChoiceField(label="处罚种类", choices=PenaltyKind.choices)
    amount_cents = serializers.IntegerField(label="金额（分）", min_value=0, max_value=10**13, default=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["penalty"] == PenaltyKind.FINE and not attrs["amount_cents"]:
            raise serializers.ValidationError({"amount_cents": "罚款、没收须填写金额。"})
        return attrs


class CommitmentCheck(Given):
    codes = ("kept",)
    kept = serializers.BooleanField(label="承诺属实")
    findings = Text(label="情况", required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["kept"] and not attrs.get("findings", "").strip():
            raise serializers.ValidationError({"findings": "写明哪一项承诺不属实。"})
        return attrs


INPUTS: dict[FeedbackKind, type[Given]] = {
    FeedbackKind.INSPECTION: Inspection,
    FeedbackKind.ORDER: Order,
    FeedbackKind.PENALTY: Penalty,
    FeedbackKind.COMMITMENT_CHECK: CommitmentCheck,
}
