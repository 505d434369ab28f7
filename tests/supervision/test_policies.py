"""Whom does a policy document reach? Every organ that handles an item it is about, also where a place has a list of its own."""

from datetime import date

import pytest

from approvals.catalogue.models import Delegation
from approvals.catalogue.queries import jurisdiction_of
from approvals.organisations.models import Role
from approvals.supervision import policies
from tests.factories import moment
from tests.people import somebody
from tests.supervision.conftest import supervisor_of
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
LONGNAN = "360783"


def holders(row: Delegation) -> set[int]:
    found = jurisdiction_of(item=row.item.code, region=row.region_id, on=ON, place=row.place)
    return {one.organ for one in (found.accept, found.review, found.decide)}


def test_who_handles_an_item_in_a_zone_alone_is_concerned_as_well():
    city = somebody("360700-SPJ", Role.REVIEWER)
    rows = Delegation.objects.exclude(place="").filter(effective_to=None).select_related("item")
    assert rows.count() >= 26, "the zone's own list"
    missed = [row.item.code for row in rows if not holders(row) <= policies.concerned([row.item.code], city, on=ON)]
    assert missed == []


def test_a_county_tells_its_own_zone_and_no_other_region():
    row = Delegation.objects.exclude(place="").filter(region=LONGNAN, effective_to=None).select_related("item")[0]
    elsewhere = supervisor_of("360731-SCJG-J")
    assert holders(row) <= policies.concerned([row.item.code], somebody(f"{LONGNAN}-SPJ", Role.REVIEWER), on=ON)
    assert not holders(row) <= policies.concerned([row.item.code], elsewhere, on=ON)


def test_a_document_may_concern_more_items_than_one_edition_has():
    unit = supervisor_of("360700-SCJG-J")
    codes = sorted({row.item.code for row in Delegation.objects.filter(effective_to=None).select_related("item")})
    given = {
        "level": "NATIONAL",
        "issuer": "国务院办公厅",
        "number": "国办发〔2026〕1 号",
        "title": "关于深化行政审批制度改革的意见",
        "issued_on": "2026-02-27",
        "items": codes,
        "summary": "各事项的申请材料一律不再收取复印件。",
    }
    assert len(codes) > 118
    notice = policies.notify(actor=unit, at=moment(ON), given=given)
    assert notice.tasks.count() == len(codes)
    asked = notice.readings.count()
    notice.readings.filter(pk=notice.readings.first().pk).update(read_at=moment(ON))
    [listed] = policies.policies(unit)
    assert (listed.asked, listed.unread, listed.open_tasks) == (asked, asked - 1, len(codes))


def test_the_form_of_a_document_says_what_is_missing_also_when_no_item_was_chosen():
    desk = at_desk(supervisor_of("360700-SCJG-J"))
    refused = desk.post("/policies/new/", {"level": "NATIONAL", "title": "关于深化行政审批制度改革的意见"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#f-items"' in page
    assert 'href="#f-number"' in page
