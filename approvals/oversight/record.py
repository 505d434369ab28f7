"""How is an act of oversight kept for ever? Chained to the last record of its city unit, under the lock of its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from approvals.audit import chain
from approvals.audit.findings import Finding, Head, against_register, chained
from approvals.organisations.access import Actor
from approvals.oversight.models import Ledger, Record, RecordText
from approvals.oversight.words import OversightAction

KIND = "oversight"
CHAINED = tuple(
    field.attname
    for field in Record._meta.concrete_fields
    if not field.primary_key and field.name not in ("body", "digest", "previous", "format")
)


def locked_ledger(unit: int) -> Ledger:
    """The ledger of a city unit, made where missing, locked until the transaction ends.

    A ledger is locked before every other row of oversight, by everybody, so that nobody waits in a circle.
    """
    Ledger.objects.get_or_create(pk=unit, defaults={"head": chain.GENESIS})
    return Ledger.objects.select_for_update().get(pk=unit)


def append(
    ledger: Ledger,
    action: OversightAction,
    subject: str,
    *,
    actor: Actor,
    at: datetime,
    case: int | None = None,
    data: dict[str, Any] | None = None,
    texts: dict[str, Any] | None = None,
) -> Record:
    """Write one record at the end of a locked ledger; `texts` is what may be personal."""
    salt, words = chain.new_salt(), chain.canonical({"name": actor.name, "organ": actor.organ_name} | (texts or {}))
    record = Record(
        unit_id=ledger.pk,
        sequence=ledger.events + 1,
        at=at,
        format=chain.FORMAT,
        previous=ledger.head,
        action=action,
        subject=subject,
        case_id=case,
        actor_kind=actor.kind,
        user=actor.user,
        post=actor.post,
        role=actor.role,
        organ=actor.organ_code,
        client=actor.client,
        data={name: _plain(value) for name, value in (data or {}).items() if value is not None},
        text_digest=chain.salted(salt, words),
    )
    record.body = body_of(record)
    record.digest = chain.link(record.previous, record.body)
    record.save(force_insert=True)
    RecordText.objects.create(record=record, text=words, salt=salt)
    ledger.events, ledger.head = record.sequence, record.digest
    ledger.save(update_fields=["events", "head"])
    return record


def body_of(record: Record) -> str:
    """The canonical text of a record, from its columns; moments in UTC, so that the stored row gives the same text."""
    values = {name: getattr(record, name) for name in CHAINED}
    return chain.canonical(values | {"at": record.at.astimezone(UTC)})


def findings() -> Iterator[Finding]:
    """Is the record of every ledger still what was written, and are its words that were not erased?"""
    known = Ledger.objects.values_list("pk", "unit__name", "events", "head")
    heads = {pk: Head(f"监督台账 {name}", events, head) for pk, name, events, head in known}
    rows = Record.objects.order_by("unit_id", "sequence").iterator(chunk_size=2000)
    yield from chained(rows, heads, stream="unit_id", body_of=body_of)
    yield from against_register(KIND, dict(Record.objects.values_list("pk", "digest")), called="监督记录")
    kept = RecordText.objects.filter(erased_at=None).values_list("record", "record__text_digest", "salt", "text")
    for pk, digest, salt, text in kept.iterator(chunk_size=2000):
        if chain.salted(salt, text) != digest:
            yield Finding("words-changed", f"监督记录 {pk}", "文字与记录里的摘要不符。")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
