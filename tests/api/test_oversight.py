"""Does another system read of oversight exactly what its post may see, page after page?"""

import pytest

from approvals.cases.words import Role, State
from tests.api.callers import Caller, problem
from tests.factories import driven
from tests.oversight.world import FELLING, MONDAY, YUDU, told
from tests.people import somebody, zhong

pytestmark = pytest.mark.django_db


def test_filings_come_page_after_page_and_only_to_whoever_sees_them():
    cases = [driven(FELLING, YUDU, MONDAY, to=State.DECIDED).case for _ in range(2)]
    told(MONDAY)
    city = Caller(zhong(), scope="read")
    first = city.get("oversight/filings", limit=1).json()
    second = city.get("oversight/filings", since=first["next"]).json()
    assert [row["number"] for row in first["results"] + second["results"]] == [case.number for case in cases]
    assert (first["more"], second["more"]) == (True, False)
    assert first["results"][0]["state"] == "FILED"
    stranger = Caller(somebody("360734-SPJ", Role.REVIEWER), scope="read")
    assert stranger.get("oversight/filings").json()["results"] == []
    for name in ("draws", "findings", "cards", "take-backs"):
        assert city.get(f"oversight/{name}").json() == {"results": [], "next": 0, "more": False}
    figures = {one["key"]: one for one in city.get("oversight/figures", first="2026-01-01", last="2026-12-31").json()}
    assert (figures["filings-read"]["top"], figures["filings-read"]["bottom"]) == (0, 2)
    problem(city.get("oversight/figures"), 422, "invalid")
