"""What must hold of the workflow table itself, without a database?"""

import itertools

import pytest

from approvals.cases.bars import BARS
from approvals.cases.needs import CHECKS
from approvals.cases.puts import PUTS
from approvals.cases.step import WRITTEN
from approvals.cases.words import Action, Bar, Clock, Effect, Need, Option, Phase, Purpose, Result, Role, State
from approvals.cases.workflow import (
    ACCEPTING,
    ANY_HOLDER,
    APPLICANT,
    CHECKER,
    CITY_REVIEWER,
    CLERK,
    COORDINATOR,
    DECIDER,
    ENDS,
    HANDLING,
    HOLDERS_HEAD,
    HOLDERS_REVIEWER,
    IN_NAME_HEAD,
    PHASE_OF,
    REVIEWER,
    SEALER,
    SYSTEM,
    TABLE,
    Paused,
    Place,
    Row,
    Run,
    Target,
    Who,
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
TAKEN_BY: dict[tuple[Who, ...], set[Action]] = {
    (CLERK,): {
        Action.RECEIVE,
        Action.REQUEST_CORRECTION,
        Action.ACCEPT,
        Action.REFUSE,
        Action.RESUME,
        Action.DISPATCH,
        Action.TERMINATE,
        Action.VOID,
        Action.AMEND,
        Action.SUPPLY,
        Action.RECORD_FEE,
    },
    (CLERK, APPLICANT): {Action.RESUBMIT, Action.WITHDRAW},
    (CLERK, SYSTEM): {Action.DELIVER, Action.ARCHIVE},
    (APPLICANT,): {Action.ACKNOWLEDGE},
    (REVIEWER,): {Action.RETURN_TO_WINDOW, Action.RECOMMEND},
    (CHECKER,): {Action.SEND_BACK, Action.FORWARD},
    (CITY_REVIEWER,): {Action.CONFIRM_POINTS, Action.RETURN, Action.RECORD, Action.DECLINE_RECORD},
    (DECIDER,): {
        Action.RETURN,
        Action.SEND_BACK,
        Action.APPROVE,
        Action.DENY,
        Action.GRANT_ON_COMMITMENT,
        Action.DECIDE_ON_THE_SPOT,
    },
    (SEALER,): {Action.SEAL},
    (HOLDERS_REVIEWER,): {
        Action.PAUSE,
        Action.EXTEND,
        Action.INFORM_OTHERS,
        Action.HEAR,
        Action.TERMINATE,
        Action.RECORD_VISIT,
    },
    (HOLDERS_REVIEWER, HOLDERS_HEAD): {Action.UNPAUSE},
    (HOLDERS_HEAD,): {Action.ASSIGN},
    (ANY_HOLDER,): {Action.TAKE},
    (SYSTEM,): {
        Action.DEEM_ACCEPTED,
        Action.DEEM_RENEWED,
        Action.TAKE_OVER,
        Action.TRANSFER,
        Action.RECALENDAR,
    },
}
OF_ITS_OWN_MOTION: dict[tuple[Who, ...], set[Action]] = {
    (CITY_REVIEWER,): {Action.INITIATE, Action.GIVE_NOTICE, Action.HEAR, Action.PROPOSE_ORDER},
    (DECIDER,): {Action.SEND_BACK, Action.ORDER, Action.DROP},
}
CONFIRMED_BY = {
    (Action.REQUEST_CORRECTION, (State.RECEIVED,)): IN_NAME_HEAD,
    (Action.REFUSE, (State.RECEIVED,)): IN_NAME_HEAD,
    (Action.PAUSE, HANDLING): HOLDERS_HEAD,
    (Action.EXTEND, HANDLING): DECIDER,
    (Action.TERMINATE, ACCEPTING): IN_NAME_HEAD,
    (Action.TERMINATE, HANDLING): HOLDERS_HEAD,
    (Action.VOID, (State.RECEIVED,)): COORDINATOR,
}


def rows(*actions: Action) -> list[Row]:
    return [row for row in TABLE if row.action in actions]


def by_whom(ex_officio: bool) -> dict[tuple[Who, ...], set[Action]]:
    """Whoever is named in the rows, with the acts that are theirs."""
    found: dict[tuple[Who, ...], set[Action]] = {}
    for row in TABLE:
        if bool(row.ex_officio) == ex_officio:
            found.setdefault(row.by, set()).add(row.action)
    return found


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


# ---------------------------------------------------------------- who may take a row


def test_the_window_takes_in_reviewers_review_deciders_decide_and_seal_keepers_seal() -> None:
    assert by_whom(ex_officio=False) == TAKEN_BY


def test_an_organs_own_proceeding_is_led_by_its_reviewer_and_decided_by_its_decider() -> None:
    assert by_whom(ex_officio=True) == OF_ITS_OWN_MOTION


@pytest.mark.parametrize(
    ("action", "state", "who"),
    [
        (Action.SEND_BACK, State.CHECK, CHECKER),
        (Action.SEND_BACK, State.DECISION, DECIDER),
        (Action.RETURN, State.KEY_POINTS, CITY_REVIEWER),
        (Action.RETURN, State.DECISION, DECIDER),
        (Action.TERMINATE, State.CORRECTION, CLERK),
        (Action.TERMINATE, State.DECISION, HOLDERS_REVIEWER),
    ],
)
def test_what_many_may_do_is_done_at_each_stage_by_whoever_has_it_in_hand(
    action: Action, state: State, who: Who
) -> None:
    assert {row.by for row in rows(action) if state in row.source} == {(who,)}


def test_pausing_extending_ending_and_voiding_are_confirmed_by_a_head_or_the_coordinator() -> None:
    assert {(row.action, row.source): row.consent for row in TABLE if row.consent is not None} == CONFIRMED_BY


def test_the_applicant_resubmits_withdraws_and_acknowledges_and_does_nothing_else() -> None:
    assert {row.action for row in TABLE if APPLICANT in row.by} == {
        Action.RESUBMIT,
        Action.WITHDRAW,
        Action.ACKNOWLEDGE,
    }


def test_a_roles_name_means_that_role_at_that_phase_only() -> None:
    head = (Role.DECIDER, Role.CHECKER)
    assert Who(Phase.ACCEPT, (Role.CLERK,)) == CLERK
    assert Who(Phase.REVIEW, (Role.REVIEWER,)) == REVIEWER
    assert Who(Phase.REVIEW, (Role.CHECKER,)) == CHECKER
    assert Who(Phase.DECIDE, (Role.REVIEWER,)) == CITY_REVIEWER
    assert Who(Phase.DECIDE, (Role.DECIDER,)) == DECIDER
    assert Who(Phase.SEAL, (Role.SEAL_KEEPER,)) == SEALER
    assert Who(Place.HOLDER, (Role.REVIEWER,)) == HOLDERS_REVIEWER
    assert Who(Place.HOLDER, head) == HOLDERS_HEAD
    assert Who(Place.IN_NAME, head) == IN_NAME_HEAD
    assert Who(Place.COORDINATOR, (Role.COORDINATOR,)) == COORDINATOR
    assert set(ANY_HOLDER.roles) == {Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER}
    assert (Who(Place.APPLICANT), Who(Place.SYSTEM)) == (APPLICANT, SYSTEM)


# ---------------------------------------------------------------- what bars a row


@pytest.mark.parametrize(
    ("bar", "state", "actions"),
    [
        (Bar.OWN_REVIEW, State.CHECK, {Action.FORWARD}),
        (Bar.OWN_EARLIER_WORK, State.KEY_POINTS, {Action.CONFIRM_POINTS, Action.RECORD, Action.DECLINE_RECORD}),
        (
            Bar.OWN_WORK,
            State.DECISION,
            {Action.APPROVE, Action.DENY, Action.RETURN, Action.SEND_BACK, Action.ORDER},
        ),
        (Bar.OWN_WORK, State.REVIEW, {Action.GRANT_ON_COMMITMENT}),
    ],
)
def test_whoever_reviewed_checked_or_confirmed_does_not_take_the_next_part_too(
    bar: Bar, state: State, actions: set[Action]
) -> None:
    there = [row for row in rows(*actions) if state in row.source]
    assert {row.action for row in there} == actions
    for row in there:
        assert bar in row.bars, (row.action, row.within, row.ex_officio)


def test_nothing_is_granted_or_recorded_while_a_promised_paper_is_missing() -> None:
    giving = [
        row for row in TABLE if row.result in (Result.GRANTED, Result.RECORDED) and row.action != Action.DEEM_RENEWED
    ]
    assert {row.action for row in giving} == {
        Action.APPROVE,
        Action.GRANT_ON_COMMITMENT,
        Action.DECIDE_ON_THE_SPOT,
        Action.RECORD,
    }
    for row in giving:
        assert Bar.TOLERANCE_OPEN in row.bars, (row.action, row.source)


def test_every_return_counts_and_after_the_last_one_allowed_there_is_no_other() -> None:
    for row in rows(Action.RETURN, Action.RETURN_TO_WINDOW):
        assert Effect.RETURNED in row.effects, (row.action, row.source)
        assert Bar.RETURNED_TOO_OFTEN in row.bars, (row.action, row.source)


def test_what_was_received_is_not_voided_once_its_applicant_was_told_what_to_mend() -> None:
    [row] = [row for row in rows(Action.VOID) if State.RECEIVED in row.source]
    assert Bar.NOTICE_SERVED in row.bars


# ---------------------------------------------------------------- what a row asks for


def test_who_returns_sends_back_voids_drops_or_starts_against_a_licence_says_why() -> None:
    for row in rows(
        Action.RETURN,
        Action.RETURN_TO_WINDOW,
        Action.SEND_BACK,
        Action.VOID,
        Action.DROP,
        Action.INITIATE,
    ):
        assert Need.REASONS in row.needs, (row.action, row.source)


@pytest.mark.parametrize(
    ("action", "needs"),
    [
        (Action.RECOMMEND, {Need.PROPOSAL, Need.OPINION, Need.POINTS, Need.SITE}),
        (Action.FORWARD, {Need.PROPOSAL, Need.OPINION}),
        (Action.CONFIRM_POINTS, {Need.OPINION, Need.KEY_POINTS}),
        (Action.PROPOSE_ORDER, {Need.OPINION, Need.HEARD}),
        (Action.ORDER, {Need.REASONS, Need.REMEDIES, Need.HEARD, Need.LICENCE}),
        (Action.APPROVE, {Need.RESULT_DATA, Need.OVERRULING, Need.LICENCE}),
        (Action.GRANT_ON_COMMITMENT, {Need.RESULT_DATA, Need.LICENCE}),
        (Action.DECIDE_ON_THE_SPOT, {Need.MATERIALS, Need.FORM, Need.RESULT_DATA, Need.LICENCE}),
        (Action.RECORD, {Need.LICENCE}),
        (Action.SEAL, {Need.SEAL}),
        (Action.REFUSE, {Need.RIGHT_ORGAN}),
        (Action.DISPATCH, {Need.DISPATCH, Need.FEE}),
        (Action.DELIVER, {Need.DELIVERY, Need.FEE}),
        (Action.ACKNOWLEDGE, {Need.OFFERED, Need.FEE}),
        (Action.PAUSE, {Need.PROCEDURE}),
        (Action.EXTEND, {Need.EXTENSION}),
        (Action.TERMINATE, {Need.GROUND}),
        (Action.WITHDRAW, {Need.CONFIRMATION}),
        (Action.GIVE_NOTICE, {Need.NOTICE}),
        (Action.INFORM_OTHERS, {Need.INTERESTED}),
    ],
)
def test_an_act_asks_in_every_mode_for_what_it_rests_on(action: Action, needs: set[Need]) -> None:
    for row in rows(action):
        assert needs <= set(row.needs), (row.action, row.source, needs - set(row.needs))


def test_nothing_is_accepted_or_decided_at_the_counter_without_papers_and_form() -> None:
    at_the_counter = [
        row for row in rows(Action.ACCEPT, Action.DECIDE_ON_THE_SPOT, Action.RECORD) if row.source == (State.RECEIVED,)
    ]
    assert len(at_the_counter) == 4
    for row in at_the_counter:
        assert {Need.MATERIALS, Need.FORM} <= set(row.needs), row.action
