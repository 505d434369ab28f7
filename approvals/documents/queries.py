"""How is a stored file read back, and is it still what was stored?"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import File
from django.core.files.storage import default_storage

from approvals.documents.models import StoredFile, Upload
from approvals.errors import Refused
from approvals.organisations.access import SYSTEM, Actor


class FileMissing(Refused):
    code = "file-missing"
    status = 404
    title = "找不到文件"


def open_file(stored: StoredFile) -> File:
    """The content, open for reading in binary; the caller closes it. Raises FileMissing."""
    try:
        return default_storage.open(stored.path, "rb")
    except FileNotFoundError:
        raise FileMissing("文件库里没有这份文件；请联系系统管理员从备份恢复。", digest=stored.digest) from None


def hand_of(actor: Actor) -> str:
    """Whose upload it is: a client's own, whoever's post it sits in; else the person's."""
    if actor.client:
        return f"CLIENT {actor.client}"
    return f"{actor.kind} {actor.user or actor.case or ''}".strip()


def brought_in(actor: Actor, digests: Iterable[str]) -> set[str]:
    """Those of `digests` that this actor brought in, or the system did for everybody."""
    hands = (hand_of(actor), hand_of(SYSTEM))
    found = Upload.objects.filter(stored__digest__in=list(digests), who__in=hands)
    return set(found.values_list("stored__digest", flat=True))
