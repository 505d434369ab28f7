"""What does the signature in a PDF say? What reads it is heavy, and most processes never do: it is loaded when one is read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


class Unreadable(Exception):
    """The bytes are no PDF that can be read."""


@dataclass(frozen=True)
class Signature:
    """What one signature says: `intact` as signed, `unchanged` since and of the whole file, `trusted` up to our roots.

    `flawless` when the reader has nothing at all to say against it.
    """

    intact: bool
    unchanged: bool
    trusted: bool
    flawless: bool
    signer: str
    signed_at: datetime | None
    valid_from: datetime
    valid_to: datetime


def first_signature(content: bytes, *, roots: list[bytes]) -> Signature | None:
    """The first signature of a PDF, judged by `roots` (PEM); None where it bears none. Raises Unreadable."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(io.BytesIO(content), strict=False).embedded_regular_signatures
        return _judged(signatures[0], roots) if signatures else None
    except broken() as wrong:
        raise Unreadable from wrong


def signer_of(content: bytes, *, roots: list[bytes], title: str) -> str:
    """Who signed the PDF of exactly this title, the one signature covering it whole, intact and leading to `roots` (PEM).

    Nothing where any of that is not so. The title is read from the signed document, never found among its bytes. No database.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        [embedded] = reader.embedded_signatures
        named = str(reader.trailer["/Info"]["/Title"])
        found = _judged(embedded, roots)
    except broken():
        return ""
    return found.signer if found.flawless and found.unchanged and found.trusted and named == title else ""


@cache
def broken() -> tuple[type[Exception], ...]:
    """What a hostile or broken file may bring a PDF reader to raise: it is then no paper of ours."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator.errors import ValidationError

    return (
        PdfError, SigningError, SignatureValidationError, ValidationError,
        ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError, EOFError,
    )  # fmt: skip


def _judged(signature: EmbeddedPdfSignature, roots: list[bytes]) -> Signature:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    trusted = [root for pem in roots for root in load_certs_from_pemder_data(pem)]
    # The certificate is judged as of the signing: a paper does not become false when a certificate runs out.
    said = signature.self_reported_timestamp
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=said, best_signature_time=said)
    status = validate_pdf_signature(signature, context)
    whole = status.coverage is not None and status.coverage.name == "ENTIRE_FILE"
    certificate = status.signing_cert
    subject = certificate.subject.native
    return Signature(
        intact=bool(status.intact and status.valid),
        unchanged=whole and bool(status.bottom_line or (status.intact and status.docmdp_ok and status.valid)),
        trusted=bool(status.trusted),
        flawless=bool(status.bottom_line),
        signer=str(subject.get("organizational_unit_name") or subject.get("common_name", "")),
        signed_at=status.signer_reported_dt,
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
    )
