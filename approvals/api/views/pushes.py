"""What was pushed to this unit, who takes it on, and what did it find? And which decisions have no unit yet?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.pushes import (
    Assigning,
    FeedbackRow,
    OrphanRow,
    Orphans,
    PushDetail,
    PushPage,
    PushQuery,
    PushRow,
)
from approvals.api.views.base import ApiView
from approvals.api.views.files import Whatever, sent
from approvals.cases.inputs import clean
from approvals.cases.models import File
from approvals.errors import Invalid
from approvals.supervision import actions, queries
from approvals.supervision.access import NotCoordinator, find
from approvals.supervision.inputs import INPUTS
from approvals.supervision.words import FeedbackKind

ORPHANS_AT_ONCE = 200


class PushesView(ApiView):
    @extend_schema(operation_id="pushes", summary="推送清单", tags=["监管"], parameters=[PushQuery], responses=PushPage)
    def get(self, request: Request) -> Response:
        """给本单位的推送，按单位内序号先后。保存 next，下次从那里接着取，不会漏也不会重。"""
        asked = self.asked(PushQuery)
        found = queries.pushes(self.actor)
        if "unit" in asked:
            found = found.filter(unit__code=asked["unit"])
        elif self.actor.unit is None:
            raise Invalid({"unit": ["指明监管单位代码。"]})
        if "state" in asked:
            found = found.filter(state=asked["state"])
        limit = asked["limit"]
        rows = list(found.filter(unit_sequence__gt=asked["since"]).order_by("unit_sequence")[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        reached = rows[-1].unit_sequence if rows else asked["since"]
        return Response({"results": PushRow(rows, many=True).data, "next": reached, "more": more})


class PushView(ApiView):
    @extend_schema(operation_id="push", summary="一条推送", tags=["监管"], responses=PushDetail)
    def get(self, request: Request, push: UUID) -> Response:
        """推送的内容、现状、反馈和记录。看一眼不算打开，见 open。"""
        return shown(push, self)


def shown(push: UUID, view: ApiView) -> Response:
    found = find(push=push, actor=view.actor)
    return Response(PushDetail(found, context={"on": view.on}).data)


class OpenView(ApiView):
    @extend_schema(operation_id="push_open", summary="打开", tags=["监管"], request=None, responses=PushDetail)
    def post(self, request: Request, push: UUID) -> Response:
        """打开推送。站内收件箱的推送，由本单位人员第一次打开时确认送达；接入系统打开不代替人员确认。"""
        actions.open_push(push=push, actor=self.actor, at=self.at)
        return shown(push, self)


class ClaimView(ApiView):
    @extend_schema(operation_id="push_claim", summary="认领", tags=["监管"], request=None, responses=PushDetail)
    def post(self, request: Request, push: UUID) -> Response:
        """以本单位认领。已认领的答 409，并说明由谁、何时认领。"""
        actions.claim(push=push, actor=self.actor, at=self.at)
        return shown(push, self)


class FeedbackView(ApiView):
    """One kind of feedback. `kind` is fixed where the address is the kind's own."""

    kind = ""

    @extend_schema(exclude=True)
    def post(self, request: Request, push: UUID, kind: str = "") -> Response:
        named = (self.kind or kind).upper()
        feedback = actions.feed_back(push=push, actor=self.actor, at=self.at, kind=named, given=request.data)
        return Response(FeedbackRow(feedback).data, status=201)


class PushFileView(ApiView):
    content_negotiation_class = Whatever

    @extend_schema(
        operation_id="push_file",
        summary="下载推送列出的文件",
        tags=["监管"],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, description="原件")},
    )
    def get(self, request: Request, push: UUID, digest: str) -> FileResponse:
        """推送内容里列出的一份材料。没有列出的，看不到。"""
        found = find(push=push, actor=self.actor)
        file = None
        if digest in queries.file_digests(found):
            files = File.objects.filter(material__case=found.case_id, stored__digest=digest)
            file = files.select_related("stored").order_by("-pk").first()
        if file is None:
            raise exceptions.NotFound("这条推送没有列出这份文件。")
        return sent(file)


class OrphansView(ApiView):
    @extend_schema(operation_id="orphans", summary="无主清单", tags=["监管"], responses=Orphans)
    def get(self, request: Request) -> Response:
        """没有规则指明监管单位的决定，最急的在前，等本地区（或市）协调员指定。"""
        if self.actor.role != "COORDINATOR":
            raise NotCoordinator("无主清单由协调员办理。")
        rows = list(queries.orphans(self.actor)[: ORPHANS_AT_ONCE + 1])
        shapes = OrphanRow(rows[:ORPHANS_AT_ONCE], many=True).data
        return Response({"results": shapes, "more": len(rows) > ORPHANS_AT_ONCE})


class AssignView(ApiView):
    @extend_schema(
        operation_id="orphan_assign", summary="指定监管单位", tags=["监管"], request=Assigning, responses=PushRow
    )
    def post(self, request: Request, orphan: int) -> Response:
        """把一条无主的决定交给一个监管单位，立即推送。"""
        unit = clean(Assigning, request.data)["unit"]
        push = actions.assign(orphan=orphan, unit=unit, actor=self.actor, at=self.at)
        return Response(PushRow(find(push=push.pk, actor=self.actor)).data)


def feedback_addresses() -> list[URLPattern]:
    """One address a kind, so that the description of the API says what each asks for."""
    own = [path(f"pushes/<uuid:push>/feedback/{kind.value.lower()}", _view(kind)) for kind in FeedbackKind]
    return [*own, path("pushes/<uuid:push>/feedback/<str:kind>", FeedbackView.as_view())]


def _view(kind: FeedbackKind) -> Any:
    described = extend_schema(
        operation_id=f"feedback_{kind.value.lower()}",
        summary=f"反馈：{kind.label}",
        description="认领后登记。内容相同的反馈不重复登记（409）。",
        tags=["监管"],
        request=INPUTS[kind],
        responses={201: FeedbackRow},
        exclude=False,
    )
    view = type(f"{kind.value.title().replace('_', '')}View", (FeedbackView,), {"kind": kind, "__doc__": kind.label})
    return extend_schema_view(post=described)(view).as_view()
