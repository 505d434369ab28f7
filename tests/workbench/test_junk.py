"""Is a number that no row can have answered like one that no row has, wherever an address or a form names a row?"""

from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from approvals.cases.words import State
from approvals.collaboration.access import (
    GatheringNotFound,
    InspectionNotFound,
    PlanNotFound,
    gathering_for,
    inspection_for,
    plan_for,
)
from approvals.errors import Invalid
from approvals.keys import LONGEST_SEARCH, MOST, key_of
from approvals.organisations.models import Role
from approvals.oversight.access import NothingOverseen
from approvals.oversight.actions import acknowledge
from approvals.supervision.policies import PolicyNotFound
from approvals.supervision.policies import find as policy_of
from approvals.workbench.lists import Listing
from approvals.workbench.tabs import tabs_of
from approvals.workbench.views_catalogue_items import number
from tests.factories import COMPANY, driven, moment
from tests.people import clerk_of, somebody, zhong
from tests.workbench.desks import at_desk

JUNK = ["9" * 30, "9" * 5000, str(MOST + 1), "-1", "²", "٣", "1.0", "1e3", "1_0", " 1", "x", ""]
junk = pytest.mark.parametrize("said", JUNK, ids=lambda said: f"{said[:6]}-{len(said)}")


@junk
def test_what_can_be_no_key_is_none(said):
    assert key_of(said) is None


def test_a_key_is_what_its_digits_say_as_far_as_a_table_can_hold_it():
    assert [key_of(said) for said in ("0", "17", 17, "007", str(MOST))] == [0, 17, 17, 7, MOST]


@junk
@pytest.mark.django_db
def test_the_pages_answer_it_as_a_row_they_do_not_have(said):
    coordinator, reviewer = at_desk(somebody("360700-SPJ", Role.COORDINATOR)), at_desk(zhong())
    assert coordinator.get("/statistics/", {"unit": said}).status_code == 200
    assert reviewer.get("/licences/", {"before": said}).status_code == 200
    assert reviewer.get("/guidance/known/new/", {"from": said}).status_code == 200
    assert reviewer.post("/filters/", {"forget": said, "name": "x"}).status_code == 302
    wanted = 404 if said else 200
    assert reviewer.get("/oversight/findings/new/", {"filing": said}).status_code == wanted
    assert reviewer.get("/oversight/take-backs/new/", {"delegation": said}).status_code == wanted


@junk
@pytest.mark.django_db
def test_the_doors_answer_it_as_a_row_they_do_not_have(said):
    doors = ((plan_for, PlanNotFound), (inspection_for, InspectionNotFound), (gathering_for, GatheringNotFound))
    for door, refusal in doors:
        with pytest.raises(refusal):
            door(zhong(), said)
    with pytest.raises(PolicyNotFound):
        policy_of(policy=said, actor=zhong())
    with pytest.raises(NothingOverseen):
        acknowledge(filing=said, actor=zhong(), at=moment("2026-03-02"))


@pytest.mark.parametrize("said", ["9" * 30, "9" * 5000, "32768", "-1", "²", "1.0", "x", ""])
def test_a_place_in_an_annex_is_a_whole_number_that_fits(said):
    with pytest.raises(Invalid):
        number(said, "annex")


@pytest.mark.django_db
def test_of_a_search_of_fifty_thousand_signs_the_first_sixty_are_read_everywhere():
    today, case = timezone.localdate(), driven("3-38", "360731", timezone.now(), to=State.DECISION).case
    long = {word: "".join(islice(cycle(word), 50_000)) for word in ("康泽 ", "1")}
    window, city = at_desk(clerk_of("360731")), at_desk(somebody("360700-SPJ", Role.COORDINATOR))
    for text in long.values():
        for address in ("/", "/pushed/", "/intake/", "/licences/", "/reported/"):
            assert window.get(address, {"q": text}).status_code == 200, address
        for address in ("/", "/supervision/", "/guidance/known/", "/oversight/cards/", "/catalogue/"):
            assert city.get(address, {"q": text}, follow=True).status_code == 200, address
        assert at_desk(somebody("360700-SPJ", Role.AUDITOR)).get("/", {"q": text}, follow=True).status_code == 200
        listing = Listing(tabs_of("desk", Role.CLERK), QueryDict(urlencode({"q": text})), clerk_of("360731"), today)
        assert len(listing.filters["q"]) <= LONGEST_SEARCH
    name = COMPANY.ljust(60)
    page = window.get("/", {"tab": "open", "q": f"{name}and what nobody reads"}).content.decode()
    assert case.number in page
