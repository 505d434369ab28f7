"""Who calls? A connected system per person: it takes a token, and from then on every request carries it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client as Browser
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.organisations.access import Actor
from approvals.organisations.models import Client
from tests.factories import USCC

FORM = "application/x-www-form-urlencoded"
SECRET = "only-for-tests-0123456789"


def connected(actor: Actor) -> Client:
    """A connected system bound to the post of a person."""
    return Client.objects.create(
        name=f"{actor.name}的接入系统",
        post_id=actor.post,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        client_secret=SECRET,
    )


def token_of(client: Client, scope: str = "read act") -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": SECRET,
        "scope": scope,
    }
    answer = Browser().post("/api/v1/token/", urlencode(form), content_type=FORM)
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


@dataclass
class Caller:
    """One connected system and its token."""

    actor: Actor
    scope: str = "read act"
    browser: Browser = field(default_factory=Browser)

    def __post_init__(self) -> None:
        self.client = connected(self.actor)
        self.headers = {"Authorization": f"Bearer {token_of(self.client, self.scope)}"}

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.post(
            f"/api/v1/{path}",
            json.dumps(body if body is not None else {}),
            content_type="application/json",
            headers=self.headers | named,
        )

    def register(self, given: dict[str, Any], key: str = "") -> Any:
        return self.post("cases", given, Idempotency_Key=key or str(uuid.uuid4()))

    def case(self, number: str) -> dict[str, Any]:
        answer = self.get(f"cases/{number}")
        assert answer.status_code == 200, answer.content
        return answer.json() | {"etag": answer["ETag"]}

    def act(self, number: str, action: str, **given: Any) -> Any:
        """Act on what is seen now."""
        return self.post(f"cases/{number}/actions/{action}", given, If_Match=self.case(number)["etag"])

    def does(self, number: str, action: str, **given: Any) -> dict[str, Any]:
        answer = self.act(number, action, **given)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def sees(self, number: str, tab: str = "duties") -> bool:
        rows = self.get("cases", tab=tab, limit=200).json()["results"]
        return number in [row["number"] for row in rows]

    def offered(self, number: str) -> dict[str, dict[str, Any]]:
        return {offer["action"]: offer for offer in self.get(f"cases/{number}/actions").json()["actions"]}


def complete(caller: Caller, number: str) -> None:
    """Fill every field and tick every material, from what the API itself says of the case."""
    definition = caller.case(number)["form"]["definition"]
    papers = caller.get(f"cases/{number}/materials").json()["materials"]
    caller.does(
        number,
        "amend",
        form={field["key"]: plausible(field) for field in definition},
        papers=[{"position": paper["position"], "status": "PAPER"} for paper in papers],
    )


def plausible(field: dict[str, Any]) -> str:
    """Something a person could have filled in, in the field's type and check."""
    if field["choices"]:
        return field["choices"][0]
    if field["kind"] == "DATE":
        return local_day(timezone.now()).isoformat()
    if field["kind"] == "NUMBER":
        return "62" if field["rule"] == "WHOLE" else "62.4"
    return {"USCC": USCC, "MOBILE": "13800004417"}.get(field["rule"], "如实填写")


def recommend(caller: Caller, number: str, proposal: str = "GRANT") -> None:
    """Answer every point, with a record of two officers."""
    points = caller.case(number)["form"]["points"]
    caller.does(
        number,
        "recommend",
        proposal=proposal,
        opinion="经审查，申请材料齐全，符合法定条件。",
        points=[{"position": point["position"], "answer": "YES"} for point in points],
        site={
            "officers": ["李建平", "曾小春"],
            "on": local_day(timezone.now()).isoformat(),
            "place": "经营场所",
            "findings": "与图纸一致",
        },
    )


def confirm_points(caller: Caller, number: str) -> None:
    points = caller.case(number)["form"]["points"]
    answers = [{"position": point["position"], "answer": "YES"} for point in points]
    caller.does(number, "confirm_points", opinion="要点相符。", points=answers)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem an answer is: media type, status and code are checked."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content.decode()
    told = answer.json()
    assert (told["code"], told["status"], told["type"]) == (code, status, f"/problems/{code}"), told
    assert told["title"]
    assert told["detail"]
    assert told["instance"].startswith("/api/")
    assert told["request_id"] == answer["X-Request-ID"]
    return told
