"""Is the record of every push still what was written?"""

from __future__ import annotations

from collections.abc import Iterator

from approvals.audit.findings import Finding, heads_of, of_records
from approvals.supervision.models import PushEvent, PushThread


def findings() -> Iterator[Finding]:
    """Chains, threads, and both against the register."""
    heads = heads_of(PushThread.objects.all(), called="推送线索", by="case__number")
    yield from of_records(PushEvent.objects.all(), heads, stream="case_id", kind="push", called="推送记录")
