"""Does every message reach its receiver, whatever the receiver does? Over a real socket."""

from __future__ import annotations

import json
import socket
import threading
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.exchange import actions, delivery
from approvals.exchange.delivery import _leasing, deliver
from approvals.exchange.ledger import due
from approvals.exchange.models import Attempt, EndpointAct, Failure, Message
from approvals.exchange.operating import NothingToDo, resend_dead
from approvals.exchange.queries import dead_letters
from approvals.organisations.access import SYSTEM
from tests.exchange.conftest import endpoint_to, write

pytestmark = pytest.mark.django_db


def failures(message: Message) -> list[str]:
    return list(message.tries.order_by("number").values_list("failure", flat=True))


def test_a_message_is_signed_and_confirmed_by_the_receivers_own_receipt(receiver, clock):
    sink = receiver()
    message = write(endpoint_to(sink.url), at=clock(), body='{"办件": "S-1"}')

    assert deliver(clock=clock) == 1

    message.refresh_from_db()
    (entry,) = sink.listed()
    assert (entry["id"], entry["body"], entry["topic"]) == (str(message.pk), {"办件": "S-1"}, "push")
    assert message.state == "CONFIRMED"
    assert message.receipt["receipt"] == entry["receipt"]
    assert message.delivered_at == message.confirmed_at == clock()
    assert message.claimed_until is None
    assert failures(message) == [""]


def test_a_receiver_with_another_secret_refuses_the_signature_and_the_message_becomes_a_dead_letter(receiver, clock):
    sink = receiver()
    other = "whsec_" + "QUJD" * 11
    message = write(endpoint_to(sink.url, secret=other), at=clock())

    deliver(clock=clock)

    message.refresh_from_db()
    assert (sink.rejected, sink.received, message.state) == (1, {}, "DEAD")
    assert message.last_error == "对方拒收（HTTP 401）"


def test_a_passing_error_is_tried_again_when_its_pause_is_over_and_not_before(receiver, clock):
    sink = receiver(fail=1)
    message = write(endpoint_to(sink.url), at=clock())

    assert deliver(clock=clock) == 0
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("WAITING", "对方故障（HTTP 500）")
    assert clock() < message.not_before_at <= clock() + timedelta(seconds=5)

    assert deliver(clock=clock) == 0
    assert sink.requests == 1

    clock.turn(seconds=6)
    assert deliver(clock=clock) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, failures(message)) == ("CONFIRMED", 2, ["SERVER_ERROR", ""])


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_for_an_hour_gets_an_hour(receiver, clock, status):
    sink = receiver(fail=1, status=status, retry_after=3600)
    write(endpoint_to(sink.url), at=clock())
    deliver(clock=clock)
    clock.turn(minutes=59)
    assert deliver(clock=clock) == 0
    clock.turn(minutes=2)
    assert deliver(clock=clock) == 1


def test_two_hundred_with_rubbish_is_not_a_confirmation(receiver, clock):
    sink = receiver(rubbish=True)
    message = write(endpoint_to(sink.url), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("WAITING", "对方未给出有效回执（HTTP 200）")


def test_a_lost_answer_means_the_same_id_again_and_the_receiver_keeps_it_once(receiver, clock, quick):
    sink = receiver(hang=0.7)
    message = write(endpoint_to(sink.url), at=clock())
    deliver(clock=clock)
    clock.turn(seconds=6)
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, failures(message)) == ("CONFIRMED", ["TIMEOUT", ""])
    assert len(sink.received) == 1
    assert sink.arrivals == {str(message.pk): 2}


def test_a_receiver_that_answers_twice_confuses_nobody(receiver, clock, settings):
    settings.EXCHANGE_LANES = 1
    sink = receiver(twice=True)
    endpoint = endpoint_to(sink.url)
    messages = [write(endpoint, at=clock()) for _ in range(5)]
    for _ in range(6):
        deliver(clock=clock)
        clock.turn(minutes=15)
    receipts = {str(m.pk): m.receipt["receipt"] for m in Message.objects.filter(pk__in=[m.pk for m in messages])}
    assert receipts == {entry["id"]: entry["receipt"] for entry in sink.listed()}


def test_a_final_no_becomes_a_dead_letter_that_a_person_resends_under_the_same_id(receiver, clock):
    sink = receiver(fail=1, status=422)
    message = write(endpoint_to(sink.url), at=clock())
    deliver(clock=clock)
    assert list(dead_letters()) == [message]
    clock.turn(days=1)
    assert deliver(clock=clock) == 0

    actions.resend(Message.objects.filter(pk=message.pk), at=clock())

    assert deliver(clock=clock) == 1
    assert list(sink.received) == [str(message.pk)]
    assert list(dead_letters()) == []


def test_all_dead_letters_of_an_endpoint_go_out_again_without_reading_what_they_say(receiver, clock):
    endpoint = endpoint_to(receiver(fail=2, status=422).url)
    for _ in range(2):
        write(endpoint, at=clock())
    deliver(clock=clock)
    asked = {"endpoint": endpoint.code, "actor": SYSTEM, "at": clock(), "reason": "地址已改正"}
    with CaptureQueriesContext(connection) as queries:
        assert resend_dead(**asked) == 2
    assert not any('"body"' in query["sql"] for query in queries if "exchange_message" in query["sql"])
    assert deliver(clock=clock) == 2
    with pytest.raises(NothingToDo):
        resend_dead(**asked)
    assert EndpointAct.objects.get().count == 2


def test_only_dead_letters_are_resent(receiver, clock):
    message = write(endpoint_to(receiver().url), at=clock())
    with pytest.raises(actions.NotDead):
        actions.resend(Message.objects.filter(pk=message.pk), at=clock())


@pytest.mark.parametrize(("broken", "arrivals"), [("record", 2), ("run_lane", 1)])
def test_a_round_that_breaks_goes_again_and_takes_no_other_with_it(
    receiver, clock, monkeypatch, settings, broken, arrivals
):
    sinks = [receiver(), receiver()]
    lost, kept = (write(endpoint_to(sink.url, code=f"unit-{at}"), at=clock()) for at, sink in enumerate(sinks))
    whole = getattr(delivery, broken)

    def breaking(one, *args, **more):
        endpoint = one.endpoint if broken == "record" else one
        if endpoint.code == "unit-0":
            raise DatabaseError("too long")
        return whole(one, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(delivery, broken, breaking)
        assert deliver(clock=clock) == 1
    kept.refresh_from_db()
    assert kept.state == "CONFIRMED"
    clock.turn(seconds=settings.EXCHANGE_LEASE_SECONDS + 1)
    assert deliver(clock=clock) == 1
    assert sinks[0].arrivals == {str(lost.pk): arrivals}


def test_a_redirect_is_not_followed(receiver, clock):
    inner = receiver()
    outer = receiver(location=inner.url)
    message = write(endpoint_to(outer.url), at=clock())
    deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("DEAD", "对方要求跳转，不予跟随（HTTP 307）")
    assert inner.requests == 0


def test_messages_of_one_thread_arrive_in_order_even_when_the_first_is_refused_at_first(receiver, clock):
    sink = receiver(fail=1)
    endpoint = endpoint_to(sink.url)
    wanted = [str(write(endpoint, at=clock(), thread="S-1", body=json.dumps({"n": n})).pk) for n in range(4)]
    for _ in range(6):
        deliver(clock=clock)
        clock.turn(seconds=10)
    assert list(sink.received) == wanted


def test_nothing_overtakes_a_dead_letter_of_its_thread_until_a_person_sets_it_aside(receiver, clock):
    sink = receiver(fail=1, status=400)
    endpoint = endpoint_to(sink.url)
    first, second = (write(endpoint, at=clock(), thread="S-1") for _ in range(2))
    elsewhere = write(endpoint, at=clock() + timedelta(seconds=1), thread="S-2")
    deliver(clock=clock)
    clock.turn(minutes=5)
    deliver(clock=clock)
    assert list(sink.received) == [str(elsewhere.pk)]

    first.refresh_from_db()
    actions.set_aside(first, at=clock())

    deliver(clock=clock)
    assert list(sink.received) == [str(elsewhere.pk), str(second.pk)]


def test_a_receiver_that_hangs_keeps_nobody_else_waiting(receiver, quick):
    now = timezone.now()
    slow, good = endpoint_to(receiver(hang=1).url, code="slow"), endpoint_to(receiver().url, code="good")
    for _ in range(40):
        write(slow, at=now)
        write(good, at=now)

    deliver()

    done = Message.objects.filter(endpoint=good).order_by("-confirmed_at").first()
    gave_up = Attempt.objects.filter(message__endpoint=slow).order_by("at").first()
    assert done.state == "CONFIRMED"
    assert done.confirmed_at < gave_up.at + timedelta(milliseconds=gave_up.milliseconds)
    assert gave_up.failure == Failure.TIMEOUT


def test_after_a_round_without_success_an_endpoint_is_probed_by_one_message_only(receiver, clock):
    sink = receiver(fail=10_000)
    endpoint = endpoint_to(sink.url)
    for _ in range(40):
        write(endpoint, at=clock())
    deliver(clock=clock)
    first_round = sink.requests
    assert first_round <= 16, "a lane stops at the first trouble; the rest goes back unsent"
    for _ in range(3):
        clock.turn(minutes=11)
        deliver(clock=clock)
    assert sink.requests == first_round + 3
    assert Message.objects.filter(endpoint=endpoint, attempts=0, claimed_until=None).exists()


def test_when_the_receiver_is_well_again_everything_flows(receiver, clock):
    sink = receiver(fail=17)
    endpoint = endpoint_to(sink.url)
    for _ in range(40):
        write(endpoint, at=clock())
    for _ in range(3):
        deliver(clock=clock)
        clock.turn(minutes=11)
    assert len(sink.received) == 40
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.rests_until) == (0, None)


def test_a_receiver_that_is_not_there_is_tried_again(clock, quick):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        message = write(endpoint_to(f"http://127.0.0.1:{closed.getsockname()[1]}/"), at=clock())
        deliver(clock=clock)
    message.refresh_from_db()
    assert (message.state, failures(message)) == ("WAITING", ["UNREACHABLE"])


def test_a_receiver_that_dribbles_one_byte_at_a_time_is_cut_off(clock, quick):
    """A socket time-out starts anew with every byte; the deadline of an exchange does not."""
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def dribble() -> None:
        connection, _ = listening.accept()
        with connection:
            while not stop.wait(0.1):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    threading.Thread(target=dribble, daemon=True).start()
    message = write(endpoint_to(f"http://127.0.0.1:{listening.getsockname()[1]}/"), at=clock())
    deliver(clock=clock)
    stop.set()
    listening.close()
    attempt = message.tries.get()
    assert attempt.failure == Failure.TIMEOUT
    assert attempt.milliseconds < 3000


def test_a_disabled_endpoint_keeps_its_messages_waiting(receiver, clock):
    sink = receiver()
    endpoint = endpoint_to(sink.url, enabled=False)
    message = write(endpoint, at=clock())
    assert deliver(clock=clock) == 0
    endpoint.enabled = True
    endpoint.save()
    assert deliver(clock=clock) == 1
    message.refresh_from_db()
    assert message.state == "CONFIRMED"


def test_a_message_waits_for_its_time(receiver, clock):
    write(endpoint_to(receiver().url), at=clock(), not_before_at=clock() + timedelta(hours=1))
    assert deliver(clock=clock) == 0
    clock.turn(hours=1)
    assert deliver(clock=clock) == 1


def test_every_attempt_is_logged_without_the_text_and_the_log_only_grows(receiver, clock):
    message = write(endpoint_to(receiver().url), at=clock(), body='{"申请人": "谢某某"}')
    deliver(clock=clock)
    attempt = message.tries.get()
    assert (attempt.number, attempt.status, attempt.at) == (1, 200, clock())
    assert not any("谢某某" in str(value) for value in vars(attempt).values())
    for change in (lambda: Attempt.objects.update(status=500), lambda: attempt.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_endpoint_that_cannot_be_spoken_to_at_all_stops_nobody_else(receiver, clock):
    """A secret that is none, put in past the form: the message waits, the endpoint rests, the others get theirs."""
    sink = receiver()
    broken = write(endpoint_to(sink.url, code="broken", secret="whsec_!"), at=clock())
    good = write(endpoint_to(sink.url, code="good"), at=clock())
    assert deliver(clock=clock) == 1
    broken.refresh_from_db()
    assert (broken.state, broken.last_error) == ("WAITING", "地址、密钥或主题有误，发不出去")
    assert list(sink.received) == [str(good.pk)]


def test_two_sweeps_in_one_process_do_not_both_take_leases(receiver, clock, quick):
    """The second one leaves at once instead of filling another slot behind a receiver that hangs."""
    write(endpoint_to(receiver(hang=1).url), at=clock())
    taken: list[int] = []

    def second_look() -> datetime:
        if not taken:
            taken.append(-1)
            taken[0] = deliver(clock=clock)
        return clock()

    deliver(clock=second_look)
    assert taken == [0]
    assert not _leasing.locked()


@pytest.mark.postgres
def test_a_lease_costs_the_same_whatever_the_backlog_and_before_the_statistics_know_of_it(clock):
    """An anti-join here read every waiting row for every waiting row."""
    endpoint = endpoint_to("http://127.0.0.1:9/")
    for _ in range(600):
        write(endpoint, at=clock())
    plan = due(at=clock()).filter(endpoint=endpoint)[:100].explain(analyze=True, buffers=True, format="json")
    (read,) = json.loads(plan)
    assert read["Plan"]["Shared Hit Blocks"] + read["Plan"]["Shared Read Blocks"] < 2_000
