"""Whatever is paused, resumed and extended, and whenever: the stored days are those that the explanation counts out."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, count
from approvals.cases import clock
from approvals.cases.clock import used
from approvals.cases.facts import Facts, Holding, Limits, Terms
from approvals.cases.queries import why
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.words import Action, Clock, Role, State
from approvals.errors import Refused
from tests.factories import Story, filled, moment, received
from tests.people import clerk_of, somebody

pytestmark = pytest.mark.django_db
DAYS = st.dates(min_value=date(2022, 7, 1), max_value=date(2026, 12, 20))
GAP = st.integers(min_value=0, max_value=20)
ACTS = st.lists(st.tuples(GAP, st.sampled_from(["PAUSE", "PAUSE", "EXTEND"]), st.integers(0, 2), GAP), max_size=4)


def explained(story: Story) -> None:
    """Both limits of a case agree with their explanation, day by day."""
    for which, stored in (("promise", story.case.promise_on), ("statute", story.case.statute_on)):
        told = why(story.case, which=which)
        if stored is None:
            assert told is None
            continue
        assert told is not None
        assert told.due_on == stored
        if which == "statute" or told.answer.due_on <= (story.case.statute_on or date.max):
            assert told.answer.due_on == stored, (which, told.steps)
        counted = [day for day in told.answer.days if day.counted]
        assert len(counted) == told.days
        assert not counted or counted[-1].date == told.answer.due_on
    if story.case.promise_on and story.case.statute_on:
        assert story.case.promise_on <= story.case.statute_on, "a promise never passes the law"
    assert story.case.due_on is None or story.case.due_on <= story.case.promise_on


@pytest.mark.parametrize("item", ["3-25", "1-12", "2-30", "3-40"])
@settings(max_examples=5)
@given(day=DAYS, wait=st.integers(0, 4), acts=ACTS)
def test_what_is_stored_is_what_is_explained(item: str, day: date, wait: int, acts: list[Any]) -> None:
    region = "360702"
    clerk = clerk_of(region)
    story = received(item, region, moment(day), clerk)
    story.do(clerk, Action.AMEND, form=filled(story.case), papers=[])
    on = day + timedelta(days=wait)
    try:
        story.complete(clerk)
        story.do(clerk, Action.ACCEPT, at=moment(on))
    except Refused:
        story.refresh()
        return  # deemed accepted meanwhile
    terms = terms_of(story.case.snapshot)
    reviewer = somebody(terms.review.code, Role.REVIEWER)
    head = somebody(terms.review.code, Role.DECIDER, other_than=(reviewer,))
    decider = somebody(terms.decide.code, Role.DECIDER, other_than=(reviewer,))
    explained(story)
    for gap, act, which, length in acts:
        on += timedelta(days=gap)
        if act == "EXTEND":
            try:
                story.do(reviewer, Action.EXTEND, at=moment(on), days=which * 3 + 1, reasons="复杂")
            except Refused:
                continue
            story.do(decider, "CONFIRM")
        else:
            kind = terms.procedures[which % len(terms.procedures)].kind
            story.do(reviewer, Action.PAUSE, at=moment(on), kind=kind, days=1, reasons="需要")
            story.do(head, "CONFIRM")
            explained(story)
            on += timedelta(days=length)
            story.do(reviewer, Action.UNPAUSE, at=moment(on), outcome="完成")
        explained(story)


# ---------------------------------------------------------------- the pure clock against days counted one by one


@dataclass
class DayByDay:
    """The same limit counted on the fingers: each working day one, except while paused; expired is expired."""

    left: int
    due: date | None = None

    def spend(self, day: date) -> None:
        if self.due is None:
            self.left -= 1
            if self.left == 0:
                self.due = day


def terms_with(promised: int, statutory: int, some: Terms) -> Terms:
    limits = replace(some.limits, promised=promised, statutory=statutory, from_receipt=False, review_stage=None)
    return replace(some, limits=limits)


@pytest.fixture(scope="module")
def some_terms() -> Terms:
    organ = Holding("COUNTY", "360731", 1, "360731-SPJ", "于都县行政审批局")
    limits = Limits(5, 5, 15, 10, 20, False, None, 10, 1, 2, 10)
    return Terms("3-25", "360731", "PERMIT", False, organ, organ, organ, organ, organ, limits, frozenset(), False, ())


@settings(max_examples=150)
@given(
    start=DAYS,
    promised=st.integers(1, 15),
    more=st.integers(0, 15),
    pauses=st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.booleans(), st.booleans()), max_size=3),
)
def test_the_clock_agrees_with_days_counted_on_the_fingers(
    some_terms: Terms, start: date, promised: int, more: int, pauses: list[Any]
) -> None:
    calendar = current_calendar()
    terms = terms_with(promised, promised + more, some_terms)
    facts = Facts(
        id=1, number="", state=State.REVIEW, region="360731", version=1, holder=1, arrived_on=start,
        received_on=start, submitted_on=start,
    )  # fmt: skip
    facts = clock.after(Clock.ACCEPT, facts, terms, calendar, on=start)
    promise, statute = DayByDay(promised), DayByDay(promised + more)
    day = start

    def live_through(days: int, *, stops_promise: bool = False, stops_statute: bool = False) -> None:
        nonlocal day
        for _ in range(days):
            day += timedelta(days=1)
            if calendar.is_workday(day):
                if not stops_promise:
                    promise.spend(day)
                if not stops_statute:
                    statute.spend(day)

    for gap, length, stops_promise, stops_statute in pauses:
        live_through(gap)
        facts = replace(facts, stops_promise=stops_promise, stops_statute=stops_statute)
        facts = clock.after(Clock.PAUSE, facts, terms, calendar, on=day)
        live_through(length, stops_promise=stops_promise, stops_statute=stops_statute)
        facts = clock.after(Clock.UNPAUSE, facts, terms, calendar, on=day)
    live_through(120)
    assert facts.statute_on == statute.due
    assert facts.promise_on == min(promise.due, statute.due)


@settings(max_examples=100)
@given(start=DAYS, days=st.integers(0, 300))
def test_what_is_left_and_what_is_used_make_the_limit(some_terms: Terms, start: date, days: int) -> None:
    calendar: Calendar = current_calendar()
    facts = Facts(
        id=1, number="", state=State.REVIEW, region="360731", version=1, holder=1, arrived_on=start,
        received_on=start, submitted_on=start,
    )  # fmt: skip
    facts = clock.after(Clock.ACCEPT, facts, some_terms, calendar, on=start)
    on = start + timedelta(days=days)
    spent = used(facts, calendar, on=on)
    assert spent == count(calendar, after=start, until=on)
    assert facts.promise_on is not None
    assert spent + clock.remaining(calendar, facts.promise_on, on=on) == some_terms.limits.promised


def test_facts_survive_being_stored() -> None:
    story = received("3-25", "360731", moment("2026-03-02"))
    facts = facts_of(story.case)
    assert facts_of(story.refresh()) == facts
