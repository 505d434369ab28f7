"""verify_events finds what was changed, removed, inserted, reordered or cut; and the database refuses to do any of it."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from approvals.audit import chain, register
from approvals.audit.models import DailyRoot, Pending, RegisterEntry
from approvals.audit.register import entry_text
from approvals.audit.roots import keep_root
from approvals.cases.models import Event, EventText
from approvals.cases.verify import verify
from approvals.cases.words import State
from tests.factories import Story, driven, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = driven("2-30", "360731", moment("2026-03-02"), to=State.DECISION)
    driven("3-25", "360731", moment("2026-03-02"), to=State.REVIEW)
    while register.enrol():
        pass
    return story


def codes() -> set[str]:
    return {finding.code for finding in verify()}


def behind_the_back_of_the_platform(*statements: str) -> None:
    """As the database's owner could: lift the triggers, change rows."""
    tables = ("cases_event", "audit_registerentry", "audit_dailyroot")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_keep_update")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_keep_delete")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_register")
        for statement in statements:
            cursor.execute(statement)


def test_an_untouched_record_verifies(story: Story) -> None:
    assert list(verify()) == []
    assert Pending.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_event SET organ = 'X'",
        "DELETE FROM cases_event",
        "UPDATE audit_registerentry SET kind = 'X'",
        "DELETE FROM audit_registerentry",
    ],
)
def test_the_database_refuses_to_change_the_record(story: Story, statement: str) -> None:
    with pytest.raises(DatabaseError, match="留痕只增不改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["cases_event", "audit_registerentry"])
def test_postgresql_refuses_to_empty_the_record(story: Story, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="留痕只增不改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_changed_column_is_named(story: Story) -> None:
    behind_the_back_of_the_platform(
        f"UPDATE cases_event SET result = 'DENIED' WHERE case_id = {story.case.pk} AND sequence = 3"
    )
    finding, *others = list(verify())
    assert {other.code for other in others} == {"result-differs"}
    assert finding.code == "event-changed"
    assert finding.where == f"{story.case.number} 第 3 条"
    assert "result" in finding.text


def test_a_changed_text_with_a_new_digest_breaks_the_chain_behind_it(story: Story) -> None:
    behind_the_back_of_the_platform(
        f"UPDATE cases_event SET digest = '{'a' * 64}' WHERE case_id = {story.case.pk} AND sequence = 2"
    )
    assert {"event-changed", "chain-broken", "row-changed"} <= codes()


def test_a_removed_event_is_named(story: Story) -> None:
    behind_the_back_of_the_platform(f"DELETE FROM cases_event WHERE case_id = {story.case.pk} AND sequence = 4")
    assert {"event-missing", "chain-broken", "row-removed"} <= codes()


def test_a_cut_tail_is_found_by_count_head_and_register(story: Story) -> None:
    behind_the_back_of_the_platform(
        f"DELETE FROM cases_event WHERE case_id = {story.case.pk} AND sequence > {story.case.events - 2}"
    )
    assert {"count-differs", "head-differs", "row-removed"} <= codes()


def test_a_tail_cut_with_the_case_row_adjusted_is_still_found_by_the_register(story: Story) -> None:
    last = Event.objects.get(case=story.case, sequence=story.case.events - 1)
    behind_the_back_of_the_platform(
        f"DELETE FROM cases_event WHERE case_id = {story.case.pk} AND sequence = {story.case.events}",
        f"UPDATE cases_case SET events = {last.sequence}, head = '{last.digest}', state = '{last.target}' "
        f"WHERE id = {story.case.pk}",
    )
    assert codes() == {"row-removed"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("state = 'DECIDED'", "state-differs"),
        ("result = 'GRANTED'", "result-differs"),
        ("promise_on = '2030-01-01'", "clock-differs"),
    ],
)
def test_a_case_row_changed_by_hand_contradicts_its_record(story: Story, change: str, code: str) -> None:
    behind_the_back_of_the_platform(f"UPDATE cases_case SET {change} WHERE id = {story.case.pk}")
    assert codes() == {code}


def test_an_event_slipped_in_without_the_register_is_found(story: Story) -> None:
    columns = ", ".join(
        connection.ops.quote_name(f.column) for f in Event._meta.concrete_fields if f.column not in ("id", "sequence")
    )
    behind_the_back_of_the_platform(
        f"INSERT INTO cases_event (sequence, {columns}) SELECT {story.case.events + 1}, {columns} FROM cases_event "
        f"WHERE case_id = {story.case.pk} AND sequence = {story.case.events}"
    )
    assert {"row-inserted", "count-differs"} <= codes()


def test_two_events_in_changed_order_are_found(story: Story) -> None:
    pk = story.case.pk
    behind_the_back_of_the_platform(
        f"UPDATE cases_event SET sequence = 99 WHERE case_id = {pk} AND sequence = 2",
        f"UPDATE cases_event SET sequence = 2 WHERE case_id = {pk} AND sequence = 3",
        f"UPDATE cases_event SET sequence = 3 WHERE case_id = {pk} AND sequence = 99",
    )
    assert {"chain-broken", "event-changed"} <= codes()


def test_a_cut_register_is_found(story: Story) -> None:
    last = RegisterEntry.objects.latest("position").position
    behind_the_back_of_the_platform(f"DELETE FROM audit_registerentry WHERE position = {last}")
    assert "register-cut" in codes()


def test_an_entry_taken_out_of_the_middle_of_the_register_leaves_a_gap(story: Story) -> None:
    last = RegisterEntry.objects.latest("position").position
    behind_the_back_of_the_platform(f"DELETE FROM audit_registerentry WHERE position = {last - 1}")
    assert "register-gap" in codes()


def test_a_changed_entry_of_the_register_breaks_it(story: Story) -> None:
    last = RegisterEntry.objects.latest("position").position
    behind_the_back_of_the_platform(
        f"UPDATE audit_registerentry SET row_digest = '{'c' * 64}' WHERE position = {last - 1}"
    )
    assert {finding.where for finding in verify() if finding.code == "register-changed"} == {f"总册第 {last - 1} 位"}


def test_an_entry_tied_to_another_register_does_not_fit_here_though_it_is_whole_in_itself(story: Story) -> None:
    last = RegisterEntry.objects.latest("position")
    elsewhere = "c" * 64
    digest = chain.link(elsewhere, entry_text(last.position, last.kind, last.row, last.row_digest))
    behind_the_back_of_the_platform(
        f"UPDATE audit_registerentry SET previous = '{elsewhere}', digest = '{digest}' WHERE position = {last.position}",
        f"UPDATE audit_registerhead SET digest = '{digest}'",
    )
    assert codes() == {"register-changed"}


def test_a_case_whose_whole_record_is_gone_is_found(story: Story) -> None:
    behind_the_back_of_the_platform(f"DELETE FROM cases_event WHERE case_id = {story.case.pk}")
    gone = [finding for finding in verify() if finding.code == "case-without-record"]
    assert [finding.where for finding in gone] == [story.case.number]


def test_words_may_be_erased_by_law_but_not_changed(story: Story) -> None:
    EventText.objects.filter(case=story.case, sequence=2).update(text="", salt="", erased_at=moment("2026-03-03"))
    assert codes() == set()
    EventText.objects.filter(case=story.case, sequence=3).update(text='{"name":"别人"}')
    assert codes() == {"words-changed"}


def test_a_register_rewritten_as_a_whole_is_betrayed_by_the_exported_root(story: Story, tmp_path: Path) -> None:
    root = keep_root(on=date(2026, 3, 2), folder=tmp_path)
    assert json.loads((tmp_path / "roots.jsonl").read_text()) == {
        "day": "2026-03-02",
        "position": root.position,
        "digest": root.digest,
    }
    assert keep_root(on=date(2026, 3, 2), folder=tmp_path).position == root.position, "once a day"
    assert codes() == set()
    behind_the_back_of_the_platform(f"UPDATE audit_dailyroot SET digest = '{'b' * 64}'")
    assert codes() == {"root-differs"}
    assert DailyRoot.objects.count() == 1


def test_a_daily_root_that_stands_before_the_one_of_the_day_before_is_found(story: Story, tmp_path: Path) -> None:
    for day in (2, 3):
        keep_root(on=date(2026, 3, day), folder=tmp_path)
    assert codes() == set()
    first = RegisterEntry.objects.get(position=1)
    behind_the_back_of_the_platform(
        f"UPDATE audit_dailyroot SET position = 1, digest = '{first.digest}' WHERE day = '2026-03-03'"
    )
    assert [(finding.code, finding.where) for finding in verify()] == [("root-differs", "2026-03-03 日根")]


def test_the_command_exits_with_one_when_something_is_wrong(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_events", "--json")
    assert json.loads(capsys.readouterr().out)["findings"] == []
    behind_the_back_of_the_platform(f"DELETE FROM cases_event WHERE case_id = {story.case.pk} AND sequence = 4")
    with pytest.raises(SystemExit):
        call_command("verify_events")
    assert "event-missing" in capsys.readouterr().out
