"""Does the platform use the calendar that an administrator sees, and notice when it changes?"""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.calendars import queries
from approvals.calendars.actions import load_calendar
from approvals.calendars.models import CalendarYear, DayOverride
from approvals.calendars.workdays import CalendarMissing, Kind
from approvals.organisations.seedfile import SeedMalformed
from tests.calendars.published import PUBLISHED, SEEDS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_copy() -> Iterator[None]:
    """The process keeps its copy beyond the rollback of a test that changed the rows."""
    queries.forget()
    yield
    queries.forget()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "calendar"))


def rows() -> set[tuple]:
    return set(DayOverride.objects.values_list("year", "day", "kind", "name"))


def test_the_loaded_calendar_is_the_published_one() -> None:
    calendar = queries.current_calendar()
    assert calendar.years == PUBLISHED.years
    assert calendar.days == PUBLISHED.days


def test_loading_again_changes_nothing() -> None:
    before = rows()
    assert load_calendar(SEEDS).days == len(before) == 180
    assert rows() == before


def test_loading_removes_a_day_that_left_the_seed_and_renames_one_that_changed(seeds: Path) -> None:
    text = (seeds / "days.csv").read_text(encoding="utf-8")
    text = text.replace("2026,2026-10-10,MAKE_UP,国庆节\n", "").replace(
        "2026-01-04,MAKE_UP,元旦", "2026-01-04,MAKE_UP,新年"
    )
    (seeds / "days.csv").write_text(text, encoding="utf-8")
    load_calendar(seeds)
    assert not queries.current_calendar().is_workday(date(2026, 10, 10))
    assert queries.current_calendar().days[date(2026, 1, 4)].name == "新年"


def test_a_year_edited_by_hand_survives_a_load() -> None:
    CalendarYear.objects.filter(pk=2026).update(edited_by_hand=True)
    DayOverride.objects.filter(day=date(2026, 10, 10)).delete()
    loaded = load_calendar(SEEDS)
    assert loaded.kept == (2026,)
    assert not DayOverride.objects.filter(day=date(2026, 10, 10)).exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column"),
    [
        ("days.csv", "2022,2022-01-03,HOLIDAY", "2022,2022-01-33,HOLIDAY", 4, "day"),
        ("days.csv", "2022,2022-01-29,MAKE_UP", "2022,2022-01-28,MAKE_UP", 5, "day"),
        ("days.csv", "2022,2022-01-29,MAKE_UP", "2022,2024-01-27,MAKE_UP", 5, "day"),
        ("days.csv", "2022,2022-01-02,HOLIDAY", "2022,2022-01-01,HOLIDAY", 3, "day"),
        ("days.csv", "2022,2022-01-03,HOLIDAY", "2022,2022-01-03,FESTIVAL", 4, "kind"),
        ("days.csv", "2022,2022-01-03,HOLIDAY", "2029,2022-01-03,HOLIDAY", 4, "year"),
        ("years.csv", "国办发明电〔2022〕16号", "", 3, "document"),
        ("years.csv", "2023,国办", "2021,国办", 3, "year"),
        ("years.csv", "document,title", "number,title", 1, "document"),
    ],
)
def test_a_malformed_calendar_names_file_row_and_column_and_loads_nothing(
    seeds: Path, file: str, old: str, new: str, row: int, column: str
) -> None:
    text = (seeds / file).read_text(encoding="utf-8")
    assert old in text
    (seeds / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    before = rows()
    with pytest.raises(SeedMalformed) as refusal:
        load_calendar(seeds)
    assert refusal.value.extra == {"file": file, "row": row, "column": column}
    assert rows() == before


def test_a_second_question_costs_no_statement_also_inside_a_transaction() -> None:
    queries.current_calendar()
    with CaptureQueriesContext(
        connection,
    ) as statements:
        queries.current_calendar()
    assert len(statements) == 0


def test_looking_again_costs_one_statement_and_keeps_the_same_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    first = queries.current_calendar()
    later = time.monotonic() + queries.LOOK_AGAIN_IN_TRANSACTION_SECONDS + 1
    monkeypatch.setattr(queries.time, "monotonic", lambda: later)
    with CaptureQueriesContext(connection) as statements:
        assert queries.current_calendar() is first
    assert len(statements) == 1


@pytest.mark.parametrize("change", ["add", "edit", "remove", "new year"])
def test_a_changed_row_is_noticed_at_the_next_look(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    year = CalendarYear.objects.get(pk=2026)
    before = queries.current_calendar()
    assert before.is_workday(date(2026, 10, 10))
    if change == "add":
        DayOverride.objects.create(year=year, day=date(2026, 11, 2), kind="HOLIDAY", name="测试")
    elif change == "edit":
        moved = DayOverride.objects.get(day=date(2026, 10, 10))
        moved.kind = "HOLIDAY"
        moved.save()
    elif change == "remove":
        DayOverride.objects.get(day=date(2026, 10, 10)).delete()
    else:
        CalendarYear.objects.create(year=2027, document="测试", title="测试", published_on=date(2026, 11, 1))
    assert queries.current_calendar() is before
    later = time.monotonic() + queries.LOOK_AGAIN_IN_TRANSACTION_SECONDS + 1
    monkeypatch.setattr(queries.time, "monotonic", lambda: later)
    after = queries.current_calendar()
    assert after is not before
    expected = {"add": (11, 2), "edit": (10, 10), "remove": (10, 10)}
    if change in expected:
        month, day = expected[change]
        assert not after.is_workday(date(2026, month, day))
    else:
        assert after.is_published(date(2027, 1, 1))


def test_without_a_calendar_the_platform_refuses_to_count() -> None:
    CalendarYear.objects.all().delete()
    with pytest.raises(CalendarMissing):
        queries.current_calendar()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("workdays", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_answers_with_the_due_date_alone() -> None:
    assert run("--from", "2026-02-13", "--days", "20") == "20 个工作日，到期日 2026-03-19 周四\n"


def test_the_command_explains_each_day() -> None:
    lines = run("--from", "2026-02-13", "--days", "3", "--explain").splitlines()
    assert lines[0] == "2026-02-13 周五  起算日，当日不计"
    assert lines[1] == "2026-02-14 计入  周六，春节调休上班，第1个工作日"
    assert len(lines) == 1 + 12 + 1


def test_the_command_answers_as_one_json_object_with_every_pause_taken_out() -> None:
    answer = json.loads(
        run(
            "--from",
            "2026-03-02",
            "--days",
            "20",
            "--pause",
            "2026-03-10:2026-03-24",
            "--pause",
            "2026-04-07:2026-04-08",
            "--json",
        )
    )
    assert answer["due_on"] == "2026-04-15"
    assert answer["estimated"] is False
    assert sum(day["counted"] for day in answer["days"]) == 20
    assert [day["date"] for day in answer["days"] if day["kind"] == Kind.PAUSED][-1] == "2026-04-08"
    assert set(answer["days"][0]) == {"date", "counted", "kind", "why"}


def test_the_command_says_that_a_date_in_an_unpublished_year_is_an_estimate() -> None:
    assert "预计" in run("--from", "2026-12-25", "--days", "10")
    assert json.loads(run("--from", "2026-12-25", "--days", "10", "--json"))["estimated"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2021-12-31", "--days", "3"), "year-not-covered"),
        (("--from", "2026-01-05", "--days", "3", "--pause", "2026-01-06:2026-01-05"), "pause-invalid"),
        (("--from", "2026-01-05", "--days", "3", "--pause", "2026-01-06:"), "still-paused"),
        (("--from", "2026-01-05", "--days", "99999999999"), "period-too-long"),
        (("--from", "2026-02-30", "--days", "3"), "日期应写成"),
        (("--from", "2026-01-05", "--days", "-3"), "工作日数应为"),
        (("--from", "2026-01-05", "--days", "3", "--pause", "2026-01-06"), "起:止"),
    ],
)
def test_the_command_refuses_bad_input_in_chinese_with_its_code(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_an_administrator_edits_a_year_and_it_is_marked_and_used_at_once(admin_client) -> None:
    queries.current_calendar()
    year = CalendarYear.objects.get(pk=2026)
    days = list(year.days.order_by("day"))
    form = {
        "document": year.document,
        "title": year.title,
        "url": year.url,
        "published_on": year.published_on.isoformat(),
        "days-TOTAL_FORMS": len(days),
        "days-INITIAL_FORMS": len(days),
    }
    for number, moved in enumerate(days):
        form |= {
            f"days-{number}-id": moved.pk,
            f"days-{number}-year": 2026,
            f"days-{number}-day": moved.day.isoformat(),
            f"days-{number}-kind": moved.kind,
            f"days-{number}-name": moved.name,
        }
        if moved.day == date(2026, 10, 10):
            form[f"days-{number}-DELETE"] = "on"
    answer = admin_client.post("/admin/calendars/calendaryear/2026/change/", form)
    assert answer.status_code == 302, answer.context["errors"]
    assert CalendarYear.objects.get(pk=2026).edited_by_hand
    assert not queries.current_calendar().is_workday(date(2026, 10, 10))


def test_the_administrator_cannot_make_up_work_on_a_weekday(admin_client) -> None:
    form = {
        "year": 2027,
        "document": "测试",
        "title": "测试",
        "published_on": "2026-11-01",
        "days-TOTAL_FORMS": 1,
        "days-INITIAL_FORMS": 0,
        "days-0-day": "2027-02-01",
        "days-0-kind": "MAKE_UP",
        "days-0-name": "春节",
    }
    answer = admin_client.post("/admin/calendars/calendaryear/add/", form)
    assert answer.status_code == 200
    assert "调休上班的日子应是周六或周日" in answer.content.decode()
    assert not CalendarYear.objects.filter(pk=2027).exists()
