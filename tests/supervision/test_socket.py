"""Does a decision cross the network to a unit's own system, and does its confirmation come back? Over a real socket."""

from __future__ import annotations

from datetime import date

import pytest

from approvals.exchange import actions as exchange
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Message
from approvals.oversight import cards
from approvals.oversight.models import Card
from approvals.supervision.actions import assign, claim, open_push
from approvals.supervision.models import Push, PushEvent
from approvals.supervision.nagging import nag
from approvals.supervision.queries import alarmed, document, file_digests, to_claim
from approvals.supervision.receipts import note_receipts
from tests.factories import Story, later, moment
from tests.supervision.conftest import (
    GAS,
    YUDU,
    coordinator_of,
    granted,
    granted_and_pushed,
    main_push,
    pushed,
    receives_at,
    supervisor,
)

pytestmark = pytest.mark.django_db

FORESTRY = "360731-LY-J"  # 于都县林业局（监管）


def actions_of(story: Story) -> list[str]:
    return list(PushEvent.objects.filter(case=story.case).order_by("sequence").values_list("action", flat=True))


def at(moment_):
    return lambda: moment_


def test_the_units_receipt_comes_back_and_is_chained(receiver):
    sink = receiver()
    receives_at(FORESTRY, sink.url)
    story = granted_and_pushed()
    push = main_push(story.case)

    assert deliver(clock=at(story.at)) == 1
    assert note_receipts(at=story.at) == 1

    (entry,) = sink.listed()
    assert entry["id"] == str(push.pk) == entry["body"]["id"]
    assert entry["topic"] == "push.claim"
    push.refresh_from_db()
    assert push.confirmed_at == story.at
    record = PushEvent.objects.get(case=story.case, action="CONFIRMED")
    assert record.data["receipt"] == entry["receipt"]
    assert note_receipts(at=story.at) == 0


def test_a_system_that_was_away_for_the_holiday_gets_its_days_to_claim_from_the_delivery(receiver):
    sink = receiver(fail=1, status=503)
    receives_at(FORESTRY, sink.url)
    story = granted(at=moment("2026-09-29", 9))
    pushed(story.at)
    push = main_push(story.case)
    assert push.claim_due_on is None
    deliver(clock=at(story.at))
    back = moment("2026-10-09")
    assert deliver(clock=at(back)) == 1
    note_receipts(at=back)
    push.refresh_from_db()
    assert push.claim_due_on == date(2026, 10, 13)


def test_while_a_push_has_not_arrived_nobody_is_late_to_claim_it(receiver):
    sink = receiver(fail=1, status=503)
    receives_at(FORESTRY, sink.url)
    story = granted_and_pushed()
    push = main_push(story.case)
    told = document(push)["due"]
    assert (told["claim_on"], told["claim_workdays"]) == (None, 3)
    deliver(clock=at(story.at))
    long_after = later(story.at, 6)
    assert nag(at=long_after) == 0
    assert cards.sweep(at=long_after) == 0
    coordinator, on = coordinator_of(YUDU), long_after.date()
    assert not alarmed(coordinator, "CLAIM_LATE", on=on).exists()
    assert not alarmed(coordinator, "CLAIM_SOON", on=on).exists()
    assert list(alarmed(coordinator, "PUSH_LATE", on=on)) == [push]
    assert list(to_claim(supervisor(push))) == [push], "whoever wants to claim it earlier may"
    assert deliver(clock=at(long_after)) == 1
    note_receipts(at=long_after)
    push.refresh_from_db()
    assert push.claim_due_on == later(long_after, 3).date()
    assert nag(at=later(long_after, 4)) == 1
    cards.sweep(at=later(long_after, 5))
    assert Card.objects.filter(key=f"push:{push.pk}").exists()


def test_a_unit_with_a_system_may_claim_in_the_platform_before_its_system_confirms(receiver):
    receives_at(FORESTRY, receiver(fail=1).url)
    story = granted_and_pushed()
    push = main_push(story.case)
    open_push(push=push.pk, actor=supervisor(push), at=story.at)
    claim(push=push.pk, actor=supervisor(push), at=story.at)
    push.refresh_from_db()
    assert push.confirmed_at is None, "only the system's own receipt confirms for a system"
    deliver(clock=at(story.at))
    deliver(clock=at(later(story.at, 1)))
    note_receipts(at=later(story.at, 1))
    push.refresh_from_db()
    assert push.confirmed_at is not None
    assert push.claim_due_on == later(story.at, 4).date(), "the limit runs from the delivery, and was kept long before"
    assert actions_of(story) == ["PUSHED", "CLAIMED", "CONFIRMED"]


def test_a_refused_push_is_resent_by_a_person_and_arrives_once(receiver):
    sink = receiver(fail=1, status=422)
    receives_at(FORESTRY, sink.url)
    story = granted_and_pushed()
    push = main_push(story.case)
    deliver(clock=at(story.at))
    exchange.resend(Message.objects.filter(pk=push.pk), at=story.at)
    assert deliver(clock=at(story.at)) == 1
    assert sink.arrivals == {str(push.pk): 1}


def test_one_unit_down_does_not_keep_the_other_from_its_copy(receiver, quick):
    story = granted(GAS)
    units = {one["unit_code"]: one["copy"] for one in story.case.snapshot.supervisors}
    main = next(code for code, copy in units.items() if not copy)
    copy = next(code for code, copy in units.items() if copy)
    receives_at(main, receiver(hang=0.8).url)
    well = receiver()
    receives_at(copy, well.url)
    pushed(story.at)
    deliver(clock=at(story.at))
    assert [entry["body"]["purpose"] for entry in well.listed()] == ["INFORM"]
    assert Push.objects.filter(case=story.case, message__state="WAITING").count() == 1


def test_what_was_sent_can_be_read_again_word_for_word_with_the_files_it_names(receiver):
    receives_at(FORESTRY, receiver().url)
    story = granted_and_pushed()
    push = main_push(story.case)
    assert document(push)["case"]["number"] == story.case.number
    assert file_digests(push) == frozenset()


def test_a_named_unit_with_a_system_is_reached_over_the_network_too(receiver):
    sink = receiver()
    receives_at("360731-SCJG-J", sink.url)
    story = granted()
    story.case.snapshot.supervisors = []
    story.case.snapshot.save(update_fields=["supervisors"])
    pushed(story.at)
    orphan = story.case.orphans.get()
    assign(orphan=orphan.pk, unit="360731-SCJG-J", actor=coordinator_of("360731"), at=story.at)
    assert deliver(clock=at(story.at)) == 1
    assert list(sink.received) == [str(main_push(story.case).pk)]
    assert actions_of(story) == ["NO_UNIT", "ASSIGNED", "PUSHED"]
