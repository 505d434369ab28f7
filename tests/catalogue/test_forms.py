"""What may be filled into an application form, and what is the applicant told otherwise?"""

from dataclasses import dataclass
from datetime import date

import pytest

from approvals.catalogue.forms import mistakes
from approvals.catalogue.models import Check

ON = date(2022, 8, 1)


@dataclass
class Field:
    key: str = "x"
    label: str = "某项"
    kind: str = "TEXT"
    choices: tuple = ()
    rule: str = ""


def said(kind: str, rule: str, value: object, choices: tuple = ()) -> str | None:
    found = mistakes([Field(kind=kind, rule=rule, choices=choices)], {"x": value}, on=ON)
    return found["x"][0] if found else None


@pytest.mark.parametrize(
    ("kind", "rule", "good", "bad"),
    [
        ("NUMBER", "", ["1", 2.5, "-3"], ["12台", "一", "nan", "Infinity", "1e99", True, [1]]),
        ("NUMBER", "POSITIVE", ["0.1", 1], ["0", -1]),
        ("NUMBER", "NOT_NEGATIVE", ["0", 12.5], ["-0.1"]),
        ("NUMBER", "WHOLE", ["1", 20], ["0", "1.5", -1]),
        ("NUMBER", "PERCENT", ["0", "25.5", 100], ["100.1", -1]),
        ("DATE", "", ["2022-08-01"], ["2022-02-30", "8月1日", "2022/08/01"]),
        ("DATE", "NOT_FUTURE", ["2022-08-01", "2020-01-01"], ["2022-08-02"]),
        ("DATE", "NOT_PAST", ["2022-08-01", "2030-01-01"], ["2022-07-31"]),
        ("TEXT", "", ["任何文字", "字" * 200], ["字" * 201]),
        ("LONGTEXT", "", ["字" * 4000], ["字" * 4001]),
        ("TEXT", "MOBILE", ["13800000000", "19912345678"], ["12800000000", "1380000000", "电话"]),
        ("TEXT", "USCC", ["91110000600037341L"], ["91110000600037341X", "123"]),
    ],
)
def test_each_check_lets_good_values_through_and_names_bad_ones(kind, rule, good, bad):
    assert [value for value in good if said(kind, rule, value)] == []
    assert [value for value in bad if said(kind, rule, value) is None] == []


def test_a_choice_is_one_of_those_offered():
    assert said("CHOICE", "", "住宅", ("住宅", "非住宅")) is None
    assert said("CHOICE", "", "车库", ("住宅", "非住宅")) == "某项应为住宅、非住宅之一。"


def test_what_is_empty_is_left_to_whoever_asks_what_is_missing():
    assert mistakes([Field(kind="NUMBER", rule="WHOLE")], {"x": ""}, on=ON) == {}
    assert mistakes([Field(kind="NUMBER", rule="WHOLE")], {"x": None}, on=ON) == {}


def test_a_field_that_the_form_does_not_have_is_a_mistake():
    assert mistakes([Field()], {"y": "1"}, on=ON) == {"y": ["申请表没有这个填写项。"]}


def test_every_check_of_the_catalogue_does_something():
    impossible = {"NUMBER": "-1.5", "DATE_FUTURE": "2999-01-01", "DATE_PAST": "1999-01-01", "TEXT": "？"}
    kinds = {"POSITIVE": "NUMBER", "NOT_NEGATIVE": "NUMBER", "WHOLE": "NUMBER", "PERCENT": "NUMBER"}
    for rule in Check.values:
        if rule == "NOT_FUTURE":
            assert said("DATE", rule, impossible["DATE_FUTURE"])
        elif rule == "NOT_PAST":
            assert said("DATE", rule, impossible["DATE_PAST"])
        elif rule:
            kind = kinds.get(rule, "TEXT")
            assert said(kind, rule, impossible[kind]), rule
