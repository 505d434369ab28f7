"""Do objections, acknowledgements, reconciliations and the bench work for a system as they do for a person?"""

from __future__ import annotations

import pytest
from django.utils import timezone

from approvals.exchange.models import Endpoint
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import Push, Reconciliation, UnitEndpoint
from approvals.supervision.reconciling import digest_of, reconcile
from tests.api.callers import Caller, problem
from tests.supervision.conftest import FELLING, GAS, YUDU, coordinator_of, granted_and_pushed, main_push, supervisor

pytestmark = pytest.mark.django_db
FORESTRY = "360731-LY-J"


def test_a_unit_objects_and_the_coordinator_re_routes_by_the_interface() -> None:
    push = main_push(granted_and_pushed(at=timezone.now()).case)
    unit, coordinator = Caller(supervisor(push)), Caller(coordinator_of(YUDU))
    made = unit.post(f"pushes/{push.pk}/objection", {"ground": "WRONG_PLACE", "words": "地块在章贡区。"})
    assert (made.status_code, made.json()["push"]) == (201, str(push.pk))
    problem(unit.post(f"pushes/{push.pk}/claim"), 409, "push-under-objection")
    problem(unit.get("objections"), 403, "not-coordinator")
    assert [one["push"] for one in coordinator.get("objections").json()["results"]] == [str(push.pk)]
    answer = {"answer": "REROUTE", "unit": "360731-SCJG-J", "words": "改派。"}
    stands = coordinator.post(f"objections/{push.pk}/answer", answer).json()
    assert (stands["replaces"], stands["unit"]["code"]) == (str(push.pk), "360731-SCJG-J")
    again = coordinator.post(f"objections/{push.pk}/answer", answer)
    problem(again, 409, "objection-answered")


def test_a_unit_that_pulls_acknowledges_and_answers_the_days_reconciliation() -> None:
    unit = SupervisionUnit.objects.get(code=FORESTRY)
    pulls = Endpoint.objects.create(code="pull", name="来取", transport="PULL")
    UnitEndpoint.objects.create(unit=unit, endpoint=pulls)
    push = main_push(granted_and_pushed(at=timezone.now()).case)
    system = Caller(supervisor(push))
    wrong = system.post("pushes/acknowledge", {"up_to": 1, "digest": "0" * 64, "receipt": "B-1"})
    problem(wrong, 409, "digest-differs")
    digest = digest_of([push])
    assert system.post("pushes/acknowledge", {"up_to": 1, "digest": digest, "receipt": "B-1"}).json() == {
        "confirmed": 1
    }
    assert Push.objects.get(pk=push.pk).confirmed_at is not None
    day = timezone.localdate()
    assert reconcile(day=day, at=timezone.now()) == 1
    told = system.post(f"reconciliations/{day}", {"count": 1, "digest": digest}).json()
    assert told["state"] == "AGREED"
    assert system.get("reconciliations").json()["results"] == [told]
    unknown = system.post("reconciliations/2022-01-01", {"count": 1, "digest": digest})
    problem(unknown, 404, "reconciliation-not-found")
    assert Reconciliation.objects.count() == 1


def test_the_bench_answers_by_the_interface_and_only_those_who_look_after_it() -> None:
    told = Caller(coordinator_of("360700")).get("pushes/trial", item=GAS, region=YUDU, mode="DIRECT").json()
    assert told["holders"]["decide"] == "COUNTY"
    assert told["recipients"][0]["copy"] is False
    push = main_push(granted_and_pushed(FELLING).case)
    problem(Caller(supervisor(push)).get("pushes/trial", item=GAS, region=YUDU), 403, "not-coordinator")
