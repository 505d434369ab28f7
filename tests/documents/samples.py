"""Small real files of each kind, made by hand: nothing here was scanned from anybody."""

import hashlib
import io
import zipfile
from collections.abc import Sequence

from approvals.documents.models import StoredFile
from approvals.documents.queries import open_file

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)
JPG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64) + b"\xff\xd9"
GIF = b"GIF89a" + bytes(32)


def is_intact(stored: StoredFile) -> bool:
    """Whether what is kept of a file is what came in."""
    with open_file(stored) as file:
        return hashlib.file_digest(file.file, "sha256").hexdigest() == stored.digest


def zipped(*names: str, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
        archive.comment = comment
    return out.getvalue()


def compound(streams: Sequence[str]) -> bytes:
    """The head of an OLE compound file and a directory with these streams, 128 bytes an entry."""
    entries = (name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *streams))
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + b"".join(entries)


DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
OFD = zipped("OFD.xml", "Doc_0/Document.xml")
DOC = compound(["1Table", "WordDocument"])
XLS = compound(["Workbook"])

ALL = {"pdf": PDF, "png": PNG, "jpg": JPG, "docx": DOCX, "xlsx": XLSX, "ofd": OFD, "doc": DOC, "xls": XLS}
