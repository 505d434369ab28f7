"""Who may call, with what, in which post?"""

from __future__ import annotations

import base64
import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.urls import get_resolver
from oauth2_provider.models import AccessToken

from approvals.organisations.models import Organ, Post, Role, User
from tests.api.callers import FORM, SECRET, Caller, connected, problem, token_of
from tests.factories import application
from tests.people import wen, xie

pytestmark = pytest.mark.django_db
YUDU = "360731"


def ask(**form: str) -> tuple[int, dict]:
    answer = Browser().post("/api/v1/token/", urlencode(form), content_type=FORM)
    return answer.status_code, answer.json()


def test_a_connected_system_gets_a_token_for_half_an_hour_with_its_secret_in_the_form_or_in_the_header() -> None:
    client = connected(xie())
    status, told = ask(grant_type="client_credentials", client_id=client.client_id, client_secret=SECRET)
    assert (status, told["token_type"], told["expires_in"], told["scope"]) == (200, "Bearer", 1800, "read")
    basic = base64.b64encode(f"{client.client_id}:{SECRET}".encode()).decode()
    answer = Browser().post(
        "/api/v1/token/",
        urlencode({"grant_type": "client_credentials", "scope": "act"}),
        content_type=FORM,
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.json()["scope"] == "act"
    assert "refresh_token" not in answer.json()


def test_neither_the_token_nor_the_secret_is_kept() -> None:
    client = connected(xie())
    token = token_of(client)
    stored = AccessToken.objects.get(application=client)
    assert stored.token == ""
    assert token not in str(stored.__dict__)
    client.refresh_from_db()
    assert SECRET not in client.client_secret


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit", "", "\x00"])
def test_no_other_grant_is_given(grant: str) -> None:
    client = connected(xie())
    status, told = ask(
        grant_type=grant,
        client_id=client.client_id,
        client_secret=SECRET,
        username="xiexiaolan",
        password="x",
        code="x",
    )
    assert (status, "access_token" in told) == (400, False)


@pytest.mark.parametrize("secret", ["wrong", "", "\x00", "%FF%FE"])
def test_a_wrong_secret_gets_no_token(secret: str) -> None:
    client = connected(xie())
    status, told = ask(grant_type="client_credentials", client_id=client.client_id, client_secret=secret)
    assert status in (400, 401)
    assert told["error"] in ("invalid_client", "invalid_request")


def test_a_scope_nobody_knows_gets_no_token() -> None:
    client = connected(xie())
    status, told = ask(grant_type="client_credentials", client_id=client.client_id, client_secret=SECRET, scope="admin")
    assert (status, told["error"]) == (400, "invalid_scope")


def test_no_page_of_the_library_is_exposed() -> None:
    named = " ".join(str(pattern.pattern) for pattern in get_resolver().url_patterns)
    assert "oauth" not in named
    for path in ("authorize", "token/authorize", "introspect", "applications/", "revoke_token/", "device/"):
        assert Browser().get(f"/api/v1/{path}").status_code == 404


def test_without_a_token_or_with_a_wrong_one_nothing_is_answered() -> None:
    told = problem(Browser().get("/api/v1/cases"), 401, "not-authenticated")
    assert "Bearer" in told["detail"]
    answer = Browser().get("/api/v1/cases", headers={"Authorization": "Bearer nonsense"})
    problem(answer, 401, "authentication-failed")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_a_token_in_the_address_or_the_body_is_not_looked_at() -> None:
    token = token_of(connected(xie()))
    problem(Browser().get("/api/v1/me", {"access_token": token}), 401, "not-authenticated")
    problem(Browser().post("/api/v1/cases", {"access_token": token}), 401, "not-authenticated")


def test_a_spent_token_is_no_token() -> None:
    caller = Caller(xie())
    AccessToken.objects.filter(application=caller.client).update(expires="2026-01-01T00:00:00Z")
    problem(caller.get("me"), 401, "authentication-failed")


def test_a_token_to_read_does_not_act() -> None:
    reader = Caller(xie(), scope="read")
    assert reader.get("cases").status_code == 200
    told = problem(reader.register(application("1-7", YUDU)), 403, "scope-missing")
    assert told["scope"] == "act"
    problem(Caller(xie(), scope="act").get("cases"), 403, "scope-missing")


def test_a_connected_system_acts_in_its_post_and_in_no_other() -> None:
    caller = Caller(xie())
    me = caller.get("me").json()
    assert (me["kind"], me["acting"]["role"], me["acting"]["organ_code"]) == ("CLIENT", "CLERK", "360731-WIN")
    problem(caller.get("me", post=wen().post), 403, "no-post")


def test_when_the_post_ends_the_system_can_do_nothing_more() -> None:
    caller = Caller(xie())
    Post.objects.filter(pk=caller.actor.post).update(valid_to=date(2026, 1, 31))
    problem(caller.get("cases"), 403, "no-post")
    unbound = connected(wen())
    unbound.post = None
    unbound.save()
    answer = Browser().get("/api/v1/me", headers={"Authorization": f"Bearer {token_of(unbound)}"})
    problem(answer, 403, "no-post")


# ---------------------------------------------------------------- people with a session


@pytest.fixture
def wen_haitao() -> User:
    """温海涛, who decides, and today also sits at a window."""
    person = User.objects.get(username="wenhaitao")
    Post.objects.create(
        user=person, organ=Organ.objects.get(code="360731-WIN"), role=Role.CLERK, valid_from=date(2022, 1, 1)
    )
    return person


def signed_in(person: User, **options: bool) -> Browser:
    browser = Browser(**options)
    browser.force_login(person)
    return browser


def test_a_person_chooses_among_the_own_posts_by_header_or_query(wen_haitao: User) -> None:
    browser = signed_in(wen_haitao)
    me = browser.get("/api/v1/me").json()
    assert (me["kind"], me["name"], me["scopes"]) == ("USER", "温海涛", ["act", "read"])
    by_role = {post["role"]: post["post"] for post in me["posts"]}
    assert set(by_role) == {"DECIDER", "CLERK"}
    by_header = browser.get("/api/v1/me", headers={"X-Post": str(by_role["CLERK"])}).json()
    by_query = browser.get("/api/v1/me", {"post": by_role["CLERK"]}).json()
    assert by_header["acting"] == by_query["acting"]
    assert by_query["acting"]["role"] == "CLERK"


def test_somebody_elses_post_is_not_ones_own(wen_haitao: User) -> None:
    browser = signed_in(wen_haitao)
    problem(browser.get("/api/v1/me", {"post": xie().post}), 403, "no-post")
    for nonsense in ("0x1", "-1", "9" * 40, "１", "1.0", "\x00"):
        problem(browser.get("/api/v1/me", {"post": nonsense}), 422, "invalid")


def test_a_person_without_a_csrf_token_only_reads(wen_haitao: User) -> None:
    browser = signed_in(wen_haitao, enforce_csrf_checks=True)
    assert browser.get("/api/v1/cases").status_code == 200
    problem(browser.post("/api/v1/cases", "{}", content_type="application/json"), 403, "permission-denied")
    page = browser.get("/api/v1/").content.decode() + browser.get("/api/v1/?script=").content.decode()
    token = re.search(r'= "([A-Za-z0-9]{64})"', page)
    assert token is not None
    answer = browser.post("/api/v1/cases", "{}", content_type="application/json", headers={"X-CSRFToken": token[1]})
    problem(answer, 400, "idempotency-key-required")


def test_an_initial_password_is_changed_first(wen_haitao: User) -> None:
    wen_haitao.must_change_password = True
    wen_haitao.save()
    problem(signed_in(wen_haitao).get("/api/v1/cases"), 403, "password-change-first")


def test_an_administrator_has_no_cases() -> None:
    auditor = signed_in(User.objects.get(username="linsiyuan"))
    assert auditor.get("/api/v1/cases", {"tab": "open"}).json()["results"] == []
    answer = auditor.post("/api/v1/cases", "{}", content_type="application/json", headers={"Idempotency-Key": "1"})
    assert answer.status_code in (403, 422)


# ---------------------------------------------------------------- how often


def test_who_asks_too_often_is_told_when_to_come_back(settings) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {"read": "2/min", "act": "2/min", "upload": "2/min", "token": "2/min"}
    }
    caller = Caller(xie())
    other = Caller(wen())
    assert [caller.get("me").status_code for _ in range(2)] == [200, 200]
    answer = caller.get("me")
    problem(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert other.get("me").status_code == 200
    status, _ = ask(grant_type="client_credentials", client_id="x", client_secret="y")
    assert status == 429


def test_when_the_cache_is_down_everybody_gets_through(settings) -> None:
    caller = Caller(xie())
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.3},
        }
    }
    assert caller.get("me").status_code == 200
