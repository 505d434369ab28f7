"""On which version of a case does the caller act? `ETag` and `If-Match`, required on every act (RFC 9110 13.1.1, RFC 6585).

A tag is "v" and the version number in quotes: "v12". A proxy that compresses may have weakened it (W/"v12"): the version
is still meant.
"""

from __future__ import annotations

import re

from rest_framework.request import Request

from approvals.errors import Refused

TAG = re.compile(r'(?:W/)?"v(\d{1,9})"')


class PreconditionRequired(Refused):
    code = "precondition-required"
    status = 428
    title = "没有说明看到的是哪个版本"


class IfMatchMalformed(Refused):
    code = "if-match-malformed"
    status = 400
    title = "If-Match 的写法不对"


def tag(version: int) -> str:
    return f'"v{version}"'


def version_seen(request: Request) -> int:
    """The version the caller has seen. Raises PreconditionRequired, IfMatchMalformed."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired("先取办件，把应答里的 ETag 原样放进 If-Match 再办。")
    found = TAG.fullmatch(given)
    if found is None:
        raise IfMatchMalformed('写成取办件时应答的 ETag，如 "v12"；不接受 * 和多个值。')
    return int(found[1])
