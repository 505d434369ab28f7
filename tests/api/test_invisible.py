"""Does what a caller may not see not exist for them, under whatever address?"""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.audit.register import enrol
from approvals.cases.words import State
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from tests.api.callers import Caller, problem
from tests.factories import application, driven, moment
from tests.people import huang, li, somebody, xie
from tests.supervision.conftest import supervisor, supervisor_of

pytestmark = pytest.mark.django_db
YUDU = "360731"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


@pytest.fixture
def number(window: Caller) -> str:
    return window.register(application("1-7", YUDU)).json()["number"]


@pytest.mark.parametrize("path", ["", "/actions", "/events", "/why", "/materials"])
def test_a_case_of_another_county_is_as_unknown_as_a_number_that_was_never_given(
    window: Caller, number: str, path: str
) -> None:
    stranger = Caller(huang())
    assert window.get(f"cases/{number}{path}").status_code == 200
    hidden = problem(stranger.get(f"cases/{number}{path}"), 404, "case-not-found")
    guessed = problem(stranger.get(f"cases/GZ360731991231000019{path}"), 404, "case-not-found")
    for told in (hidden, guessed):
        told.pop("request_id")
    assert str(hidden).replace(number, "N") == str(guessed).replace("GZ360731991231000019", "N")


def test_acting_on_it_is_answered_the_same(number: str) -> None:
    stranger = Caller(huang())
    for action in ("accept", "take", "confirm", "nonsense"):
        problem(stranger.post(f"cases/{number}/actions/{action}", If_Match='"v2"'), 404, "case-not-found")
        problem(stranger.post(f"cases/{number}/actions/{action}", If_Match='"v1"'), 404, "case-not-found")
    [line] = stranger.post("cases:batch", {"action": "TAKE", "numbers": [number]}).json()["results"]
    assert line["problem"]["code"] == "case-not-found"


def test_it_is_on_no_list_and_in_no_feed(window: Caller, number: str) -> None:
    while enrol():
        pass
    stranger = Caller(huang())
    for tab in ("duties", "open", "finished", "forwarded", "returned"):
        assert not stranger.sees(number, tab)
    assert number in str(window.get("events").json())
    assert number not in str(stranger.get("events").json())


def test_a_supervisor_and_an_item_admin_see_no_cases(number: str) -> None:
    for actor in (supervisor_of("360731-LY-J"), somebody("360700-SPJ", "ITEM_ADMIN")):
        caller = Caller(actor)
        problem(caller.get(f"cases/{number}"), 404, "case-not-found")
        assert caller.get("cases", tab="open").json()["results"] == []


def test_a_scope_of_items_hides_the_others(number: str) -> None:
    reviewer = li()
    caller = Caller(reviewer)
    assert caller.case(number)["number"] == number
    caller.client.post.item_scope = ["3-38"]
    caller.client.post.save()
    problem(caller.get(f"cases/{number}"), 404, "case-not-found")


def test_a_file_is_read_by_its_case_alone(window: Caller, number: str) -> None:
    upload = SimpleUploadedFile("申请书.pdf", PDF)
    digest = window.browser.post("/api/v1/files", {"file": upload}, headers=window.headers).json()["digest"]
    problem(window.get(f"cases/{number}/files/{digest}"), 404, "not-found")
    window.does(number, "amend", papers=[{"position": 1, "status": "FILE", "files": [digest], "names": ["申请书.pdf"]}])
    assert window.get(f"cases/{number}/files/{digest}").status_code == 200
    stranger = Caller(huang())
    problem(stranger.get(f"cases/{number}/files/{digest}"), 404, "case-not-found")
    own = stranger.register(application("1-7", "360702")).json()["number"]
    problem(stranger.get(f"cases/{own}/files/{digest}"), 404, "not-found")
    problem(stranger.get(f"files/{digest}"), 404, "not-found")


def test_a_push_of_another_unit_does_not_exist() -> None:
    story = driven("1-7", YUDU, moment("2026-03-02"), to=State.DECIDED)
    while enrol():
        pass
    while follow_cases(at=story.at):
        pass
    push = Push.objects.select_related("unit").filter(case=story.case).first()
    assert push is not None
    own, stranger = Caller(supervisor(push)), Caller(supervisor_of("360702-LY-J"))
    assert own.get(f"pushes/{push.pk}").status_code == 200
    problem(stranger.get(f"pushes/{push.pk}"), 404, "push-not-found")
    problem(stranger.post(f"pushes/{push.pk}/claim"), 404, "push-not-found")
    problem(stranger.post(f"pushes/{push.pk}/feedback/inspection"), 404, "push-not-found")
    problem(stranger.get(f"pushes/{push.pk}/files/{'0' * 64}"), 404, "push-not-found")
    assert stranger.get("pushes", unit=push.unit.code).json()["results"] == []
    problem(Caller(xie()).get(f"pushes/{push.pk}"), 404, "push-not-found")
