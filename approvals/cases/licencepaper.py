"""What stands on the paper of a licence, and when does a paper of it stop being good? Read off the licence's own records.

Each version a decision prints owes one paper, in the deciding organ's name, under the seal of the decision. A later
version replaces it; what ends the licence ends its paper; a suspension ends it for a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from approvals.cases.models import Case, LicencePaper, Party
from approvals.documents import voiding
from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter
from approvals.licences.content import read
from approvals.licences.models import LicenceEvent, LicenceVersion
from approvals.licences.words import LicenceRecord
from approvals.organisations import masks
from approvals.organisations.models import Organ

if TYPE_CHECKING:
    from approvals.cases.lettercontent import About

R = LicenceRecord
PRINTED = (R.GRANTED, R.AMENDED, R.RENEWED, R.DEEMED_RENEWED, R.REPLACED)
OVER = {R.CANCELLED: "证照已注销", R.WITHDRAWN: "许可已撤回", R.ANNULLED: "许可已撤销", R.REVOKED: "证照已吊销"}
ID_TYPES = dict(Party.IdType.choices)


def records_of(case: Case, sequence: int) -> list[LicenceEvent]:
    """What one act of a case did to a licence, in order."""
    found = LicenceEvent.objects.select_related("licence__organ")
    return list(found.filter(case_number=case.number, case_sequence=sequence).order_by("sequence"))


def printed(case: Case, sequence: int) -> LicenceEvent | None:
    """The record of an act that brought out a new version; None where it owes no paper."""
    return next((one for one in reversed(records_of(case, sequence)) if one.record in PRINTED), None)


def content_of(about: About, organ: Organ, unit: dict[str, Any]) -> dict[str, Any]:
    """The face of the version an act printed. Raises LookupError where its words were erased."""
    event = printed(about.case, about.event.sequence)
    if event is None:
        raise LookupError("这一步没有证照")
    shown = read(LicenceVersion.objects.get(licence=event.licence, version=event.version).content)
    if not shown:
        raise LookupError("照面内容已依法删除")
    return about.core | {
        "you": about.you,
        "name": shown["name"],
        "licence_number": shown["number"],
        "identifier": shown["identifier"],
        "version": event.version,
        "occasion": LicenceRecord(event.record).label,
        "check_code": event.licence.verify_code,
        "check_at": f"{settings.PUBLIC_URL.rstrip('/')}/public/licences/",
        "holders": [_holder(one) for one in shown["holders"]],
        "facts": [{"label": one["label"], "value": one["value"]} for one in shown["fields"]],
        "content": shown["content"],
        "conditions": shown["conditions"],
        "first_issued_on": event.licence.issued_on,
        "valid_from": shown["valid_from"],
        "valid_to": shown["valid_to"],
    }


def _holder(one: dict[str, str]) -> dict[str, str]:
    known = one["id_type"] != Party.IdType.NONE and one["id_number"]
    return {
        "name": one["name"],
        "id_label": ID_TYPES.get(one["id_type"], "证件号码") if known else "",
        "id_number": masks.document(one["id_number"]) if known else "",
        "legal_representative": one["legal_representative"],
        "address": one["address"],
    }


def follow(about: About, paper: Letter | None) -> None:
    """Let the papers of a licence end as an act says, and note the new one; in the transaction that reads the act."""
    for event in records_of(about.case, about.event.sequence):
        papers = Letter.objects.filter(kind=LetterKind.LICENCE, licence_paper__licence=event.licence_id)
        if event.record in PRINTED:
            if paper is not None:
                version = {"licence_id": event.licence_id, "version": event.version}
                LicencePaper.objects.get_or_create(letter=paper, defaults=version)
            before = papers.filter(licence_paper__version__lt=event.version)
            because = f"证照已{LicenceRecord(event.record).label}，出了第 {event.version} 版"
            voiding.end(before, by=event.record, because=because, on=event.effective_on, replaced_by=paper)
        elif event.record in OVER:
            voiding.good_again(papers, ended_by=R.SUSPENDED)
            voiding.end(papers, by=event.record, because=OVER[R(event.record)], on=event.effective_on)
        elif event.record == R.SUSPENDED:
            until = f"至 {event.data['until']}" if event.data.get("until") else "恢复之日另行通知"
            voiding.end(papers, by=R.SUSPENDED, because=f"证照暂停，{until}", on=event.effective_on)
        elif event.record == R.LIFTED:
            voiding.good_again(papers, ended_by=R.SUSPENDED)


def papers_of(licence: int) -> list[Letter]:
    """The papers of a licence, the latest first."""
    found = Letter.objects.select_related("organ", "replaced_by", "file", "licence_paper")
    return list(found.filter(licence_paper__licence=licence).order_by("-pk"))
