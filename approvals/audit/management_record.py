"""How is an act of administration put on record? One chained row in the caller's transaction; codes and counts only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from approvals.audit import chain, records
from approvals.audit.models import ManagementRecord


def record(*, user: int, act: str, subject: str, data: dict[str, Any], at: datetime) -> ManagementRecord:
    """Put what `user` (0: a command) did on the person's chain; the caller has locked the person.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a record belongs to the transaction of what it tells")
    sequence, previous = records.following(ManagementRecord.objects.filter(user=user))
    values = {"user": user, "sequence": sequence, "at": at, "act": act, "subject": subject, "data": data}
    return ManagementRecord.objects.create(**values, **chain.columns(previous, chain.canonical(values)))
