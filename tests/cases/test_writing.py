"""What does one transition cost, and what does a refused act leave behind?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases.actions import perform, perform_many
from approvals.cases.models import Case, Event, EventText
from approvals.cases.words import Action, State
from approvals.errors import Refused
from tests.factories import driven, moment, received
from tests.people import xie, zhong

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries if not query["sql"].upper().startswith(BRACKETS)]


@pytest.mark.parametrize("number_of_cases", [1, 4])
def test_a_plain_transition_costs_at_most_four_statements_whatever_the_number_of_cases(number_of_cases: int) -> None:
    stories = [driven("3-25", "360731", MONDAY, to=State.REVIEW) for _ in range(number_of_cases)]
    reviewer = zhong()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        tried = perform_many(
            numbers=[story.case.number for story in stories], action=Action.TAKE, actor=reviewer, at=stories[-1].at
        )
    assert all(one.done for one in tried)
    assert len(statements(captured)) <= 4, statements(captured)


def test_one_act_on_one_case_costs_at_most_four_statements() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    reviewer = zhong()
    with CaptureQueriesContext(connection) as captured:
        perform(number=story.case.number, action=Action.TAKE, actor=reviewer, at=story.at)
    assert len(statements(captured)) <= 4, statements(captured)


def test_what_is_written_in_one_statement_reads_back_as_it_was_decided() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    done = perform(number=story.case.number, action=Action.TAKE, actor=zhong(), at=story.at)
    stored = Case.objects.get(pk=story.case.pk)
    for field in Case._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(done.case, field.attname), field.name
    event = Event.objects.get(case=stored, sequence=stored.events)
    for field in Event._meta.concrete_fields:
        if not field.primary_key:
            assert getattr(event, field.attname) == getattr(done.event, field.attname), field.name


@pytest.mark.parametrize(
    ("action", "given"),
    [
        (Action.APPROVE, {}),
        (Action.RECOMMEND, {"proposal": "GRANT"}),
        (Action.RECOMMEND, {"nonsense": 1}),
        (Action.RECOMMEND, {"points": "not a list"}),
        (Action.EXTEND, {"days": 99999999999999999999, "reasons": "x"}),
        (Action.RETURN_TO_WINDOW, {"reasons": "   "}),
        ("EXPLODE", {}),
        ("CONFIRM", {}),
    ],
)
def test_a_refused_act_leaves_the_database_as_it_was(action: str, given: dict) -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    before = (Case.objects.values().get(pk=story.case.pk), Event.objects.count(), EventText.objects.count())
    with pytest.raises(Refused) as refusal:
        perform(number=story.case.number, action=action, actor=zhong(), at=story.at, given=given)
    assert refusal.value.detail
    assert before == (
        Case.objects.values().get(pk=story.case.pk),
        Event.objects.count(),
        EventText.objects.count(),
    )


def test_numbers_carry_the_region_and_day_and_a_check_digit_and_never_repeat() -> None:
    numbers = [received("3-25", "360731", MONDAY, xie()).case.number for _ in range(5)]
    assert len(set(numbers)) == 5
    assert all(number.startswith("GZ360731260302") and len(number) == 20 for number in numbers)


def test_a_state_cannot_be_assigned_past_the_table() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    with pytest.raises(AttributeError):
        story.case.state = State.DECIDED


def test_reloading_a_case_keeps_the_state_protected_even_when_it_fails() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    case = Case.objects.get(pk=story.case.pk)
    story.recommended(zhong())
    case.refresh_from_db()
    assert case.state == State.DECISION
    ghost = Case.objects.get(pk=case.pk)
    ghost.pk = 10**9
    with pytest.raises(Case.DoesNotExist):
        ghost.refresh_from_db()
    with pytest.raises(AttributeError):
        ghost.state = State.REVIEW
