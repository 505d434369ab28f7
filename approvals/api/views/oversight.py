"""What has oversight seen, drawn, found and decided? To be read in the order in which it came, by whoever may see it."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.oversight import (
    CardRow,
    DrawRow,
    FigureQuery,
    FigureRow,
    FilingRow,
    OversightFinding,
    OversightQuery,
    TakeBackRow,
    page_of,
)
from approvals.api.views.base import ApiView
from approvals.oversight import queries
from approvals.oversight.metrics import METRICS, figure

LISTS: tuple[tuple[str, str, Any, Any], ...] = (
    ("filings", "县级报备", queries.filings, FilingRow),
    ("draws", "抽查的抽取", queries.draws, DrawRow),
    ("findings", "监督问题", queries.findings, OversightFinding),
    ("cards", "红黄牌", queries.cards, CardRow),
    ("take-backs", "收回与交还", queries.take_backs, TakeBackRow),
)


class OversightView(ApiView):
    """One list, by its key."""

    rows: Any = None
    shape: Any = None

    def get(self, request: Request) -> Response:
        asked = self.asked(OversightQuery)
        found = type(self).rows(self.actor).filter(pk__gt=asked["since"]).order_by("pk")
        rows = list(found[: asked["limit"] + 1])
        more, rows = len(rows) > asked["limit"], rows[: asked["limit"]]
        reached = rows[-1].pk if rows else asked["since"]
        return Response({"results": self.shape(rows, many=True).data, "next": reached, "more": more})


class FiguresView(ApiView):
    @extend_schema(
        operation_id="oversight_figures",
        summary="监督指标",
        tags=["承接监督"],
        parameters=[FigureQuery],
        responses=FigureRow(many=True),
    )
    def get(self, request: Request) -> Response:
        """每个指标的分子、分母和值；没有到期的不在分母里。"""
        asked = self.asked(FigureQuery)
        found = [
            figure(
                one,
                self.actor,
                first=asked["first"],
                last=asked["last"],
                on=self.on,
                region=asked.get("region", ""),
            )
            for one in METRICS.values()
        ]
        return Response(FigureRow(found, many=True).data)


def addresses() -> list[URLPattern]:
    """One address a list, so that the description of the API says what each gives."""
    lists = [path(f"oversight/{key}", _view(key, words, rows, shape)) for key, words, rows, shape in LISTS]
    return [*lists, path("oversight/figures", FiguresView.as_view())]


def _view(key: str, words: str, rows: Any, shape: Any) -> Any:
    described = extend_schema(
        operation_id=f"oversight_{key.replace('-', '_')}",
        summary=words,
        description="按编号先后。保存 next，下次从那里接着取。看得到什么与页面相同。",
        tags=["承接监督"],
        parameters=[OversightQuery],
        responses=page_of(shape),
    )
    view = type(
        f"{shape.__name__}sView", (OversightView,), {"rows": staticmethod(rows), "shape": shape, "__doc__": words}
    )
    return extend_schema_view(get=described)(view).as_view()
