"""Is this PDF one of ours, as we signed it? What anybody may ask, with a file or with the code printed on the paper.

Three questions, each on its own: is the signature intact and nothing added since; is the signer certified by whom we trust;
is this the very file that the register of seal uses names. Only all three make a paper genuine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone

from approvals.documents.models import Letter, SealUse
from approvals.documents.sealing import service
from approvals.documents.signatures import Signature, Unreadable, first_signature
from approvals.documents.signed import what_is
from approvals.documents.voiding import Ending, ending_of
from approvals.errors import Refused

MOST_BYTES = 10 * 1024 * 1024


class Finding(TextChoices):
    GENUINE = "GENUINE", "真实：内容完整，由本平台签章发出"
    VOID = "VOID", "本平台发出过，但已不再有效"
    NOT_YET = "NOT_YET", "本平台发出，但尚未生效"
    ALTERED = "ALTERED", "被改动：签章之后内容有变化"
    UNKNOWN = "UNKNOWN", "签章完整，但不在本平台的发文登记里"
    UNTRUSTED = "UNTRUSTED", "签章人不是本平台信任的"
    UNSIGNED = "UNSIGNED", "没有电子签章，不是本平台发出的文件"
    UNREADABLE = "UNREADABLE", "不是可读的 PDF 文件"


class FileTooBig(Refused):
    code = "verify-file-too-large"
    status = 413
    title = "文件太大"


@dataclass(frozen=True)
class Answer:
    """What was found; `letter` (or, in words, `other`) where the very file is in the register."""

    finding: Finding
    digest: str
    intact: bool = False
    unchanged: bool = False
    trusted: bool = False
    certificate_valid: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    letter: Letter | None = None
    ending: Ending | None = None
    other: str = ""

    @property
    def good(self) -> bool:
        return self.finding == Finding.GENUINE


def refuse_length(length: int, *, most: int = MOST_BYTES) -> None:
    """Whether a file of so many bytes is looked at, before it is read into memory. Raises FileTooBig."""
    if length > most:
        raise FileTooBig(f"只查验 {most // 1024 // 1024} MB 以内的文件。")


def verify(content: bytes, *, at: datetime, most: int = MOST_BYTES) -> Answer:
    """What there is to say about a file. Raises FileTooBig, and what the seal service raises without its root."""
    refuse_length(len(content), most=most)
    digest = hashlib.sha256(content).hexdigest()
    uses = SealUse.objects.select_related("letter__organ", "letter__seal", "letter__replaced_by")
    letter = next((use.letter for use in uses.filter(file_digest=digest)[:1]), None)
    ending = ending_of(letter, on=timezone.localdate(at)) if letter else None
    other = "" if letter else what_is(digest)
    roots = service().roots()
    try:
        signature = first_signature(content, roots=roots)
    except Unreadable:
        return Answer(Finding.UNREADABLE, digest)
    if signature is None:
        return Answer(Finding.UNSIGNED, digest)
    return Answer(
        finding=_finding(signature, known=letter is not None or bool(other), ending=ending),
        digest=digest,
        intact=signature.intact,
        unchanged=signature.unchanged,
        trusted=signature.trusted,
        certificate_valid=signature.valid_from <= at <= signature.valid_to,
        signer=signature.signer,
        signed_at=signature.signed_at,
        letter=letter,
        ending=ending,
        other=other,
    )


def _finding(signature: Signature, *, known: bool, ending: Ending | None) -> Finding:
    if not (signature.intact and signature.unchanged):
        return Finding.ALTERED
    if not signature.trusted:
        return Finding.UNTRUSTED
    if not known:
        return Finding.UNKNOWN
    if ending is not None:
        return Finding.NOT_YET if ending.yet else Finding.VOID
    return Finding.GENUINE


def by_code(code: str) -> Letter | None:
    """The letter whose paper bears this code, however it was typed."""
    plain = "".join(char for char in code.upper() if char.isalnum())[:20]
    return Letter.objects.select_related("organ", "seal", "file", "replaced_by").filter(code=plain).first()
