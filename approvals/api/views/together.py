"""What has a unit's own system to inspect, what came of it, and to what is its unit invited?"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.oversight import OversightQuery, page_of
from approvals.api.serializers.together import GatheringRow, InspectionPlanRow, InspectionRow
from approvals.api.views.base import ApiView
from approvals.collaboration import gatherings, inspecting, queries
from approvals.collaboration.inputs import InvitationReply, ResultInput

TAGS = ["监管"]


def listed(view: ApiView, rows: Any, shape: Any) -> Response:
    """One page in the order in which rows came, after `since`."""
    asked = view.asked(OversightQuery)
    found = list(rows.filter(pk__gt=asked["since"]).order_by("pk")[: asked["limit"] + 1])
    more, found = len(found) > asked["limit"], found[: asked["limit"]]
    reached = found[-1].pk if found else asked["since"]
    return Response({"results": shape(found, many=True).data, "next": reached, "more": more})


class InspectionPlansView(ApiView):
    @extend_schema(
        operation_id="inspection_plans",
        summary="检查计划",
        tags=TAGS,
        parameters=[OversightQuery],
        responses=page_of(InspectionPlanRow),
    )
    def get(self, request: Request) -> Response:
        """本单位（协调员：本地区或全市）的检查计划，按编号先后。"""
        return listed(self, queries.plans(self.actor), InspectionPlanRow)


class InspectionsView(ApiView):
    @extend_schema(
        operation_id="inspections",
        summary="抽中的检查",
        tags=TAGS,
        parameters=[OversightQuery],
        responses=page_of(InspectionRow),
    )
    def get(self, request: Request) -> Response:
        """抽中的办件或证照、由谁检查、结果如何，按编号先后。"""
        return listed(self, queries.inspections(self.actor), InspectionRow)


class InspectionResultView(ApiView):
    @extend_schema(
        operation_id="inspection_result",
        summary="登记检查结果",
        tags=TAGS,
        request=ResultInput,
        responses=InspectionRow,
    )
    def post(self, request: Request, inspection: int) -> Response:
        """以抽中人员的名义登记结果，同时反馈到办件的推送线索；只登记一次（再登记答 409）。"""
        one = inspecting.record_result(inspection=inspection, actor=self.actor, at=self.at, given=request.data)
        return Response(InspectionRow(one).data)


class GatheringsView(ApiView):
    @extend_schema(
        operation_id="gatherings",
        summary="会商与联合踏勘",
        tags=TAGS,
        parameters=[OversightQuery],
        responses=page_of(GatheringRow),
    )
    def get(self, request: Request) -> Response:
        """本单位召集或被邀请的，按编号先后。"""
        rows = queries.gatherings(self.actor).prefetch_related("members__organ", "members__unit")
        return listed(self, rows, GatheringRow)


class ReplyView(ApiView):
    @extend_schema(
        operation_id="gathering_reply", summary="答复邀请", tags=TAGS, request=InvitationReply, responses=GatheringRow
    )
    def post(self, request: Request, gathering: int) -> Response:
        """参加的写明参加人，不参加的写明意见；登记结论之前可以重新答复。"""
        gatherings.reply(gathering=gathering, actor=self.actor, at=self.at, given=request.data)
        rows = queries.gatherings(self.actor).prefetch_related("members__organ", "members__unit")
        return Response(GatheringRow(rows.get(pk=gathering)).data)


def addresses() -> list[URLPattern]:
    return [
        path("inspection-plans", InspectionPlansView.as_view()),
        path("inspections", InspectionsView.as_view()),
        path("inspections/<key:inspection>/result", InspectionResultView.as_view()),
        path("gatherings", GatheringsView.as_view()),
        path("gatherings/<key:gathering>/reply", ReplyView.as_view()),
    ]
