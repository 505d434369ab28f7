"""What does the city's licence library learn of a change? One JSON document, schema `licence/1`.

Names and order follow the metadata of GB/T 36903-2018 (type, identifier, number, issuer, holder, dates, status, business
data); docs/licences.md is the interface. A natural person's number goes out by its last four characters only: a message
is kept, and the library asks for the whole through the interface by right.
"""

from __future__ import annotations

from typing import Any

from approvals.audit.chain import canonical
from approvals.licences.content import read
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.words import LicenceRecord, Status
from approvals.organisations.masks import last_four

SCHEMA = "licence/1"
ISSUES = (LicenceRecord.GRANTED, LicenceRecord.TAKEN_UP)
CHANGES = (LicenceRecord.AMENDED, LicenceRecord.RENEWED, LicenceRecord.DEEMED_RENEWED, LicenceRecord.REPLACED)


def topic_of(event: LicenceEvent) -> str:
    """Which of the three messages tells of a record."""
    if event.record in ISSUES:
        return "licence.issue"
    return "licence.change" if event.record in CHANGES else "licence.status"


def thread_of(licence: Licence) -> str:
    """The identifier without version and check character: what all messages of one licence have in common."""
    return licence.identifier.rsplit(".", 2)[0]


def text_for(event: LicenceEvent, *, day: Any) -> str:
    """The exact text that is signed and sent; the same whenever it is made."""
    licence = event.licence
    version = LicenceVersion.objects.get(licence=licence, version=event.version)
    shown = read(version.content)
    return canonical(
        {
            "schema": SCHEMA,
            "day": day,
            "licence": thread_of(licence),
            "sequence": event.sequence,
            "digest": event.digest,
            "operation": event.record,
            "operation_name": LicenceRecord(event.record).label,
            "effective_on": event.effective_on,
            "certificate_type_code": licence.type.library_code,
            "certificate_type_name": licence.type.name,
            "certificate_identifier": version.identifier,
            "certificate_number": licence.number,
            "certificate_name": licence.name,
            "certificate_version": event.version,
            "issuer_code": licence.organ.uscc or licence.organ.code,
            "issuer_name": licence.organ.name,
            "area_code": licence.region_id,
            "issue_date": version.issued_on,
            "effective_date": event.valid_from,
            "expiring_date": event.valid_to,
            "status_code": event.status,
            "status_name": Status(event.status).label,
            "suspended_until": _suspended_until(event),
            "holders": [_holder(one) for one in shown.get("holders", [])],
            "business_data": {
                one["key"]: {"name": one["label"], "value": one["value"]} for one in shown.get("fields", [])
            },
            "content_digest": event.content_digest,
            "case_number": event.case_number,
        }
    )


def _suspended_until(event: LicenceEvent) -> str | None:
    """The last day of the suspension that holds at this record; after it nobody tells that the licence is good again."""
    if event.status != Status.SUSPENDED:
        return None
    earlier = LicenceEvent.objects.filter(licence=event.licence_id, sequence__lte=event.sequence)
    began = earlier.filter(record=LicenceRecord.SUSPENDED).latest("sequence")
    return began.data.get("until")


def _holder(one: dict[str, str]) -> dict[str, str]:
    company, number = one["id_type"] == "USCC", one["id_number"]
    return {
        "holder_category": one["kind"],
        "holder_name": one["name"],
        "holder_identity_type": one["id_type"],
        "holder_identity_number": number if company else last_four(number),
        "legal_representative": one["legal_representative"],
    }
