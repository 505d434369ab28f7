"""Who hears of what happens to a case, and when? By the register and the consumer, as in life."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from approvals.audit.register import enrol
from approvals.cases.periods import pauses_due
from approvals.cases.reminding import remind
from approvals.cases.telling import follow_cases
from approvals.cases.words import Action, Role, State
from approvals.exchange.models import Endpoint
from approvals.notices.models import Channel, Notice, Sent
from approvals.organisations.access import Actor
from tests.factories import Story, driven, later, moment, received, remedies_against
from tests.people import clerk_of, somebody

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
YUDU = "360731"
EQUIPMENT, FELLING = "2-30", "1-7"
WRONG_ORGAN = {"ground": "NOT_THIS_ORGAN", "reasons": "不属于本机关。", "right_organ": "省级机关"}


def told(at: datetime) -> None:
    while enrol():
        pass
    while follow_cases(at=at):
        pass


def of_city(story) -> set[int]:
    """The reviewer and the decider of the organ that would decide."""
    code = story.case.snapshot.terms["decide"]["code"]
    return {somebody(code, Role.REVIEWER).user, somebody(code, Role.DECIDER).user}


def test_the_city_hears_of_it_when_a_county_refuses_what_the_city_would_decide():
    story = received(EQUIPMENT, YUDU, MONDAY)
    story.do(clerk_of(YUDU), Action.REFUSE, **WRONG_ORGAN, remedies=remedies_against(story.case, "ACCEPT"))
    told(MONDAY)
    assert not Notice.objects.filter(kind="ended").exists(), "a proposal refuses nothing yet"
    story.do(somebody(story.case.snapshot.terms["accept"]["code"], Role.CHECKER), "CONFIRM")
    told(MONDAY)
    assert of_city(story) <= set(Notice.objects.filter(kind="ended").values_list("user", flat=True))


def test_what_a_county_refuses_that_is_its_own_to_decide_is_no_news_for_the_city():
    story = received(FELLING, YUDU, MONDAY)
    story.do(clerk_of(YUDU), Action.REFUSE, **WRONG_ORGAN, remedies=remedies_against(story.case, "ACCEPT"))
    story.do(somebody(story.case.snapshot.terms["accept"]["code"], Role.CHECKER), "CONFIRM")
    told(MONDAY)
    assert not Notice.objects.filter(kind="ended").exists()


# ---------------------------------------------------------------- applicants


@pytest.fixture
def messages() -> None:
    """The gateway for short messages is open."""
    Channel.objects.create(kind="SMS", endpoint=Endpoint.objects.create(code="sms", name="短信网关", transport="INBOX"))


def sent(story: Story) -> dict[str, str]:
    return dict(Sent.objects.filter(about=story.case.number).values_list("occasion", "text"))


def at_review(item: str = "3-25") -> tuple[Story, Actor, Actor]:
    story = driven(item, YUDU, MONDAY, to=State.REVIEW)
    code = story.case.snapshot.terms["review"]["code"]
    reviewer = somebody(code, Role.REVIEWER)
    return story, reviewer, somebody(code, Role.DECIDER, other_than=(reviewer,))


def pause(story: Story, reviewer: Actor, decider: Actor) -> None:
    kind = story.case.snapshot.terms["procedures"][0]["kind"]
    story.do(reviewer, Action.PAUSE, kind=kind, days=3)
    story.do(decider, "CONFIRM")


def test_applicants_hear_of_a_pause_with_its_day_of_its_end_and_of_an_extension(messages):
    story, reviewer, decider = at_review()
    pause(story, reviewer, decider)
    told(MONDAY)
    assert "2026-03-05" in sent(story)["PAUSED"]
    story.do(reviewer, Action.UNPAUSE, outcome="已完成")
    story.do(reviewer, Action.EXTEND, days=3, reasons="复杂")
    story.do(decider, "CONFIRM")
    told(MONDAY)
    assert {"RESUMED", "EXTENDED"} <= sent(story).keys()
    assert str(story.case.promise_on) in sent(story)["EXTENDED"]


def test_applicants_hear_of_the_end_of_their_case_and_of_what_was_posted(messages):
    story, reviewer, decider = at_review()
    story.do(reviewer, Action.TERMINATE, ground="APPLICANT_GONE", reasons="申请人注销")
    story.do(decider, "CONFIRM")
    told(MONDAY)
    assert "TERMINATED" in sent(story)
    posted = driven(FELLING, YUDU, MONDAY, to=State.SEALED)
    if posted.case.fee_due:
        posted.do(clerk_of(YUDU), Action.RECORD_FEE, status="PAID", amount_cents=100, receipt="x1")
    address = {"recipient": "刘敏", "phone": "13800004417", "address": "于都县贡江镇", "carrier": "EMS"}
    posted.do(clerk_of(YUDU), Action.DISPATCH, way="MAIL", tracking="EA123456789CN", **address)
    told(MONDAY)
    assert "EA123456789CN" in sent(posted)["POSTED"]


# ---------------------------------------------------------------- reminders


def reminded_of(actor: Actor, key: str) -> list[str]:
    return list(
        Notice.objects.filter(user=actor.user, key__startswith=key).order_by("pk").values_list("title", flat=True)
    )


def test_clerk_and_applicant_are_reminded_once_before_the_time_to_correct_ends(messages):
    story = received(FELLING, YUDU, MONDAY)
    story.do(clerk_of(YUDU), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    assert story.case.due_on == date(2026, 3, 23)
    remind(on=date(2026, 3, 19), at=moment("2026-03-19"))
    assert reminded_of(clerk_of(YUDU), "correction-") == []
    for day in ("2026-03-20", "2026-03-23", "2026-03-24"):
        remind(on=date.fromisoformat(day), at=moment(day))
    [title] = reminded_of(clerk_of(YUDU), "correction-")
    assert str(story.case.due_on) in title
    assert Sent.objects.get(about=story.case.number, occasion="REMINDER").text.count(str(story.case.due_on)) == 1


def test_a_special_procedure_beyond_its_announced_time_is_said_daily_and_up_the_line():
    story, reviewer, decider = at_review()
    story.do(reviewer, Action.TAKE)
    pause(story, reviewer, decider)
    coordinator = somebody("360700-SPJ", Role.COORDINATOR)
    for days in range(1, 9):
        remind(on=later(MONDAY, days).date(), at=later(MONDAY, days))
    assert len(reminded_of(reviewer, "pause-")) == 6, "on the last day and each working day after it"
    assert len(reminded_of(decider, "pause-")) == 4
    assert len(reminded_of(coordinator, "pause-")) == 1
    shown = pauses_due(on=later(MONDAY, 4).date())
    assert [(case, due_on) for case, (_, due_on) in shown.items()] == [(story.case.pk, later(MONDAY, 3).date())]
    story.do(reviewer, Action.UNPAUSE, at=later(MONDAY, 9), outcome="已完成")
    assert remind(on=later(MONDAY, 9).date(), at=later(MONDAY, 9)) == 0


def test_what_nobody_took_in_hand_is_said_to_whoever_may_take_it():
    story, reviewer, decider = at_review()
    on = story.case.due_on
    remind(on=on, at=moment(on))
    assert reminded_of(reviewer, "due-unit") == ["本单位没有人签收的今天到期 1 件"]
    assert reminded_of(decider, "due-unit") == []
    new = received(FELLING, YUDU, moment(on))
    remind(on=new.case.due_on, at=moment(new.case.due_on))
    assert any("今天到期 1 件" in title for title in reminded_of(clerk_of(YUDU), "due-unit"))
