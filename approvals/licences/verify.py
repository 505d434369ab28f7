"""Is the record of every licence still what was written, and does its row still say so?"""

from __future__ import annotations

from collections.abc import Iterator

from approvals.audit.findings import Finding, heads_of, of_records
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.record import digest_of


def findings() -> Iterator[Finding]:
    """Chains, the paper's text, the licence's row, and all of it against the register."""
    heads = heads_of(Licence.objects.all(), by="number")
    yield from of_records(LicenceEvent.objects.all(), heads, stream="licence_id", kind="licence", called="证照记录")
    yield from _rows()


def _rows() -> Iterator[Finding]:
    """What the licence says of itself, and what stood on its paper, against its last record."""
    last = {one.licence_id: one for one in LicenceEvent.objects.order_by("licence_id", "sequence").iterator()}
    for licence in Licence.objects.iterator(chunk_size=1000):
        event = last.get(licence.pk)
        if event is None:
            yield Finding("licence-without-record", licence.number, "证照没有任何记录。")
            continue
        for name in ("status", "valid_from", "valid_to", "version"):
            if getattr(licence, name) != getattr(event, name):
                yield Finding("licence-differs", licence.number, f"证照的 {name} 与末条记录不符。")
    for version in LicenceVersion.objects.select_related("licence").iterator(chunk_size=1000):
        event = last.get(version.licence_id)
        if event is None or version.erased_at is not None or event.version != version.version:
            continue
        if digest_of(version) != event.content_digest:
            yield Finding("paper-changed", version.licence.number, f"第 {version.version} 版的照面内容与记录不符。")
