"""政策文件: notice, signature, and the change of items; the rules are the pages' own."""

from __future__ import annotations

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.policies import (
    Policies,
    PolicyDetail,
    PolicyQuery,
    PolicyReadingRow,
    PolicyRow,
    PolicyTaskRow,
)
from approvals.api.views.base import ApiView
from approvals.supervision import policies
from approvals.supervision.policies import PolicyInput, TaskInput

AT_ONCE = 100


class PoliciesView(ApiView):
    @extend_schema(
        operation_id="policies", summary="政策文件", tags=["监管"], parameters=[PolicyQuery], responses=Policies
    )
    def get(self, request: Request) -> Response:
        """告知的政策文件，按编号先后。"""
        asked = self.asked(PolicyQuery)
        rows = list(policies.policies(self.actor).filter(pk__gt=asked["after"]).order_by("pk")[: AT_ONCE + 1])
        return Response({"results": PolicyRow(rows[:AT_ONCE], many=True).data, "more": len(rows) > AT_ONCE})

    @extend_schema(
        operation_id="policy_notify",
        summary="告知政策文件",
        tags=["监管"],
        request=PolicyInput,
        responses={201: PolicyDetail},
    )
    def post(self, request: Request) -> Response:
        """监管单位或者市级单位告知国家、省、市文件，写明涉及的事项。同一单位同一文号只告知一次（409）。"""
        made = policies.notify(actor=self.actor, at=self.at, given=request.data)
        return Response(PolicyDetail(policies.find(policy=made.pk, actor=self.actor)).data, status=201)


class PolicyView(ApiView):
    @extend_schema(operation_id="policy", summary="一份政策文件", tags=["监管"], responses=PolicyDetail)
    def get(self, request: Request, policy: int) -> Response:
        """文件、各单位签收和事项处理的情况。"""
        return Response(PolicyDetail(policies.find(policy=policy, actor=self.actor)).data)


class PolicyReadView(ApiView):
    @extend_schema(
        operation_id="policy_read", summary="签收政策文件", tags=["监管"], request=None, responses=PolicyReadingRow
    )
    def post(self, request: Request, policy: int) -> Response:
        """代表本单位签收，一个单位签一次。"""
        return Response(PolicyReadingRow(policies.read(policy=policy, actor=self.actor, at=self.at)).data)


class PolicyTaskView(ApiView):
    @extend_schema(
        operation_id="policy_task_close",
        summary="登记事项处理结果",
        tags=["监管"],
        request=TaskInput,
        responses=PolicyTaskRow,
    )
    def post(self, request: Request, policy: int, item: str) -> Response:
        """事项管理员说明事项改不改；改了的可以指明新版指南。"""
        done = policies.close_task(policy=policy, item=item, actor=self.actor, at=self.at, given=request.data)
        return Response(PolicyTaskRow(done).data)


def addresses() -> list[URLPattern]:
    return [
        path("policies", PoliciesView.as_view()),
        path("policies/<key:policy>", PolicyView.as_view()),
        path("policies/<key:policy>/read", PolicyReadView.as_view()),
        path("policies/<key:policy>/items/<code:item>/close", PolicyTaskView.as_view()),
    ]
