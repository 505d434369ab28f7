"""Is the log of seal uses still what was written, and in the register?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from approvals.audit.findings import Finding, Head, of_records
from approvals.documents.models import Letter, SealUse


def findings() -> Iterator[Finding]:
    """Each letter's chain, its frozen content, and all against the register."""
    rows = SealUse.objects.select_related("letter", "seal").order_by("letter_id", "sequence")
    counted, last = Counter(row.letter_id for row in rows), {row.letter_id: row.digest for row in rows}
    heads = {
        row.letter_id: Head(f"文书 {row.letter.number}", counted[row.letter_id], last[row.letter_id]) for row in rows
    }
    yield from of_records(rows, heads, stream="letter_id", kind="seal-use", called="用印记录")
    made = set(Letter.objects.filter(state=Letter.State.MADE).values_list("number", flat=True))
    for number in sorted(made - {row.letter.number for row in rows}):
        yield Finding("seal-use-missing", f"文书 {number}", "已制成，但没有用印记录。")
