"""What a caller may do with a case, and what became of it."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.api.serializers.cases import CaseRow
from approvals.api.serializers.common import Blocker
from approvals.api.serializers.records import EventLine
from approvals.cases.inputs import INPUTS, Input, Nothing, Reasons, input_of
from approvals.cases.needs import Blocker as Missing
from approvals.cases.queries import Offer
from approvals.cases.words import Action, State, Step

ANSWERS = (Step.CONFIRM, Step.DECLINE, Step.RETRACT)
ACTIONS = [*Action.choices, *((one.value, one.label) for one in ANSWERS)]


def input_class(name: str) -> type[Input]:
    """The serializer of what an action at the doors asks for."""
    return Reasons if name in ANSWERS else input_of(name)


def input_name(name: str) -> str:
    """Its name in the OpenAPI schema."""
    return f"{input_class(name).__name__}Input"


for _input in {*INPUTS.values(), Nothing, Reasons}:
    set_override(_input, "component_name", f"{_input.__name__}Input")


def blocker(missing: Missing) -> dict[str, str]:
    """In the form in which a refusal lists it too."""
    return {"code": missing.code.lower(), "field": missing.field, "detail": missing.text}


class OfferShape(serializers.Serializer):
    """One thing this caller may do now."""

    action = serializers.CharField(source="name", label="动作")
    label = serializers.CharField(label="名称")
    step = serializers.ChoiceField(choices=Step.choices, label="一步办理，还是提出或确认")
    duty = serializers.BooleanField(label="是下一步（否则为附带动作）")
    to = serializers.ChoiceField(choices=State.choices, label="办完到哪个环节")
    next_holder = serializers.CharField(allow_blank=True, label="交给哪个单位")
    clock = serializers.CharField(allow_blank=True, label="对期限的影响")
    letter = serializers.CharField(allow_blank=True, label="产生的文书")
    push = serializers.CharField(allow_blank=True, label="产生的推送")
    confirmed_by = serializers.CharField(allow_blank=True, label="须由谁确认")
    missing = serializers.SerializerMethodField(label="还缺什么")
    input = serializers.SerializerMethodField(label="填写内容在本接口说明里的名称")
    href = serializers.SerializerMethodField(label="办理地址（POST，带 If-Match）")

    @extend_schema_field(Blocker(many=True))
    def get_missing(self, offer: Offer) -> list[dict[str, str]]:
        return [blocker(one) for one in offer.missing]

    def get_input(self, offer: Offer) -> str:
        return input_name(offer.name)

    def get_href(self, offer: Offer) -> str:
        return f"/api/v1/cases/{self.context['number']}/actions/{offer.name.lower()}"


class Offers(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    version = serializers.IntegerField(label="版本")
    actions = OfferShape(many=True, label="可办事项")


class DoneShape(serializers.Serializer):
    """The case after the act, and the act's own event."""

    case = CaseRow(label="办件现状")
    event = EventLine(label="这一步的记录")


class Batch(Input):
    """One act for many cases."""

    action = serializers.ChoiceField(choices=ACTIONS, label="动作")
    numbers = serializers.ListField(
        child=serializers.CharField(max_length=24), label="办件编号", min_length=1, max_length=100
    )
    given = serializers.DictField(label="填写内容（同单件）", required=False)


class BatchLine(serializers.Serializer):
    number = serializers.CharField(label="办件编号")
    done = serializers.BooleanField(label="已办")
    version = serializers.IntegerField(allow_null=True, label="版本")
    state = serializers.ChoiceField(choices=State.choices, allow_null=True, label="环节")
    problem: Any = serializers.JSONField(allow_null=True, label="没有办成的原因，同单件的 Problem")


class BatchAnswer(serializers.Serializer):
    done = serializers.IntegerField(label="办成几件")
    refused = serializers.IntegerField(label="没办成几件")
    results = BatchLine(many=True)
