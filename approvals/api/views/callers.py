"""How does a connected system get its token, and what may a caller choose to act as?"""

from __future__ import annotations

import json

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from oauth2_provider.oauth2_backends import get_oauthlib_core
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.authentication import Machine
from approvals.api.serializers.callers import Me, TokenAnswer, TokenError, TokenRequest
from approvals.api.views.base import ApiView
from approvals.organisations.access import Actor, actors_of


class TokenView(ApiView):
    """OAuth 2.0 client credentials and nothing else: no authorization page, no password, no refresh."""

    authentication_classes = []
    permission_classes = []
    parser_classes = [FormParser]
    throttle_scope = "token"
    largest_body = 16 * 1024

    @extend_schema(
        operation_id="token",
        summary="取得令牌",
        tags=["接入"],
        auth=[],
        request={"application/x-www-form-urlencoded": TokenRequest},
        responses={200: TokenAnswer, 400: TokenError, 401: TokenError},
    )
    def post(self, request: Request) -> HttpResponse:
        """接入系统用编号和密钥换令牌（RFC 6749 4.4）。范围：read 查看，act 办理。令牌只以摘要保存，半小时失效。"""
        given = request.data  # read by the form parser, then by the library
        if request.query_params or any("\x00" in value for values in given.lists() for value in values[1]):
            return self.malformed()
        try:
            _, headers, body, status = get_oauthlib_core().create_token_response(request._request)
        except ValueError:  # the library's word for parameters it cannot read
            return self.malformed()
        return HttpResponse(body, status=status, headers=headers)

    def malformed(self) -> HttpResponse:
        body = json.dumps({"error": "invalid_request"})
        return HttpResponse(body, status=400, content_type="application/json")


class MeView(ApiView):
    @extend_schema(operation_id="me", summary="我是谁", tags=["接入"], responses=Me)
    def get(self, request: Request) -> Response:
        """本次请求的岗位和可选的岗位。"""
        machine = isinstance(request.user, Machine)
        mine = [self.actor] if machine else actors_of(request.user, on=self.on)
        facts = {
            "kind": self.actor.kind,
            "name": self.actor.name,
            "client": request.user.client.name if machine else "",
            "scopes": sorted(request.auth.scopes) if machine else ["act", "read"],
            "acting": post_of(self.actor),
            "posts": [post_of(actor) for actor in mine],
        }
        return Response(Me(facts).data)


def post_of(actor: Actor) -> dict[str, object]:
    names = ("post", "role", "organ_code", "organ_name", "region", "level")
    return {name: getattr(actor, name) for name in names} | {"item_scope": list(actor.item_scope)}
