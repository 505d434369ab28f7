"""Where is the API described? /api/v1/schema/ for programs, /api/v1/ for people, both without the internet; and what
is said where there is nothing."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import exceptions
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.views.base import ApiView


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, made once per process."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    _made: dict[str, Any] = {}

    def get_renderers(self) -> list[BaseRenderer]:
        """YAML or JSON as the client accepts; `?format=json` for those who cannot say so in a header."""
        if self.request.query_params.get("format") == "json":
            return [OpenApiJsonRenderer()]
        return super().get_renderers()

    def _get_schema_response(self, request: Request) -> Response:
        if "document" not in self._made:
            generator = self.generator_class(urlconf=self.urlconf, api_version=None, patterns=self.patterns)
            self._made["document"] = generator.get_schema(request=None, public=True)
        return Response(self._made["document"], headers={"Cache-Control": "no-cache"})


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class BrowseView(SpectacularSwaggerSplitView):
    """Swagger's page builds its styles in the browser; nowhere else may a page do that."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    url_name = "api:schema"


class NothingHereView(ApiView):
    """Whatever has no address of its own, by whatever method."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    schema = None

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise exceptions.NotFound("没有这个地址；接口说明在 /api/v1/。")
