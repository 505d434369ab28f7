"""How is an act on a policy notice kept for ever? Chained to the last record of its notice, under its lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from approvals.audit import chain
from approvals.audit.findings import Finding, Head, against_register, chained
from approvals.organisations.access import Actor
from approvals.supervision.models import PolicyNotice, PolicyRecord
from approvals.supervision.words import PolicyAct

KIND = "policy"
CHAINED = tuple(
    field.attname
    for field in PolicyRecord._meta.concrete_fields
    if not field.primary_key and field.name not in ("body", "digest", "previous", "format", "salt")
)


def locked(pk: int) -> PolicyNotice:
    return PolicyNotice.objects.select_for_update(of=("self",)).get(pk=pk)


def append(
    notice: PolicyNotice,
    act: PolicyAct,
    *,
    actor: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    words: str = "",
) -> None:
    """Write one record at the end of a locked notice."""
    salt = chain.new_salt() if words else ""
    record = PolicyRecord(
        notice=notice,
        sequence=notice.events + 1,
        at=at,
        format=chain.FORMAT,
        previous=notice.head,
        act=act,
        actor_kind=actor.kind,
        user=actor.user,
        post=actor.post,
        role=actor.role,
        organ=actor.organ_code,
        client=actor.client,
        data={name: value.isoformat() if isinstance(value, date) else value for name, value in (data or {}).items()},
        text_digest=chain.salted(salt, words) if words else "",
        salt=salt,
    )
    record.body = body_of(record)
    record.digest = chain.link(record.previous, record.body)
    record.save(force_insert=True)
    notice.events, notice.head = record.sequence, record.digest
    notice.save(update_fields=["events", "head"])


def body_of(record: PolicyRecord) -> str:
    """The canonical text of a record, from its columns; moments in UTC, so that the stored row gives the same text."""
    values = {name: getattr(record, name) for name in CHAINED}
    return chain.canonical(values | {"at": record.at.astimezone(UTC)})


def findings() -> Iterator[Finding]:
    """Is the record of every notice still what was written?"""
    known = PolicyNotice.objects.values_list("pk", "number", "events", "head")
    heads = {pk: Head(f"政策文件 {number}", events, head) for pk, number, events, head in known}
    rows = PolicyRecord.objects.order_by("notice_id", "sequence").iterator(chunk_size=2000)
    yield from chained(rows, heads, stream="notice_id", body_of=body_of)
    yield from against_register(KIND, dict(PolicyRecord.objects.values_list("pk", "digest")), called="政策文件记录")
