"""What do all addresses share? Who asks, in which post, at which moment; how large a body may be; what comes back in headers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from approvals.api.authentication import BearerAuthentication
from approvals.api.callers import HasScope, actor_of
from approvals.api.parsers import StrictJSONParser
from approvals.api.problems import BodyTooLarge, request_id
from approvals.api.throttles import CallerThrottle
from approvals.calendars.workdays import local_day
from approvals.cases.inputs import Input, clean
from approvals.organisations.access import Actor


class ApiView(APIView):
    """The clock is read once a request; the actor is found when first asked for."""

    authentication_classes = [BearerAuthentication, SessionAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [CallerThrottle]
    parser_classes = [StrictJSONParser]
    largest_body = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    @staticmethod
    def scope_of(method: str) -> str:
        """The scope a token needs for a method."""
        return "read" if method in SAFE_METHODS else "act"

    @property
    def throttle_scope(self) -> str:
        return self.scope_of(self.request.method)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        self.at = timezone.now()
        self.on = local_day(self.at)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > self.largest_body:
            self.refuse_body()

    def refuse_body(self) -> None:
        raise BodyTooLarge(f"请求体最多 {self.largest_body // 1024 // 1024} MB；文件用 POST /api/v1/files 上传。")

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Request-ID"] = request_id()
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.request, on=self.on)

    def asked(self, query: type[Input]) -> dict[str, Any]:
        """The query parameters in their types. Raises Invalid."""
        return clean(query, {name: value for name, value in self.request.query_params.items() if name != "post"})
