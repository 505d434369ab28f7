"""Is an answer a confirmation, a passing trouble, or a final no? Pure: status, headers and text in, verdict out.

Only a 2xx whose JSON object carries a receipt and names the same message confirms. A 2xx with anything else comes from
a receiver that did not understand: it is asked again, and so is one whose receipt is not signed as it was agreed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from approvals.exchange.models import Failure
from approvals.exchange.proof import NOTHING, Asked, digest_of, holds

PERMANENT = frozenset({Failure.REJECTED, Failure.REDIRECTED, Failure.ADDRESS_REFUSED})
BUSY_STATUSES = frozenset({408, 425, 429})
KEPT = ("id", "receipt", "received_at", "signature", "answer")
LONGEST_KEPT = 500
LONGEST_WAIT_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Verdict:
    """What one attempt came to. `failure` empty and `receipt` set: confirmed."""

    status: int | None
    milliseconds: int
    failure: str = ""
    receipt: Mapping[str, str] | None = None
    retry_after: int | None = None

    @property
    def confirmed(self) -> bool:
        return not self.failure

    @property
    def permanent(self) -> bool:
        return self.failure in PERMANENT

    @property
    def says_unwell(self) -> bool:
        """Whether the next message to the same endpoint would most likely meet the same."""
        return bool(self.failure) and not self.permanent

    @property
    def error(self) -> str:
        """For an operator: what went wrong, in words."""
        if not self.failure:
            return ""
        label = str(Failure(self.failure).label)
        return f"{label}（HTTP {self.status}）" if self.status else label


def judge(
    *,
    status: int,
    headers: Mapping[str, str],
    text: bytes,
    message: str,
    milliseconds: int,
    at: datetime,
    body: str = "",
    asked: Asked = NOTHING,
) -> Verdict:
    """The verdict on a complete answer to the message with this id and body; `asked`: what its receipt must carry."""
    if 200 <= status < 300:
        receipt = receipt_in(text, message=message)
        if receipt is None:
            return Verdict(status, milliseconds, Failure.NO_RECEIPT)
        if not asked.version:
            return Verdict(status, milliseconds, receipt=receipt)
        digest = digest_of(body)
        if not holds(receipt, body_sha256=digest, asked=asked):
            return Verdict(status, milliseconds, Failure.BAD_SIGNATURE)
        return Verdict(status, milliseconds, receipt={**receipt, "body_sha256": digest, "key": asked.shown})
    if status in BUSY_STATUSES:
        return Verdict(status, milliseconds, Failure.BUSY, retry_after=wait_asked(headers, at=at))
    if 300 <= status < 400:
        return Verdict(status, milliseconds, Failure.REDIRECTED)
    if 400 <= status < 500:
        return Verdict(status, milliseconds, Failure.REJECTED)
    return Verdict(status, milliseconds, Failure.SERVER_ERROR, retry_after=wait_asked(headers, at=at))


def receipt_in(text: bytes, *, message: str) -> Mapping[str, str] | None:
    """The receipt an answer carries for this message, only its known fields; None where it is none."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("id") != message:
        return None
    kept = {key: data[key] for key in KEPT if is_plain(data.get(key))}
    return kept if kept.get("receipt") else None


def is_plain(value: Any) -> bool:
    """Text that every database can store: no NUL, no lone surrogates, no essays."""
    return isinstance(value, str) and len(value) <= LONGEST_KEPT and value.isprintable()


def wait_asked(headers: Mapping[str, str], *, at: datetime) -> int | None:
    """Seconds that Retry-After asks for, in either of its forms, at most six hours; None without a usable one."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:9])
    else:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = int((moment - at).total_seconds())
    return min(max(seconds, 0), LONGEST_WAIT_SECONDS)
