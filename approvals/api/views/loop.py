"""What if a push is not for this unit, what does the unit's own system hold, and to whom would a decision go?"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.loop import (
    Acknowledged,
    Acknowledging,
    Answering,
    Objecting,
    ObjectionRow,
    Objections,
    Reconciled,
    ReconciliationRow,
    Reconciliations,
    TrialQuery,
)
from approvals.api.serializers.pushes import PushRow
from approvals.api.views.base import ApiView
from approvals.cases.inputs import clean
from approvals.organisations.models import Role
from approvals.supervision import closing, objecting, pulling, queries, reconciling
from approvals.supervision.access import NotCoordinator, find
from approvals.supervision.bench import trial
from approvals.supervision.models import Reconciliation
from approvals.supervision.reconciling import ReconciliationNotFound

AT_ONCE = 200
DAYS = 60


class ObjectionView(ApiView):
    @extend_schema(
        operation_id="push_object", summary="提出异议", tags=["监管"], request=Objecting, responses={201: ObjectionRow}
    )
    def post(self, request: Request, push: UUID) -> Response:
        """认领期限内、每条一次：非本单位职责、信息不全、重复、属地不符、对许可有异议。答复前不用认领。"""
        given = clean(Objecting, request.data)
        made = objecting.object_to(push=push, actor=self.actor, at=self.at, **given)
        return Response(ObjectionRow(made).data, status=201)


class CloseView(ApiView):
    @extend_schema(operation_id="push_close", summary="闭环", tags=["监管"], request=None, responses=PushRow)
    def post(self, request: Request, push: UUID) -> Response:
        """首次检查已做、责令整改都已复查，就此闭环；否则答 409，说明还缺什么。"""
        closing.close(push=push, actor=self.actor, at=self.at)
        return Response(PushRow(find(push=push, actor=self.actor)).data)


class ObjectionsView(ApiView):
    @extend_schema(operation_id="objections", summary="待答复的异议", tags=["监管"], responses=Objections)
    def get(self, request: Request) -> Response:
        """等本地区（或市）协调员答复的异议，最急的在前。"""
        if self.actor.role != Role.COORDINATOR:
            raise NotCoordinator("异议由协调员答复。")
        rows = list(queries.objections(self.actor)[: AT_ONCE + 1])
        return Response({"results": ObjectionRow(rows[:AT_ONCE], many=True).data, "more": len(rows) > AT_ONCE})


class AnswerView(ApiView):
    @extend_schema(
        operation_id="objection_answer", summary="答复异议", tags=["监管"], request=Answering, responses=PushRow
    )
    def post(self, request: Request, push: UUID) -> Response:
        """改派、补充后重推、撤销重复、转决定机关、驳回。应答是现在有效的那条推送。"""
        given = clean(Answering, request.data)
        stands = objecting.answer_objection(push=push, actor=self.actor, at=self.at, **given)
        return Response(PushRow(find(push=stands.pk, actor=self.actor)).data)


class AcknowledgeView(ApiView):
    @extend_schema(
        operation_id="pushes_acknowledge",
        summary="确认取到",
        tags=["监管"],
        request=Acknowledging,
        responses=Acknowledged,
    )
    def post(self, request: Request) -> Response:
        """「对方来取」的单位按游标取推送后，以末个序号和摘要确认；摘要不符的不确认（409）。一次最多 200 条。"""
        given = clean(Acknowledging, request.data)
        return Response({"confirmed": pulling.acknowledge(actor=self.actor, at=self.at, **given)})


class ReconciliationsView(ApiView):
    @extend_schema(operation_id="reconciliations", summary="每日对账", tags=["监管"], responses=Reconciliations)
    def get(self, request: Request) -> Response:
        """本单位近 60 次对账，新的在前。"""
        rows = Reconciliation.objects.filter(unit=self.actor.unit).select_related("unit").order_by("-day")[:DAYS]
        return Response({"results": ReconciliationRow(rows, many=True).data})


class ReconcileView(ApiView):
    @extend_schema(
        operation_id="reconciliation_answer",
        summary="答复对账",
        tags=["监管"],
        request=Reconciled,
        responses=ReconciliationRow,
        parameters=[],
    )
    def post(self, request: Request, day: str) -> Response:
        """本单位系统说明某日收到的条数、摘要和缺的序号；缺的由平台补投。"""
        try:
            on = date.fromisoformat(day)
        except ValueError as error:
            raise ReconciliationNotFound(f"没有 {day} 的对账。") from error
        given = clean(Reconciled, request.data)
        row = reconciling.answer(day=on, actor=self.actor, at=self.at, given=given)
        return Response(ReconciliationRow(row).data)


class TrialView(ApiView):
    @extend_schema(
        operation_id="push_trial",
        summary="试算推送给谁",
        tags=["监管"],
        parameters=[TrialQuery],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """这个事项在这个地区、以这种方式办理，决定推送给谁、抄送谁、为什么；不写任何数据。"""
        if self.actor.role not in (Role.COORDINATOR, Role.ITEM_ADMIN):
            raise NotCoordinator("推送规则试算由协调员和事项管理员使用。")
        return Response(trial(on=self.on, **self.asked(TrialQuery)).as_json())


def addresses() -> list[URLPattern]:
    return [
        path("pushes/<uuid:push>/objection", ObjectionView.as_view()),
        path("pushes/<uuid:push>/close", CloseView.as_view()),
        path("pushes/acknowledge", AcknowledgeView.as_view()),
        path("pushes/trial", TrialView.as_view()),
        path("objections", ObjectionsView.as_view()),
        path("objections/<uuid:push>/answer", AnswerView.as_view()),
        path("reconciliations", ReconciliationsView.as_view()),
        path("reconciliations/<str:day>", ReconcileView.as_view()),
    ]
