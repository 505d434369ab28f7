"""建议和线索: what waits for the approving organ, and its answer. The rules are the pages' own."""

from __future__ import annotations

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.serializers.proposals import Adopting, ProposalAnswer, ProposalQuery, ProposalRow, Proposals
from approvals.api.views.base import ApiView
from approvals.cases.inputs import clean
from approvals.supervision import proposing

AT_ONCE = 100


class ProposalsView(ApiView):
    @extend_schema(
        operation_id="proposals",
        summary="建议和线索",
        tags=["监管"],
        parameters=[ProposalQuery],
        responses=Proposals,
    )
    def get(self, request: Request) -> Response:
        """监管单位向审批单位提出的撤销、注销等建议和线索，按编号先后：提出的单位、答复的单位和协调员看得到。"""
        asked = self.asked(ProposalQuery)
        found = proposing.proposals(self.actor).filter(pk__gt=asked["after"]).order_by("pk")
        if "state" in asked:
            found = found.filter(state=asked["state"])
        rows = list(found[: AT_ONCE + 1])
        return Response({"results": ProposalRow(rows[:AT_ONCE], many=True).data, "more": len(rows) > AT_ONCE})


class OneProposal(ApiView):
    def shown(self, proposal: int) -> Response:
        return Response(ProposalRow(proposing.find(proposal=proposal, actor=self.actor)).data)


class ProposalView(OneProposal):
    @extend_schema(operation_id="proposal", summary="一条建议或者线索", tags=["监管"], responses=ProposalRow)
    def get(self, request: Request, proposal: int) -> Response:
        """建议的内容和审批单位的答复。"""
        return self.shown(proposal)


class AdoptView(OneProposal):
    @extend_schema(
        operation_id="proposal_adopt", summary="采纳并立案", tags=["监管"], request=Adopting, responses=ProposalRow
    )
    def post(self, request: Request, proposal: int) -> Response:
        """审批单位审查岗采纳，同时开一件依职权办件；应答的 proceeding 是它的编号。"""
        words = clean(Adopting, request.data).get("words", "")
        proposing.adopt(proposal=proposal, actor=self.actor, at=self.at, words=words)
        return self.shown(proposal)


class RefuseView(OneProposal):
    @extend_schema(
        operation_id="proposal_refuse", summary="不采纳", tags=["监管"], request=ProposalAnswer, responses=ProposalRow
    )
    def post(self, request: Request, proposal: int) -> Response:
        """审批单位决定岗答复不采纳的理由。"""
        words = clean(ProposalAnswer, request.data)["words"]
        proposing.refuse(proposal=proposal, actor=self.actor, at=self.at, words=words)
        return self.shown(proposal)


class NoteView(OneProposal):
    @extend_schema(
        operation_id="lead_note", summary="阅处线索", tags=["监管"], request=ProposalAnswer, responses=ProposalRow
    )
    def post(self, request: Request, proposal: int) -> Response:
        """审批单位答复线索怎样办理。"""
        words = clean(ProposalAnswer, request.data)["words"]
        proposing.note_lead(proposal=proposal, actor=self.actor, at=self.at, words=words)
        return self.shown(proposal)


def addresses() -> list[URLPattern]:
    return [
        path("proposals", ProposalsView.as_view()),
        path("proposals/<key:proposal>", ProposalView.as_view()),
        path("proposals/<key:proposal>/adopt", AdoptView.as_view()),
        path("proposals/<key:proposal>/refuse", RefuseView.as_view()),
        path("proposals/<key:proposal>/note", NoteView.as_view()),
    ]
