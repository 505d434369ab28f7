"""A card is shown for an overrun, to whoever held the case then, once and only once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases.actions import settle_due
from approvals.cases.models import Event
from approvals.cases.words import Action, Role, State
from approvals.oversight import actions, cards
from approvals.oversight.models import Card, CardRule, Record
from approvals.supervision.models import Push
from tests.factories import driven, later, moment, received
from tests.oversight.world import EQUIPMENT, FELLING, MONDAY, YUDU, told
from tests.people import clerk_of, he, li, somebody, xie
from tests.supervision.conftest import pushed

pytestmark = pytest.mark.django_db


def shown() -> list[tuple[str, str, int]]:
    return list(Card.objects.order_by("pk").values_list("rule__code", "organ__code", "days_over"))


def test_a_stay_that_ends_late_earns_its_cards_at_whoever_held_it_once():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    due = story.case.due_on
    story.at = later(moment(due), 4)
    cards.sweep(at=story.at)
    assert shown() == [("STAGE-YELLOW", f"{YUDU}-SPJ", 4), ("STAGE-RED", f"{YUDU}-SPJ", 4)]
    story.recommended(li())
    told(story.at)
    told(story.at)
    cards.sweep(at=story.at)
    assert Card.objects.filter(key__startswith=f"stay:{story.case.number}:").count() == 4  # the check is late as well


def test_a_side_act_begins_no_new_stay_and_what_has_its_cards_costs_the_next_sweep_only_reading():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    begun = Event.objects.filter(case=story.case, target=State.REVIEW).get()
    story.do(li(), Action.TAKE)
    at = later(moment(story.case.due_on), 4)
    assert cards.sweep(at=at) == 2
    assert set(Card.objects.values_list("key", flat=True)) == {f"stay:{story.case.number}:{begun.sequence}"}
    with CaptureQueriesContext(connection) as again:
        assert cards.sweep(at=at) == 0
    assert [one["sql"] for one in again if not one["sql"].startswith("SELECT")] == []


def test_the_register_shows_it_even_if_no_sweep_ever_ran():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.CHECK)
    story.at = later(moment(story.case.due_on), 1)
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意转报。")
    told(story.at)
    assert shown() == [("STAGE-YELLOW", f"{YUDU}-SPJ", 1)]


def test_work_done_on_its_last_day_earns_none():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    story.at = moment(story.case.due_on, 23, 50)
    story.recommended(li())
    told(story.at)
    cards.sweep(at=story.at)
    assert shown() == []


@pytest.mark.parametrize(("served", "earned"), [(0, []), (1, [("STAGE-YELLOW", 1)])])
def test_service_is_in_time_by_the_day_of_service_whenever_it_is_written_down(served, earned):
    story = driven(FELLING, YUDU, MONDAY, to=State.SEALED)
    due = story.case.due_on
    story.at = later(moment(due), 2)
    on = later(moment(due), served).date()
    story.do(clerk_of(YUDU), Action.DELIVER, way="COUNTER", receipt="刘敏", on=on.isoformat())
    told(story.at)
    assert [(rule, days) for rule, _, days in shown()] == earned


def test_what_a_sweep_showed_before_service_in_time_was_written_down_is_taken_back_with_a_record():
    story = driven(FELLING, YUDU, MONDAY, to=State.SEALED)
    due = story.case.due_on
    story.at = later(moment(due), 4)
    cards.sweep(at=story.at)
    told(story.at)
    assert [rule for rule, _, _ in shown()] == ["STAGE-YELLOW", "STAGE-RED"]
    story.do(clerk_of(YUDU), Action.DELIVER, way="COUNTER", receipt="刘敏", on=later(moment(due), 1).date().isoformat())
    told(story.at)
    told(story.at)
    standing = Card.objects.filter(withdrawn_at=None)
    assert list(standing.values_list("rule__code", flat=True)) == ["STAGE-YELLOW"], "it was one working day late"
    red = Card.objects.get(rule__code="STAGE-RED")
    assert Record.objects.filter(subject=f"card:{red.pk}", action="CARD_WITHDRAWN", actor_kind="SYSTEM").count() == 1
    cards.sweep(at=later(story.at, 1))
    assert standing.count() == 1


def test_an_acceptance_brought_about_by_law_earns_a_red_card_and_the_stay_no_second():
    story = received(FELLING, YUDU, MONDAY, xie())
    late = later(moment(story.case.due_on), 2)
    settle_due(at=late)
    told(late)
    told(late)
    [(rule, organ, days)] = shown()
    assert (rule, organ[:6], days) == ("DEEMED-RED", YUDU, 2)


def test_a_push_nobody_claims_earns_a_yellow_then_a_red_card():
    driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    pushed(MONDAY)
    push = Push.objects.get(copy=False)
    for days in (0, 1, 3, 5, 9):
        cards.sweep(at=later(moment(push.claim_due_on), days))
    of_push = [one for one in shown() if one[0].startswith("CLAIM")]
    assert [(rule, days) for rule, _, days in of_push] == [("CLAIM-YELLOW", 1), ("CLAIM-RED", 5)]


def test_a_rule_is_data_and_a_card_shown_by_mistake_is_withdrawn_with_reasons():
    CardRule.objects.filter(code="STAGE-YELLOW").update(active=False)
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    at = later(moment(story.case.due_on), 3)
    cards.sweep(at=at)
    card = Card.objects.get()
    assert card.rule.code == "STAGE-RED"
    head = somebody("360700-SPJ", Role.COORDINATOR, on=date(2026, 3, 2))
    actions.withdraw_card(card=card.pk, actor=head, at=at, given={"reasons": "系统停机"})
    cards.sweep(at=later(at, 1))
    assert Card.objects.get().withdrawal == "系统停机"
