"""Does the city's licence library learn every change once, in order, and does a lost one show?"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Message
from approvals.licences.library import follow_records, note_reconciliations, reconcile
from approvals.licences.models import LibraryMessage, LibraryReconciliation, Licence
from tests.factories import moment
from tests.licences.conftest import RENEWAL, asked, connected, decided, granted, ordered, proceeding

pytestmark = pytest.mark.django_db


def told(at: Any = None) -> None:
    while enrol():
        pass
    while follow_records(at=at or timezone.now()):
        pass
    deliver(clock=timezone.now)


def of(licence: Licence, library: Any) -> list[tuple[int, str]]:
    number = licence.number
    mine = [one["body"] for one in library.received.values() if one["body"].get("certificate_number") == number]
    return [(one["sequence"], one["operation"]) for one in mine]


def test_the_library_learns_issue_change_and_status_in_order_with_receipts(library) -> None:
    city = library(fail=1)
    connected(city)
    licence = granted()
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-03-01")))
    ordered(proceeding(licence, "LIFT", "RECTIFIED", moment("2027-04-01")))
    decided(asked(RENEWAL, licence, moment("2030-06-03")))
    told()
    Message.objects.update(not_before_at=timezone.now())
    Message.objects.first().endpoint.__class__.objects.update(rests_until=None)
    deliver(clock=timezone.now)

    assert of(licence, city) == [(1, "GRANTED"), (2, "SUSPENDED"), (3, "LIFTED"), (4, "RENEWED")]
    assert not LibraryMessage.objects.exclude(message__state="CONFIRMED").exists()
    body = city.licences()[0]
    assert (body["certificate_version"], body["status_code"], body["expiring_date"]) == (2, "VALID", "2036-03-01")
    assert body["holders"][0]["holder_identity_number"] == "91350100M000100Y43"
    topics = [one["topic"] for one in city.received.values()]
    assert topics == ["licence.issue", "licence.status", "licence.status", "licence.change"]


def test_a_library_that_is_connected_later_learns_everything(library) -> None:
    licence = granted()
    told()
    assert not LibraryMessage.objects.exists()
    city = library()
    connected(city)
    told()
    told()
    assert of(licence, city) == [(1, "GRANTED")]
    assert list(city.arrivals.values()) == [1]


@pytest.mark.parametrize(("lose", "outcome"), [(0, "MATCHES"), (1, "DIFFERS")])
def test_the_next_day_count_and_digest_are_compared(library, lose: int, outcome: str) -> None:
    city = library(lose=lose)
    connected(city)
    granted()
    now = timezone.now()
    told(now)

    assert reconcile(at=now) == 0
    assert reconcile(at=now + timedelta(days=1)) == 1
    assert reconcile(at=now + timedelta(days=1)) == 0
    Message.objects.update(not_before_at=now)
    deliver(clock=timezone.now)
    assert note_reconciliations() == 1

    row = LibraryReconciliation.objects.get()
    assert (row.count, row.library_count, row.outcome) == (1, 1 - lose, outcome)


def test_a_day_with_an_unconfirmed_message_waits_three_days(library) -> None:
    connected(library())
    granted()
    now = timezone.now()
    while enrol():
        pass
    follow_records(at=now)

    assert reconcile(at=now + timedelta(days=1)) == 0
    assert reconcile(at=now + timedelta(days=4)) == 1
