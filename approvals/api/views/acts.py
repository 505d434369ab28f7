"""What may this caller do with a case now, and how is it done?

Every action of the workflow table has an address of its own, so that the description of the API says what it asks for.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.preconditions import tag, version_seen
from approvals.api.problems import problem
from approvals.api.serializers.acts import ANSWERS, Batch, BatchAnswer, DoneShape, Offers, input_class
from approvals.api.views.base import ApiView
from approvals.api.views.cases import shown
from approvals.cases.actions import Tried, perform, perform_many
from approvals.cases.inputs import clean
from approvals.cases.models import Case
from approvals.cases.queries import find, offers
from approvals.cases.words import Action
from approvals.cases.workflow import SYSTEM, TABLE

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='取办件时应答的 ETag，如 "v12"。缺少答 428；别人刚办过答 412，什么也没有写入。',
)


class OffersView(ApiView):
    @extend_schema(operation_id="case_actions", summary="可办事项", tags=["办理"], responses=Offers)
    def get(self, request: Request, number: str) -> Response:
        """本岗位现在能对这个办件做什么：还缺什么、办完到哪里、须由谁确认、填写内容叫什么。"""
        case = find(number=number, actor=self.actor)
        found = offers(case, self.actor, at=self.at)
        shape = Offers({"number": number, "version": case.version, "actions": found}, context={"number": number})
        return Response(shape.data, headers={"ETag": tag(case.version)})


class ActView(ApiView):
    """One act on one case. `action` is fixed where the address is the action's own."""

    action = ""

    @extend_schema(exclude=True)
    def post(self, request: Request, number: str, action: str = "") -> Response:
        done = perform(
            number=number,
            action=(self.action or action).upper(),
            actor=self.actor,
            at=self.at,
            given=request.data,
            version=version_seen(request),
        )
        case = shown(Case.objects.all()).get(pk=done.case.pk)
        shape = DoneShape({"case": case, "event": done.event}, context={"on": self.on, "at": self.at})
        return Response(shape.data, headers={"ETag": tag(case.version)})


class BatchView(ApiView):
    @extend_schema(operation_id="cases_batch", summary="批量办理", tags=["办理"], request=Batch, responses=BatchAnswer)
    def post(self, request: Request) -> Response:
        """对最多一百件做同一步。逐件办理或说明原因，办成的一次写入；没办成的不影响别的。"""
        asked = clean(Batch, request.data)
        tried = perform_many(
            numbers=asked["numbers"],
            action=asked["action"],
            actor=self.actor,
            at=self.at,
            given=asked.get("given"),
        )
        lines = [line(one) for one in tried]
        done = sum(1 for one in lines if one["done"])
        return Response({"done": done, "refused": len(lines) - done, "results": lines})


def line(one: Tried) -> dict[str, Any]:
    address = f"/api/v1/cases/{one.number}"
    return {
        "number": one.number,
        "done": one.done is not None,
        "version": one.done.case.version if one.done else None,
        "state": one.done.case.state if one.done else None,
        "problem": problem(one.refused, instance=address) if one.refused else None,
    }


def names() -> list[tuple[str, str]]:
    """Every act a person or connected system may take, with its Chinese name."""
    rows = {row.action for row in TABLE if set(row.by) != {SYSTEM}}
    own = [(action.value, action.label) for action in Action if action in rows]
    return own + [(step.value, f"{step.label}（对另一人的提出）") for step in ANSWERS]


def addresses() -> list[URLPattern]:
    """One address an action; any other name is answered by the core itself."""
    own = [path(f"cases/<number:number>/actions/{name.lower()}", _view(name, label)) for name, label in names()]
    return [*own, path("cases/<number:number>/actions/<str:action>", ActView.as_view())]


def _view(name: str, label: str) -> Any:
    described = extend_schema(
        operation_id=f"act_{name.lower()}",
        summary=label,
        description=_description(name),
        tags=["办理"],
        request=input_class(name),
        parameters=[IF_MATCH],
        responses=OpenApiResponse(DoneShape, description="已办；应答头 ETag 是新的版本"),
        exclude=False,
    )
    view = type(f"{name.title().replace('_', '')}View", (ActView,), {"action": name, "__doc__": label})
    return extend_schema_view(post=described)(view).as_view()


def _description(name: str) -> str:
    """Where the act stands in the workflow, read off the table."""
    lines = []
    for row in TABLE:
        if row.action == name:
            places = "、".join(state.label for state in row.source)
            consent = "；由另一人确认后生效" if row.consent else ""
            needs = "、".join(need.label for need in row.needs)
            lines.append(f"在「{places}」环节办理{consent}" + (f"；须有：{needs}" if needs else "") + "。")
    return "\n\n".join(dict.fromkeys(lines))
