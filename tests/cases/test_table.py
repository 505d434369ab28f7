"""What must hold of the workflow table itself, without a database?"""

import itertools

import pytest

from approvals.cases.bars import BARS
from approvals.cases.needs import CHECKS
from approvals.cases.puts import PUTS
from approvals.cases.step import WRITTEN
from approvals.cases.words import Action, Bar, Clock, Need, Option, Phase, Purpose, Result, State
from approvals.cases.workflow import (
    DECIDER,
    ENDS,
    PHASE_OF,
    TABLE,
    Paused,
    Place,
    Run,
    Target,
    rows_from,
)
from approvals.cases.worklists import TWINS

AR, RD, AD = (Phase.ACCEPT, Phase.REVIEW), (Phase.REVIEW, Phase.DECIDE), (Phase.ACCEPT, Phase.DECIDE)
APART = {
    "direct": frozenset(),
    "substantive": frozenset({RD, AD}),
    "window": frozenset({AR, AD}),
    "held by the city": frozenset(),
}
RUNS = {
    f"{mode}, {'filing' if filing else 'licence'}, {len(options)} options": Run(apart, filing, frozenset(options))
    for (mode, apart), filing, options in itertools.product(APART.items(), (False, True), ((), tuple(Option)))
}
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())


def targets(run: Run, state: State) -> set[State]:
    """Every state one row leads to, a return's way back included."""
    found = set()
    for paused in (False, True):
        for row in rows_from(run, state, paused=paused):
            if row.target == Target.BACK:
                found |= {
                    row.else_to,
                    *(State(s) for r in run.rows() if r.target == State.REVIEW for s in r.source),
                } - {None}
            elif row.target != Target.SAME:
                found.add(State(row.target))
    return found


@every_run
def test_from_one_state_an_action_leads_one_way_only(run: Run) -> None:
    for state in State:
        for paused in (False, True):
            actions = [row.action for row in rows_from(run, state, paused=paused)]
            assert len(actions) == len(set(actions)), (state, actions)


@every_run
def test_every_state_that_is_entered_leads_on_to_an_end(run: Run) -> None:
    entered, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        for following in targets(run, todo.pop()) - entered:
            entered.add(following)
            todo.append(following)
    for state in entered - ENDS:
        assert targets(run, state), f"{state} leads nowhere"
    assert entered & ENDS == ENDS


@every_run
def test_ends_are_final(run: Run) -> None:
    for state in ENDS:
        assert not list(rows_from(run, state, paused=False))
        assert not list(rows_from(run, state, paused=True))


def test_an_organs_own_proceeding_ends_served_or_dropped_and_knows_no_applicant() -> None:
    run = Run(frozenset(), filing=False, options=frozenset(), ex_officio=True)
    entered = {State.DRAFT} | {state for source in State for state in targets(run, source)}
    assert entered == {
        State.DRAFT,
        State.REVIEW,
        State.DECISION,
        State.DECIDED,
        State.SEALED,
        State.DELIVERED,
        State.ARCHIVED,
        State.TERMINATED,
    }
    assert not {row.action for row in run.rows()} & {Action.WITHDRAW, Action.APPROVE, Action.ACCEPT}
    for state in entered - ENDS - {State.DRAFT, State.DELIVERED}:
        assert any(row.duty for row in rows_from(run, state, paused=False)), state


def test_every_state_is_reached_in_some_mode() -> None:
    reached = {state for run in RUNS.values() for source in State for state in targets(run, source)} | {State.DRAFT}
    assert reached == set(State)


@every_run
def test_every_state_that_waits_for_an_office_is_somebodys_duty(run: Run) -> None:
    waits_for_nobody = {State.CORRECTION, State.DELIVERED} | ENDS
    entered = {State.DRAFT} | {state for source in State for state in targets(run, source)}
    for state in entered - waits_for_nobody:
        if state in (State.CHECK, State.KEY_POINTS) and RD not in run.apart:
            continue
        if state == State.MENDING and AR not in run.apart:
            continue
        if state == State.DECISION and run.filing:
            continue
        assert any(row.duty for row in rows_from(run, state, paused=False)), state


def test_where_review_and_decision_are_apart_the_county_cannot_deny_or_approve() -> None:
    run = RUNS["substantive, licence, 3 options"]
    for state in (State.RECEIVED, State.REVIEW, State.CHECK):
        actions = {row.action for row in rows_from(run, state, paused=False)}
        assert not actions & {Action.APPROVE, Action.DENY, Action.GRANT_ON_COMMITMENT, Action.DECIDE_ON_THE_SPOT}


@pytest.mark.parametrize("mode", APART)
def test_a_filing_is_never_denied_as_a_licence_is(mode: str) -> None:
    run = RUNS[f"{mode}, filing, 3 options"]
    assert not {row.action for row in run.rows()} & {Action.APPROVE, Action.DENY, Action.EXTEND}


def test_a_denial_and_a_refusal_always_need_reasons_and_remedies() -> None:
    for row in TABLE:
        if row.result in (Result.DENIED, Result.NOT_RECORDED, Result.REFUSED):
            assert {Need.REASONS, Need.REMEDIES} <= set(row.needs), row.action


def test_what_ends_a_review_stops_the_clock_and_only_a_decision_is_pushed() -> None:
    for row in TABLE:
        if row.target == State.DECIDED:
            assert row.clock in (Clock.DECIDE, Clock.ACCEPT_AND_DECIDE)
            granted = row.result in (Result.GRANTED, Result.RECORDED, Result.ORDERED)
            assert row.push == (Purpose.CLAIM if granted else Purpose.INFORM)
        else:
            assert row.push is None, row.action


def test_forwarding_and_returning_never_pause_the_clock() -> None:
    for row in TABLE:
        if row.action in (Action.FORWARD, Action.RETURN, Action.RESUME, Action.RETURN_TO_WINDOW, Action.SEAL):
            assert row.clock == Clock.STAGE


def test_an_extension_is_confirmed_by_the_deciding_side_in_every_mode() -> None:
    (row,) = [row for row in TABLE if row.action == Action.EXTEND]
    assert row.consent == DECIDER


def test_pausing_ending_and_voiding_take_two_persons() -> None:
    for row in TABLE:
        if row.action in (Action.PAUSE, Action.TERMINATE, Action.REFUSE) or (
            row.action == Action.VOID and State.RECEIVED in row.source
        ):
            assert row.consent is not None, row.action


def test_every_bar_has_a_predicate_and_its_twin_and_every_need_a_check() -> None:
    assert set(BARS) == set(TWINS) == set(Bar)
    assert set(CHECKS) == set(Need)
    assert set(PUTS) >= WRITTEN


def test_every_state_belongs_to_a_phase() -> None:
    assert set(PHASE_OF) == set(State)


def test_nothing_is_decided_while_the_clock_stands_still_but_what_the_law_renews() -> None:
    for row in TABLE:
        if row.action == Action.DEEM_RENEWED:
            assert row.paused == Paused.ALWAYS
        elif row.target == State.DECIDED or row.action in (Action.RECOMMEND, Action.FORWARD):
            assert row.paused == Paused.NEVER


def test_only_the_system_and_the_applicant_act_without_a_role() -> None:
    for row in TABLE:
        for who in row.by:
            assert who.roles or who.place in (Place.SYSTEM, Place.APPLICANT)
