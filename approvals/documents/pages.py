"""How many pages has a PDF, and what does each look like? Pictures for a viewer that runs nothing of the file.

A browser's own PDF view is a plug-in, which a strict Content-Security-Policy forbids; a picture of the page is not.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from approvals.documents.models import StoredFile
from approvals.documents.queries import open_file
from approvals.errors import Refused

PDF = "application/pdf"
DOTS_PER_INCH = 144
KEPT_SECONDS = 600
PROGRAM = Path(__file__).with_name("picture.py")
UNREADABLE = (  # what a reader may stumble over in a hostile file: nearly everything
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


class PageUnreadable(Refused):
    code = "page-unreadable"
    status = 422
    title = "这一页画不出来"


def pages_of(stored: StoredFile) -> int:
    """The number of pages; 0 for what is no PDF, is locked or cannot be read for any reason. Raises FileMissing."""
    if stored.content_type != PDF:
        return 0
    key = f"pages:{stored.digest}"
    count = cache.get(key)
    if count is None:
        with open_file(stored) as file:
            try:
                count = len(PdfReader(file).pages)
            except UNREADABLE:
                count = 0
        cache.set(key, count, KEPT_SECONDS)
    return int(count)


def picture_of(stored: StoredFile, *, page: int) -> bytes:
    """Page `page` (from 1) as PNG. Raises PageUnreadable, FileMissing."""
    key = f"page:{stored.digest}:{page}"
    drawn = cache.get(key)
    if drawn is None:
        drawn = _drawn(stored, page)
        cache.set(key, drawn, KEPT_SECONDS)
    return bytes(drawn)


def _drawn(stored: StoredFile, page: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        with open_file(stored) as source, Path(folder, "file.pdf").open("wb") as target:
            shutil.copyfileobj(source, target)
        command = [sys.executable, "-I", str(PROGRAM), folder, str(page), str(DOTS_PER_INCH)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=settings.PAGE_PICTURE_SECONDS)
            return Path(folder, "page.png").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError):
            raise PageUnreadable("这份 PDF 的这一页不能在页面里看，下载后用阅读器打开。", page=page) from None
