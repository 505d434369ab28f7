"""Was this very request answered before? One key, one effect, one answer (draft-ietf-httpapi-idempotency-key-header).

The key is written in the transaction of the case it stands for: after a crash there is either both or neither, and a
repeated request finds the first answer. Two at once: the second waits for the first and gets the same answer; where it
waits too long it is told so (409) and may try again. A refused request leaves no key: it may be corrected and sent again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.api.authentication import Machine
from approvals.api.models import IdempotencyKey
from approvals.errors import Refused, waited_too_long_for_lock
from approvals.organisations.access import Actor

HEADER = "Idempotency-Key"
LONGEST = 255
REPEATED = ("Location", "ETag")  # what an answer's headers say of its effect


class KeyRequired(Refused):
    code = "idempotency-key-required"
    status = 400
    title = "缺少 Idempotency-Key"


class KeyMalformed(Refused):
    code = "idempotency-key-malformed"
    status = 400
    title = "Idempotency-Key 的写法不对"


class KeyReused(Refused):
    code = "idempotency-key-reused"
    status = 422
    title = "同一个 Idempotency-Key 用在了不同的请求上"


class InFlight(Refused):
    code = "request-in-flight"
    title = "同一个请求正在办理"


@dataclass(frozen=True)
class Keyed:
    """A request under its key."""

    owner: str
    key: str
    digest: str

    def kept(self) -> Response | None:
        """The answer this request got before, if it did. Raises KeyReused when another request got it."""
        found = IdempotencyKey.objects.filter(owner=self.owner, key=self.key).first()
        if found is None:
            return None
        if found.digest != self.digest:
            raise KeyReused("每个新的请求换一个新的 Idempotency-Key（如 UUID）；重发时内容不能变。")
        headers = found.headers | {"Idempotency-Replayed": "true"}
        return Response(json.loads(found.body), status=found.status, headers=headers)

    def keep(self, response: Response, *, at: datetime) -> None:
        """Write down the answer, inside the transaction of its effect. Raises IntegrityError if somebody did before."""
        IdempotencyKey.objects.create(
            owner=self.owner,
            key=self.key,
            digest=self.digest,
            status=response.status_code,
            headers={name: response[name] for name in REPEATED if response.has_header(name)},
            body=json.dumps(response.data, ensure_ascii=False),
            created_at=at,
        )

    def answer_or_raise(self, error: IntegrityError | OperationalError | Refused) -> Response:
        """What to say when the effect failed: the answer of a twin that came first, or the failure itself."""
        if isinstance(error, OperationalError):
            if not waited_too_long_for_lock(error):
                raise error
            raise InFlight("等一秒，用同一个 Idempotency-Key 重发。") from error
        twin = self.kept()
        if twin is None:
            raise error
        return twin


def keyed(request: Request, *, actor: Actor, body: dict[str, Any]) -> Keyed:
    """The request under the key its header names. Raises KeyRequired, KeyMalformed."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        raise KeyRequired(f"在 {HEADER} 里给出一个新的唯一值（如 UUID）；没有收到应答时用同一个值重发，不会重复收件。")
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        raise KeyMalformed(f"最多 {LONGEST} 个可见的 ASCII 字符。")
    owner = (
        f"client:{request.user.client.client_id}" if isinstance(request.user, Machine) else f"user:{request.user.pk}"
    )
    said = json.dumps(
        [request.method, request.path, actor.post, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return Keyed(owner=owner, key=key, digest=hashlib.sha256(said.encode()).hexdigest())
