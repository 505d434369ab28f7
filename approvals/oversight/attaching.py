"""Who adds papers to a finding? The city unit as evidence, the county with its answer, until the finding is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.documents.beside import Files, put_beside
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.oversight.access import NotAnswerable, found, is_overseer, may_answer, of_case
from approvals.oversight.models import Finding, FindingFile
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import FindingState, OversightAction


class FindingClosed(Refused):
    code = "finding-closed"
    title = "这个问题已经销号"


def may_attach(actor: Actor, finding: Finding) -> bool:
    """Whether this person may add papers now."""
    if finding.state == FindingState.CLOSED:
        return False
    return is_overseer(actor, finding.unit_id) or may_answer(actor, finding.organ_id, finding.region_id)


@transaction.atomic
def attach(*, finding: Any, actor: Actor, at: datetime, files: Files) -> int:
    """Add papers to a finding; how many. Raises NothingOverseen, NotAnswerable, FindingClosed, Invalid."""
    row = found(Finding.objects.all(), of_case(actor), finding)
    ledger = locked_ledger(row.unit_id)
    row = Finding.objects.select_for_update().get(pk=row.pk)
    if row.state == FindingState.CLOSED:
        raise FindingClosed("销号之后不再补附件。")
    if not may_attach(actor, row):
        raise NotAnswerable("由市级对口单位和责任单位上传附件。")
    if not files:
        raise Invalid({"files": ["选择文件。"]})
    put_beside(files, FindingFile, actor=actor, at=at, finding=row)
    data = {"files": [stored.digest for stored, _ in files]}
    append(ledger, OversightAction.ATTACHED, f"finding:{row.pk}", actor=actor, at=at, case=row.case_id, data=data)
    transaction.on_commit(nudge, robust=True)
    return len(files)
