"""What does the log say of a request? Who asked, by which method, for which path; never what stands behind the `?`.

Searched names, codes and the place to come back to after the login stand there, and a log is read by people who may not
see them.
"""

from __future__ import annotations

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
