"""What did the counties ask, what did the city answer, and what is known of an item? Under the rights of the pages."""

from __future__ import annotations

from django.db import IntegrityError, OperationalError, transaction
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.idempotency import HEADER, keyed
from approvals.api.serializers.guidance import (
    ArticleQuery,
    ArticleRow,
    Articles,
    NewQuestion,
    NewSaying,
    QuestionQuery,
    QuestionRow,
    Questions,
    QuestionThread,
)
from approvals.api.views.base import ApiView
from approvals.cases.inputs import clean
from approvals.errors import Refused
from approvals.guidance import actions
from approvals.guidance.knowledge import known
from approvals.guidance.queries import question_for, questions

AT_ONCE = 100
TAGS = ["业务指导"]
ONCE = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="每条新的咨询、答复或追问一个新的唯一值；没有收到应答时用同一个值、同样的内容重发，不会写两遍。",
)


class QuestionsView(ApiView):
    @extend_schema(
        operation_id="questions", summary="业务咨询", tags=TAGS, parameters=[QuestionQuery], responses=Questions
    )
    def get(self, request: Request) -> Response:
        """本岗位看得到的咨询，按提问先后。保存 next，下次从那里接着取。"""
        asked = self.asked(QuestionQuery)
        found = questions(self.actor, state=asked.get("state", ""), item=asked.get("item", ""))
        found = found.select_related("case", "organ").filter(pk__gt=asked["since"]).order_by("pk")
        rows = list(found[: asked["limit"] + 1])
        more, rows = len(rows) > asked["limit"], rows[: asked["limit"]]
        reached = rows[-1].pk if rows else asked["since"]
        return Response({"results": QuestionRow(rows, many=True).data, "next": reached, "more": more})

    @extend_schema(
        operation_id="question_ask",
        summary="问市级",
        tags=TAGS,
        request=NewQuestion,
        responses={201: QuestionThread},
        parameters=[ONCE],
    )
    def post(self, request: Request) -> Response:
        """县级就一个事项或一个办件提问，送事项所属市直单位的业务指导员，按期限答复。附件在页面上传。"""
        given = clean(NewQuestion, request.data)
        once = keyed(request, actor=self.actor, body=request.data)
        before = once.kept()
        if before is not None:
            return before
        try:
            with transaction.atomic():
                made = actions.ask(
                    actor=self.actor,
                    item=given.get("item", ""),
                    case_number=given.get("number", ""),
                    title=given["title"],
                    text=given["text"],
                    at=self.at,
                )
                answer = Response(QuestionThread(question_for(self.actor, made.pk)).data, status=201)
                once.keep(answer, at=self.at)
        except (IntegrityError, OperationalError, Refused) as error:
            return once.answer_or_raise(error)
        return answer


class QuestionView(ApiView):
    @extend_schema(operation_id="question", summary="一条咨询", tags=TAGS, responses=QuestionThread)
    def get(self, request: Request, question: int) -> Response:
        """一条咨询和全部往来；文字里的证件号码和手机脱敏。"""
        return Response(QuestionThread(question_for(self.actor, question)).data)


class SayingsView(ApiView):
    @extend_schema(
        operation_id="question_say",
        summary="答复或追问",
        tags=TAGS,
        request=NewSaying,
        responses=QuestionThread,
        parameters=[ONCE],
    )
    def post(self, request: Request, question: int) -> Response:
        """答复单位写的是答复，提问的县（市、区）写的是追问；追问会重新起算答复期限。"""
        given = clean(NewSaying, request.data)
        once = keyed(request, actor=self.actor, body=request.data)
        before = once.kept()
        if before is not None:
            return before
        try:
            with transaction.atomic():
                actions.say(actor=self.actor, question=question, text=given["text"], at=self.at)
                answer = Response(QuestionThread(question_for(self.actor, question)).data)
                once.keep(answer, at=self.at)
        except (IntegrityError, OperationalError, Refused) as error:
            return once.answer_or_raise(error)
        return answer


class ClosingView(ApiView):
    @extend_schema(operation_id="question_close", summary="办结", tags=TAGS, request=None, responses=QuestionThread)
    def post(self, request: Request, question: int) -> Response:
        """提问的县（市、区）得到了需要的答复。"""
        actions.close(actor=self.actor, question=question, at=self.at)
        return Response(QuestionThread(question_for(self.actor, question)).data)


class ArticlesView(ApiView):
    @extend_schema(
        operation_id="articles", summary="业务知识", tags=TAGS, parameters=[ArticleQuery], responses=Articles
    )
    def get(self, request: Request) -> Response:
        """市级发布的问答和典型案例，新的在前；撤下的不在里面。"""
        asked = self.asked(ArticleQuery)
        found = known(self.actor, item=asked.get("item", ""), text=asked.get("q", ""), on=self.on)[: AT_ONCE + 1]
        rows = list(found)
        return Response({"results": ArticleRow(rows[:AT_ONCE], many=True).data, "more": len(rows) > AT_ONCE})


def addresses() -> list[URLPattern]:
    return [
        path("guidance/questions", QuestionsView.as_view()),
        path("guidance/questions/<key:question>", QuestionView.as_view()),
        path("guidance/questions/<key:question>/sayings", SayingsView.as_view()),
        path("guidance/questions/<key:question>/close", ClosingView.as_view()),
        path("guidance/articles", ArticlesView.as_view()),
    ]
