"""How is an act of oversight kept for ever? Chained to the last record of its city unit, under the lock of its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from approvals.audit import records
from approvals.audit.findings import Finding, heads_of, of_records, of_words
from approvals.organisations.access import Actor
from approvals.oversight.models import Ledger, Record, RecordText
from approvals.oversight.words import OversightAction

KIND = "oversight"


def locked_ledger(unit: int) -> Ledger:
    """The ledger of a city unit, made where missing, locked until the transaction ends.

    A ledger is locked before every other row of oversight, by everybody, so that nobody waits in a circle.
    """
    return records.locked_stream(Ledger, unit)


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
    values = {"at": at, "action": action, "subject": subject, "case_id": case, "data": records.known(data)}
    record = Record(unit_id=ledger.pk, **values, **actor.codes)
    records.append_with_words(record, RecordText, actor.names | (texts or {}), to=ledger)
    return record


def findings() -> Iterator[Finding]:
    """Is the record of every ledger still what was written, and are its words that were not erased?"""
    heads = heads_of(Ledger.objects.all(), called="监督台账", by="unit__name")
    yield from of_records(Record.objects.all(), heads, stream="unit_id", kind=KIND, called="监督记录")
    yield from of_words(RecordText.objects.all(), called="监督记录")
