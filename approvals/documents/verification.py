"""Is this PDF one of ours, as we signed it? What anybody may ask, with a file or with the code printed on the paper.

Three questions, each on its own: is the signature intact and nothing added since; is the signer certified by whom we trust;
is this the very file that the register of seal uses names. Only all three make a paper genuine.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from approvals.documents.models import Letter, SealUse
from approvals.documents.sealing import service
from approvals.documents.signed import what_is
from approvals.documents.voiding import Ending, ending_of
from approvals.errors import Refused

MOST_BYTES = 10 * 1024 * 1024
# What a hostile or broken file may bring a PDF reader to raise: it is then no paper of ours.
BROKEN = (
    PdfError, SigningError, SignatureValidationError, ValidationError,
    ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError, EOFError,
)  # fmt: skip


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
    roots = [root for pem in service().roots() for root in load_certs_from_pemder_data(pem)]
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return Answer(Finding.UNSIGNED, digest)
        # The certificate is judged as of the signing: a paper does not become false when a certificate runs out.
        said = signatures[0].self_reported_timestamp
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=said, best_signature_time=said)
        status = validate_pdf_signature(signatures[0], context)
    except BROKEN:
        return Answer(Finding.UNREADABLE, digest)
    unchanged = bool(status.bottom_line or (status.intact and status.docmdp_ok and status.valid))
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
    known = letter is not None or bool(other)
    finding = _finding(status, unchanged=unchanged and whole, known=known, ending=ending)
    certificate = status.signing_cert
    subject = certificate.subject.native
    return Answer(
        finding=finding,
        digest=digest,
        intact=bool(status.intact and status.valid),
        unchanged=unchanged and whole,
        trusted=bool(status.trusted),
        certificate_valid=certificate.not_valid_before <= at <= certificate.not_valid_after,
        signer=str(subject.get("organizational_unit_name") or subject.get("common_name", "")),
        signed_at=status.signer_reported_dt,
        letter=letter,
        ending=ending,
        other=other,
    )


def signer_of(content: bytes, *, roots: list[bytes], title: str) -> str:
    """Who signed the PDF of exactly this title, the signature covering it whole, intact and leading to `roots` (PEM).

    Nothing where any of that is not so. The title is read from the signed document, never found among its bytes. No database.
    """
    trusted = [root for pem in roots for root in load_certs_from_pemder_data(pem)]
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        [signature] = reader.embedded_signatures
        named = str(reader.trailer["/Info"]["/Title"])
        said = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=said, best_signature_time=said)
        status = validate_pdf_signature(signature, context)
    except BROKEN:
        return ""
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
    good = status.bottom_line and status.trusted and whole and named == title
    subject = status.signing_cert.subject.native
    return str(subject.get("organizational_unit_name") or subject.get("common_name", "")) if good else ""


def _finding(status: PdfSignatureStatus, *, unchanged: bool, known: bool, ending: Ending | None) -> Finding:
    if not (status.intact and status.valid and unchanged):
        return Finding.ALTERED
    if not status.trusted:
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
