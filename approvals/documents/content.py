"""What is this file really? Told by its bytes, never by its name; nothing in it is unpacked or run.

PDF, JPEG and PNG are told by the `filetype` library. It tells Office documents by the order of their parts, which WPS
and others write differently, and does not know OFD (GB/T 33190-2016): zip and OLE containers are looked into here.
"""

from __future__ import annotations

import mmap
import zipfile
import zlib
from typing import IO

import filetype

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SAME = {"jpeg": "jpg"}
HEAD_BYTES = 8192
ZIP_TAIL_BYTES = 66_000
ZIP_DIRECTORY_BYTES = 2 * 1024 * 1024
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The stream that makes a compound file what it is, as its directory spells it.
OLE_STREAMS = {"doc": "WordDocument", "xls": "Workbook"}
ZIP_PARTS = {"ofd": "OFD.xml", "docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
MACROS = "vbaProject.bin"


def kinds(file: IO[bytes]) -> frozenset[str]:
    """The extensions this content may carry: usually one, none if unknown, two for a workbook that embeds a letter.

    `file` is a real, seekable file. A document with macros is unknown.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(ZIP):
        return _zip_kinds(file)
    if head.startswith(OLE):
        return _ole_kinds(file)
    guess = filetype.guess(head)
    return frozenset({guess.extension} & {"pdf", "jpg", "png"}) if guess else frozenset()


def _zip_kinds(file: IO[bytes]) -> frozenset[str]:
    if not _has_short_directory(file):
        return frozenset()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError):
        return frozenset()
    if any(name.endswith(MACROS) for name in names):
        return frozenset()
    return frozenset(kind for kind, part in ZIP_PARTS.items() if part in names)


def _has_short_directory(file: IO[bytes]) -> bool:
    """Whether a zip's list of parts is of a sensible length: a forged one of a million names would fill the memory."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - ZIP_TAIL_BYTES))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22 or b"PK\6\7" in tail:
        return False
    return int.from_bytes(tail[end + 12 : end + 16], "little") <= ZIP_DIRECTORY_BYTES


def _ole_kinds(file: IO[bytes]) -> frozenset[str]:
    # Mapped, not read: fifty megabytes cost no memory of ours.
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return frozenset(
            kind for kind, stream in OLE_STREAMS.items() if content.find(stream.encode("utf-16-le") + b"\0\0") >= 0
        )


def extension_of(name: str) -> str:
    """The extension a file name claims, in lower case, jpeg as jpg; empty without one."""
    _, dot, extension = name.replace("\\", "/").rsplit("/", 1)[-1].rpartition(".")
    extension = extension.strip().lower() if dot else ""
    return SAME.get(extension, extension)
