"""May a client repeat a registration it got no answer to? Once is once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from approvals.api.models import IdempotencyKey
from approvals.api.tasks import forget, forget_keys
from approvals.cases.models import Case
from tests.api.callers import Caller, problem
from tests.factories import application
from tests.people import huang, xie

pytestmark = pytest.mark.django_db
APPLICATION = application("1-7", "360731")


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


def test_a_registration_needs_a_key(window: Caller) -> None:
    problem(window.post("cases", APPLICATION), 400, "idempotency-key-required")
    assert not Case.objects.exists()


@pytest.mark.parametrize("key", ["x" * 256, "中文", "a\tb"])
def test_a_key_is_short_and_plain(window: Caller, key: str) -> None:
    problem(window.register(APPLICATION, key), 400, "idempotency-key-malformed")


def test_the_same_request_gets_the_same_answer_and_no_second_case(window: Caller) -> None:
    key = str(uuid.uuid4())
    first, again = window.register(APPLICATION, key), window.register(APPLICATION, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert (first.has_header("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (False, "true")
    assert Case.objects.count() == 1


def test_the_order_of_members_makes_no_other_request(window: Caller) -> None:
    turned = dict(reversed(APPLICATION.items()))
    assert window.register(APPLICATION, "k").json() == window.register(turned, "k").json()
    assert Case.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(window: Caller) -> None:
    window.register(APPLICATION, "k")
    problem(window.register(APPLICATION | {"address": "别处"}, "k"), 422, "idempotency-key-reused")
    assert Case.objects.count() == 1


def test_a_repeated_request_is_answered_even_where_it_would_now_be_a_duplicate(window: Caller) -> None:
    careful = APPLICATION | {"confirm_duplicate": False}
    number = window.register(careful, "k").json()["number"]
    assert window.register(careful, "k").json()["number"] == number
    told = problem(window.register(careful, "other"), 409, "duplicate-case")
    assert told["number"] == number


def test_a_refused_request_may_be_corrected_under_its_key(window: Caller) -> None:
    problem(window.register(APPLICATION | {"item": "9-99"}, "k"), 404, "unknown-item")
    assert window.register(APPLICATION, "k").status_code == 201


def test_two_callers_do_not_share_keys(window: Caller) -> None:
    other = Caller(huang())
    assert window.register(APPLICATION, "k").status_code == 201
    assert other.register(application("1-7", "360702"), "k").status_code == 201
    assert IdempotencyKey.objects.count() == 2


def test_the_key_is_kept_with_the_case_or_not_at_all(window: Caller) -> None:
    """A malformed form is found when the case is already half written."""
    problem(window.register(APPLICATION | {"form": {"no_such_field": "1"}}, "k"), 422, "invalid")
    assert not Case.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_what_is_kept_names_no_person(window: Caller) -> None:
    window.register(APPLICATION, "k")
    kept = IdempotencyKey.objects.get()
    said = f"{kept.body}{kept.headers}"
    assert not any(secret in said for secret in ("康泽", "刘敏", "13800004417", "91350100M000100Y43"))


def test_answers_are_forgotten_after_some_days(window: Caller) -> None:
    window.register(APPLICATION, "k")
    assert forget_keys(before=timezone.now() - timedelta(days=7)) == 0
    assert forget_keys(before=timezone.now() + timedelta(days=1)) == 1


def test_at_night_only_what_has_run_out_is_forgotten(window: Caller) -> None:
    window.register(APPLICATION, "k")
    forget()
    assert IdempotencyKey.objects.count() == 1
    assert window.get("me").status_code == 200
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=1))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=8))
    forget()
    assert not IdempotencyKey.objects.exists()
    assert not AccessToken.objects.exists()
