"""How is a change of a licence kept for ever? Chained to its last record, under its lock; the paper's text beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from approvals.audit import chain, records
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.words import LicenceRecord
from approvals.organisations.access import Actor


def append(
    licence: Licence,
    record: LicenceRecord,
    *,
    case_number: str,
    case_sequence: int,
    actor: Actor,
    organ: str,
    at: datetime,
    effective_on: date,
    content_digest: str,
    data: dict[str, Any] | None = None,
) -> LicenceEvent:
    """Write one record at the end of a locked licence, whose row already says how it stands now; the caller saves it."""
    event = LicenceEvent(
        licence=licence,
        at=at,
        record=record,
        status=licence.status,
        effective_on=effective_on,
        valid_from=licence.valid_from,
        valid_to=licence.valid_to,
        version=licence.version,
        case_number=case_number,
        case_sequence=case_sequence,
        organ=organ,
        actor_kind=actor.kind,
        user=actor.user,
        data=records.plain({name: value for name, value in (data or {}).items() if value not in (None, "")}),
        content_digest=content_digest,
    )
    records.insert(event, to=licence)
    return event


def digest_of(version: LicenceVersion) -> str:
    """The salted digest of what stood on the paper."""
    return chain.salted(version.salt, version.content)
