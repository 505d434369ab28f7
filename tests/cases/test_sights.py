"""Do the three answers to “who sees this case” agree: the rule, the rows fed by triggers, and the columns of the terms?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import cycle

import pytest
from django.db.models import F

from approvals.cases.access import sees, visible, visible_rows
from approvals.cases.models import Case, Sight, Snapshot
from approvals.cases.models.sight import Course
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.transfer import transfer
from approvals.cases.words import State
from approvals.cases.workflow import GOING_ON
from approvals.cases.worklists import AS_COLUMNS, decided_cases, finished_cases, open_cases
from approvals.catalogue.actions import end_delegation
from approvals.catalogue.models import Delegation
from approvals.organisations.access import SYSTEM, Actor, actor_in
from approvals.organisations.models import Organ, Post
from tests.factories import driven, moment, received

pytestmark = pytest.mark.django_db
YUDU, ZHANGGONG = "360731", "360702"
FELLING, EQUIPMENT, DEVICES, GAS = "1-7", "2-30", "3-25", "3-38"
ORGANS = ("accept", "name", "review", "decide", "seal", "city")
MONDAY, TUESDAY = moment("2026-03-02"), date(2026, 3, 3)


def everybody() -> list[Actor]:
    """One of each role in each organ with a part in a case and in a few others, each also limited to other items."""
    parts = set(Sight.objects.values_list("organ", flat=True)) | {
        organ
        for kind in ("WIN", "SPJ")
        for organ in Organ.objects.filter(code__endswith=kind).values_list("pk", flat=True)[:4]
    }
    windows = Organ.objects.filter(region__in=Sight.objects.values("region"), kind="WINDOW").values_list(
        "pk", flat=True
    )
    posts = Post.objects.filter(organ__in=parts | set(windows)).select_related("organ__region", "user")
    people = list({(one.organ, one.role): one for one in (actor_in(post, user=post.user) for post in posts)}.values())
    scopes = cycle(((FELLING,), (EQUIPMENT, DEVICES)))
    return people + [replace(one, item_scope=scope) for one, scope in zip(people, scopes, strict=False)]


def assert_all_agree() -> None:
    cases = list(Case.objects.select_related("snapshot", "holder", "region").order_by("pk"))
    known = [(case, facts_of(case), terms_of(case.snapshot)) for case in cases]
    for actor in (*everybody(), SYSTEM):
        ruled = {
            case.pk for case, facts, terms in known if sees(actor, facts, terms, city_organ=case.snapshot.city_organ_id)
        }
        listed = set(Case.objects.filter(visible(actor)).values_list("pk", flat=True))
        by_columns = Case.objects.filter(visible_rows(actor, region="region", terms="snapshot__"))
        assert listed == ruled, actor
        assert set(by_columns.values_list("pk", flat=True)) == ruled, actor
        going_on = set(open_cases(actor).values_list("pk", flat=True))
        assert going_on == {case.pk for case in cases if case.state in GOING_ON} & ruled, actor
        for course, columns in AS_COLUMNS.items():
            of_course = set(Case.objects.filter(columns, pk__in=ruled).values_list("pk", flat=True))
            assert set(open_cases(actor, course=course).values_list("pk", flat=True)) == going_on & of_course, actor
            decided = set(Case.objects.filter(pk__in=of_course, decided_on__isnull=False).values_list("pk", flat=True))
            assert set(decided_cases(actor, course=course).values_list("pk", flat=True)) == decided, actor
        assert going_on | set(finished_cases(actor).values_list("pk", flat=True)) == ruled, actor


def test_the_lists_show_a_person_exactly_the_cases_the_rule_lets_them_see():
    for item, region in ((FELLING, YUDU), (EQUIPMENT, YUDU), (DEVICES, ZHANGGONG)):
        received(item, region, MONDAY)
        driven(item, region, MONDAY, to=State.DECISION)
    driven(FELLING, YUDU, MONDAY, to=State.DELIVERED)
    assert_all_agree()


def test_a_case_that_changes_hands_is_seen_by_its_new_holders_and_no_longer_by_the_old():
    case = driven(GAS, YUDU, MONDAY, to=State.REVIEW).case
    before = set(Sight.objects.filter(case=case, organ__isnull=False).values_list("organ", flat=True))
    end_delegation(delegation=Delegation.objects.get(item__code=GAS, region=YUDU, place="").pk, on=MONDAY.date())
    (tried,) = transfer(numbers=[case.number], actor=SYSTEM, at=moment(TUESDAY, 0, 5), ground="take-back:1")
    assert not tried.refused
    assert set(Sight.objects.filter(case=case, organ__isnull=False).values_list("organ", flat=True)) != before
    assert_all_agree()


def test_a_region_the_case_only_concerns_is_its_coordinators_and_not_its_windows():
    case = received(FELLING, YUDU, MONDAY).case
    Case.objects.filter(pk=case.pk).update(region=ZHANGGONG)  # no act does that; a case opened so looks the same
    Snapshot.objects.filter(pk=case.pk).update(item=FELLING)
    assert Sight.objects.filter(case=case, region__isnull=False).count() == 2
    assert_all_agree()


def test_the_database_and_the_workflow_mean_the_same_states_by_not_done_with():
    """Whoever adds a state to the workflow also replaces the triggers of 0013 in a migration."""
    case = received(FELLING, YUDU, MONDAY).case
    for state in (*State.values, *reversed(State.values)):
        Case.objects.filter(pk=case.pk).update(state=state)
        told = set(Sight.objects.filter(case=case).values_list("going_on", flat=True))
        assert told == {state in GOING_ON}, state


@pytest.mark.parametrize(("item", "region"), [(FELLING, YUDU), (EQUIPMENT, YUDU), (DEVICES, ZHANGGONG), (GAS, YUDU)])
def test_the_database_and_the_terms_mean_the_same_course_also_when_the_terms_change(item, region):
    case = received(item, region, MONDAY).case
    for change in ({}, {"review_organ": F("accept_organ")}, {"decide_organ": F("city_organ"), "decide_level": "CITY"}):
        if change:
            Snapshot.objects.filter(pk=case.pk).update(**change)
        snapshot = Snapshot.objects.get(pk=case.pk)
        (told,) = set(Sight.objects.filter(case=case).values_list("course", flat=True))
        assert Course.HANDED_OVER.value * (snapshot.accept_organ_id != snapshot.review_organ_id) == told & 1
        assert Course.FORWARDED.value * (snapshot.review_organ_id != snapshot.decide_organ_id) == told & 2
        assert Course.OF_COUNTY.value * (snapshot.decide_level == "COUNTY") == told & 4


def test_each_organ_and_each_region_stands_once_with_a_case():
    case = received(EQUIPMENT, YUDU, MONDAY).case
    Snapshot.objects.filter(pk=case.pk).update(item=DEVICES)
    rows = list(Sight.objects.filter(case=case).values_list("organ", "region", "item"))
    assert len(rows) == len(set(rows)) == 1 + len({getattr(case.snapshot, f"{one}_organ_id") for one in ORGANS})
    assert {item for _, _, item in rows} == {DEVICES}
