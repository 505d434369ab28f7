"""Is the record of what operators did to receivers still what was written?"""

from __future__ import annotations

from collections.abc import Iterator

from approvals.audit.findings import Finding, Head, of_records
from approvals.exchange.models import EndpointAct


def findings() -> Iterator[Finding]:
    """Chains within each endpoint, and the acts against the register, which also knows a cut tail."""
    rows = EndpointAct.objects.select_related("endpoint").order_by("endpoint_id", "sequence")
    heads = {row.endpoint_id: Head(f"接收端 {row.endpoint}", row.sequence, row.digest) for row in rows}
    yield from of_records(rows, heads, stream="endpoint_id", kind="endpoint", called="接收端操作")
