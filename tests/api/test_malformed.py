"""Does nothing that a client can send bring down more than its own request?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.api.views import base
from approvals.cases.models import Case, Event
from tests.api.callers import Caller, problem
from tests.factories import application
from tests.people import xie

pytestmark = pytest.mark.django_db
YUDU = "360731"


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


@pytest.fixture
def number(window: Caller) -> str:
    return window.register(application("1-7", YUDU)).json()["number"]


def send(caller: Caller, path: str, body: bytes, content_type: str = "application/json", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Idempotency-Key": "k"}
    return caller.browser.post(f"/api/v1/{path}", body, content_type=content_type, headers=caller.headers | named)


MALFORMED = {
    "no JSON": b"{",
    "not UTF-8": '{"item": "中"}'.encode("gb18030"),
    "UTF-16": '{"item": "1-7"}'.encode("utf-16"),
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "not a number": b'{"item": NaN}',
    "infinite": b'{"item": -Infinity}',
    "beyond 64 bits": b'{"item": 18446744073709551616}',
    "five thousand digits": b'{"item": ' + b"9" * 5000 + b"}",
    "a null character": b'{"item": "1\\u00007"}',
    "a null character in a name": b'{"i\\u0000": 1}',
    "half a character": b'{"item": "\\ud800"}',
    "the same name twice": b'{"item": "1-7", "item": "1-8"}',
    "a little too deep": b'{"form": ' + b"[" * 20 + b"]" * 20 + b"}",
    "bottomless": b'{"form": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_refused_before_anybody_works_on_it(window: Caller, body: bytes) -> None:
    problem(send(window, "cases", body), 400, "body-malformed")
    assert not Case.objects.exists()


def test_a_body_of_another_kind_is_refused(window: Caller, number: str) -> None:
    for content_type in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
    ):
        problem(send(window, "cases", b"item=1-7", content_type), 415, "unsupported-media-type")
    act = f"cases/{number}/actions/take"
    problem(send(window, act, b"x", "text/plain", If_Match='"v2"'), 415, "unsupported-media-type")


def test_a_body_too_large_is_refused(window: Caller) -> None:
    body = b'{"item": "' + b"x" * 6_000_000 + b'"}'
    problem(send(window, "cases", body), 413, "body-too-large")
    problem(send(window, "token/", b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"), 413, "body-too-large")


def test_addresses_methods_and_formats_that_are_not_there(window: Caller, number: str) -> None:
    problem(window.get("nothing"), 404, "not-found")
    problem(Browser().get("/api/"), 404, "not-found")
    problem(Browser().post("/api/v2/cases"), 404, "not-found")
    problem(Browser().delete("/api/v1/cases/%00"), 404, "not-found")
    problem(window.get("cases/中文"), 404, "not-found")
    problem(window.get(f"cases/{'9' * 25}"), 404, "not-found")
    for method in ("FINALIZE_RESPONSE", "INITIAL", "TRACE"):
        problem(Browser().generic(method, "/api/v1/nothing"), 404, "not-found")
        problem(Browser().generic(method, "/api/v1/me"), 401, "not-authenticated")
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(window.browser, method)(f"/api/v1/cases/{number}", headers=window.headers)
        problem(answer, 405, "method-not-allowed")
        assert "GET" in answer["Allow"]
    answer = window.browser.get("/api/v1/cases", headers=window.headers | {"Accept": "application/xml"})
    problem(answer, 406, "not-acceptable")
    assert window.get("cases", format="xml").status_code == 422


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("cases", {"limit": "0"}),
        ("cases", {"limit": "201"}),
        ("cases", {"limit": "9" * 30}),
        ("cases", {"tab": "everything"}),
        ("cases", {"page": "2"}),
        ("cases", {"item": "\x00"}),
        ("items", {"search": "\x00"}),
        ("items", {"limit": "x"}),
        ("events", {"since": "-1"}),
        ("events", {"since": str(2**63)}),
        ("pushes", {"since": str(2**31)}),
        ("pushes", {}),
        ("jurisdiction", {"item": "\x00", "region": YUDU}),
    ],
)
def test_queries_out_of_range(window: Caller, path: str, query: dict[str, str]) -> None:
    told = problem(window.get(path, **query), 422, "invalid")
    assert told["errors"]


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA==", "W251bGwsIDFd" * 10, "WyIyMDIyIiwxXQ==", "W251bGwsIngiXQ==", "中", "WzEsMl0="]
)
def test_a_cursor_nobody_gave(window: Caller, cursor: str) -> None:
    for tab in ("duties", "finished"):
        problem(window.get("cases", cursor=cursor, tab=tab), 400, "cursor-malformed")


def test_numbers_no_column_can_hold(window: Caller, number: str) -> None:
    most = 2**53 - 1
    papers = [{"position": most, "status": "PAPER"}]
    problem(window.act(number, "amend", papers=papers), 422, "invalid")
    problem(window.act(number, "request_correction", defects=[{"material": most, "defect": "x"}]), 422, "invalid")
    problem(window.act(number, "assign", user=most), 403, "not-permitted")
    answer = window.act(number, "record_fee", status="PAID", amount_cents=most, receipt="1")
    assert answer.status_code in (409, 422)


def test_fractions_are_kept_as_they_were_written(window: Caller, number: str) -> None:
    body = b'{"form": {"felling_area": 62.40}}'
    answer = send(window, f"cases/{number}/actions/amend", body, If_Match='"v2"')
    assert answer.status_code == 200
    assert window.case(number)["form"]["data"] == {"felling_area": "62.40"}


def test_a_form_takes_what_its_fields_can_mean(window: Caller, number: str) -> None:
    for nonsense in ({"felling_area": {"a": 1}}, {"felling_area": "viel"}, {"no_such": "1"}, {"felling_area": [1]}):
        answer = window.act(number, "amend", form=nonsense)
        assert answer.status_code == 422, nonsense


def test_an_unforeseen_error_tells_nothing_but_its_request_id(window: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(base, "actor_of", broken)
    window.browser.raise_request_exception = False
    answer = window.get("cases")
    told = problem(answer, 500, "internal-error")
    assert "secret" not in str(told)


def test_the_record_and_the_answer_carry_one_request_id_and_it_is_ours(window: Caller, number: str) -> None:
    answer = window.post(f"cases/{number}/actions/take", If_Match='"v2"', X_Request_ID="x" * 500)
    kept = Event.objects.get(case__number=number, action="TAKE").request_id
    assert kept == answer["X-Request-ID"]
    assert len(kept) == 36


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
)
NAMES = ["item", "region", "parties", "form", "papers", "address", "place", "draft", "confirm_duplicate"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(NAMES), anything, max_size=6))
def test_whatever_is_registered_is_taken_or_refused(window: Caller, body: dict[str, Any]) -> None:
    answer = send(window, "cases", json.dumps(application("1-7", YUDU) | body).encode())
    assert answer.status_code in (201, 400, 403, 404, 409, 422), answer.content.decode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    action=st.sampled_from(
        ["amend", "accept", "request_correction", "refuse", "withdraw", "terminate", "void", "take"]
    ),
    body=st.dictionaries(
        st.sampled_from(["form", "papers", "place", "reasons", "defects", "remedies", "ground", "promised_by"]),
        anything,
    ),
)
def test_whatever_is_asked_of_a_case_is_done_or_refused(
    window: Caller, number: str, action: str, body: dict[str, Any]
) -> None:
    version = window.get(f"cases/{number}").json()["version"]
    answer = send(window, f"cases/{number}/actions/{action}", json.dumps(body).encode(), If_Match=f'"v{version}"')
    assert answer.status_code in (200, 400, 403, 409, 422), answer.content.decode()
