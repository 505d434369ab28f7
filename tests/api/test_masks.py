"""Is no identity number and no mobile ever told in clear, wherever somebody wrote it?"""

from __future__ import annotations

import pytest

from approvals.audit.register import enrol
from approvals.organisations import masks
from tests.api.callers import Caller, complete
from tests.factories import USCC, application
from tests.people import xie

pytestmark = pytest.mark.django_db
RESIDENT = "36072119900307018X"
MOBILE = "13870712345"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (RESIDENT, "360***********018X"),
        (USCC, "913***********0Y43"),
        ("E12345678", "E12**5678"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_a_number_is_shown_by_its_first_three_and_last_four(given: str, shown: str) -> None:
    assert masks.number(given) == shown


def test_numbers_inside_a_text_are_masked_and_other_numbers_are_not() -> None:
    text = f"张三（{RESIDENT}）电话{MOBILE}，编号 GZ360731261122000013，面积 13800138000123 平方米"
    assert masks.free(text) == (
        "张三（360***********018X）电话138****2345，编号 GZ360731261122000013，面积 13800138000123 平方米"
    )
    assert masks.free({"a": [MOBILE, {"b": RESIDENT}], "n": 1}) == {
        "a": ["138****2345", {"b": "360***********018X"}],
        "n": 1,
    }


def test_nothing_the_api_answers_holds_one() -> None:
    window = Caller(xie())
    given = application("1-7", "360731", address=f"张三家，{MOBILE}")
    given["parties"] = [
        {
            "role": "APPLICANT",
            "kind": "PERSON",
            "name": "张三",
            "id_type": "RESIDENT",
            "id_number": RESIDENT,
            "mobile": MOBILE,
            "address": f"贡江镇 {MOBILE}",
        }
    ]
    answer = window.register(given)
    assert answer.status_code == 201, answer.content.decode()
    number = answer.json()["number"]
    complete(window, number)
    papers = [{"position": 1, "status": "PAPER", "note": f"身份证 {RESIDENT}"}]
    window.does(number, "amend", form={"species": f"联系 {MOBILE}"}, papers=papers, reasons=f"更正 {RESIDENT}")
    window.does(number, "request_correction", defects=[{"defect": f"{RESIDENT} 看不清", "remedy": f"致电 {MOBILE}"}])
    while enrol():
        pass
    said = answer.content.decode()
    for path in ("", "/actions", "/events", "/why", "/materials"):
        said += window.get(f"cases/{number}{path}").content.decode()
    said += window.get("cases", tab="open").content.decode() + window.get("events").content.decode()
    assert "张三" in said
    assert "018X" in said
    assert RESIDENT not in said
    assert MOBILE not in said
