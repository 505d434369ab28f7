"""How are many files bound into one volume without one of them hurting? A child process draws them, this one counts the time.

A file that cannot become pages is not lost: it comes back with a note that says why, for the table of contents. A child that
hangs or dies is replaced; the file at which it did gets the note.
"""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db.models import TextChoices

from approvals.documents.models import StoredFile
from approvals.documents.queries import FileMissing, open_file
from approvals.errors import Refused

PROGRAM = Path(__file__).with_name("binder.py")
KINDS = {"application/pdf": "pdf", "image/jpeg": "picture", "image/png": "picture"}
MEGABYTE = 1024 * 1024


class Note(TextChoices):
    FORMAT = "FORMAT", "不是 PDF 或图片，未编入页面"
    ENCRYPTED = "ENCRYPTED", "有打开密码，未编入页面"
    BROKEN = "BROKEN", "文件损坏，未编入页面"
    TOO_LARGE = "TOO_LARGE", "图像过大，未编入页面"
    TOO_LONG = "TOO_LONG", "页数过多，未编入页面"
    TOO_SLOW = "TOO_SLOW", "排页超时，未编入页面"
    VOLUME_FULL = "VOLUME_FULL", "全卷已达上限，未编入页面"
    MISSING = "MISSING", "文件库里没有这份文件"
    UNMADE = "UNMADE", "文书尚未制成"


class NotBound(Refused):
    code = "not-bound"
    status = 422
    title = "卷宗没有装订成"


class Binder:
    """A folder of parts and the child that makes them; `with Binder() as binder`. Calls are one after the other."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="approvals-bind-"))
        self.ends = time.monotonic() + settings.CASE_FILE_SECONDS
        self.size = 0
        self.parts: list[str] = []
        self.child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Binder:
        return self

    def __exit__(self, kind: type[BaseException] | None, one: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_file(self, stored: StoredFile) -> tuple[int, str]:
        """Bind a stored file; its pages and "", or 0 and the code of a Note."""
        kind = KINDS.get(stored.content_type)
        if kind is None:
            return 0, Note.FORMAT
        if self.size > settings.CASE_FILE_MB * MEGABYTE:
            return 0, Note.VOLUME_FULL
        if time.monotonic() > self.ends:
            return 0, Note.TOO_SLOW
        copy = self.folder / "source"
        try:
            with open_file(stored) as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileMissing:
            return 0, Note.MISSING
        return self._pages(kind, copy, whole=False)

    def add_own(self, pdf: bytes, *, first: bool = False) -> int:
        """Bind A4 pages of ours as they are, in front of everything if `first`; how many. Raises NotBound."""
        copy = self.folder / "source"
        copy.write_bytes(pdf)
        count, note = self._pages("pdf", copy, whole=True)
        if note:
            raise NotBound("卷宗的封面或目录排不进卷内；请系统管理员查看日志后重试。", note=note)
        if first:
            self.parts.insert(0, self.parts.pop())
        return count

    def joined(self, *, label: str, title: str, marks: Sequence[tuple[str, int]]) -> Path:
        """The volume as a PDF file in the binder's folder, its pages numbered. Raises NotBound."""
        out = self.folder / "volume.pdf"
        asked = {"do": "join", "parts": self.parts, "out": str(out), "label": label, "title": title, "marks": marks}
        answer = self._ask(asked, settings.CASE_FILE_JOIN_SECONDS)
        if "pages" not in answer:
            raise NotBound("卷宗合不成一份 PDF；请减少超大的附件或调高 CASE_FILE_JOIN_SECONDS 后重试。")
        return out

    def _pages(self, kind: str, source: Path, *, whole: bool) -> tuple[int, str]:
        out = self.folder / f"{len(self.parts):04}.pdf"
        asked = {"do": "pages", "kind": kind, "path": str(source), "out": str(out), "whole": whole}
        answer = self._ask(asked, settings.CASE_FILE_PIECE_SECONDS)
        if "pages" not in answer:
            return 0, str(answer.get("note", Note.BROKEN))
        self.parts.append(str(out))
        self.size += out.stat().st_size
        return int(answer["pages"]), ""

    def _ask(self, asked: dict[str, Any], seconds: float) -> dict[str, Any]:
        """One question to the child; an answer without pages if it hung or died."""
        if self.child is None:
            self.child = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        try:
            self.child.stdin.write(json.dumps(asked) + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            self._stop()
            return {"note": Note.BROKEN}
        ready, _, _ = select.select([self.child.stdout], [], [], seconds)
        line = self.child.stdout.readline() if ready else ""
        if not line:
            self._stop()
            return {"note": Note.BROKEN if ready else Note.TOO_SLOW}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _stop(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None
