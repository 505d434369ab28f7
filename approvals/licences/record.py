"""How is a change of a licence kept for ever? Chained to its last record, under its lock; the paper's text beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from approvals.audit import chain
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.words import LicenceRecord
from approvals.organisations.access import Actor

CHAINED = tuple(
    field.attname
    for field in LicenceEvent._meta.concrete_fields
    if not field.primary_key and field.name not in ("body", "digest", "previous", "format")
)


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
    """Write one record at the end of a locked licence, whose row already says how it stands now."""
    event = LicenceEvent(
        licence=licence,
        sequence=licence.events + 1,
        at=at,
        format=chain.FORMAT,
        previous=licence.head,
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
        data={name: _plain(value) for name, value in (data or {}).items() if value not in (None, "")},
        content_digest=content_digest,
    )
    event.body = body_of(event)
    event.digest = chain.link(event.previous, event.body)
    event.save(force_insert=True)
    licence.events, licence.head = event.sequence, event.digest
    return event


def body_of(event: LicenceEvent) -> str:
    """The canonical text of a record, from its columns; moments in UTC, so that the stored row gives the same text."""
    values = {name: getattr(event, name) for name in CHAINED}
    return chain.canonical(values | {"at": event.at.astimezone(UTC)})


def digest_of(version: LicenceVersion) -> str:
    """The salted digest of what stood on the paper."""
    return chain.salted(version.salt, version.content)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
