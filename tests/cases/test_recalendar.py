"""When the holidays of a year are published: which cases move, by how much, with which event, and who is told?"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from approvals.audit.models import ManagementRecord
from approvals.calendars import queries as calendars
from approvals.calendars.models import CalendarYear, DayOverride
from approvals.calendars.notice import NoticeMalformed, from_text, with_notice
from approvals.calendars.queries import current_calendar
from approvals.cases import recalendar, verify
from approvals.cases.access import NotPermitted
from approvals.cases.models import CalendarRun, Case, Event
from approvals.cases.queries import estimated
from approvals.cases.recalendar import ask, go_on, plan
from approvals.cases.words import Action, State
from approvals.notices.models import Notice
from approvals.organisations.access import SYSTEM
from tests.factories import driven, received
from tests.people import clerk_of, sitting, somebody

LATE = datetime(2026, 12, 28, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TYPED = {
    "year": "2027",
    "document": "国办发明电〔2026〕9号",
    "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "url": "",
    "published_on": "2026-11-04",
    "lines": "2027-01-01 至 2027-01-03 放假 元旦\n2027-02-05 至 2027-02-11 放假 春节\n2027-02-13 调休上班 春节",
}


@pytest.fixture
def pending(live_db):
    """Two cases accepted in the last days of 2026, whose days run into a year that is not published yet."""
    CalendarRun.objects.filter(finished_at=None).update(finished_at=LATE)
    CalendarYear.objects.filter(year=2027).delete()
    calendars.forget()
    recalendar_everything_open()
    made = [driven("3-38", "360731", LATE, to=State.REVIEW).case, received("3-38", "360731", LATE).case]
    yield [Case.objects.get(pk=case.pk) for case in made]
    CalendarYear.objects.filter(year=2027).delete()
    calendars.forget()


def recalendar_everything_open():
    ask(actor=SYSTEM, at=LATE, ground="准备")
    go_on(at=LATE)


def test_an_unchanged_calendar_moves_nothing(pending):
    assert list(plan(calendar=current_calendar())) == []


def test_a_day_beyond_the_last_published_year_is_an_estimate(pending):
    assert pending[0].promise_on.year == 2027
    assert estimated(pending[0].promise_on)
    assert not estimated(date(2026, 12, 31))


def test_the_preview_says_which_cases_move_and_by_how_much_and_writes_nothing(pending):
    moves = {move.case.number: move for move in plan(calendar=with_notice(from_text(**TYPED)))}
    assert {case.number for case in pending} <= set(moves)
    before, after = moves[pending[0].number].days["promise_on"]
    assert (before, after - before >= timedelta(1)) == (pending[0].promise_on, True)
    assert moves[pending[0].number].shift == (after - before).days
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_on_confirmation_each_case_moves_with_an_event_and_the_holders_are_told_once(pending):
    coordinator = somebody("360700-SPJ", "COORDINATOR", on=LATE.date())
    expected = {
        m.case.number: {k: d[1] for k, d in m.days.items()} for m in plan(calendar=with_notice(from_text(**TYPED)))
    }
    run = ask(actor=coordinator, at=LATE, ground="2027 年放假安排", notice=from_text(**TYPED))
    assert go_on(at=LATE) == len(expected)
    assert go_on(at=LATE) == 0
    for case in pending:
        case.refresh_from_db()
        assert {name: getattr(case, name) for name in expected[case.number]} == expected[case.number]
        event = Event.objects.get(case=case, action=Action.RECALENDAR, data__calendar=run.pk)
        assert (event.actor_kind, event.target, event.data["due_on"]) == ("SYSTEM", case.state, case.due_on.isoformat())
        assert list(verify.cases(case=case.number)) == []
    run.refresh_from_db()
    assert (run.moved, run.finished_at is not None) == (len(expected), True)
    told = Notice.objects.get(user=clerk_of("360731").user, key=f"calendar:{run.pk}")
    assert "随放假安排调整" in told.title
    record = ManagementRecord.objects.filter(user=coordinator.user, act="CALENDAR").latest("sequence")
    assert record.data["run"] == run.pk
    assert list(plan(calendar=current_calendar())) == []
    assert not estimated(pending[0].promise_on)


def test_a_crash_between_two_pages_loses_nothing_and_moves_nothing_twice(pending, monkeypatch):
    monkeypatch.setattr(recalendar, "PAGE", 1)
    run = ask(actor=SYSTEM, at=LATE, ground="2027 年放假安排", notice=from_text(**TYPED))
    earlier = Case.objects.filter(state__in=recalendar.ROW.source, number__lt=pending[0].number).count()
    go_on(at=LATE, pages=earlier + 1)
    moved = Event.objects.filter(action=Action.RECALENDAR, data__calendar=run.pk)
    assert [moved.filter(case=case).count() for case in pending] == [1, 0]

    def crash(*args, **kwargs):
        raise OSError("the process is gone")

    with monkeypatch.context() as broken:
        broken.setattr(recalendar, "write", crash)
        with pytest.raises(OSError, match="gone"):
            go_on(at=LATE)
    assert go_on(at=LATE) == 1
    assert [moved.filter(case=case).count() for case in pending] == [1, 1]


def test_only_the_citys_coordinator_asks_for_it(pending):
    with pytest.raises(NotPermitted):
        ask(actor=sitting("xiexiaolan", on=LATE.date()), at=LATE, ground="不行", notice=from_text(**TYPED))
    with pytest.raises(NotPermitted):
        ask(actor=somebody("360731-SPJ", "COORDINATOR", on=LATE.date()), at=LATE, ground="不行")
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_a_notice_that_makes_no_sense_is_refused_line_by_line(pending):
    lines = "2027-13-01 放假 元旦\n2027-02-05 开放 春节\n2027-02-08 调休上班 春节\n2025-10-01 放假 国庆节\n2027-02-08 放假 春节"
    with pytest.raises(NoticeMalformed) as refused:
        from_text(**TYPED | {"lines": lines, "year": "今年", "url": "http://example.org"})
    said = "\n".join(refused.value.mistakes)
    for text in (
        "第 1 行「日期」列",
        "第 2 行「安排」列",
        "不是周六或周日",
        "已由 2025 年",
        "与第 3 行重复",
        "「年度」",
        "https://",
    ):
        assert text in said


def test_the_command_shows_and_then_moves(pending, tmp_path, capsys):
    head = "年度,文号,通知标题,网址,发布日期,日期,安排,节日"
    first = "2027,国办发明电〔2026〕9号,国务院办公厅关于2027年部分节假日安排的通知,,2026-11-04"
    file = tmp_path / "2027.csv"
    file.write_text(
        f"{head}\n{first},2027-01-01 至 2027-01-03,放假,元旦\n,,,,,2027-02-05,放假,春节\n", encoding="utf-8"
    )
    call_command("calendar", "import", str(file), "--preview")
    assert pending[0].number in capsys.readouterr().out
    assert not CalendarYear.objects.filter(year=2027).exists()
    call_command("calendar", "import", str(file), "--confirm")
    assert DayOverride.objects.filter(year=2027).count() == 4
    assert Case.objects.get(pk=pending[0].pk).promise_on > pending[0].promise_on
    file.write_text(f"{head}\n{first},=1+1,放假,元旦\n", encoding="utf-8")
    with pytest.raises(CommandError, match="公式"):
        call_command("calendar", "import", str(file))
