"""How is an act of this room kept for ever? Chained to the last record of its organ, under the lock of its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from approvals.audit import records
from approvals.audit.findings import Finding, heads_of, of_records, of_words
from approvals.collaboration.models import JointLedger, JointRecord, JointRecordText
from approvals.collaboration.words import JointAction
from approvals.organisations.access import Actor

KIND = "collaboration"


def locked_ledger(organ: int) -> JointLedger:
    """The ledger of an organ, made where missing, locked until the transaction ends; before every other row here."""
    return records.locked_stream(JointLedger, organ)


def append(
    ledger: JointLedger,
    action: JointAction,
    subject: str,
    *,
    actor: Actor,
    at: datetime,
    case: int | None = None,
    data: dict[str, Any] | None = None,
    texts: dict[str, Any] | None = None,
) -> JointRecord:
    """Write one record at the end of a locked ledger; `texts` is what may be personal."""
    values = {"at": at, "action": action, "subject": subject, "case_id": case, "data": records.known(data)}
    record = JointRecord(ledger_id=ledger.pk, **values, **actor.codes)
    records.append_with_words(record, JointRecordText, actor.names | (texts or {}), to=ledger)
    return record


def findings() -> Iterator[Finding]:
    """Is the record of every ledger still what was written, and are its words that were not erased?"""
    heads = heads_of(JointLedger.objects.all(), called="协同台账", by="organ__name")
    yield from of_records(JointRecord.objects.all(), heads, stream="ledger_id", kind=KIND, called="协同记录")
    yield from of_words(JointRecordText.objects.all(), called="协同记录")
