"""What does another system learn of licences, and may it act on one?"""

import pytest

from approvals.cases.words import State
from tests.api.callers import Caller, problem
from tests.factories import USCC, driven, moment
from tests.people import huang, xie, zhong

pytestmark = pytest.mark.django_db


def test_a_system_finds_a_licence_by_its_holder_and_reads_its_life() -> None:
    driven("3-25", "360731", moment("2026-03-02"), to=State.DECIDED)
    window = Caller(xie())
    [row] = window.get("licences", holder=USCC, status="VALID").json()["results"]
    told = window.get(f"licences/{row['id']}").json()
    assert [one["record"] for one in told["events"]] == ["GRANTED"]
    assert told["paper"]["holders"][0]["id_number"] == USCC
    assert window.get("licences", status="REVOKED").json() == {"results": [], "next": None}
    problem(Caller(huang()).get(f"licences/{row['id']}"), 404, "licence-not-found")


def test_the_issuing_organs_system_opens_a_proceeding_once() -> None:
    driven("3-25", "360731", moment("2026-03-02"), to=State.DECIDED)
    organ = Caller(zhong())
    pk = organ.get("licences").json()["results"][0]["id"]
    given = {"act": "ANNUL", "ground": "FRAUD", "reasons": "材料虚假"}
    opened = organ.post(f"licences/{pk}/proceedings", given)
    assert (opened.status_code, opened.json()["state"]) == (201, "REVIEW")
    problem(organ.post(f"licences/{pk}/proceedings", given), 409, "proceeding-open")
    problem(Caller(xie()).post(f"licences/{pk}/proceedings", given), 403, "not-permitted")
