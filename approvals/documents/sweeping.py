"""Which files in the storage does nobody need, and which does a row miss? What was never attached to a row is swept when old.

`store` puts a content in its place before its row is written; a process that dies in between leaves a content without a
row, or a draft in `incoming`. Both are harmless and are removed after some hours, never while somebody may be about it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import default_storage

from approvals.documents.models import StoredFile
from approvals.documents.storage import INCOMING, folder_of

PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass
class Swept:
    """What was found: paths without a row, drafts left behind, digests of rows whose content is gone."""

    orphans: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def sweep(*, at: datetime, older: timedelta, remove: bool) -> Swept:
    """Find, and if `remove` delete, what is older than `older` and belongs to no row; list what rows miss."""
    swept, folder = Swept(), folder_of(default_storage)
    if folder is None or not folder.exists():
        return swept
    for path in _old(folder / INCOMING, at - older):
        swept.drafts.append(path.name)
        if remove:
            path.unlink(missing_ok=True)
    known = set(StoredFile.objects.values_list("path", flat=True))
    for path in _old(folder, at - older):
        place = path.relative_to(folder).as_posix()
        if PLACE.fullmatch(place) and place not in known:
            if remove and not _take_away(path, folder, place):
                continue
            swept.orphans.append(place)
    swept.missing = [place for place in sorted(known) if not (folder / place).exists()]
    return swept


def _old(folder: Path, before: datetime) -> Iterator[Path]:
    if folder.exists():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path


def _take_away(path: Path, folder: Path, place: str) -> bool:
    """Remove a content unless somebody stored it again just now; whether it went."""
    aside = folder / INCOMING / f"swept-{path.name}"
    aside.parent.mkdir(exist_ok=True)
    os.replace(path, aside)
    if StoredFile.objects.filter(path=place).exists():
        if not path.exists():
            os.replace(aside, path)
        else:
            aside.unlink()
        return False
    aside.unlink()
    return True
