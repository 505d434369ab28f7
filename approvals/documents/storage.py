"""How does a file reach the storage for certain? Beside its place, synced to disk, then moved there in one step.

A reader finds either nothing or the whole content, also after a power cut; two who store the same content at once put
the same bytes in the same place. Where the storage is not a folder (an object store), its own save does the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

INCOMING = "incoming"


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
    os.fsync(file.fileno())
    final = folder / path
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(file.name, final)
    # The folders too, each in its own: another process may have made one of them just now and not synced it yet.
    for changed in (final.parent, *final.parent.parents):
        _sync(changed)
        if changed == folder:
            break


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
