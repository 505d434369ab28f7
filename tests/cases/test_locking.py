"""Is what an act locks and reads the same as what the models read by themselves?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases.locking import locked
from approvals.cases.models import Case, Snapshot
from approvals.cases.words import State
from tests.factories import Story, driven, moment, received
from tests.people import xie

MONDAY = moment("2026-03-02")


@pytest.fixture
def stories() -> list[Story]:
    return [driven("3-25", "360731", MONDAY, to=State.DECISION), *(received("3-25", "360731", MONDAY) for _ in "ab")]


def columns(row: Case | Snapshot) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.django_db
@pytest.mark.parametrize("how_many", [1, 3])
def test_a_locked_case_and_its_snapshot_have_every_value_as_the_models_read_it(
    stories: list[Story], how_many: int
) -> None:
    numbers = [story.case.number for story in stories][:how_many]
    with CaptureQueriesContext(connection) as captured:
        found = locked(numbers[::-1])
    assert len(captured) == 1
    assert list(found) == sorted(numbers)
    for number, case in found.items():
        stored = Case.objects.select_related("snapshot").get(number=number)
        assert columns(case) == columns(stored)
        assert columns(case.snapshot) == columns(stored.snapshot)
        assert {name: type(value) for name, value in columns(case).items()} == {
            name: type(value) for name, value in columns(stored).items()
        }
        assert case.snapshot.case is case
        assert not case._state.adding


@pytest.mark.django_db
def test_the_state_of_a_locked_case_is_as_protected_as_ever(stories: list[Story]) -> None:
    number = stories[0].case.number
    with pytest.raises(AttributeError):
        locked([number])[number].state = State.DECIDED


@pytest.mark.django_db
def test_a_number_nobody_has_locks_nothing() -> None:
    assert locked([]) == {}
    assert locked(["GZ360731260302999995", "GZ\x00"]) == {}


def test_nothing_is_locked_outside_a_transaction(live_db) -> None:
    with pytest.raises(RuntimeError):
        locked([received("3-25", "360731", MONDAY, xie()).case.number])
