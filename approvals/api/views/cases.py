"""Which cases wait for this caller, what is known of one, and how does an application become one?"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, OperationalError
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api import pages
from approvals.api.idempotency import HEADER, keyed
from approvals.api.preconditions import tag
from approvals.api.serializers.cases import CaseDetail, CasePage, CaseRow, Registered
from approvals.api.views.base import ApiView
from approvals.cases import worklists
from approvals.cases.models import Case, Party
from approvals.cases.queries import find
from approvals.cases.registration import Application, register
from approvals.errors import Refused

TABS = {
    "duties": "待办",
    "open": "在办",
    "finished": "已办",
    "forwarded": "已转报",
    "returned": "退回",
}
SHOWN = ("snapshot", "holder", "region", "in_hand")


class CaseQuery(pages.Paging):
    tab = serializers.ChoiceField(label="哪一栏", choices=list(TABS.items()), required=False, default="duties")
    item = serializers.CharField(label="只看这个事项", required=False, max_length=20)


def shown(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with what a row of a list shows, and nothing encrypted."""
    applicants = Party.objects.filter(role=Party.Role.APPLICANT).only("case_id", "role", "name").order_by("position")
    return (
        cases.select_related(*SHOWN)
        .defer("snapshot__terms", "in_hand__phone")
        .prefetch_related(Prefetch("parties", applicants))
    )


class CasesView(ApiView):
    @extend_schema(operation_id="cases", summary="办件列表", tags=["办件"], parameters=[CaseQuery], responses=CasePage)
    def get(self, request: Request) -> Response:
        """本岗位的待办、在办、已办、已转报、退回。按到期先后（已办按新旧），逐页用 next 取下一页，不计总数。"""
        asked = self.asked(CaseQuery)
        cases = self.listed(asked["tab"])
        if "item" in asked:
            cases = cases.filter(snapshot__item=asked["item"])
        walk = pages.newest_first if asked["tab"] == "finished" else pages.by_due_day
        page = walk(shown(cases), cursor=asked.get("cursor"), limit=asked["limit"])
        rows = CaseRow(page.rows, many=True, context={"on": self.on, "at": self.at}).data
        return Response({"results": rows, "next": page.next})

    def listed(self, tab: str) -> QuerySet[Case]:
        if tab == "duties":
            return worklists.duties(self.actor, on=self.on)
        lists = {
            "open": worklists.open_cases,
            "finished": worklists.finished_cases,
            "forwarded": worklists.forwarded_cases,
            "returned": worklists.returned_cases,
        }
        return lists[tab](self.actor)

    @extend_schema(
        operation_id="register",
        summary="登记申请（收件）",
        tags=["办件"],
        request=Application,
        responses={201: Registered},
        parameters=[
            OpenApiParameter(
                HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="每个新申请一个新的唯一值；没有收到应答时用同一个值、同样的内容重发，不会重复收件。",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """收下一件申请：核对管辖和身份，编号，固定当日的清单、指南和各环节单位。`draft` 为 true 只存草稿。"""
        asked = keyed(request, actor=self.actor, body=request.data)
        before = asked.kept()
        if before is not None:
            return before
        try:
            case = register(
                actor=self.actor,
                at=self.at,
                given=request.data,
                also=lambda case: asked.keep(registered(case), at=self.at),
            )
        except (IntegrityError, OperationalError, Refused) as error:
            return asked.answer_or_raise(error)
        return registered(case)


def registered(case: Case) -> Response:
    headers = {"Location": f"/api/v1/cases/{case.number}", "ETag": tag(case.version)}
    return Response(Registered(case).data, status=201, headers=headers)


class CaseView(ApiView):
    @extend_schema(
        operation_id="case",
        summary="一个办件",
        tags=["办件"],
        responses=OpenApiResponse(CaseDetail, description="应答头 ETag 是版本，办理时放进 If-Match"),
    )
    def get(self, request: Request, number: str) -> Response:
        """办件现状与案卷：申请人（号码脱敏）、申请表、谁负责什么、决定、送达、停表、等待确认的提出。"""
        case = find(number=number, actor=self.actor)
        beside: list[Any] = [
            "parties",
            "correction_notices",
            "pauses",
            "point_answers",
            "site_records",
            "consents",
        ]
        prefetch_related_objects([case], *beside)
        shape = CaseDetail(case, context={"on": self.on, "at": self.at})
        return Response(shape.data, headers={"ETag": tag(case.version)})
