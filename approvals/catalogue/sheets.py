"""What does one edition say, as plain values? The form in which editions are compared, exported and digested.

Pure: no database here (`sheeting` reads). Texts are what people read; days are dates; limits are working days.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from approvals.audit.chain import canonical


@dataclass(frozen=True)
class GrantSheet:
    """One delegation of an item."""

    region: str
    region_name: str
    mode: str
    place: str
    effective_from: date
    effective_to: date | None
    document: str
    agreement: str
    seal_path: str

    @property
    def where(self) -> str:
        return f"{self.region_name}（{self.place}）" if self.place else self.region_name


@dataclass(frozen=True)
class GuideSheet:
    """One guide: limits by name (working days or a word), materials, form fields, and everything else by name."""

    version: int
    published: bool
    provisional: bool
    limits: dict[str, Any] = field(default_factory=dict)
    fee: dict[str, Any] = field(default_factory=dict)
    materials: list[dict[str, Any]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemSheet:
    """One item with all that hangs on it. `identity` is the same in every edition."""

    identity: str
    code: str
    annex: int
    seq: int
    unit: str
    main_name: str
    sub_name: str
    name: str
    power_type: str
    remark: str
    scope_note: str
    grants: tuple[GrantSheet, ...] = ()
    supervisors: tuple[tuple[str, str], ...] = ()  # (region name, empty for the city; unit), sorted
    guide: GuideSheet | None = None


@dataclass(frozen=True)
class EditionSheet:
    code: str
    title: str
    document: str
    effective_from: date
    items: tuple[ItemSheet, ...]


def export_text(sheet: EditionSheet) -> str:
    """The one text of an edition: what was published, whatever is ended or added later by itself."""
    return canonical(asdict(sheet))


def digest_of(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
