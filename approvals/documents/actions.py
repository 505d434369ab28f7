"""How does a file come in? Streamed, measured, recognised by its content, put safely in the storage, then written down.

Call `store` before the transaction that attaches the file: no file is moved inside one. A file that nobody attaches in
the end stays as an unattached content and harms nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage

from approvals.documents.content import CONTENT_TYPES, extension_of, kinds
from approvals.documents.models import StoredFile, Upload
from approvals.documents.queries import hand_of
from approvals.documents.storage import put, spool
from approvals.errors import Refused
from approvals.organisations.access import Actor

CHUNK_BYTES = 64 * 1024
ALLOWED = "、".join(CONTENT_TYPES)


class FileTooLarge(Refused):
    code = "file-too-large"
    status = 422
    title = "文件太大"


class FileEmpty(Refused):
    code = "file-empty"
    status = 422
    title = "文件是空的"


class FileTypeNotAllowed(Refused):
    code = "file-type-not-allowed"
    status = 422
    title = "不收这种文件"


class FileTypeMismatch(Refused):
    code = "file-type-mismatch"
    status = 422
    title = "文件内容与扩展名不符"


def store(*, file: IO[bytes] | Any, name: str, by: Actor | None = None, most: int | None = None) -> StoredFile:
    """Keep a file's content once, whatever it is called, and say what it is. `file` has `chunks()` or `read()`.

    `most` bytes are taken (MAX_FILE_BYTES where nothing is said).
    `by` brought it in and may attach it by its digest; what the system brings in anybody may. Without, nobody may.
    Raises FileTypeNotAllowed, FileTooLarge, FileEmpty, FileTypeMismatch; nothing is kept then.
    """
    claimed = extension_of(name)
    if claimed not in CONTENT_TYPES:
        raise FileTypeNotAllowed(f"「{name}」的类型不在可收范围；请转成 {ALLOWED} 之一再上传。", name=name)
    with spool(default_storage) as spooled:
        digest, size = _copy(file, spooled, name, most or settings.MAX_FILE_BYTES)
        if size == 0:
            raise FileEmpty(f"「{name}」没有内容；请检查原文件后重新上传。", name=name)
        spooled.flush()
        if claimed not in (found := kinds(spooled)):
            raise _mismatch(name, claimed, found)
        path = f"{digest[:2]}/{digest[2:4]}/{digest}"
        stored = StoredFile.objects.filter(digest=digest).first()
        if stored is None or not default_storage.exists(stored.path):
            put(default_storage, path, spooled)
    if stored is None:
        facts = {"size": size, "content_type": CONTENT_TYPES[claimed], "extension": claimed, "path": path}
        stored, _ = StoredFile.objects.get_or_create(digest=digest, defaults=facts)
    if by is not None:
        Upload.objects.get_or_create(stored=stored, who=hand_of(by))
    return stored


def _copy(source: IO[bytes] | Any, target: IO[bytes], name: str, most: int) -> tuple[str, int]:
    """Copy in chunks; the digest and the size in bytes. Raises FileTooLarge as soon as the limit is passed."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        size += len(chunk)
        if size > most:
            limit = most / 1024 / 1024
            raise FileTooLarge(
                f"「{name}」超过 {limit:g} MB；请压缩、降低扫描分辨率或分成几个文件再上传。",
                name=name,
                limit=most,
            )
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _chunks(source: IO[bytes] | Any) -> Iterable[bytes]:
    if hasattr(source, "chunks"):
        return source.chunks(CHUNK_BYTES)
    return iter(lambda: source.read(CHUNK_BYTES), b"")


def _mismatch(name: str, claimed: str, found: frozenset[str]) -> FileTypeMismatch:
    if found:
        told = "、".join(sorted(found))
        advice = f"「{name}」的内容其实是 {told}；请把扩展名改对，或重新导出为 {claimed} 再上传。"
    else:
        advice = f"「{name}」的内容不是可识别的 {claimed} 文件；请去掉密码和宏，用正规软件重新导出后上传。"
    return FileTypeMismatch(advice, name=name, claimed=claimed, found=sorted(found))
