"""Is the record of every licence still what was written, and does its row still say so?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Subquery

from approvals.audit.findings import Finding, heads_of, of_records
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.record import digest_of
from approvals.licences.words import LicenceRecord, Status

COLUMNS = ("status", "valid_from", "valid_to", "version")  # of the row and of each record


def findings() -> Iterator[Finding]:
    """Chains, the licence's row, the paper's text, and all of it against the register."""
    heads = heads_of(Licence.objects.all(), by="number")
    yield from of_records(LicenceEvent.objects.all(), heads, stream="licence_id", kind="licence", called="证照记录")
    yield from _rows()
    yield from _papers()


def _rows() -> Iterator[Finding]:
    """What the licence says of itself, against its records."""
    recorded = Exists(LicenceEvent.objects.filter(licence=OuterRef("pk")))
    for number in Licence.objects.filter(~recorded).order_by("pk").values_list("number", flat=True):
        yield Finding("licence-without-record", number, "证照没有任何记录。")
    for last, until in _last_records():
        licence = last.licence
        differ = [name for name in COLUMNS if getattr(licence, name) != getattr(last, name)]
        if (licence.suspended_until.isoformat() if licence.suspended_until else "") != until:
            differ.append("suspended_until")
        for name in differ:
            yield Finding("licence-differs", licence.number, f"证照的 {name} 与记录不符。")


def _last_records() -> Iterator[tuple[LicenceEvent, str]]:
    """The last record of each licence, and the last day of the suspension that holds then, empty for none."""
    fields = ("record", "data", "sequence", *COLUMNS)
    ours = ("number", "suspended_until", *COLUMNS)
    rows = LicenceEvent.objects.select_related("licence").only(*fields, *(f"licence__{name}" for name in ours))
    ordered = rows.order_by("licence_id", "sequence").iterator(chunk_size=2000)
    for _, records in groupby(ordered, key=lambda one: one.licence_id):
        until = ""
        for last in records:
            if last.record == LicenceRecord.SUSPENDED:
                until = last.data.get("until", "")
        yield last, until if last.status == Status.SUSPENDED else ""


def _papers() -> Iterator[Finding]:
    """What stands on the paper of each licence, against its last record."""
    records = LicenceEvent.objects.filter(licence=OuterRef("licence")).order_by("-sequence")
    last = Subquery(records.values("content_digest")[:1])
    papers = LicenceVersion.objects.filter(erased_at=None, version=F("licence__version")).annotate(last=last)
    for paper in papers.select_related("licence").order_by("pk").iterator(chunk_size=1000):
        if paper.last is not None and digest_of(paper) != paper.last:
            yield Finding("paper-changed", paper.licence.number, f"第 {paper.version} 版的照面内容与记录不符。")
