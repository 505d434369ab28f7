"""模拟印章: seals drawn here and certified by the local authority, for as long as no real seal service is connected.

Signs as PAdES-B-B (no time stamp service is reachable), certifies and permits no change.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from functools import cache

from asn1crypto import keys, pem
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from approvals.documents import authority
from approvals.documents.sealing import Face, NotSealed
from approvals.documents.typesetting import MILLIMETRE, Sheet, seal_image

SEAL_MM = 42


class SimulatedSeals:
    """模拟印章: drawn by us, certified by the local authority, and marked 模拟 on the face and in the certificate."""

    def seal(self, sheet: Sheet, face: Face, *, visible: bool, reason: str, at: datetime) -> bytes:
        pair = authority.certified(face.code, face.name, at=at)
        spot = sheet.spot if visible else None
        box = None
        if spot is not None:
            half = SEAL_MM * MILLIMETRE / 2
            middle = spot.height - spot.y
            box = tuple(round(value) for value in (spot.x - half, middle - half, spot.x + half, middle + half))
        meta = signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
            name=face.name,
            reason=reason,
        )
        style = None
        if spot is not None:
            style = StaticStampStyle(
                background=ImportedPdfPage(str(seal_image(face.organ, face.words, "模拟印章")), page_ix=0),
                background_opacity=0.86,
                border_width=0,
                background_layout=SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins()),
            )
        spec = fields.SigFieldSpec("Seal", on_page=spot.page - 1 if spot else 0, box=box)
        signer = signers.PdfSigner(meta, signer=_signer(pair), stamp_style=style, new_field_spec=spec)
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(sheet.pdf), strict=True)
            # A loop of our own: a worker's thread has none.
            done = asyncio.run(signer.async_sign_pdf(writer))
        except PdfError as wrong:
            raise NotSealed(f"签章失败：{wrong}"[:300]) from wrong
        return bytes(done.getbuffer())

    def roots(self) -> list[bytes]:
        return [authority.root()]


@cache
def _signer(pair: bytes) -> signers.SimpleSigner:
    key = serialization.load_pem_private_key(pair, None)
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(_certificate(authority.root()))
    return signers.SimpleSigner(
        signing_cert=_certificate(pair), signing_key=keys.PrivateKeyInfo.load(der), cert_registry=store
    )


def _certificate(text: bytes) -> asn1.Certificate:
    [der] = [content for kind, _, content in pem.unarmor(text, multiple=True) if kind == "CERTIFICATE"]
    return asn1.Certificate.load(der)
