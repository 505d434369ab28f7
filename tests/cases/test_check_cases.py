"""check_cases tells whether a release would leave an open case without a way on."""

import pytest
import structlog
from django.core.management import call_command
from django.db import connection

from approvals.cases.actions import perform
from approvals.cases.models import Case, Event
from approvals.cases.words import Action, State
from tests.factories import driven, moment
from tests.people import zhong

MONDAY = moment("2026-03-02")


@pytest.mark.django_db
def test_cases_in_every_state_have_a_way_on(capsys: pytest.CaptureFixture[str]) -> None:
    for state in (State.RECEIVED, State.CHECK, State.KEY_POINTS, State.DECISION, State.DECIDED, State.DELIVERED):
        driven("2-30", "360731", MONDAY, to=state)
    call_command("check_cases")
    assert "6 件，0 处不符" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_case_moved_past_its_record_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    story = driven("2-30", "360731", MONDAY, to=State.REVIEW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET state = 'DECISION' WHERE id = %s", [story.case.pk])
    with pytest.raises(SystemExit):
        call_command("check_cases")
    assert story.case.number in capsys.readouterr().out


def test_an_act_is_exactly_one_commit(live_db) -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    reviewer = zhong()
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        perform(number=story.case.number, action=Action.TAKE, actor=reviewer, at=story.at)
        words = [query["sql"].split()[0].upper() for query in connection.queries_log]
    finally:
        connection.force_debug_cursor = False
    assert words.count("COMMIT") == 1
    assert words.count("BEGIN") == 1
    assert Case.objects.get(pk=story.case.pk).in_hand_id == reviewer.user


@pytest.mark.django_db
def test_an_event_carries_the_id_of_the_request_it_came_with() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    with structlog.contextvars.bound_contextvars(request_id="abc-123"):
        story.do(zhong(), Action.TAKE)
    assert Event.objects.filter(case=story.case).latest("sequence").request_id == "abc-123"
