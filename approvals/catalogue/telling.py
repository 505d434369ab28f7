"""What did a record of the catalogue change, said line by line? Only what differs, before and after, in Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approvals.catalogue.models import CatalogueRecord
from approvals.catalogue.wording import said, word_of

SHORT_LINES, SHORT_TEXT = 3, 160
DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Told:
    """One thing that changed; `before` or `after` is empty where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Account:
    """One record with what it changed; `long` where a page does well to fold it."""

    record: CatalogueRecord
    lines: list[Told]

    @property
    def long(self) -> bool:
        return len(self.lines) > SHORT_LINES or sum(len(one.before + one.after) for one in self.lines) > SHORT_TEXT


def told(record: CatalogueRecord) -> Account:
    """One record, its lines in the order of its values."""
    body = json.loads(record.body)
    return Account(record, list(_differing("", body.get("before"), body.get("after"))))


def _differing(name: str, before: Any, after: Any) -> Iterator[Told]:
    if before == after:
        return
    if isinstance(before, dict | None) and isinstance(after, dict | None):
        was, now = before or {}, after or {}
        for key in {**was, **now}:
            label = word_of(str(key))
            yield from _differing(f"{name} {label}".strip(), was.get(key), now.get(key))
    elif isinstance(before, list | None) and isinstance(after, list | None):
        gone = [one for one in before or [] if one not in (after or [])]
        come = [one for one in after or [] if one not in (before or [])]
        yield Told(name, _rows(gone), _rows(come))
    elif _said(before) or _said(after):
        yield Told(name, _said(before), _said(after))


def _rows(rows: list[Any]) -> str:
    return "；".join(_said(one) for one in rows)


def _said(value: Any) -> str:
    if isinstance(value, str) and DIGEST.fullmatch(value):
        return f"{value[:12]}…"
    return "" if value in (None, "", [], {}) else said(value)
