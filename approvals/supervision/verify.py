"""Is the record of every push still what was written?"""

from __future__ import annotations

from collections.abc import Iterator

from approvals.audit.findings import Finding, Head, against_register, chained
from approvals.supervision.models import PushEvent, PushThread
from approvals.supervision.record import body_of


def findings() -> Iterator[Finding]:
    """Chains, threads, and both against the register."""
    threads = PushThread.objects.values_list("pk", "case__number", "events", "head")
    heads = {pk: Head(f"推送线索 {number}", events, head) for pk, number, events, head in threads}
    rows = PushEvent.objects.order_by("case_id", "sequence").iterator(chunk_size=2000)
    yield from chained(rows, heads, stream="case_id", body_of=body_of)
    yield from against_register("push", dict(PushEvent.objects.values_list("pk", "digest")), called="推送记录")
