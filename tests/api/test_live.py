"""What happens when two ask at the very same moment? Commits stay here: the tests count only their own cases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases.models import Case
from approvals.cases.numbers import next_number
from approvals.cases.words import Action
from tests.api.callers import Caller, problem
from tests.factories import application
from tests.people import xie
from tests.workbench.desks import at_desk

YUDU = "360731"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of calls that begin together, each in a thread and connection of its own."""
    answers: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers[index] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@contextmanager
def somebody_holds(lock: Callable[[], Any]) -> Iterator[None]:
    """Another connection keeps a lock until the block ends."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock()
                held.set()
                let_go.wait(30)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    try:
        yield
    finally:
        let_go.set()
        thread.join()


def impatient() -> None:
    """This connection waits a tenth of a second for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100" if connection.vendor == "sqlite" else "SET lock_timeout = '100ms'")


def test_the_same_registration_sent_four_times_at_once_is_one_case_and_one_answer(live_db: Any) -> None:
    window = Caller(xie())
    given = application("1-7", YUDU, address="四次同时", confirm_duplicate=False)
    answers = at_once(*[lambda: window.register(given, "at-once")] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.has_header("Idempotency-Replayed") for answer in answers) == 3
    assert Case.objects.filter(form__place="四次同时").count() == 1


def test_two_acts_on_the_same_version_one_is_done_one_is_stale(live_db: Any) -> None:
    window = Caller(xie())
    number = window.register(application("1-7", YUDU)).json()["number"]
    answers = at_once(*[lambda: window.post(f"cases/{number}/actions/take", If_Match='"v2"')] * 2)
    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_a_registration_that_waits_too_long_says_so_and_may_be_sent_again(live_db: Any) -> None:
    window = Caller(xie())
    given = application("1-7", YUDU, address="等得太久")
    day: date = local_day(timezone.now())
    impatient()
    with somebody_holds(lambda: next_number(region=YUDU, day=day)):
        problem(window.register(given, "waits"), 409, "request-in-flight")
    assert window.register(given, "waits").status_code == 201
    assert Case.objects.filter(form__place="等得太久").count() == 1


def test_an_act_that_waits_too_long_says_that_the_system_is_busy(live_db: Any) -> None:
    window = Caller(xie())
    number = window.register(application("1-7", YUDU)).json()["number"]
    desk = at_desk(xie())
    impatient()
    with somebody_holds(lambda: Case.objects.select_for_update().get(number=number)):
        answer = window.post(f"cases/{number}/actions/take", If_Match='"v2"')
        problem(answer, 503, "busy")
        page = desk.post(reverse("act", args=[number, Action.TAKE]), {"version": "2"})
    assert (page.status_code, "没有写入任何内容" in page.content.decode()) == (503, True)
    assert answer["Retry-After"] == "1"
    assert window.post(f"cases/{number}/actions/take", If_Match='"v2"').status_code == 200
