"""Which items are there, what does each ask for, and who holds which phase where?"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.catalogue import (
    DayQuery,
    ItemDetail,
    ItemQuery,
    ItemRow,
    Items,
    JurisdictionQuery,
    JurisdictionShape,
)
from approvals.api.views.base import ApiView
from approvals.catalogue.queries import (
    NoGuide,
    guide_on,
    item_on,
    items_in_force,
    jurisdiction_of,
    search_items,
)


class ItemsView(ApiView):
    @extend_schema(operation_id="items", summary="事项清单", tags=["事项"], parameters=[ItemQuery], responses=Items)
    def get(self, request: Request) -> Response:
        """全部事项，或按代码、名称、常用说法、拼音首字母查找（每个词都要符合）。"""
        asked = self.asked(ItemQuery)
        on, text = asked.get("on", self.on), asked.get("search", "")
        found = search_items(text, day=on, limit=asked["limit"]) if text.strip() else items_in_force(on)
        return Response({"on": on.isoformat(), "items": ItemRow(found[: asked["limit"]], many=True).data})


class ItemView(ApiView):
    @extend_schema(
        operation_id="item", summary="一个事项及其办事指南", tags=["事项"], parameters=[DayQuery], responses=ItemDetail
    )
    def get(self, request: Request, code: str) -> Response:
        """某日清单里的事项，连同当日的办事指南：期限、材料、申请表、审查要点、收费。"""
        on = self.asked(DayQuery).get("on", self.on)
        item = item_on(code, on)
        try:
            guide = guide_on(item, on)
        except NoGuide:
            guide = None
        return Response(ItemDetail(item, context={"guide": guide}).data)


class JurisdictionView(ApiView):
    @extend_schema(
        operation_id="jurisdiction",
        summary="管辖判断",
        tags=["事项"],
        parameters=[JurisdictionQuery],
        responses=JurisdictionShape,
    )
    def get(self, request: Request) -> Response:
        """某事项在某地某日由谁受理、审核、决定、监管，以及理由；不承接时说明差在哪里。"""
        asked = self.asked(JurisdictionQuery)
        answer = jurisdiction_of(
            item=asked["item"], region=asked["region"], on=asked.get("on", self.on), place=asked.get("place", "")
        )
        return Response(answer.as_json())
