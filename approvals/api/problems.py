"""How is a "no" told to a client? As application/problem+json (RFC 9457): every refusal, every error, one shape.

`type` is /problems/<code>; `code` is stable and meant for programs, `detail` says in Chinese what to do. What a refusal
carries besides (`errors`, `blockers`, `nearest_miss`, …) stands beside them. An unforeseen error tells nothing but its
request id, by which it is found in the log.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response

from approvals.cases.inputs import flat
from approvals.errors import Busy, Invalid, Refused, waited_too_long_for_lock

MEDIA_TYPE = "application/problem+json"


class Unstorable(Refused):
    code = "unstorable"
    status = 422
    title = "填写的内容超出可以保存的范围"


class BodyTooLarge(Refused):
    code = "body-too-large"
    status = 413
    title = "请求体太大"


class BodyMalformed(Refused):
    code = "body-malformed"
    status = 400
    title = "请求体不是有效的 JSON 对象"


class RequestMalformed(Refused):
    code = "request-malformed"
    status = 400
    title = "请求的格式有误"


TITLES: dict[str, tuple[str, str]] = {
    "parse_error": ("request-malformed", "请求的格式有误"),
    "not_authenticated": ("not-authenticated", "没有登录或没有带令牌"),
    "authentication_failed": ("authentication-failed", "令牌无效或已过期"),
    "permission_denied": ("permission-denied", "不允许"),
    "not_found": ("not-found", "没有这个地址"),
    "method_not_allowed": ("method-not-allowed", "这个地址不支持这种方法"),
    "not_acceptable": ("not-acceptable", "不能按要求的格式应答"),
    "unsupported_media_type": ("unsupported-media-type", "请求体的格式不受支持"),
    "throttled": ("throttled", "请求太频繁"),
}


def answer(refused: Refused, *, instance: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal as an answer."""
    members = problem(refused, instance=instance)
    return Response(members, status=refused.status, headers=headers, content_type=MEDIA_TYPE)


def problem(refused: Refused, *, instance: str) -> dict[str, Any]:
    """The members of a problem; what the refusal carries besides never hides the standard ones."""
    return refused.extra | {
        "type": f"/problems/{refused.code}",
        "title": refused.title,
        "status": refused.status,
        "detail": refused.detail,
        "instance": instance,
        "code": refused.code,
        "request_id": request_id(),
    }


def request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def handler(exc: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook: whatever a view raised, as a problem."""
    request = context["request"]
    refused, headers = _as_refused(exc), {}
    if refused is None:
        got_request_exception.send(sender=type(context["view"]), request=request._request)  # logged with its trace
        refused = Refused("没有写入任何内容；请稍后重试，仍不行时把请求号交给系统管理员。")
        refused.code, refused.status, refused.title = "internal-error", 500, "系统内部错误"
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry-After"] = f"{exc.wait:.0f}"
    if isinstance(refused, Busy):
        headers["Retry-After"] = "1"
    return answer(refused, instance=request.path, headers=headers)


def _as_refused(exc: Exception) -> Refused | None:
    """The refusal an exception stands for; None where nobody foresaw it."""
    if isinstance(exc, Refused):
        return exc
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.ValidationError):
        return Invalid(flat(exc.detail))
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    if isinstance(exc, RequestDataTooBig):
        return BodyTooLarge("减小请求体，或分几次提交。")
    if isinstance(exc, SuspiciousOperation | UnreadablePostError):
        return RequestMalformed("请求没有完整到达或含有不允许的内容；检查后重发。")
    if isinstance(exc, OperationalError) and waited_too_long_for_lock(exc):
        return Busy()
    if isinstance(exc, DataError):
        return Unstorable("有数字太大或文字含有不能保存的字符；改正后重试。")
    return None


def _of_framework(exc: exceptions.APIException) -> Refused | None:
    code = str(getattr(exc.detail, "code", exc.default_code))
    if exc.status_code >= 500 or code not in TITLES:
        return None
    refused = Refused(str(exc.detail))
    refused.code, refused.title = TITLES[code]
    refused.status = exc.status_code
    return refused
