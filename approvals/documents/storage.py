"""How does a file reach the storage for certain? Beside its place, synced to disk, then moved there in one step.

A reader finds either nothing or the whole content, also after a power cut; two who store the same content at once put
the same bytes in the same place. Where the storage is not a folder (an object store), its own save does the same.
With `FILE_KEY` set, `EncryptedFiles` keeps what is new encrypted; what was stored plain before stays readable.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

from approvals.documents.cipher import MAGIC, Decrypted, encrypt

INCOMING = "incoming"


def keys() -> list[str]:
    """The keys of `FILE_KEY`, the one that encrypts first; none: files lie plain."""
    return [one.strip() for one in settings.FILE_KEY.split(",") if one.strip()]


class EncryptedFiles(FileSystemStorage):
    """A folder in which new files lie encrypted while `FILE_KEY` is set; reading tells by the file which it is."""

    def _open(self, name: str, mode: str = "rb") -> File:
        file = open(self.path(name), "rb")  # noqa: SIM115 - the caller closes it
        is_encrypted = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not is_encrypted:
            return File(file)
        try:
            plain = Decrypted(file, keys())
        except OSError:
            file.close()
            raise
        return File(io.BufferedReader(plain), name=name)

    def _save(self, name: str, content: File) -> str:
        with spool(self) as plain:
            shutil.copyfileobj(content, plain)
            put(self, name, plain)
        return name


def folder_of(storage: Storage) -> Path | None:
    """The folder behind a storage, None where it has none."""
    return Path(storage.location) if isinstance(storage, FileSystemStorage) else None


@contextmanager
def spool(storage: Storage) -> Iterator[IO[bytes]]:
    """A temporary named file on the same disk as the storage; gone at the end unless it was moved to its place."""
    folder = folder_of(storage)
    if folder is not None:
        folder = folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def put(storage: Storage, path: str, file: IO[bytes]) -> None:
    """Put a spooled file at `path` and make it durable; what stands there already, whole, is replaced by itself."""
    file.flush()
    folder = folder_of(storage)
    if folder is None:
        file.seek(0)
        if not storage.exists(path):
            storage.save(path, File(file))
        return
    final = folder / path
    final.parent.mkdir(parents=True, exist_ok=True)
    key = next(iter(keys()), "") if isinstance(storage, EncryptedFiles) else ""
    if key:
        with spool(storage) as encrypted:
            encrypt(file, encrypted, key=key)
            encrypted.flush()
            _take_place(encrypted, final)
    else:
        _take_place(file, final)
    # The folders too, each in its own: another process may have made one of them just now and not synced it yet.
    for changed in (final.parent, *final.parent.parents):
        _sync(changed)
        if changed == folder:
            break


def _take_place(file: IO[bytes], final: Path) -> None:
    os.fsync(file.fileno())
    os.replace(file.name, final)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
