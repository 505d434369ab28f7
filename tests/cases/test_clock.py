"""When does the law count from, what stops it, and what do the lights say at the edges? 行政许可法第三十二、四十二、四十五条."""

from datetime import date, timedelta

import pytest

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.actions import perform, preview, settle_due
from approvals.cases.choosing import ActionUnavailable, Barred
from approvals.cases.models import Case, Event, Pause
from approvals.cases.needs import Incomplete
from approvals.cases.queries import estimated, light, stage_light, why
from approvals.cases.reminding import remind
from approvals.cases.words import Action, Role, State
from approvals.errors import Refused
from tests.factories import REMEDIES, Story, driven, moment, received
from tests.people import clerk_of, somebody, xie, zeng, zhong

pytestmark = pytest.mark.django_db
DEVICES, HOUSES, PRESALE = "3-25", "2-7", "1-12"
MONDAY = moment("2026-03-02")
DEFECTS = [{"defect": "缺页", "remedy": "补全"}]


@pytest.fixture
def on_the_counter() -> Story:
    return received(DEVICES, "360731", MONDAY, xie())


@pytest.fixture
def in_review() -> Story:
    return driven(DEVICES, "360731", MONDAY, to=State.REVIEW)


def paused(story: Story, kind: str, start: str, resume: str) -> None:
    story.do(zhong(), Action.PAUSE, at=moment(start, 9), kind=kind, days=5, reasons="需要")
    story.do(zeng(), "CONFIRM", at=moment(start, 10))
    story.do(zhong(), Action.UNPAUSE, at=moment(resume), outcome="完成。")


# ---------------------------------------------------------------- pauses and the extension


def test_a_pause_and_an_extension_add_up_as_the_domain_says(in_review: Story) -> None:
    assert in_review.case.statute_on == date(2026, 3, 30)
    paused(in_review, "HEARING", "2026-03-10", "2026-03-24")
    assert in_review.case.statute_on == date(2026, 4, 14)
    in_review.do(zhong(), Action.EXTEND, days=10, reasons="复杂")
    in_review.do(zeng(), "CONFIRM")
    assert in_review.case.statute_on == date(2026, 4, 28)


def test_two_pauses_add_up(in_review: Story) -> None:
    paused(in_review, "HEARING", "2026-03-03", "2026-03-05")
    paused(in_review, "RECTIFICATION", "2026-03-06", "2026-03-09")
    assert (in_review.case.out_promise, in_review.case.out_statute) == (3, 3)
    assert Pause.objects.filter(case=in_review.case).count() == 2


def test_a_kind_that_the_law_does_not_name_stops_only_the_promise(in_review: Story) -> None:
    before = in_review.case.promise_on, in_review.case.statute_on
    paused(in_review, "SITE_VISIT", "2026-03-04", "2026-03-09")
    assert in_review.case.promise_on == add(current_calendar(), before[0], 3)
    assert in_review.case.statute_on == before[1]


def test_a_promise_never_passes_the_law_however_long_only_it_is_paused(in_review: Story) -> None:
    paused(in_review, "SITE_VISIT", "2026-03-03", "2026-03-27")
    assert in_review.case.promise_on == in_review.case.statute_on == date(2026, 3, 30)
    told = why(in_review.case)
    assert told is not None
    assert told.steps[-1].startswith("不晚于法定到期日")


def test_a_pause_that_begins_after_the_promise_has_expired_does_not_revive_it(in_review: Story) -> None:
    assert in_review.case.promise_on == date(2026, 3, 16)
    paused(in_review, "HEARING", "2026-03-18", "2026-03-25")
    assert in_review.case.promise_on == date(2026, 3, 16)
    assert in_review.case.statute_on == add(current_calendar(), date(2026, 3, 30), 5)


def test_a_clock_that_is_paused_is_not_paused_again_and_resumes_once(in_review: Story) -> None:
    in_review.do(zhong(), Action.PAUSE, kind="HEARING", days=5, reasons="听证")
    in_review.do(zeng(), "CONFIRM")
    with pytest.raises(ActionUnavailable, match="停表"):
        in_review.do(zhong(), Action.PAUSE, kind="HEARING", days=5, reasons="听证")
    with pytest.raises(ActionUnavailable, match="停表"):
        in_review.do(zhong(), Action.EXTEND, days=5, reasons="复杂")
    in_review.do(zhong(), Action.UNPAUSE, outcome="完成")
    with pytest.raises(ActionUnavailable):
        in_review.do(zhong(), Action.UNPAUSE, outcome="完成")


def test_ending_a_paused_case_ends_its_pause(in_review: Story) -> None:
    in_review.do(zhong(), Action.PAUSE, kind="HEARING", days=5, reasons="听证")
    in_review.do(zeng(), "CONFIRM")
    in_review.do(xie(), Action.WITHDRAW, confirmed=True)
    assert in_review.state == State.WITHDRAWN
    assert in_review.case.paused_on is None
    assert not Pause.objects.filter(case=in_review.case, resumed_on=None).exists()


@pytest.mark.parametrize(("days", "sentence"), [(11, "最多 10"), (None, "最多 10")])
def test_an_extension_is_of_ten_working_days_at_most(in_review: Story, days: int | None, sentence: str) -> None:
    given = {"days": days} if days else {}
    with pytest.raises(Incomplete, match=sentence):
        in_review.do(zhong(), Action.EXTEND, reasons="复杂", **given)


def test_a_second_extension_is_refused(in_review: Story) -> None:
    in_review.do(zhong(), Action.EXTEND, days=1, reasons="复杂")
    in_review.do(zeng(), "CONFIRM")
    with pytest.raises(Barred) as refusal:
        in_review.do(zhong(), Action.EXTEND, days=1, reasons="复杂")
    assert refusal.value.code == "extended"


def test_an_extension_proposed_in_time_cannot_be_confirmed_after_the_limit_has_passed(in_review: Story) -> None:
    in_review.do(zhong(), Action.EXTEND, at=moment("2026-03-30"), days=5, reasons="复杂")
    with pytest.raises(Barred) as refusal:
        in_review.do(zeng(), "CONFIRM", at=moment("2026-03-31"))
    assert refusal.value.code == "limit-passed"
    in_review.do(zeng(), "DECLINE", at=moment("2026-03-31"), reasons="已过期限。")
    assert in_review.case.extended == 0


# ---------------------------------------------------------------- acceptance


def test_silence_after_a_resubmission_is_acceptance_on_the_day_of_the_resubmission(on_the_counter: Story) -> None:
    story = on_the_counter
    story.do(xie(), Action.REQUEST_CORRECTION, at=moment("2026-03-03"), defects=DEFECTS)
    story.do(xie(), Action.RESUBMIT, at=moment("2026-03-12"), answers=["已补"])
    assert story.case.due_on == date(2026, 3, 19)
    assert settle_due(at=moment("2026-03-19", 23, 59)) == 0
    assert settle_due(at=moment("2026-03-20", 0, 1)) == 1
    story.refresh()
    assert story.case.accepted_on == date(2026, 3, 12)
    event = Event.objects.filter(case=story.case).latest("sequence")
    assert (event.action, event.effective_on) == ("DEEM_ACCEPTED", date(2026, 3, 12))


def test_the_event_of_an_acceptance_after_a_correction_carries_the_legal_day(on_the_counter: Story) -> None:
    story = on_the_counter
    story.complete(xie())
    story.do(xie(), Action.REQUEST_CORRECTION, at=moment("2026-03-03"), defects=DEFECTS)
    story.do(xie(), Action.RESUBMIT, at=moment("2026-03-06"), answers=["已补"])
    done = story.do(xie(), Action.ACCEPT, at=moment("2026-03-10"))
    assert done.event.effective_on == story.case.accepted_on == date(2026, 3, 6)
    assert done.event.at == moment("2026-03-10")


def test_a_proposed_refusal_does_not_stop_the_law(on_the_counter: Story) -> None:
    story = on_the_counter
    refusal = {"ground": "BARRED", "reasons": "禁止申请", "remedies": REMEDIES}
    story.do(xie(), Action.REFUSE, at=moment("2026-03-09"), **refusal)
    with pytest.raises(ActionUnavailable):
        story.do(zeng(), "CONFIRM", at=moment("2026-03-10"))
    assert settle_due(at=moment("2026-03-10")) == 1
    story.refresh()
    assert (story.state, story.case.proposal) == (State.REVIEW, "")
    assert story.case.consents.get().outcome == "LAPSED"


@pytest.mark.parametrize(("day", "deemed"), [("2026-03-06", "2026-03-07"), ("2026-03-07", "2026-03-08")])
def test_what_is_accepted_on_the_spot_or_never_is_deemed_accepted_the_next_day(day: str, deemed: str) -> None:
    clerk = clerk_of("360731")
    story = received(HOUSES, "360731", moment(day), clerk)
    assert story.case.due_on == date.fromisoformat(day)
    assert settle_due(at=moment(day, 23, 59)) == 0
    assert settle_due(at=moment(deemed, 0, 1)) == 1
    assert story.refresh().accepted_on == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "due"), [("2026-03-07", "2026-03-13"), ("2026-02-15", "2026-02-28"), ("2026-02-14", "2026-02-28")]
)
def test_five_days_from_a_weekend_or_a_holiday(day: str, due: str) -> None:
    assert received(DEVICES, "360731", moment(day)).case.due_on == date.fromisoformat(due)


def test_a_limit_from_receipt_runs_from_the_completed_application_not_through_the_applicants_corrections() -> None:
    clerk = clerk_of("360702")
    story = received(PRESALE, "360702", MONDAY, clerk)
    story.complete(clerk)
    story.do(clerk, Action.REQUEST_CORRECTION, defects=DEFECTS)
    story.do(clerk, Action.RESUBMIT, at=moment("2026-03-20"), answers=["已补"])
    story.do(clerk, Action.ACCEPT, at=moment("2026-03-23"))
    assert story.case.accepted_on == date(2026, 3, 20)
    assert story.case.statute_on == add(current_calendar(), date(2026, 3, 20), 10)
    told = why(story.case, which="statute")
    assert told is not None
    assert told.answer.due_on == story.case.statute_on
    assert "材料补齐之日" in told.steps[0]


def test_entering_something_while_the_applicant_corrects_leaves_the_period_as_it_is(on_the_counter: Story) -> None:
    story = on_the_counter
    story.do(xie(), Action.REQUEST_CORRECTION, defects=DEFECTS)
    due = story.case.due_on
    story.do(xie(), Action.AMEND, place="别处")
    assert story.case.due_on == due == date(2026, 3, 23)
    with pytest.raises(Incomplete, match="补正期限还没有过"):
        story.do(xie(), Action.TERMINATE, ground="NO_CORRECTION", reasons="未补")
    with pytest.raises(Incomplete, match="补正期限还没有过"):
        story.do(xie(), Action.TERMINATE, at=moment("2026-03-23"), ground="NO_CORRECTION", reasons="未补")
    with pytest.raises(Incomplete, match="还没有提醒过申请人"):
        story.do(xie(), Action.TERMINATE, at=moment("2026-03-24"), ground="NO_CORRECTION", reasons="未补")
    remind(on=date(2026, 3, 24), at=moment("2026-03-24", 8))
    story.do(xie(), Action.TERMINATE, at=moment("2026-03-24"), ground="NO_CORRECTION", reasons="未补")
    story.do(zeng(), "CONFIRM", at=moment("2026-03-24"))
    assert story.state == State.TERMINATED


def test_a_correction_that_arrives_is_taken_though_an_end_was_proposed(on_the_counter: Story) -> None:
    story = on_the_counter
    story.do(xie(), Action.REQUEST_CORRECTION, defects=DEFECTS)
    remind(on=date(2026, 3, 23), at=moment("2026-03-23", 8))
    story.do(xie(), Action.TERMINATE, at=moment("2026-03-24"), ground="NO_CORRECTION", reasons="未补")
    story.do(xie(), Action.RESUBMIT, at=moment("2026-03-24"), answers=["已补"])
    assert story.state == State.RECEIVED
    assert story.case.consents.get().outcome == "LAPSED"


# ---------------------------------------------------------------- stages, year's end


def test_the_holder_sees_what_is_left_of_the_own_stage_and_never_more_than_the_whole() -> None:
    story = driven("2-30", "360731", MONDAY, to=State.REVIEW)
    assert (story.case.due_on, story.case.promise_on) == (date(2026, 3, 4), date(2026, 3, 5))
    reviewer, decider = somebody("360731-SPJ", Role.REVIEWER), somebody("360700-SPJ", Role.DECIDER)
    story.do(reviewer, Action.EXTEND, days=10, reasons="复杂")
    story.do(decider, "CONFIRM")
    assert story.case.due_on <= story.case.promise_on
    story.recommended(reviewer)
    story.do(somebody("360731-SPJ", Role.CHECKER), Action.FORWARD, proposal="GRANT", opinion="同意")
    assert story.case.due_on == story.case.promise_on


def test_a_day_beyond_the_published_holidays_is_an_estimate() -> None:
    story = driven(DEVICES, "360731", moment("2026-12-21"), to=State.REVIEW)
    assert story.case.promise_on > date(2026, 12, 31)
    told = why(story.case)
    assert told is not None
    assert told.answer.estimated
    assert estimated(story.case.promise_on)
    assert not estimated(date(2026, 12, 31))
    assert not estimated(None)


# ---------------------------------------------------------------- lights


@pytest.mark.parametrize(
    ("on", "limit", "colour", "days"),
    [
        ("2026-03-02", 10, "GREEN", 10),
        ("2026-03-11", 10, "GREEN", 3),
        ("2026-03-12", 10, "YELLOW", 2),
        ("2026-03-12", 5, "GREEN", 2),
        ("2026-03-13", 5, "YELLOW", 1),
        ("2026-03-11", 20, "YELLOW", 3),
        ("2026-03-10", 20, "YELLOW", 4),
        ("2026-03-09", 20, "GREEN", 5),
        ("2026-03-16", 10, "YELLOW", 0),
        ("2026-03-17", 10, "RED", -1),
    ],
)
def test_a_light_turns_yellow_and_red_in_time(on: str, limit: int, colour: str, days: int) -> None:
    shown = light(date(2026, 3, 16), limit=limit, paused=False, stopped=False, on=date.fromisoformat(on), percent=20)
    assert (shown.colour, shown.days) == (colour, days)


def test_from_which_limit_on_yellow_begins_how_long_before_the_end_is_a_setting(settings) -> None:
    def colour(limit: int, on: date) -> str:
        return light(date(2026, 3, 16), limit=limit, paused=False, stopped=False, on=on, percent=20).colour

    assert (colour(10, date(2026, 3, 12)), colour(5, date(2026, 3, 12))) == ("YELLOW", "GREEN")
    settings.YELLOW_LEAST_ABOVE_WORKDAYS, settings.YELLOW_LEAST_WORKDAYS = 4, 3
    assert (colour(10, date(2026, 3, 11)), colour(5, date(2026, 3, 11)), colour(4, date(2026, 3, 11))) == (
        "YELLOW",
        "YELLOW",
        "GREEN",
    )


def test_overdue_over_the_weekend_is_red_though_no_working_day_has_passed() -> None:
    shown = light(date(2026, 3, 13), limit=10, paused=False, stopped=False, on=date(2026, 3, 14), percent=20)
    assert shown.colour == "RED"


def test_on_the_last_day_the_light_is_red_once_the_office_has_closed() -> None:
    def shown(hour: int, minute: int) -> str:
        at = moment("2026-03-16", hour, minute)
        return light(
            date(2026, 3, 16), limit=10, paused=False, stopped=False, on=date(2026, 3, 16), percent=20, at=at
        ).colour

    assert shown(17, 29) == "YELLOW"
    assert shown(17, 30) == "RED"


def test_a_stage_is_measured_against_its_own_share_of_the_days(in_review: Story) -> None:
    """Five days to accept: two left are green; of twenty promised, four left are already yellow."""
    fresh = received("3-38", "360731", moment("2026-03-02"))
    share = stage_light(fresh.case, on=date(2026, 3, 5))
    assert (share.colour, share.days) == ("GREEN", 2)
    assert stage_light(fresh.case, on=date(2026, 3, 6)).colour == "YELLOW"
    last = moment("2026-03-09", 18, 0)
    assert stage_light(fresh.case, on=date(2026, 3, 9), at=last).colour == "RED"


def test_a_pause_is_explained_by_its_own_basis(in_review: Story) -> None:
    paused(in_review, "SITE_VISIT", "2026-03-04", "2026-03-09")
    told = why(in_review.case)
    assert told is not None
    [step] = [step for step in told.steps if "停表" in step]
    assert "指南公布不计入承诺时限" in step
    assert "第四十五条" not in step


# ---------------------------------------------------------------- a clock that goes back


def test_a_clock_that_went_back_puts_nothing_before_what_was_recorded(in_review: Story) -> None:
    in_review.do(zhong(), Action.PAUSE, at=moment("2026-03-10"), kind="HEARING", days=5, reasons="听证")
    in_review.do(zeng(), "CONFIRM", at=moment("2026-03-11"))
    done = in_review.do(zhong(), Action.UNPAUSE, at=moment("2026-03-09"), outcome="完成")
    assert done.event.at == moment("2026-03-11")
    assert done.event.effective_on == date(2026, 3, 11)
    assert why(in_review.case) is not None
    moments = list(Event.objects.filter(case=in_review.case).order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_the_same_moment_in_another_zone_is_the_same_legal_day() -> None:
    from datetime import UTC
    from zoneinfo import ZoneInfo

    late = moment("2026-03-02", 23, 30)
    for zone in (UTC, ZoneInfo("America/New_York")):
        story = received(DEVICES, "360731", late.astimezone(zone), xie())
        assert story.case.received_on == date(2026, 3, 2)
    story = received(DEVICES, "360731", (late + timedelta(hours=1)).astimezone(UTC), xie())
    assert story.case.received_on == date(2026, 3, 3)


def test_a_preview_writes_nothing_and_says_what_would_follow(in_review: Story) -> None:
    seen = preview(
        case=in_review.case, action=Action.RETURN_TO_WINDOW, actor=zhong(), at=in_review.at, given={"reasons": "不清"}
    )
    assert seen.outcome is not None
    assert seen.outcome.after.state == State.MENDING
    assert Case.objects.get(pk=in_review.case.pk).state == State.REVIEW


def test_a_moment_before_the_receipt_is_not_before_it(on_the_counter: Story) -> None:
    done = perform(
        number=on_the_counter.case.number, action=Action.TAKE, actor=xie(), at=moment("2026-02-27"), given={}
    )
    assert done.case.taken_on == date(2026, 3, 2)
    with pytest.raises(Refused):
        perform(number="GZ", action=Action.TAKE, actor=xie(), at=MONDAY)
