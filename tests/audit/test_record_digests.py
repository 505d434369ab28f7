"""Is a record of each room still hashed from the same text, to the byte? What was chained years ago must verify for ever."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from approvals.audit import chain
from approvals.audit.management_record import record as record_management
from approvals.audit.models import ColumnsRow
from approvals.cases.models import BarRecord
from approvals.catalogue.actions.records import record as record_catalogue
from approvals.catalogue.models import CatalogueAct
from approvals.collaboration.models import JointRecord
from approvals.documents.models import Letter, Seal, SealUse
from approvals.exchange.models import EndpointAct
from approvals.licences.models import LicenceEvent
from approvals.organisations.access import Actor
from approvals.oversight.models import Record
from approvals.supervision.models import PolicyRecord, PushEvent

AT = datetime(2026, 3, 2, 10, 5, 6, 789, tzinfo=ZoneInfo("Asia/Shanghai"))
WHO = {
    "actor_kind": "CLIENT",
    "user": 12,
    "post": 34,
    "role": "SUPERVISOR",
    "organ": "360702-XZSP",
    "client": "one-window",
}
SAID = {"at": AT, "sequence": 3, "data": {"due_on": "2026-03-09", "late": False, "guide": None, "units": ["住建", 2]}}
ALIKE: dict[str, Any] = WHO | SAID | {"text_digest": "c" * 64}
PREVIOUS = "b" * 64

TEXTS = [
    (
        JointRecord(ledger_id=7, action="ATTACHED", subject="gathering:5", case_id=9, **ALIKE),
        "264e215787b622e69155b4991dfbc23c1a832443dd6ef908418db79bd3edcfb4",
    ),
    (
        Record(unit_id=7, action="ATTACHED", subject="finding:5", case_id=None, **ALIKE),
        "8628798d31abc7179e5b2a2bd53679915a44d0e2e4df35e0b704129fce42184c",
    ),
    (
        PolicyRecord(notice_id=8, act="UNCHANGED", salt="s" * 32, **ALIKE),
        "ec63eb8dd9059af80a067170f0c66adae0786cbd7b0db8188fb290c5988cf109",
    ),
    (
        BarRecord(bar_id=8, act="LIFTED", salt="s" * 32, **ALIKE),
        "aab5226689bccf24aa1aa89626960fc3d5d75ba90902d060584881ec42a27266",
    ),
    (
        PushEvent(
            case_id=9, push_id=UUID("0123456789abcdef0123456789abcdef"), action="CLAIMED", unit="SU-ZJJ-360702", **ALIKE
        ),
        "6af6229b10c66c7ea8cf374afb1ba78f498993b5e0584452900402310bd3bd1f",
    ),
    (
        PushEvent(case_id=9, action="NO_UNIT", **ALIKE),
        "6cef61b2687ff9ee5b7316dd267432a34400d5846c288be7aebfc31c5bd8ea01",
    ),
    (
        LicenceEvent(
            licence_id=6,
            record="RENEWED",
            status="VALID",
            effective_on=date(2026, 3, 2),
            valid_from=date(2026, 3, 2),
            version=2,
            case_number="360702202600012",
            case_sequence=8,
            organ="360700-ZJJ",
            actor_kind="USER",
            user=12,
            content_digest="d" * 64,
            **SAID,
        ),
        "34939e03ba940ea165c53872fdc9cdaabd3b9bb41164e04910768158a94ca6dd",
    ),
    (
        EndpointAct(
            endpoint_id=2,
            sequence=1,
            at=AT,
            action="RESEND",
            actor_kind="USER",
            user=12,
            role="SYSTEM_ADMIN",
            organ="360700-SPJ",
            reason="对方已恢复",
            count=4,
        ),
        "ca94188491aa25b76c7c79d1673c3526cc7da5a07c31e4ebba3cd126068a53ac",
    ),
    (
        SealUse(
            letter=Letter(pk=5, number="章贡行审受〔2026〕12号", kind="ACCEPTANCE", data_digest="e" * 64),
            seal=Seal(code="360702-SL"),
            sequence=2,
            at=AT,
            page=1,
            user=12,
            plain_digest="f" * 64,
            file_digest="a" * 64,
        ),
        "0e72a46b408160259d9c854bda9d0a7dffaad0678c82f19bfbb0d792a75a2377",
    ),
]


@pytest.mark.parametrize(("row", "digest"), TEXTS)
def test_a_row_is_hashed_from_the_text_it_always_was(row: ColumnsRow, digest: str) -> None:
    assert chain.link(PREVIOUS, row.text()) == digest


@pytest.mark.django_db
def test_what_has_no_columns_of_its_own_is_hashed_from_the_text_it_always_was() -> None:
    actor = Actor(kind="USER", user=12, name="赖文斌", post=34, role="ITEM_ADMIN", organ_code="360700-ZJJ")
    with transaction.atomic():
        given = {"user": 987654321, "act": "IMPORT", "subject": "organs", "at": AT}
        first = record_management(**given, data={"rows": 20, "on": "2026-03-02"})
        second = record_management(**given, data={"rows": 1})
        made = record_catalogue(
            stream="2099", act=CatalogueAct.SAVED, subject="住建-01", actor=actor, at=AT, before=None, after={"days": 3}
        )
    assert (second.sequence, second.previous) == (2, first.digest)
    assert first.digest == "b535a88069afcb8a5371978994ee6ea99c369852b97a1c7b6224f5f5422fbc01"
    assert second.digest == "ad02104712b43c9f8ba96265480fd6b9b44fbccbe2089af0589c441b8ad8dbe7"
    assert made.digest == "d6f7eb942563281abc0ff92c82ef297507f2210805fafdcf31d70d4ef2bebe07"
