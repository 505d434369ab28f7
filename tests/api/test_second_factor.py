"""May a session that has shown no second factor use the interface? Only where its person needs none."""

import pytest
from django.utils import timezone
from django_otp.oath import TOTP

from approvals.organisations import second_factor as factor
from approvals.organisations.models import SecondFactor, User
from tests import people
from tests.api.callers import Caller
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_for(settings):
    settings.SECOND_FACTOR = True


@pytest.mark.parametrize("path", ["cases", "items", "pushes"])
def test_a_deciders_unverified_session_reads_nothing(path):
    answer = at_desk(people.wen()).get(f"/api/v1/{path}")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "second-factor-required"


def test_a_deciders_unverified_session_acts_on_nothing():
    answer = at_desk(people.wen()).post("/api/v1/cases:batch", {"numbers": ["1"]}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "second-factor-required"


def test_a_verified_session_reads():
    secret, user = factor.new_secret(), User.objects.get(pk=people.wen().user)
    totp = TOTP(bytes.fromhex(secret))
    factor.enrol(user=user, secret=secret, code=f"{totp.token():06d}", at=timezone.now())
    SecondFactor.objects.update(last_step=-1)
    session = at_desk(people.wen())
    session.post("/second-factor/", {"code": f"{totp.token():06d}"})
    assert session.get("/api/v1/cases").status_code == 200


def test_a_clerks_session_needs_none():
    assert at_desk(people.xie()).get("/api/v1/cases").status_code == 200


def test_a_connected_system_of_a_deciders_post_has_its_own_key_and_needs_none():
    assert Caller(people.wen()).get("cases").status_code == 200
