"""How large may what is sent to a page be? Said by its Content-Length, before anything of it is read.

A stranger sends a paper to be verified and no more; who is logged in also the papers of a whole application. The interface
has limits of its own, one for each view.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from approvals.documents.verification import MOST_BYTES
from approvals.errors import Refused

AROUND = 64 * 1024  # bytes of multipart around the content


class BodyTooBig(Refused):
    code = "body-too-big"
    status = 413
    title = "一次提交的内容太大"


def refuse_large(request: HttpRequest) -> None:
    """Raises BodyTooBig."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:  # then Django reads nothing
        return
    if request.path.startswith("/api/") or length <= MOST_BYTES + AROUND:
        return
    if not request.user.is_authenticated:
        raise BodyTooBig(f"一次最多提交 {MOST_BYTES // 2**20} MB。")
    if length > settings.MAX_SUBMITTED_BYTES + AROUND:
        raise BodyTooBig(
            f"一次最多提交 {settings.MAX_SUBMITTED_BYTES // 2**20} MB；分几次上传，或压缩、降低扫描分辨率。"
        )
