"""Are long lists walked page by page, at the same price however long they are, without a miss or a repeat?"""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.audit.register import enrol
from approvals.cases.models import Case
from tests.api.callers import Caller, complete, problem
from tests.factories import application, moment, received
from tests.people import li, xie

pytestmark = pytest.mark.django_db
YUDU = "360731"


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


@pytest.fixture
def cases(window: Caller) -> list[str]:
    """Seven cases received on different days; one of them a draft, without a due day."""
    days = ["2026-11-19", "2026-11-17", "2026-11-18", "2026-11-17", "2026-11-20", "2026-11-19"]
    numbers = [received("1-7", YUDU, moment(day), xie()).case.number for day in days]
    draft = received("1-7", YUDU, moment("2026-11-16"), xie(), draft=True)
    return [*numbers, draft.case.number]


def walked(caller: Caller, tab: str, limit: int) -> list[str]:
    """Every number, page by page."""
    found, cursor = [], None
    while True:
        query = {"tab": tab, "limit": limit} | ({"cursor": cursor} if cursor else {})
        page = caller.get("cases", **query).json()
        assert len(page["results"]) <= limit
        found += [row["number"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_every_case_is_on_exactly_one_page_soonest_due_first(window: Caller, cases: list[str], limit: int) -> None:
    rows = {case.number: case for case in Case.objects.all()}
    expected = sorted(
        cases, key=lambda number: (rows[number].due_on is None, rows[number].due_on or 0, rows[number].pk)
    )
    assert walked(window, "open", limit) == expected
    assert expected[-1] == cases[-1]


def test_finished_ones_come_newest_first(window: Caller, cases: list[str]) -> None:
    for number in cases[:3]:
        window.does(number, "withdraw", confirmed=True)
    assert walked(window, "finished", 2) == [cases[2], cases[1], cases[0]]
    assert window.sees(cases[3], "open")
    assert not window.sees(cases[0], "open")


def test_only_one_item(window: Caller, cases: list[str]) -> None:
    other = window.register(application("3-25", YUDU)).json()["number"]
    rows = window.get("cases", item="3-25").json()["results"]
    assert [row["number"] for row in rows] == [other]


@pytest.mark.parametrize("tab", ["duties", "open", "finished", "forwarded", "returned"])
def test_a_list_costs_the_same_statements_however_long_it_is(window: Caller, tab: str) -> None:
    window.get("cases", tab=tab)  # what a process reads once is read

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert window.get("cases", tab=tab).status_code == 200
        return len(captured)

    none = statements()
    for _ in range(5):
        number = window.register(application("1-7", YUDU)).json()["number"]
        if tab == "finished":
            window.does(number, "withdraw", confirmed=True)
    assert statements() <= none + 1  # the applicants, once there are any
    assert statements() <= 5


def test_a_case_costs_a_bounded_number_of_statements(window: Caller, cases: list[str]) -> None:
    window.case(cases[0])
    with CaptureQueriesContext(connection) as captured:
        window.case(cases[0])
    assert len(captured) <= 14
    with CaptureQueriesContext(connection) as captured:
        window.get(f"cases/{cases[0]}/events")
    assert len(captured) <= 6


def test_an_act_costs_a_bounded_number_of_statements_and_one_commit(window: Caller, cases: list[str]) -> None:
    """Who asks (2), the act itself (at most 4 and its transaction), and the case as it stands now (2)."""
    window.does(cases[0], "take")
    tag = window.case(cases[1])["etag"]
    with CaptureQueriesContext(connection) as captured:
        assert window.post(f"cases/{cases[1]}/actions/take", If_Match=tag).status_code == 200
    said = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(said) <= 8, said


def test_no_list_counts_or_skips(window: Caller, cases: list[str]) -> None:
    with CaptureQueriesContext(connection) as captured:
        walked(window, "open", 2)
    said = " ".join(query["sql"].upper() for query in captured)
    assert "COUNT(" not in said
    assert "OFFSET" not in said


# ---------------------------------------------------------------- the feed


def registered() -> None:
    while enrol():
        pass


def followed(caller: Caller, since: int = 0, limit: int = 100) -> tuple[list[dict], int]:
    """Everything after a position, and where that leads."""
    found = []
    while True:
        page = caller.get("events", since=since, limit=limit).json()
        found += page["events"]
        since = page["next"]
        if not page["more"]:
            return found, since


def test_the_feed_tells_every_event_once_in_the_order_of_the_register(window: Caller, cases: list[str]) -> None:
    registered()
    events, reached = followed(window)
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert {event["number"] for event in events} == set(cases)
    assert len(events) == 13
    assert followed(window, limit=1)[0] == events
    window.does(cases[0], "take")
    assert followed(window, reached) == ([], reached)  # not yet in the register
    registered()
    [event], after = followed(window, reached)
    assert (event["action"], event["number"], after) == ("TAKE", cases[0], reached + 1)


def test_who_sees_none_of_it_moves_on_all_the_same(window: Caller, cases: list[str]) -> None:
    registered()
    elsewhere = Caller(li())
    elsewhere.client.post.item_scope = ["3-38"]
    elsewhere.client.post.save()
    assert followed(elsewhere) == ([], followed(window)[1])


def test_the_feed_holds_no_words_and_no_names(window: Caller, cases: list[str]) -> None:
    complete(window, cases[0])
    registered()
    said = str(followed(window)[0])
    assert not any(word in said for word in ("谢小兰", "刘敏", "康泽", "如实填写"))


def test_a_position_nobody_reached_yet(window: Caller) -> None:
    assert followed(window, 2**62) == ([], 2**62)
    problem(window.get("events", since="abc"), 422, "invalid")


# ---------------------------------------------------------------- items


def test_items_are_found_by_everyday_words_initials_names_and_code(window: Caller) -> None:
    def found(text: str) -> list[str]:
        return [item["code"] for item in window.get("items", search=text).json()["items"]]

    assert len(window.get("items").json()["items"]) == 118
    assert "1-7" in found("砍树")
    assert "1-7" in found("lmcf")
    assert found("1-7") == ["1-7"]
    assert found("林木 采伐 没有这个词") == []
    assert len(window.get("items", limit=3).json()["items"]) == 3


def test_an_item_comes_with_its_guide(window: Caller) -> None:
    item = window.get("items/2-30").json()
    guide = item["guide"]
    assert item["unit"]["name"] == "赣州市行政审批局"
    assert guide["materials"]
    assert guide["form"]
    assert any(point["key"] for point in guide["review_points"])
    assert guide["promised_days"] <= (guide["statutory_days"] or 10**6)


def test_jurisdiction_is_answered_as_the_command_does(window: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("jurisdiction", item="3-38", region="360703", on="2022-08-01", json=True)
    said = json.loads(capsys.readouterr().out)
    assert window.get("jurisdiction", item="3-38", region="360703", on="2022-08-01").json() == said
