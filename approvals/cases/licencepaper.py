"""What stands on the paper of a licence, and when does a paper of it stop being good? Read off the licence's own records.

Each version a decision prints owes one paper, in the deciding organ's name, under the seal of the decision. A later
version replaces it; what ends the licence ends its paper; a suspension ends it for a time. All endings of the papers of
a licence are derived from its whole record, each time something happens to it or a paper comes late.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from approvals.cases.models import Case, LicencePaper, Party
from approvals.documents import voiding
from approvals.documents.models import Letter
from approvals.licences.content import read
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
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


def hold(about: About) -> None:
    """Let nothing happen to the licences of an act until its late paper knows how they stand; in a transaction."""
    touched = [one.licence_id for one in records_of(about.case, about.event.sequence)]
    list(Licence.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk").values_list("pk"))


def follow(about: About, paper: Letter | None) -> None:
    """Note the new paper of an act, and let all papers of its licences stand as the licences do; in the caller's transaction."""
    events = records_of(about.case, about.event.sequence)
    for event in events:
        if event.record in PRINTED and paper is not None:
            version = {"licence_id": event.licence_id, "version": event.version}
            LicencePaper.objects.get_or_create(letter=paper, defaults=version)
    for licence in sorted({event.licence_id for event in events}):
        settle(licence)


def settle(licence: int) -> None:
    """Let every paper of a licence end as its whole record says, however late the paper came. Repeating it changes nothing."""
    papers = LicencePaper.objects.select_related("letter").filter(licence=licence).order_by("letter_id")
    of_version = {one.version: one.letter for one in papers}  # the latest of each
    record = list(LicenceEvent.objects.filter(licence=licence).order_by("sequence")) if of_version else []
    for one in papers:
        found = how_ended(record, one.version)
        if found is None:
            voiding.stand(one.letter)
            continue
        event, on, because = found
        after = of_version.get(event.version) if event.record in PRINTED else None
        until = suspended_until(event)
        voiding.stand(one.letter, by=event.record, because=because, on=on, until=until, replaced_by=after)


def how_ended(record: list[LicenceEvent], version: int) -> tuple[LicenceEvent, date, str] | None:
    """What ended the paper of a version, since which day and why, by a licence's whole record; None while it is good.

    What ends it for good comes before a suspension, unless that day is still to come (延续：原有效期届满之前，原证仍有效).
    """
    ends, suspended = [], None
    for event in record:
        if suspended and (until := suspended_until(suspended[0])) and until < event.effective_on:
            suspended = None
        if event.record in PRINTED and event.version > version:
            ends.append((event, _replaced_on(event), f"证照已{R(event.record).label}，出了第 {event.version} 版"))
        elif event.record in OVER:
            ends.append((event, event.effective_on, OVER[R(event.record)]))
        elif event.record == R.SUSPENDED:
            lasts = f"至 {event.data['until']}" if event.data.get("until") else "恢复之日另行通知"
            suspended = (event, event.effective_on, f"证照暂停，{lasts}")
        elif event.record == R.LIFTED:
            suspended = None
    last = min(ends, key=lambda end: (end[1], end[0].sequence), default=None)
    if suspended and (last is None or last[1] > record[-1].effective_on):
        return suspended
    return last


def suspended_until(event: LicenceEvent) -> date | None:
    """The last day of the suspension a record tells of; None for one without an end, and for everything else."""
    said = event.data.get("until") if event.record == R.SUSPENDED else None
    return date.fromisoformat(said) if said else None


def _replaced_on(event: LicenceEvent) -> date:
    """The day on which a new version takes the place of the old: a renewal where the old term has run out."""
    if event.record in (R.RENEWED, R.DEEMED_RENEWED) and event.valid_from:
        return max(event.effective_on, event.valid_from)
    return event.effective_on


def papers_of(licence: int) -> list[Letter]:
    """The papers of a licence, the latest first."""
    found = Letter.objects.select_related("organ", "replaced_by", "file", "licence_paper")
    return list(found.filter(licence_paper__licence=licence).order_by("-pk"))
