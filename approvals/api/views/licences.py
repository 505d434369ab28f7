"""Which licences are there, how does one stand, and how does an organ's system act on one?"""

from __future__ import annotations

from datetime import timedelta

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.licences import LicenceDetail, LicencePage, LicenceQuery, LicenceRow, Opened
from approvals.api.views.base import ApiView
from approvals.audit.fields import search_hash
from approvals.cases.exofficio import Opening, open_proceeding
from approvals.cases.parties import one_way
from approvals.licences.access import visible
from approvals.licences.models import Holder, Licence
from approvals.licences.queries import LicenceNotFound, records, standing_is
from approvals.licences.words import Status


class LicencesView(ApiView):
    @extend_schema(
        operation_id="licences", summary="证照清单", tags=["证照"], parameters=[LicenceQuery], responses=LicencePage
    )
    def get(self, request: Request) -> Response:
        """本岗位看得到的证照，新颁发的在前。按编号、持证主体、类型、状态或到期天数筛选；状态按今天算。"""
        asked = self.asked(LicenceQuery)
        rows = Licence.objects.select_related("type", "organ").filter(visible(self.actor))
        if "number" in asked:
            rows = rows.filter(number=asked["number"])
        if "holder" in asked:
            holders = Holder.objects.filter(id_hash=search_hash(one_way(asked["holder"])))
            rows = rows.filter(pk__in=holders.values("licence"))
        if "type" in asked:
            rows = rows.filter(type__code=asked["type"])
        if "status" in asked:
            rows = rows.filter(standing_is(asked["status"], on=self.on))
        if "expires_within" in asked:
            until = self.on + timedelta(days=asked["expires_within"])
            rows = rows.filter(standing_is(Status.VALID, on=self.on), valid_to__range=(self.on, until))
        if "before" in asked:
            rows = rows.filter(pk__lt=asked["before"])
        limit = asked["limit"]
        found = list(rows.order_by("-pk")[: limit + 1])
        shown, more = found[:limit], len(found) > limit
        data = LicenceRow(shown, many=True, context={"on": self.on}).data
        return Response({"results": data, "next": shown[-1].pk if more else None})


class LicenceView(ApiView):
    @extend_schema(operation_id="licence", summary="一本证照", tags=["证照"], responses=LicenceDetail)
    def get(self, request: Request, licence: int) -> Response:
        """证照今天的状态、照面内容和全部记录；自然人证件号码部分隐去。"""
        one = self.found(licence)
        return Response(LicenceDetail(one, context={"on": self.on, "events": records(one)}).data)

    def found(self, pk: int) -> Licence:
        rows = Licence.objects.select_related("type", "organ").filter(visible(self.actor), pk=pk)
        one = rows.first()
        if one is None:
            raise LicenceNotFound("核对主键；别的单位颁发的证照看不到。")
        return one


class ProceedingsView(LicenceView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="licence_proceed",
        summary="依职权立案",
        tags=["证照"],
        request=Opening,
        responses={201: Opened},
    )
    def post(self, request: Request, licence: int) -> Response:
        """颁发机关对证照依职权立案（暂停、解除、撤回、撤销、注销、登记吊销），之后按办件办理；同一证照同时只有一件。"""
        one = self.found(licence)
        case = open_proceeding(licence=one.number, actor=self.actor, at=self.at, given=request.data)
        headers = {"Location": f"/api/v1/cases/{case.number}"}
        return Response(Opened(case).data, status=201, headers=headers)
