"""What happened to a case, why is it due that day, what was handed in; and what happened everywhere since last time?"""

from __future__ import annotations

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.records import (
    Feed,
    FeedLine,
    Materials,
    MaterialShape,
    Timeline,
    TimelineLine,
    WhyShape,
)
from approvals.api.views.base import ApiView
from approvals.audit.models import RegisterEntry
from approvals.cases.access import visible
from approvals.cases.inputs import Input
from approvals.cases.models import Case, Event, File
from approvals.cases.queries import find, timeline, why

READ_AT_ONCE = 500  # register entries looked at for one page, seen or not
CASES = "case"  # the register's kind of a case's events


class WhyQuery(Input):
    which = serializers.ChoiceField(
        label="哪个期限",
        choices=[("promise", "承诺时限"), ("statute", "法定时限")],
        required=False,
        default="promise",
    )


class FeedQuery(Input):
    since = serializers.IntegerField(
        label="上次应答的 next；从头取为 0", required=False, default=0, min_value=0, max_value=2**63 - 1
    )
    limit = serializers.IntegerField(label="最多几条", required=False, default=100, min_value=1, max_value=READ_AT_ONCE)


class EventsView(ApiView):
    @extend_schema(operation_id="case_events", summary="办理记录", tags=["办件"], responses=Timeline)
    def get(self, request: Request, number: str) -> Response:
        """这个办件的全部记录，先后有序，只增不改；`changes` 说明每一步对到期日的改变。"""
        case = find(number=number, actor=self.actor)
        return Response({"number": case.number, "events": TimelineLine(timeline(case), many=True).data})


class WhyView(ApiView):
    @extend_schema(
        operation_id="case_why", summary="为什么是这一天到期", tags=["办件"], parameters=[WhyQuery], responses=WhyShape
    )
    def get(self, request: Request, number: str) -> Response:
        """承诺（或法定）到期日的由来：起算日、工作日数、停表和延期、逐日是否计入及原因。"""
        which = self.asked(WhyQuery)["which"]
        case = find(number=number, actor=self.actor)
        told = why(case, which=which)
        if told is None:
            nothing = {"start": None, "limit": None, "due_on": None, "estimated": False, "steps": [], "days": []}
            return Response({"runs": False, "which": which} | nothing)
        facts = {
            "runs": True,
            "which": which,
            "start": told.start,
            "limit": told.days,
            "due_on": told.due_on,
            "estimated": told.answer.estimated,
            "steps": told.steps,
            "days": told.answer.days,
        }
        return Response(WhyShape(facts).data)


class MaterialsView(ApiView):
    @extend_schema(operation_id="case_materials", summary="申请材料", tags=["办件"], responses=Materials)
    def get(self, request: Request, number: str) -> Response:
        """指南要求的材料、收取情况和文件；被替换的文件仍列出。"""
        case = find(number=number, actor=self.actor)
        files = File.objects.select_related("stored").order_by("pk")
        rows = case.materials.order_by("position").prefetch_related(Prefetch("files", files))
        shapes = MaterialShape(rows, many=True, context={"number": case.number}).data
        return Response({"number": case.number, "materials": shapes})


class FeedView(ApiView):
    @extend_schema(operation_id="events", summary="事件流", tags=["办件"], parameters=[FeedQuery], responses=Feed)
    def get(self, request: Request) -> Response:
        """册位 since 之后、本岗位可见办件的事件，按册位先后，只有编号、数字和日期。

        保存 next，下次从那里接着取，不会漏也不会重。
        """
        asked = self.asked(FeedQuery)
        entries = list(
            RegisterEntry.objects.filter(position__gt=asked["since"]).order_by("position")[: READ_AT_ONCE + 1]
        )
        more, entries = len(entries) > READ_AT_ONCE, entries[:READ_AT_ONCE]
        rows = [entry.row for entry in entries if entry.kind == CASES]
        mine = Case.objects.filter(visible(self.actor))
        events = Event.objects.filter(pk__in=rows, case__in=mine).select_related("case").in_bulk()
        found, reached = [], asked["since"]
        for entry in entries:
            if len(found) == asked["limit"]:
                more = True
                break
            reached = entry.position
            if entry.kind == CASES and entry.row in events:
                events[entry.row].position = entry.position
                found.append(events[entry.row])
        return Response({"events": FeedLine(found, many=True).data, "next": reached, "more": more})
