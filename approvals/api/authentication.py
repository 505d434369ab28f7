"""Who is calling? A connected system with a bearer token, or a person with a session (and then a CSRF token)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OAuthRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from approvals.organisations.models import Client

REALM = "api"


@dataclass(frozen=True)
class Machine:
    """A connected system as the one who asks; stands where DRF expects a user."""

    client: Client

    is_authenticated = True
    is_anonymous = False

    @property
    def pk(self) -> str:
        return f"client-{self.client.pk}"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; a token in the query or the body is not looked at (RFC 6750 5.3).

    The library's own authentication class reads the request's body to look for one; that would parse before it asks.
    """

    def authenticate(self, request: Request) -> tuple[Machine, Any] | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        asked = OAuthRequest(request.build_absolute_uri(request.path), http_method=request.method)
        if not OAuth2Validator().validate_bearer_token(token.strip(), [], asked) or asked.client is None:
            raise exceptions.AuthenticationFailed("重新取得令牌（POST /api/v1/token/）后再试。")
        return Machine(asked.client), asked.access_token

    def authenticate_header(self, request: Request) -> str:
        given = request.headers.get("Authorization", "").lower().startswith("bearer")
        return f'Bearer realm="{REALM}"' + (', error="invalid_token"' if given else "")


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "approvals.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: [auto_schema.view.scope_of(auto_schema.method)]}

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/api/v1/token/", "scopes": {"read": "查看", "act": "办理"}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}
