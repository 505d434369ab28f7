"""Does the API describe itself truly, for programs and for people, without the internet?"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from approvals.api.schema import codes
from approvals.cases.words import Action
from approvals.cases.workflow import SYSTEM, TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return Browser().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()


@pytest.fixture
def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method} {path}": told for path, methods in described["paths"].items() for method, told in methods.items()
    }


def test_the_description_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null", stdout=io.StringIO())


def test_it_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert Browser().get("/api/v1/schema/?format=json").json() == described
    assert Browser().get("/api/v1/schema/").content.startswith(b"openapi: 3.1")
    assert described["info"]["title"] == "市县联动审批平台接口"


def test_every_act_of_the_workflow_has_an_address_that_says_what_it_asks_for(operations: dict[str, Any]) -> None:
    for action in {row.action for row in TABLE if set(row.by) != {SYSTEM}}:
        told = operations[f"post /api/v1/cases/{{number}}/actions/{action.lower()}"]
        content = told["requestBody"]["content"]["application/json"]
        assert content["schema"]["$ref"].endswith("Input")
        assert [p["name"] for p in told["parameters"] if p["in"] == "header"] == ["If-Match"]
        assert told["summary"] == Action(action).label
    assert "post /api/v1/cases/{number}/actions/deem_accepted" not in operations


def test_every_input_an_offer_may_name_is_described(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    assert {"GrantInput", "DenialInput", "NothingInput", "ReasonsInput", "Application", "Inspection"} <= set(shapes)
    assert "reasons" in shapes["DenialInput"]["properties"]


def test_every_refusal_is_the_problem_with_its_codes(described: dict[str, Any], operations: dict[str, Any]) -> None:
    problem = described["components"]["schemas"]["Problem"]
    assert set(problem["properties"]["code"]["examples"]) == set(codes())
    assert {"not-delegated", "stale-version", "file-too-large", "push-already-claimed", "throttled"} <= set(codes())
    for name, told in operations.items():
        for status, answer in told["responses"].items():
            if status[0] in "45" and not name.endswith("/token/"):
                assert answer == {"$ref": f"#/components/responses/Problem{status}"}
        assert "401" in told["responses"]
    for response in described["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_every_address_but_the_token_needs_a_token_or_a_session(described: dict[str, Any], operations: Any) -> None:
    assert described["components"]["securitySchemes"]["token"]["flows"].keys() == {"clientCredentials"}
    for name, told in operations.items():
        if name.endswith("/token/"):
            continue
        scope = "read" if name.startswith("get") else "act"
        assert {"token": [scope]} in told["security"], name


def test_every_address_says_in_chinese_what_it_is_for(operations: dict[str, Any]) -> None:
    for name, told in operations.items():
        assert re.search(r"[一-鿿]{2}", told["summary"]), name
        assert told["tags"][0] in ("接入", "事项", "办件", "办理", "文件", "监管", "证照", "承接监督", "业务指导"), name


def test_the_page_for_people_loads_nothing_from_elsewhere() -> None:
    answer = Browser().get("/api/v1/")
    page = answer.content.decode()
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/"), address
    assert re.search(r"<script(?![^>]*src=)", page) is None
    assert "script" in Browser().get("/api/v1/?script=")["Content-Type"]


def test_styles_are_relaxed_on_this_page_alone() -> None:
    page = Browser().get("/api/v1/")["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in page
    assert "script-src" not in page
    assert "'unsafe-inline'" not in Browser().get("/api/v1/schema/")["Content-Security-Policy"]
    assert "'unsafe-inline'" not in Browser().get("/api/v1/cases")["Content-Security-Policy"]
