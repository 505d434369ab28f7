"""收件限制与放行: the same rules as at the window."""

from __future__ import annotations

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.receiptbars import (
    BarPasses,
    BarPassRow,
    Lifting,
    PassAnswer,
    PassAsking,
    ReceiptBarRow,
    ReceiptBars,
)
from approvals.api.views.base import ApiView
from approvals.cases import barpasses, receiptbars
from approvals.cases.inputs import clean
from approvals.cases.registration import may_receive
from approvals.catalogue.queries import item_on, jurisdiction_of
from approvals.supervision import barring

AT_ONCE = 200


class ReceiptBarsView(ApiView):
    @extend_schema(operation_id="receipt_bars", summary="收件限制", tags=["监管"], responses=ReceiptBars)
    def get(self, request: Request) -> Response:
        """本单位看得到的收件限制，新的在前：作出的监管单位、涉及的受理机关负责人和窗口、协调员。"""
        return Response({"results": ReceiptBarRow(receiptbars.bars(self.actor)[:AT_ONCE], many=True).data})


class LiftView(ApiView):
    @extend_schema(
        operation_id="receipt_bar_lift",
        summary="解除收件限制",
        tags=["监管"],
        request=Lifting,
        responses=ReceiptBarRow,
    )
    def post(self, request: Request, bar: int) -> Response:
        """作出限制的监管单位提前解除。"""
        words = clean(Lifting, request.data)["words"]
        return Response(ReceiptBarRow(barring.lift(bar=bar, actor=self.actor, at=self.at, words=words)).data)


class PassesView(ApiView):
    @extend_schema(operation_id="bar_passes", summary="放行请求", tags=["监管"], responses=BarPasses)
    def get(self, request: Request) -> Response:
        """放行请求和答复，新的在前。"""
        return Response({"results": BarPassRow(barpasses.passes(self.actor)[:AT_ONCE], many=True).data})

    @extend_schema(
        operation_id="bar_pass_ask",
        summary="请求放行",
        tags=["监管"],
        request=PassAsking,
        responses={201: BarPasses},
    )
    def post(self, request: Request) -> Response:
        """窗口岗收件被拒（party-barred）后，写明理由请受理机关负责人放行一件。"""
        given = clean(PassAsking, request.data)
        found = jurisdiction_of(item=given["item"], region=self.actor.region, on=self.on, place=given.get("place", ""))
        may_receive(self.actor, found)
        asked = barpasses.ask(
            id_number=given["id_number"],
            item=given["item"],
            item_name=item_on(given["item"], self.on).name,
            organ=found.accept.in_the_name_of or found.accept.organ,
            actor=self.actor,
            at=self.at,
            words=given["words"],
        )
        return Response({"results": BarPassRow(asked, many=True).data}, status=201)


class PassAnswerView(ApiView):
    @extend_schema(
        operation_id="bar_pass_answer",
        summary="答复放行请求",
        tags=["监管"],
        request=PassAnswer,
        responses=BarPassRow,
    )
    def post(self, request: Request, bar_pass: int) -> Response:
        """受理机关负责人（决定岗、转报签发岗）同意或者不同意；同意只对一件有效。"""
        given = clean(PassAnswer, request.data)
        done = barpasses.answer(bar_pass=bar_pass, actor=self.actor, at=self.at, **given)
        return Response(BarPassRow(done).data)


def addresses() -> list[URLPattern]:
    return [
        path("receipt-bars", ReceiptBarsView.as_view()),
        path("receipt-bars/<key:bar>/lift", LiftView.as_view()),
        path("receipt-bars/passes", PassesView.as_view()),
        path("receipt-bars/passes/<key:bar_pass>/answer", PassAnswerView.as_view()),
    ]
