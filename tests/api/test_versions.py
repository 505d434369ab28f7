"""Does nobody overwrite what somebody else has just done?"""

from __future__ import annotations

import pytest

from approvals.cases.models import Event
from tests.api.callers import Caller, complete, problem
from tests.factories import application
from tests.people import li, xie

pytestmark = pytest.mark.django_db


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


@pytest.fixture
def number(window: Caller) -> str:
    return window.register(application("1-7", "360731")).json()["number"]


def events(number: str) -> int:
    return Event.objects.filter(case__number=number).count()


def test_a_case_comes_with_its_version_as_etag(window: Caller, number: str) -> None:
    answer = window.get(f"cases/{number}")
    assert answer["ETag"] == f'"v{answer.json()["version"]}"' == '"v2"'
    assert window.get(f"cases/{number}/actions")["ETag"] == '"v2"'


def test_an_act_without_a_version_is_not_taken(window: Caller, number: str) -> None:
    told = problem(window.post(f"cases/{number}/actions/take"), 428, "precondition-required")
    assert "If-Match" in told["detail"]
    assert events(number) == 2


@pytest.mark.parametrize("tag", ["*", "v2", '"2"', '"v2", "v3"', '"v-1"', '"v99999999999999999999"', "nonsense"])
def test_a_version_that_is_none_is_not_taken(window: Caller, number: str, tag: str) -> None:
    problem(window.post(f"cases/{number}/actions/take", If_Match=tag), 400, "if-match-malformed")


def test_a_stale_version_is_refused_and_nothing_is_written(window: Caller, number: str) -> None:
    seen = window.case(number)["etag"]
    done = window.post(f"cases/{number}/actions/take", If_Match=seen)
    assert (done.status_code, done["ETag"], done.json()["case"]["in_hand"]) == (200, '"v3"', "谢小兰")
    told = problem(
        window.post(f"cases/{number}/actions/withdraw", {"confirmed": True}, If_Match=seen), 412, "stale-version"
    )
    assert (told["version"], told["given"]) == (3, 2)
    assert window.case(number)["state"] == "RECEIVED"
    assert events(number) == 3


def test_a_tag_that_a_proxy_weakened_still_names_its_version(window: Caller, number: str) -> None:
    assert window.post(f"cases/{number}/actions/take", If_Match='W/"v2"').status_code == 200


def test_the_action_may_be_named_as_offered_or_in_lower_case(window: Caller, number: str) -> None:
    offer = window.offered(number)["TAKE"]
    assert offer["href"] == f"/api/v1/cases/{number}/actions/take"
    assert window.post(f"cases/{number}/actions/TAKE", If_Match='"v2"').status_code == 200


def test_many_cases_at_once_each_done_or_told_why_not(window: Caller) -> None:
    ready, bare = (window.register(application("1-7", "360731")).json()["number"] for _ in range(2))
    complete(window, ready)
    answer = window.post("cases:batch", {"action": "ACCEPT", "numbers": [bare, ready, "GZ000000000000000000"]})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["refused"]) == (1, 2)
    lines = {line["number"]: line for line in told["results"]}
    assert (lines[ready]["state"], lines[ready]["problem"]) == ("REVIEW", None)
    assert lines[bare]["problem"]["code"] == "material-missing"
    assert lines["GZ000000000000000000"]["problem"]["status"] == 404
    assert Caller(li()).sees(ready)


def test_a_batch_has_its_limits(window: Caller, number: str) -> None:
    problem(window.post("cases:batch", {"action": "TAKE", "numbers": [number] * 101}), 422, "invalid")
    problem(window.post("cases:batch", {"action": "TAKE", "numbers": []}), 422, "invalid")
    problem(window.post("cases:batch", {"action": "NONSENSE", "numbers": [number]}), 422, "invalid")
