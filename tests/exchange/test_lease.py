"""What if a worker dies, is slow, or is not alone? The lease decides, and nothing is lost or confirmed wrongly."""

from __future__ import annotations

import pytest

from approvals.exchange.delivery import deliver
from approvals.exchange.ledger import Result, lease, record
from approvals.exchange.models import Failure, Message
from approvals.exchange.verdict import Verdict
from tests.exchange.conftest import endpoint_to, write

pytestmark = pytest.mark.django_db

YES = Verdict(200, 5, "", {"id": "x", "receipt": "r"})
NO = Verdict(500, 5, Failure.SERVER_ERROR)


def test_what_one_worker_holds_another_does_not_send(receiver, clock):
    sink = receiver()
    endpoint = endpoint_to(sink.url)
    write(endpoint, at=clock())
    assert lease(endpoint, at=clock()) is not None
    assert deliver(clock=clock) == 0
    assert sink.requests == 0


def test_when_a_worker_died_the_lease_runs_out_and_the_message_goes_again(receiver, clock, settings):
    sink = receiver()
    endpoint = endpoint_to(sink.url)
    message = write(endpoint, at=clock())
    lease(endpoint, at=clock())
    clock.turn(seconds=settings.EXCHANGE_LEASE_SECONDS - 1)
    assert deliver(clock=clock) == 0
    clock.turn(seconds=2)
    assert deliver(clock=clock) == 1
    assert list(message.tries.order_by("number").values_list("number", "failure")) == [(1, "ABANDONED"), (2, "")]


def test_a_confirmation_that_comes_after_the_lease_ran_out_still_counts(clock, settings):
    endpoint = endpoint_to("http://127.0.0.1:9/")
    message = write(endpoint, at=clock())
    slow = lease(endpoint, at=clock())
    clock.turn(seconds=settings.EXCHANGE_LEASE_SECONDS + 1)
    lease(endpoint, at=clock())

    record(slow, [Result(slow.letters[0], clock(), YES)], at=clock())

    message.refresh_from_db()
    assert message.state == "CONFIRMED"


def test_a_failure_that_comes_after_the_lease_ran_out_disturbs_nobody(clock, settings):
    endpoint = endpoint_to("http://127.0.0.1:9/")
    message = write(endpoint, at=clock())
    slow = lease(endpoint, at=clock())
    clock.turn(seconds=settings.EXCHANGE_LEASE_SECONDS + 1)
    quick = lease(endpoint, at=clock())

    record(slow, [Result(slow.letters[0], clock(), NO)], at=clock())

    message.refresh_from_db()
    assert (message.claimed_until, message.last_error) == (quick.until, "")
    record(quick, [Result(quick.letters[0], clock(), YES)], at=clock())
    record(slow, [Result(slow.letters[0], clock(), NO)], at=clock())
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("CONFIRMED", 4)


def test_what_was_leased_but_not_posted_goes_back_at_once(clock):
    endpoint = endpoint_to("http://127.0.0.1:9/")
    for _ in range(3):
        write(endpoint, at=clock())
    held = lease(endpoint, at=clock())
    record(held, [], at=clock())
    assert Message.objects.filter(endpoint=endpoint, claimed_until=None, attempts=0).count() == 3


def test_only_one_of_two_workers_probes_a_resting_endpoint(clock):
    endpoint = endpoint_to("http://127.0.0.1:9/", failures=1)
    for _ in range(3):
        write(endpoint, at=clock())
    assert len(lease(endpoint, at=clock()).letters) == 1
    assert lease(endpoint, at=clock()) is None
