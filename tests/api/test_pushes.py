"""Does a supervision unit get every push once, in order, and act on its own alone?"""

from __future__ import annotations

import pytest

from approvals.cases.words import State
from approvals.supervision.models import Push
from tests.api.callers import Caller, problem
from tests.factories import Story, driven
from tests.people import xie
from tests.supervision.conftest import (
    FELLING,
    MONDAY,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    pushed,
    supervisor,
)

pytestmark = pytest.mark.django_db
REPORT = {"on": "2026-03-02", "officers": ["刘敏", "谢建明"], "way": "ON_SITE", "result": "NO_PROBLEM"}


@pytest.fixture
def story() -> Story:
    return granted_and_pushed()


@pytest.fixture
def push(story: Story) -> Push:
    return main_push(story.case)


@pytest.fixture
def unit(push: Push) -> Caller:
    return Caller(supervisor(push))


def test_the_list_goes_on_from_the_last_number(unit: Caller, push: Push) -> None:
    first = unit.get("pushes").json()
    assert [(row["id"], row["sequence"]) for row in first["results"]] == [(str(push.pk), 1)]
    for _ in range(3):
        driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    pushed(MONDAY)
    second = unit.get("pushes", since=first["next"], limit=2).json()
    third = unit.get("pushes", since=second["next"], limit=2).json()
    assert [row["sequence"] for row in second["results"] + third["results"]] == [2, 3, 4]
    assert (second["more"], third["more"], third["next"]) == (True, False, 4)
    assert unit.get("pushes", since=4).json() == {"results": [], "next": 4, "more": False}
    assert unit.get("pushes", state="CLAIMED").json()["results"] == []


def test_a_push_is_shown_as_it_was_sent_numbers_of_persons_hidden(unit: Caller, push: Push) -> None:
    told = unit.get(f"pushes/{push.pk}").json()
    assert told["document"]["schema"] == "push/1"
    assert told["document"]["thread"] == push.case.number
    assert [record["action"] for record in told["records"]][:1] == ["PUSHED"]
    assert "91350100M000100Y43" not in str(told)
    assert "13800004417" not in str(told)


def test_a_system_that_opens_does_not_confirm_for_a_person(unit: Caller, push: Push) -> None:
    assert unit.post(f"pushes/{push.pk}/open").json()["confirmed_at"] is None


def test_a_push_is_claimed_once(unit: Caller, push: Push) -> None:
    claimed = unit.post(f"pushes/{push.pk}/claim").json()
    assert (claimed["state"], claimed["claimed_by"]) == ("CLAIMED", unit.actor.name)
    assert claimed["confirmed_at"]
    told = problem(unit.post(f"pushes/{push.pk}/claim"), 409, "push-already-claimed")
    assert unit.actor.name in told["detail"]
    assert told["claimed_at"]


def test_feedback_comes_after_the_claim_and_once(unit: Caller, push: Push) -> None:
    address = f"pushes/{push.pk}/feedback/inspection"
    problem(unit.post(address, REPORT), 409, "push-not-claimed")
    unit.post(f"pushes/{push.pk}/claim")
    told = problem(unit.post(address, REPORT | {"officers": ["刘敏"]}), 422, "invalid")
    assert list(told["errors"]) == ["officers"]
    problem(unit.post(address, REPORT | {"on": "2022-01-01"}), 422, "invalid")
    assert unit.post(address, REPORT).status_code == 201
    problem(unit.post(address, REPORT), 409, "feedback-repeated")
    problem(unit.post(f"pushes/{push.pk}/feedback/nonsense", REPORT), 422, "invalid")
    problem(unit.post(f"pushes/{push.pk}/feedback/commitment_check", REPORT), 409, "no-commitment")
    assert unit.get(f"pushes/{push.pk}").json()["state"] == "FED_BACK"


def test_a_coordinator_looks_at_one_unit_and_does_not_claim(push: Push) -> None:
    coordinator = Caller(coordinator_of(YUDU))
    problem(coordinator.get("pushes"), 422, "invalid")
    [row] = coordinator.get("pushes", unit=push.unit.code).json()["results"]
    problem(coordinator.post(f"pushes/{row['id']}/claim"), 403, "not-supervisor")


def test_a_listed_file_is_read_by_the_unit_and_no_other(unit: Caller, push: Push) -> None:
    problem(unit.get(f"pushes/{push.pk}/files/{'0' * 64}"), 404, "not-found")


def test_orphans_are_the_coordinators_affair(push: Push) -> None:
    coordinator = Caller(coordinator_of("360700"))
    assert coordinator.get("orphans").json() == {"results": [], "more": False}
    problem(coordinator.post("orphans/999/assign", {"unit": push.unit.code}), 404, "orphan-not-found")
    problem(coordinator.post("orphans/999/assign", {}), 422, "invalid")
    problem(Caller(xie()).get("orphans"), 403, "not-coordinator")
    assert coordinator.post(f"orphans/{'9' * 19}/assign").status_code == 404


def test_ids_that_are_none(unit: Caller) -> None:
    for nonsense in ("x", "1", "00000000-0000-0000-0000-000000000000"):
        assert unit.get(f"pushes/{nonsense}").status_code == 404
