"""How is a seal put on a paper? By the seal service that the settings name; what we ship is a simulated one.

A provincial electronic seal service (GB/T 38540, SM2) plugs in as another class with the same method, named by
`SEAL_SERVICE`. It is loaded when a seal is first wanted: what signs is heavy, and most processes never seal anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from approvals.documents.typesetting import Sheet
from approvals.errors import Refused


class NotSealed(Refused):
    code = "not-sealed"
    status = 502
    title = "印章没有盖上"


@dataclass(frozen=True)
class Face:
    """What a seal service is told of a seal: its number in the register, the organ on its face, the words below."""

    code: str
    organ: str
    words: str
    name: str


class SealService(Protocol):
    """Puts a seal over the date of a sheet and signs the whole; raises NotSealed (or NoAuthority), never half a paper."""

    def seal(self, sheet: Sheet, face: Face, *, visible: bool, reason: str, at: datetime) -> bytes: ...

    def roots(self) -> list[bytes]:
        """The certificates (PEM) in which a verifier trusts."""
        ...


def service() -> SealService:
    """The seal service of this installation, by `SEAL_SERVICE`."""
    found: SealService = import_string(settings.SEAL_SERVICE)()
    return found
