"""How does a case leave the platform whole? One zip: files, data as JSON, the chain, letters, case file, and what checks it.

`manifest.json` names every file with its SHA-256 and every row of data with its own; `manifest.pdf` is its digest, signed.
`documents.bundle_check`, which also lies in the bundle as `verify.py`, checks it with Python's standard library alone.
Identity numbers, phones and where mail went are left out unless they are asked for; they are not part of the chain.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from approvals.cases.casefile import sealed
from approvals.cases.models import (
    Case,
    CaseFile,
    Correction,
    Decision,
    DeliveryWish,
    Dispatch,
    Event,
    EventText,
    Fee,
    File,
    Form,
    Handover,
    HandoverLine,
    Material,
    Party,
    Pause,
    PointAnswer,
    PostalEvent,
    Service,
    SiteRecord,
    Snapshot,
)
from approvals.documents import bundle_check
from approvals.documents.authority import NoAuthority
from approvals.documents.bundle_check import MANIFEST, SCHEMA, SIGNED, digest_of, row_digest
from approvals.documents.models import Letter, SealUse, StoredFile
from approvals.documents.queries import FileMissing, open_file
from approvals.documents.sealing import service
from approvals.documents.typesetting import typeset

BESIDE = (
    Form,
    Party,
    Material,
    Correction,
    PointAnswer,
    SiteRecord,
    Pause,
    Decision,
    Fee,
    Service,
    DeliveryWish,
    Dispatch,
    Handover,
)
PERSONAL = {
    "party": ("id_number", "id_hash", "mobile", "mobile_hash"),
    "deliverywish": ("recipient", "phone", "address"),
    "dispatch": ("recipient", "phone", "address"),
}
WRITTEN = (2022, 6, 1, 0, 0, 0)  # of every entry: the same case gives the same bytes
CHUNK = 1 << 20


def pack(*, case: Case, out: Path, at: datetime, identities: bool = False) -> dict[str, Any]:
    """Write the bundle of a case to `out` (never half of one); its manifest. Raises FileMissing."""
    data = data_of(case, identities=identities)
    events = events_of(case)
    listed: list[dict[str, Any]] = []
    draft = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (("data.json", data), ("events.json", events)):
                _put(archive, listed, name, [_json(content)])
            for name, stored in files_of(case):
                with open_file(stored) as file:
                    size, digest = _put(archive, listed, name, iter(lambda: file.read(CHUNK), b""))
                if digest != stored.digest or size != stored.size:
                    raise FileMissing(
                        f"文件库里的「{name}」已不是存入时的内容；从备份恢复后重试。", digest=stored.digest
                    )
            _put(archive, listed, "verify.py", [Path(bundle_check.__file__).read_bytes()])
            _put(archive, listed, "certificates.pem", [_roots()])
            manifest: dict[str, Any] = {
                "schema": SCHEMA,
                "number": case.number,
                "packed_at": at.isoformat(timespec="seconds"),
                "events": len(events),
                "head": events[-1]["digest"] if events else bundle_check.GENESIS,
                "files": listed,
                "rows": {table: [row_digest(row) for row in rows] for table, rows in data.items()},
            }
            manifest["digest"] = digest_of(manifest)
            _put(archive, [], MANIFEST, [_json(manifest)])
            if page := signed_page(manifest, case, at=at):
                _put(archive, [], SIGNED, [page])
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def signed_page(manifest: dict[str, Any], case: Case, *, at: datetime) -> bytes:
    """The digest of a manifest on a page under the platform's signature; nothing where there is no seal or authority."""
    said = {name: manifest[name] for name in ("number", "packed_at", "events", "head", "digest")}
    sheet = typeset(template(), said | {"files": len(manifest["files"])}, most=1)
    page, is_signed = sealed(sheet.pdf, 1, case, at=at, what=f"数据包清单 {case.number}")
    return page if is_signed else b""


@cache
def template() -> str:
    return Path(__file__).with_name("manifest.typ").read_text(encoding="utf-8")


def _roots() -> bytes:
    try:
        return b"".join(service().roots()) or b"\n"
    except NoAuthority:
        return b"\n"


def _put(archive: zipfile.ZipFile, listed: list[dict[str, Any]], name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name, WRITTEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    listed.append({"path": name, "size": size, "sha256": digest.hexdigest()})
    return size, digest.hexdigest()


def data_of(case: Case, *, identities: bool) -> dict[str, list[dict[str, Any]]]:
    """The rows of a case by table, columns as they stand in the database."""
    found: dict[str, list[dict[str, Any]]] = {
        "case": _rows(Case, pk=case.pk),
        "snapshot": _rows(Snapshot, pk=case.pk),
    }
    for model in BESIDE:
        found[model.__name__.lower()] = _rows(model, case=case)
    found["file"] = _rows(File, material__case=case)
    found["postal_event"] = _rows(PostalEvent, dispatch__case=case)
    found["handover_line"] = _rows(HandoverLine, handover__case=case)
    found["letter"] = _rows(Letter, subject=case.number)
    found["seal_use"] = _rows(SealUse, letter__subject=case.number)
    if not identities:
        for table, kept_back in PERSONAL.items():
            found[table] = [{k: v for k, v in row.items() if k not in kept_back} for row in found[table]]
    return found


def _rows(model: type[Model], **where: Any) -> list[dict[str, Any]]:
    rows = model._default_manager.filter(**where).order_by("pk").values()
    plain: list[dict[str, Any]] = json.loads(json.dumps(list(rows), cls=DjangoJSONEncoder))
    return plain


def events_of(case: Case) -> list[dict[str, Any]]:
    """The chain: each event's canonical text, links and words (without the words that were erased)."""
    words = {one.sequence: one for one in EventText.objects.filter(case=case, erased_at=None)}
    chained = []
    for event in Event.objects.filter(case=case).order_by("sequence"):
        row: dict[str, Any] = {
            "sequence": event.sequence,
            "action": event.action,
            "format": event.format,
            "previous": event.previous,
            "digest": event.digest,
            "body": event.body,
        }
        if event.sequence in words:
            row["words"] = {"salt": words[event.sequence].salt, "text": words[event.sequence].text}
        chained.append(row)
    return chained


def files_of(case: Case) -> list[tuple[str, StoredFile]]:
    """Every stored file of a case under its path in the bundle."""
    found: dict[str, StoredFile] = {}
    for file in File.objects.select_related("stored", "material").filter(material__case=case).order_by("pk"):
        stored = file.stored
        found[f"materials/{file.material.position:02}-{file.pk}.{stored.extension}"] = stored
    for letter in Letter.objects.select_related("file").filter(subject=case.number).exclude(file=None).order_by("pk"):
        found[f"letters/{letter.kind}-{letter.pk}.{letter.file.extension}"] = letter.file
    volume = CaseFile.objects.select_related("file").filter(case=case).exclude(file=None).first()
    if volume is not None:
        found["case-file.pdf"] = volume.file
    return list(found.items())


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
