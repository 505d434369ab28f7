"""When is what due, and what does each act do to the clock? Pure working-day arithmetic over a case's facts.

Sources: 行政许可法 第三十二条 (five days to accept, else deemed accepted), 第四十二条 (limit and one extension),
第四十四条 (ten days to serve), 第四十五条 (what is not counted), 第八十二条 (working days, holidays excluded).
All limits are working days; the day of the event is day 0. Forwarding and returning between the levels never stop a clock.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from approvals.calendars.workdays import Calendar, add, count
from approvals.cases.facts import Facts, Terms
from approvals.cases.words import Clock, State
from approvals.licences.changes import Standing

RENEWABLE = frozenset({State.MENDING, State.REVIEW, State.CHECK, State.KEY_POINTS, State.DECISION})


def after(clock: Clock | None, facts: Facts, terms: Terms, calendar: Calendar, *, on: date, days: int = 0) -> Facts:
    """The facts with the clock moved as `clock` says on the legal day `on`; `state` is the state arrived at.

    `days`: working days of an extension. Returns new facts, with every due day set for the new state. An act that does
    nothing to the clock leaves every due day as it is.
    """
    if clock is None:
        return facts
    limits = terms.limits
    if clock == Clock.RECEIVE:
        facts = replace(facts, received_on=on, submitted_on=on)
    elif clock == Clock.RESUBMIT:
        facts = replace(facts, submitted_on=on)
    elif clock in (Clock.ACCEPT, Clock.DEEM, Clock.ACCEPT_AND_DECIDE):
        # once corrected, or deemed: the day the papers were complete; otherwise the day of the act
        back_dated = clock == Clock.DEEM or facts.corrections > 0
        facts = replace(facts, accepted_on=facts.submitted_on if back_dated else on)
    elif clock in (Clock.UNPAUSE, Clock.DECIDE) and facts.paused_on is not None:
        out = count(calendar, after=facts.paused_on, until=on)
        promised, statutory = stopped(facts, terms, calendar)
        facts = replace(
            facts,
            out_promise=facts.out_promise + (out if promised else 0),
            out_statute=facts.out_statute + (out if statutory else 0),
            paused_on=None,
            stops_promise=False,
            stops_statute=False,
        )
    elif clock == Clock.EXTEND:
        facts = replace(facts, extended=days)
    if clock in (Clock.DECIDE, Clock.ACCEPT_AND_DECIDE):
        facts = replace(facts, decided_on=on)
    promise, statute = limits_of(facts, terms, calendar)
    facts = replace(facts, promise_on=promise, statute_on=statute)
    if clock == Clock.PAUSE:
        facts = replace(facts, paused_on=on)
    if clock == Clock.WAIT:
        return replace(facts, due_on=add(calendar, on, limits.correction))
    if clock == Clock.END:
        return replace(facts, due_on=None, paused_on=None, stops_promise=False, stops_statute=False)
    return replace(facts, due_on=stage_due(facts, terms, calendar))


def limits_of(facts: Facts, terms: Terms, calendar: Calendar) -> tuple[date | None, date | None]:
    """(promised day, statutory day) of the decision; None where the limit does not run or has not begun.

    An extension lengthens the statutory limit; the promise follows it but never passes it.
    """
    promise, statute = _each_alone(facts, terms, calendar)
    return (min(promise, statute) if promise and statute else promise), statute


def counted_from(which: str, facts: Facts, terms: Terms) -> date:
    """The day 0 of a limit ("promise" or "statute") of what is accepted: the acceptance, or the receipt where the guide says so.

    A promise of its own kind is the filing's (备案，收讫即办): it, too, counts from the receipt. The applicant's own time
    for corrections is never the organ's: received is what is complete.
    """
    assert facts.accepted_on is not None
    received = terms.limits.from_receipt and (which == "statute" or terms.filing)
    return facts.submitted_on if received and facts.submitted_on else facts.accepted_on


def _each_alone(facts: Facts, terms: Terms, calendar: Calendar) -> tuple[date | None, date | None]:
    limits = terms.limits
    if facts.accepted_on is None:
        return None, None
    statute = (
        add(calendar, counted_from("statute", facts, terms), limits.statutory + facts.extended + facts.out_statute)
        if limits.statutory is not None
        else None
    )
    promise = (
        add(calendar, counted_from("promise", facts, terms), limits.promised + facts.extended + facts.out_promise)
        if limits.promised is not None
        else None
    )
    return promise, statute


def stopped(facts: Facts, terms: Terms, calendar: Calendar) -> tuple[bool, bool]:
    """Whether the running pause stops (the promise, the statutory limit): one that had already expired, it cannot."""
    promise, statute = _each_alone(facts, terms, calendar)
    return (
        facts.stops_promise and not _expired(promise, facts.paused_on),
        facts.stops_statute and not _expired(statute, facts.paused_on),
    )


def _expired(due_on: date | None, on: date | None) -> bool:
    """Whether a limit has run out when a pause begins on `on`, the last day of the limit itself still counted."""
    return due_on is not None and on is not None and due_on <= on


def stage_due(facts: Facts, terms: Terms, calendar: Calendar) -> date | None:
    """The day by which whoever holds the case now must be done."""
    limits = terms.limits
    if facts.state == State.RECEIVED and facts.submitted_on:
        last = acceptance_due(facts, terms, calendar, facts.submitted_on)
        if _recorded_at_once(terms) and limits.promised is not None:
            return min(last, add(calendar, facts.submitted_on, limits.promised))
        return last
    if facts.state in (State.DECIDED, State.SEALED) and facts.decided_on:
        return add(calendar, facts.decided_on, limits.delivery)
    first_review = facts.state in (State.REVIEW, State.CHECK) and facts.returns == 0
    if first_review and limits.review_stage is not None and facts.accepted_on:
        return add(calendar, facts.accepted_on, limits.review_stage + facts.out_promise + facts.extended)
    if facts.state in (State.REVIEW, State.CHECK, State.KEY_POINTS, State.DECISION, State.MENDING):
        return facts.promise_on or facts.statute_on
    return None


def acceptance_due(facts: Facts, terms: Terms, calendar: Calendar, submitted_on: date) -> date:
    """The last day on which what was submitted may be accepted, sent back for corrections or refused."""
    days = terms.limits.recheck if facts.corrections else terms.limits.acceptance
    return add(calendar, submitted_on, days) if days else submitted_on


def _recorded_at_once(terms: Terms) -> bool:
    """Whether the stage of receipt is all there is: a filing that the organ that receives it also records."""
    return terms.filing and terms.limits.from_receipt and terms.accept.organ == terms.decide.organ


def acceptance_expired(facts: Facts, terms: Terms, calendar: Calendar, *, on: date) -> bool:
    """Whether the time to accept has run out without a notice: the case is then deemed accepted (第三十二条).

    A filing that is late has not therefore been accepted: for it, too, only the days of that article count.
    """
    if facts.state != State.RECEIVED or facts.due_on is None:
        return False
    if _recorded_at_once(terms) and facts.submitted_on:
        return on > acceptance_due(facts, terms, calendar, facts.submitted_on)
    return on > facts.due_on


def renewal_undecided(facts: Facts, licence: Standing | None, *, on: date) -> bool:
    """Whether a renewal asked for in time and accepted was not decided before the licence ran out (第五十条).

    `licence`: how it stands now. One renewed meanwhile, suspended or ended before that day is not renewed by law.
    """
    end = facts.expires_on
    return (
        facts.state in RENEWABLE
        and end is not None
        and facts.accepted_on is not None
        and facts.accepted_on <= end < on
        and licence is not None
        and licence.valid_to == end
        and licence.in_force(end)
    )


def take_over_due(facts: Facts, terms: Terms, calendar: Calendar, *, on: date) -> bool:
    """Whether a case handed over by another level has waited longer than the working days allowed before it counts as taken."""
    handed_over = (facts.state == State.KEY_POINTS) or (
        facts.state == State.REVIEW and terms.accept.organ != terms.review.organ
    )
    return (
        handed_over
        and facts.taken_on is None
        and count(calendar, after=facts.arrived_on, until=on) > terms.limits.take_over
    )


def used(facts: Facts, calendar: Calendar, *, on: date) -> int | None:
    """Working days used of the promise by the end of `on` (R8): elapsed since acceptance less excluded; None before."""
    if facts.accepted_on is None:
        return None
    end = facts.decided_on or on
    elapsed = count(calendar, after=facts.accepted_on, until=max(end, facts.accepted_on))
    running = facts.paused_on is not None and facts.stops_promise and not _expired(facts.promise_on, facts.paused_on)
    paused = count(calendar, after=facts.paused_on, until=end) if running and facts.paused_on else 0
    return max(0, elapsed - facts.out_promise - paused)


def remaining(calendar: Calendar, due_on: date, *, on: date) -> int:
    """Working days left until `due_on` (0 on the day itself), negative when it has passed."""
    return count(calendar, after=on, until=due_on) if due_on >= on else -count(calendar, after=due_on, until=on)
