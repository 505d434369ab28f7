"""What does each kind of feedback say? One shape a kind, for pages, API and the core alike.

Two officers or more wherever somebody inspected or punished: 行政处罚法（2021年修订）第四十二条. Amounts in cents (分).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from rest_framework import serializers

from approvals.cases.inputs import Input, Text
from approvals.licences.words import GROUNDS, Ground, OfficialAct
from approvals.supervision.words import (
    BarScope,
    CreditColour,
    FeedbackKind,
    InspectionResult,
    InspectionWay,
    LeadKind,
    PenaltyKind,
    RecheckResult,
)


class Told(Input):
    """Base: on which day. `codes` names what stands in the chained record as it is."""

    on = serializers.DateField(label="日期")

    def validate_on(self, on: date) -> date:
        if on > self.context["today"]:
            raise serializers.ValidationError("日期不能晚于今天。")
        if on < self.context["decided_on"]:
            raise serializers.ValidationError(f"日期不能早于决定之日 {self.context['decided_on']}。")
        return on


class Given(Told):
    """Base of what officers did on the spot."""

    officers = serializers.ListField(label="执法人员（两人以上）", child=Text(max_length=40), max_length=20)

    def validate_officers(self, officers: list[str]) -> list[str]:
        named = [name for name in (" ".join(one.split()) for one in officers) if name]
        if len(set(named)) < 2:
            raise serializers.ValidationError("执法人员不得少于两人，逐人填写姓名。")
        return named


class Barring(Told):
    """收件限制: with an order, a penalty or a red rating, until a day, on a stated basis; left out, nothing is barred."""

    bar_until = serializers.DateField(label="限制收取新申请至（不限制的不填）", required=False)
    bar_scope = serializers.ChoiceField(label="限制哪些事项", choices=BarScope.choices, required=False)
    bar_basis = Text(label="限制的法律依据", required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        errors, until, today = {}, attrs.get("bar_until"), self.context["today"]
        if until is None and (attrs.get("bar_basis", "").strip() or attrs.get("bar_scope") == BarScope.ALL):
            errors["bar_until"] = "写了限制的依据或者范围，就要写限制到哪天。"
        if until is not None:
            if not attrs.get("bar_basis", "").strip():
                errors["bar_basis"] = "写明限制收件的法律、法规和条款；没有依据的不能限制。"
            if until < today:
                errors["bar_until"] = "限制到期不能早于今天。"
            elif until > today + timedelta(days=settings.BAR_LONGEST_DAYS):
                errors["bar_until"] = f"限制最长到 {today + timedelta(days=settings.BAR_LONGEST_DAYS)}。"
            if self.refuses_bar(attrs):
                errors["bar_until"] = self.refuses_bar(attrs)
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def refuses_bar(self, attrs: dict[str, Any]) -> str:
        """Why this feedback cannot bar anybody; empty where it can."""
        return ""


class Inspection(Given):
    codes = ("way", "result")
    way = serializers.ChoiceField(label="检查方式", choices=InspectionWay.choices)
    result = serializers.ChoiceField(label="检查结果", choices=InspectionResult.choices)
    findings = Text(label="情况", required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["result"] == InspectionResult.PROBLEM and not attrs.get("findings", "").strip():
            raise serializers.ValidationError({"findings": "写明发现了什么问题。"})
        return attrs


class Order(Barring, Given):
    codes = ("number", "due_on", "bar_until", "bar_scope")
    number = Text(label="文书号", max_length=60)
    demands = Text(label="整改要求")
    due_on = serializers.DateField(label="整改期限")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["due_on"] < attrs["on"]:
            raise serializers.ValidationError({"due_on": "整改期限不能早于责令之日。"})
        return super().validate(attrs)


class Penalty(Barring, Given):
    codes = ("number", "penalty", "amount_cents", "bar_until", "bar_scope")
    number = Text(label="处罚决定书文号", max_length=60)
    fact = Text(label="违法事实")
    penalty = serializers.ChoiceField(label="处罚种类", choices=PenaltyKind.choices)
    amount_cents = serializers.IntegerField(label="金额（分）", min_value=0, max_value=10**13, default=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["penalty"] == PenaltyKind.FINE and not attrs["amount_cents"]:
            raise serializers.ValidationError({"amount_cents": "罚款、没收须填写金额。"})
        return super().validate(attrs)


class CommitmentCheck(Given):
    codes = ("kept",)
    kept = serializers.BooleanField(label="承诺属实")
    findings = Text(label="情况", required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["kept"] and not attrs.get("findings", "").strip():
            raise serializers.ValidationError({"findings": "写明哪一项承诺不属实。"})
        return attrs


class Recheck(Given):
    """复查: of which order, and where it was not mended, by when it will be looked at again."""

    codes = ("order", "result", "due_on")
    order = serializers.IntegerField(label="针对哪一次责令整改（反馈序号）", min_value=1, max_value=2**31 - 1)
    result = serializers.ChoiceField(label="复查结果", choices=RecheckResult.choices)
    findings = Text(label="情况", required=False, allow_blank=True)
    due_on = serializers.DateField(label="再次复查最迟（没有整改到位时）", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        errors = {}
        if attrs["result"] == RecheckResult.NOT_MENDED:
            if not attrs.get("findings", "").strip():
                errors["findings"] = "写明哪一项没有整改到位。"
            if "due_on" not in attrs:
                errors["due_on"] = "定下再次复查的最迟日期。"
            elif attrs["due_on"] < self.context["today"]:
                errors["due_on"] = "再次复查的日期不能早于今天。"
        elif "due_on" in attrs:
            errors["due_on"] = "整改到位的不再定复查日期。"
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class Credit(Barring):
    codes = ("colour", "valid_to", "bar_until", "bar_scope")
    colour = serializers.ChoiceField(label="信用等级", choices=CreditColour.choices)
    grounds = Text(label="评价依据", max_length=500)
    valid_to = serializers.DateField(label="有效至", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("valid_to") and attrs["valid_to"] < self.context["today"]:
            raise serializers.ValidationError({"valid_to": "有效期不能早于今天。"})
        return super().validate(attrs)

    def refuses_bar(self, attrs: dict[str, Any]) -> str:
        return "" if attrs["colour"] == CreditColour.RED else "只有红色等级可以限制收件。"


class Lead(Told):
    codes = ("about",)
    about = serializers.ChoiceField(label="线索种类", choices=LeadKind.choices)
    content = Text(label="内容")


class Asking(Told):
    """撤销或者注销建议: 行政许可法第八条、第六十九条、第七十条; the ground has to belong to the act."""

    codes = ("act", "ground")
    act = serializers.ChoiceField(label="建议的处理", choices=OfficialAct.choices)
    ground = serializers.ChoiceField(label="事由", choices=Ground.choices)
    reasons = Text(label="事实和理由")
    evidence = Text(label="证据或者处罚决定文号", required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        act, ground = OfficialAct(attrs["act"]), Ground(attrs["ground"])
        if ground not in GROUNDS[act]:
            fitting = "；".join(one.label for one in GROUNDS[act])
            raise serializers.ValidationError({"ground": f"{act.label}的事由为：{fitting}。"})
        if ground in (Ground.PENALTY_SUSPENSION, Ground.PENALTY_REVOCATION) and not attrs.get("evidence", "").strip():
            raise serializers.ValidationError({"evidence": "填写行政处罚决定书文号。"})
        return attrs


INPUTS: dict[FeedbackKind, type[Told]] = {
    FeedbackKind.INSPECTION: Inspection,
    FeedbackKind.ORDER: Order,
    FeedbackKind.PENALTY: Penalty,
    FeedbackKind.COMMITMENT_CHECK: CommitmentCheck,
    FeedbackKind.RECHECK: Recheck,
    FeedbackKind.CREDIT: Credit,
    FeedbackKind.LEAD: Lead,
    FeedbackKind.PROPOSAL: Asking,
}
