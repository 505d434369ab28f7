"""Two at once: exactly one wins; nothing is missed, doubled or numbered twice. Real commits in a database of its own."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from approvals.audit import register as the_register
from approvals.audit.models import Cursor, Pending, RegisterEntry
from approvals.cases.actions import perform, perform_many, settle_due
from approvals.cases.choosing import ActionUnavailable
from approvals.cases.models import Case, Event
from approvals.cases.registration import DuplicateCase, register
from approvals.cases.verify import verify
from approvals.cases.words import Action, State
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import PartyCredit, Push
from tests.factories import application, driven, later, moment, received
from tests.people import clerk_of, somebody, xie, zeng, zhong
from tests.supervision.conftest import granted_and_pushed, main_push, supervisor

pytestmark = pytest.mark.postgres
MONDAY = moment("2026-03-02")
WAITING = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE datname = current_database() AND NOT granted AND locktype = 'advisory'"""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that start together; what each returned or the Refused it raised."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def deciding(number: str, actor: Actor) -> Callable[[], Any]:
    return lambda: perform(number=number, action=Action.APPROVE, actor=actor, at=MONDAY, given={"content": "准予。"})


def test_of_two_deciders_at_once_exactly_one_wins(live_db) -> None:
    story = driven("3-25", "360731", MONDAY, to=State.DECISION)
    other = Actor(**{**zeng().__dict__, "user": somebody("360700-ZRZY", Role.DECIDER).user})
    answers = at_once(deciding(story.case.number, zeng()), deciding(story.case.number, other))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [type(one) for one in refused] == [ActionUnavailable]
    assert Event.objects.filter(case=story.case, action="APPROVE").count() == 1
    assert Case.objects.get(pk=story.case.pk).decision.result == "GRANTED"


def test_two_ratings_of_one_party_by_one_unit_come_one_after_the_other(live_db) -> None:
    pushes = [main_push(granted_and_pushed().case) for _ in range(4)]
    for push in pushes:
        claim(push=push.pk, actor=supervisor(push), at=later(MONDAY, 1))

    def rating(push: Push, colour: str) -> Callable[[], Any]:
        given = {"on": "2026-03-03", "colour": colour, "grounds": "检查情况"}
        return lambda: (
            feed_back(push=push.pk, actor=supervisor(push), at=later(MONDAY, 1), kind="CREDIT", given=given).pk
        )

    done = at_once(
        *(rating(push, colour) for push, colour in zip(pushes, ("RED", "YELLOW", "GREEN", "RED"), strict=True))
    )
    assert all(isinstance(one, int) for one in done)
    assert (PartyCredit.objects.count(), PartyCredit.objects.filter(replaced_at=None).count()) == (4, 1)


def test_numbers_are_unique_when_eight_windows_receive_at_once(live_db) -> None:
    clerk = xie()

    def receive(index: int) -> Callable[[], list[str]]:
        return lambda: [
            register(
                actor=clerk, at=MONDAY, given=application("3-25", "360731", address=f"第 {index}-{turn} 号")
            ).number
            for turn in range(5)
        ]

    numbers = [number for found in at_once(*(receive(index) for index in range(8))) for number in found]
    assert len(numbers) == len(set(numbers)) == 40


def test_the_same_application_at_two_windows_at_once_becomes_one_case(live_db) -> None:
    entering = threading.Event()
    given, clerk = application("3-25", "360731", address="同一处所", confirm_duplicate=False), xie()

    def until_the_other_waits(_: Case) -> None:
        entering.set()
        with connection.cursor() as cursor:
            for _ in range(300):
                cursor.execute("SELECT pg_sleep(0.02)")
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return

    def second() -> Case:
        assert entering.wait(30)
        return register(actor=clerk, at=MONDAY, given=given)

    first, refused = at_once(lambda: register(actor=clerk, at=MONDAY, given=given, also=until_the_other_waits), second)
    assert isinstance(refused, DuplicateCase)
    assert refused.extra["number"] == first.number


def test_eight_writers_and_a_dying_consumer_miss_and_double_nothing(live_db) -> None:
    """The register takes each committed event once, in order within its case, though the reader dies half way."""
    while the_register.enrol():
        pass
    Cursor.objects.update_or_create(name="test", defaults={"position": 0})
    stories = [received("3-25", "360731", MONDAY, xie()) for _ in range(8)]
    reviewer, clerk = zhong(), xie()
    seen: list[tuple[int, int]] = []
    stop = threading.Event()

    def act(story: Any) -> Callable[[], None]:
        def work() -> None:
            story.complete(clerk)
            story.do(clerk, Action.ACCEPT)
            story.recommended(reviewer)

        return work

    def consume() -> None:
        deaths = 0
        while not (stop.is_set() and the_register.enrol() == 0 and read(False) == 0):
            deaths += 1
            the_register.enrol(limit=3)
            with contextlib.suppress(KeyboardInterrupt):
                read(deaths % 3 == 0)

    def read(die: bool) -> int:
        taken: list[tuple[int, int]] = []

        def handle(entries: list[the_register.Entry]) -> None:
            taken.extend((entry.row.case_id, entry.row.sequence) for entry in entries)
            if die:
                raise KeyboardInterrupt

        moved = the_register.follow("test", handle, kinds=["case"], limit=7)
        seen.extend(taken)
        return moved

    def write_all() -> None:
        at_once(*(act(story) for story in stories))
        stop.set()

    at_once(write_all, consume)
    assert Pending.objects.count() == 0
    events = set(Event.objects.values_list("case_id", "sequence"))
    assert len(seen) == len(set(seen)), "nothing twice"
    assert set(seen) == events, "nothing missed"
    for story in stories:
        order = [sequence for case, sequence in seen if case == story.case.pk]
        assert order == sorted(order)
    assert list(verify()) == []


def test_two_registrars_at_once_number_every_event_once(live_db) -> None:
    for _ in range(5):
        received("3-25", "360731", MONDAY, xie())
    at_once(*(lambda: [the_register.enrol(limit=2) for _ in range(10)] for _ in range(3)))
    while the_register.enrol():
        pass
    rows = list(RegisterEntry.objects.filter(kind="case").values_list("row", flat=True))
    assert sorted(rows) == sorted(set(rows))
    assert list(verify()) == []


def test_a_refusal_and_the_law_at_once_leave_one_of_them(live_db) -> None:
    story = received("3-25", "360731", MONDAY, clerk_of("360731"))
    late = moment("2026-03-10")
    at_once(lambda: settle_due(at=late), lambda: settle_due(at=late))
    assert Event.objects.filter(case=story.case, action="DEEM_ACCEPTED").count() == 1


def test_bulk_acts_over_the_same_cases_in_other_orders_do_not_block_each_other(live_db) -> None:
    numbers = [driven("3-25", "360731", MONDAY, to=State.REVIEW).case.number for _ in range(6)]
    first, second = zhong(), Actor(**{**zhong().__dict__, "user": zeng().user})
    at_once(
        lambda: perform_many(numbers=numbers, action=Action.TAKE, actor=first, at=MONDAY),
        lambda: perform_many(numbers=numbers[::-1], action=Action.TAKE, actor=second, at=MONDAY),
    )
    assert Event.objects.filter(case__number__in=numbers, action="TAKE").count() == 12
