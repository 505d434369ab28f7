"""Do the answers narrow the materials, and does a condition that cannot be met never get into a guide?"""

from dataclasses import dataclass

import pytest

from approvals.catalogue.scenarios import applies, condition, mistakes, needed, questions

pytestmark = pytest.mark.pure


@dataclass
class Paper:
    position: int
    necessity: str = "CONDITIONAL"
    scenario: str = ""
    when: str = ""


FORM = Paper(1, "REQUIRED")
BOILER = Paper(2, scenario="锅炉", when="equipment_class=锅炉|压力容器")
ENTRUSTED = Paper(3, scenario="委托他人办理的")
ALSO_ENTRUSTED = Paper(5, scenario="委托他人办理的")
LISTED = [FORM, BOILER, ENTRUSTED, Paper(4, "TOLERABLE"), ALSO_ENTRUSTED]


def test_a_scenario_is_asked_once_and_what_the_form_says_is_not_asked():
    assert [(one.key, one.text, one.positions) for one in questions(LISTED)] == [("3", "委托他人办理的", (3, 5))]


def test_answers_decide_and_what_nobody_answered_stays_open():
    assert needed(LISTED, {}, {}) == {1: True, 2: None, 3: None, 4: True, 5: None}
    answered = needed(LISTED, {"equipment_class": "锅炉"}, {"3": "NO"})
    assert answered == {1: True, 2: True, 3: False, 4: True, 5: False}
    assert needed(LISTED, {"equipment_class": "电梯"}, {"3": "YES"})[2] is False
    assert needed(LISTED, {"equipment_class": "电梯"}, {"3": "YES"})[5] is True


def test_a_condition_reads_as_a_field_and_its_choices():
    assert condition("") is None
    assert condition(" kind = 甲 | 乙 ").values == ("甲", "乙")
    assert applies("kind=甲|乙", {"kind": "乙"}) is True
    assert applies("kind=甲|乙", {"kind": ""}) is None


@pytest.mark.parametrize("when", ["equipment_class", "=锅炉", "equipment_class=", "equipment_class=|"])
def test_what_is_no_condition_is_refused(when: str):
    with pytest.raises(ValueError, match="字段=选项"):
        condition(when)
    assert mistakes([Paper(1, when=when)], {"equipment_class": ["锅炉"]})[0][0] == 1


def test_a_condition_that_can_never_be_met_is_named():
    choices = {"equipment_class": ["锅炉", "电梯"]}
    assert mistakes([Paper(1, when="equipment_class=锅炉")], choices) == []
    assert "没有选项" in mistakes([Paper(1, when="equipment_class=飞机")], choices)[0][1]
    assert "没有单选字段" in mistakes([Paper(1, when="colour=锅炉")], choices)[0][1]
    assert "视情形" in mistakes([Paper(1, "REQUIRED", when="equipment_class=锅炉")], choices)[0][1]
