"""Which rule counts, and does nothing ever go nowhere? Pure, and once through the rule table."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from approvals.notices.models import Notice
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.models import Push, PushRule
from approvals.supervision.rules import Rule, Unit, choose, route
from tests.supervision.conftest import FELLING, GAS, MONDAY, YUDU, granted, main_push, pushed, supervisor_of

DAY = date(2026, 1, 1)
UNITS = {n: Unit(n, f"U{n}", f"单位{n}", "CITY" if n < 3 else "COUNTY") for n in range(1, 6)}
LISTED = [
    {"unit": 1, "copy": False, "provisional": True},
    {"unit": 3, "copy": True, "provisional": False},
]
HELD = {"accept": "COUNTY", "review": "COUNTY", "decide": "CITY"}
CASE = {"item": "3-38", "region": "360731", "holders": HELD}


def routed(*rules: Rule, listed=LISTED):
    return route(listed=listed, rules=rules, units=UNITS, **CASE)


def test_the_item_counts_before_the_region_the_region_before_the_holders_the_holders_before_the_day():
    general = Rule(1, date(2026, 5, 1))
    held = Rule(2, DAY, holders=(("decide", "CITY"),))
    region = Rule(3, DAY, region="360731")
    item = Rule(4, DAY, item="3-38")
    both = Rule(5, DAY, item="3-38", region="360731")
    elsewhere = Rule(6, DAY, item="3-38", region="360702")
    other_way = Rule(7, DAY, item="3-38", holders=(("decide", "COUNTY"),))
    found = choose([general, held, region, item, both, elsewhere, other_way], **CASE)
    assert [rule.pk for rule in found] == [5, 4, 3, 2, 1]


def test_without_a_rule_the_catalogue_says_and_without_both_it_is_an_orphan():
    plain = routed()
    assert [(one.unit.pk, one.copy) for one in plain.recipients] == [(1, False), (3, True)]
    assert not plain.orphan
    nobody = routed(listed=[])
    assert nobody.orphan
    assert "无主清单" in nobody.steps[-1]


def test_a_rule_names_the_unit_adds_copies_and_says_why():
    rule = Rule(9, DAY, item="3-38", unit=2, people=(7,), copies=(4,), note="依据协调会纪要。")
    answer = routed(rule, Rule(8, DAY))
    assert [(one.unit.pk, one.copy, one.people) for one in answer.recipients] == [
        (2, False, (7,)),
        (3, True, ()),
        (4, True, ()),
    ]
    assert "第 9 条" in answer.steps[1]
    assert "另有 1 条" in answer.steps[1]
    only = routed(Rule(9, DAY, copies=(4,), only_these_copies=True))
    assert [(one.unit.pk, one.copy) for one in only.recipients] == [(1, False), (4, True)]


@given(
    st.lists(
        st.builds(
            Rule,
            pk=st.integers(1, 50),
            valid_from=st.dates(date(2022, 1, 1), date(2026, 12, 31)),
            item=st.sampled_from(["", "3-38", "1-7"]),
            region=st.sampled_from(["", "360731", "360702"]),
            unit=st.sampled_from([None, 2, 5, 99]),
            copies=st.lists(st.sampled_from([1, 3, 4, 99])).map(tuple),
            only_these_copies=st.booleans(),
        ),
        unique_by=lambda rule: rule.pk,
    )
)
def test_whatever_the_rules_say_each_unit_receives_once_and_the_order_they_stand_in_does_not_matter(rules):
    answer, again = routed(*rules), routed(*reversed(rules))
    assert answer == again
    names = [one.unit.pk for one in answer.recipients]
    assert len(names) == len(set(names))
    assert not answer.orphan


@pytest.mark.django_db
def test_a_rule_in_the_table_sends_the_decision_and_tells_the_person_it_names():
    market = SupervisionUnit.objects.get(code="360731-SCJG-J")
    rule = PushRule.objects.create(item=FELLING, region_id=YUDU, unit=market, valid_from=DAY)
    rule.people.add(supervisor_of(market.code).user)
    story = granted()
    pushed(story.at)
    push = main_push(story.case)
    assert push.unit == market
    assert Notice.objects.get(key=f"push-{push.pk}").user_id == supervisor_of(market.code).user
    with pytest.raises(ValidationError):
        PushRule(item=FELLING, region_id=YUDU, valid_from=MONDAY.date()).clean()


@pytest.mark.django_db
def test_who_only_receives_a_copy_is_told_the_names_of_papers_and_not_given_them():
    story = granted(GAS)
    pushed(story.at)
    copy = Push.objects.select_related("message").get(case=story.case, copy=True)
    told = json.loads(copy.message.body)
    assert told["withheld"] == ["PAPERS"]
    assert told["materials"]
    assert all(one["files"] == [] for one in told["materials"])
    assert json.loads(main_push(story.case).message.body)["withheld"] == []
