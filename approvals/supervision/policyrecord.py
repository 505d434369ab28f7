"""How is an act on a policy notice kept for ever? Chained to the last record of its notice, under its lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from approvals.audit import records
from approvals.audit.findings import Finding, heads_of, of_records
from approvals.organisations.access import Actor
from approvals.supervision.models import PolicyNotice, PolicyRecord
from approvals.supervision.words import PolicyAct

KIND = "policy"


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
    values = {"at": at, "act": act, "data": records.plain(data)}
    records.append(PolicyRecord(notice=notice, **values, **records.digested(words), **actor.codes), to=notice)


def findings() -> Iterator[Finding]:
    """Is the record of every notice still what was written?"""
    heads = heads_of(PolicyNotice.objects.all(), called="政策文件", by="number")
    yield from of_records(PolicyRecord.objects.all(), heads, stream="notice_id", kind=KIND, called="政策文件记录")
