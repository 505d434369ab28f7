"""Where are the result and the paper originals of a case? Sending and serving themselves are acts like any other."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.delivery import Delivery, Originals
from approvals.api.views.base import ApiView
from approvals.cases.custody import originals_of
from approvals.cases.models import DeliveryWish, Dispatch
from approvals.cases.queries import find
from approvals.cases.words import State

SERVING = (State.DECIDED, State.SEALED)


class DeliveryView(ApiView):
    @extend_schema(operation_id="case_delivery", summary="送达与邮寄", tags=["办件"], responses=Delivery)
    def get(self, request: Request, number: str) -> Response:
        """申请人选的方式、送达最迟哪天、每次寄送的运单和轨迹。寄出、送达用办件动作 DISPATCH、DELIVER。"""
        case = find(number=number, actor=self.actor)
        told = {
            "number": case.number,
            "due_on": case.due_on if case.state in SERVING else None,
            "wish": DeliveryWish.objects.filter(pk=case.pk).first(),
            "dispatches": Dispatch.objects.filter(case=case).order_by("pk").prefetch_related("postal_events"),
        }
        return Response(Delivery(told).data)


class OriginalsView(ApiView):
    @extend_schema(operation_id="case_originals", summary="纸质原件在哪里", tags=["办件"], responses=Originals)
    def get(self, request: Request, number: str) -> Response:
        """每份纸质原件现在在哪个单位，在途、没有收到、归档还是寄还了申请人。"""
        case = find(number=number, actor=self.actor)
        return Response(Originals({"number": case.number, "originals": originals_of(case)}).data)
