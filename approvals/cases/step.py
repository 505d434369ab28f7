"""What becomes of a case when one row of the table is taken? Pure: the same facts and input give the same outcome.

`step` neither reads nor writes anything; `write` is the only one that turns an Outcome into rows. `settle` gives the
outcomes the law has already brought about (deemed acceptance, automatic taking over) before anybody acts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from approvals.calendars.workdays import Calendar
from approvals.cases import clock
from approvals.cases.facts import Dossier, Facts, Terms, with_hand
from approvals.cases.words import Action, Clock, Effect, Option, Phase, State, Step
from approvals.cases.workflow import PHASE_OF, Row, Target, Who, rows_from
from approvals.licences.changes import Standing
from approvals.organisations.access import SYSTEM, Actor


@dataclass(frozen=True)
class Put:
    """A row beside the case that an act writes: which effect, with which values; `write.PUTS` says how."""

    effect: Effect
    values: dict[str, Any]


@dataclass(frozen=True)
class Happened:
    """The event of an act: `data` holds codes, numbers and days, `texts` what may be personal."""

    action: Action
    step: Step
    source: State
    target: State
    at: datetime
    effective_on: date
    actor: Actor
    data: dict[str, Any]
    texts: dict[str, Any]
    result: str = ""
    push: str = ""
    letter: str = ""


@dataclass(frozen=True)
class Outcome:
    before: Facts
    after: Facts
    event: Happened
    puts: tuple[Put, ...] = ()


@dataclass(frozen=True)
class Act:
    """Everything `step` is told: the row, how it is taken, by whom, when, with which cleaned input."""

    row: Row
    step: Step
    actor: Actor
    at: datetime
    on: date
    given: dict[str, Any]
    codes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # what of the input is no word of the event
    words: str = ""  # what whoever confirms another's proposal adds


def needs_consent(row: Row, facts: Facts) -> bool:
    """Whether taking this row now takes two persons."""
    return row.consent is not None and not (row.consent_from_second and facts.corrections == 0)


def target_of(row: Row, facts: Facts) -> State:
    """The state a row leads to from here."""
    if row.target == Target.SAME:
        return facts.state
    if row.target == Target.BACK:
        return State(facts.come_back_to) if facts.come_back_to else State(row.else_to or facts.state)
    return State(row.target)


def step(act: Act, facts: Facts, terms: Terms, dossier: Dossier, calendar: Calendar) -> Outcome:
    """The outcome of taking `act.row`: new facts, the event, and what is written beside."""
    row, taken_at = act.row, max(act.at, facts.last_at) if facts.last_at else act.at
    if act.step == Step.PROPOSE:
        return _proposed(act, facts, terms, taken_at)
    if act.step in (Step.DECLINE, Step.RETRACT):
        return _put_down(act, facts, taken_at)
    target = target_of(row, facts)
    moved = replace(facts, state=target, version=facts.version + 1)
    lapses = bool(facts.proposal) and not (act.step == Step.ACT and row.target == Target.SAME)
    if lapses:
        moved = replace(moved, proposal="", proposed_by=None, consent_organ=None)
    moved = _with_effects(act, facts, moved, terms, dossier)
    days = act.given.get("days", 0) if row.action == Action.EXTEND else 0
    moved = clock.after(row.clock, moved, terms, calendar, on=act.on, days=days)
    moved = _handed_on(act, facts, moved, terms)
    if row.result:
        moved = replace(moved, result=row.result)
    data = {name: act.given[name] for name in act.codes if act.given.get(name) is not None}
    data |= {"due_on": moved.due_on, "promise_on": moved.promise_on, "statute_on": moved.statute_on}
    if moved.holder != facts.holder:
        data["holder"] = terms.holder_at(target).code
    if act.step == Step.CONFIRM and dossier.proposal is not None:
        data["proposed_by"] = dossier.proposal.user
    texts = _texts(act)
    if act.words:
        texts["confirmation"] = act.words
    accepts = row.clock in (Clock.ACCEPT, Clock.DEEM)
    effective = moved.accepted_on if accepts and moved.accepted_on else act.on
    happened = Happened(
        action=row.action,
        step=act.step,
        source=facts.state,
        target=target,
        at=taken_at,
        effective_on=effective,
        actor=act.actor,
        data=data,
        texts=texts,
        result=row.result or "",
        push=row.push or "",
        letter=row.letter or "",
    )
    puts = [Put(effect, act.given) for effect in row.effects if effect in WRITTEN]
    if facts.paused and row.clock in (Clock.END, Clock.DECIDE):
        puts.append(Put(Effect.PAUSE, {"outcome": ""}))
    if lapses:
        puts.append(Put(Effect.CONSENT, {"outcome": "CONFIRMED" if act.step == Step.CONFIRM else "LAPSED"}))
    return Outcome(facts, moved, happened, tuple(puts))


WRITTEN = frozenset(
    {
        Effect.MATERIALS,
        Effect.FORM,
        Effect.CORRECTION,
        Effect.ANSWERED,
        Effect.TOLERANCE,
        Effect.POINTS,
        Effect.DECISION,
        Effect.DISPATCH,
        Effect.DELIVERY,
        Effect.PAUSE,
        Effect.FEE,
        Effect.LICENCE,
        Effect.NOTICE,
        Effect.INFORMED,
        Effect.HEARD,
        Effect.VISIT,
        Effect.BAN,
    }
)


def _with_effects(act: Act, before: Facts, moved: Facts, terms: Terms, dossier: Dossier) -> Facts:
    """What the effects of a row change on the case itself."""
    effects, given, user = act.row.effects, act.given, act.actor.user
    if Effect.CORRECTION in effects:
        moved = replace(moved, corrections=before.corrections + 1)
    if Effect.TOLERANCE in effects:
        open_ones = any(paper.status == "PROMISED" for paper in dossier.papers)
        committed = bool(given.get("committed")) and Option.COMMITMENT in terms.options
        moved = replace(moved, tolerance_open=open_ones, commitment=committed)
    if Effect.MATERIALS in effects and given.get("papers"):
        given_now = {entry["position"]: entry["status"] for entry in given["papers"]}
        now = [given_now.get(paper.position, paper.status) for paper in dossier.papers]
        moved = replace(moved, tolerance_open="PROMISED" in now)
    if Effect.RETURNED in effects:
        moved = replace(moved, returns=before.returns + 1, come_back_to=before.state)
    if Effect.CAME_BACK in effects:
        moved = replace(moved, come_back_to="")
    if Effect.REVIEWED in effects:
        moved = replace(moved, reviewed_by=with_hand(before.reviewed_by, user))
    if Effect.CHECKED in effects:
        moved = replace(moved, checked_by=with_hand(before.checked_by, user))
    if Effect.CONFIRMED in effects:
        moved = replace(moved, confirmed_by=with_hand(before.confirmed_by, user))
    if Effect.TAKEN in effects:
        moved = replace(moved, in_hand=given.get("user", user), taken_on=act.on)
    if act.row.clock == Clock.DEEM:
        moved = replace(moved, deemed=True)
    if act.row.action == Action.PAUSE:
        procedure = next(one for one in terms.procedures if one.kind == given["kind"])
        moved = replace(moved, stops_promise=procedure.pauses_promised, stops_statute=procedure.pauses_statutory)
    return moved


def _handed_on(act: Act, before: Facts, moved: Facts, terms: Terms) -> Facts:
    """Who holds the case now, since when, and whose hand it is in."""
    holder = terms.holder_at(moved.state).organ
    if holder != before.holder:
        moved = replace(moved, holder=holder, arrived_on=act.on, taken_on=None)
    if moved.state != before.state and Effect.TAKEN not in act.row.effects:
        moved = replace(moved, in_hand=None)
    return moved


def _proposed(act: Act, facts: Facts, terms: Terms, taken_at: datetime) -> Outcome:
    moved = replace(
        facts,
        version=facts.version + 1,
        proposal=act.row.action,
        proposed_by=act.actor.user,
        consent_organ=consenting_organ(act.row, facts, terms),
    )
    data = {name: act.given[name] for name in act.codes if act.given.get(name) is not None}
    texts = _texts(act)
    put = Put(
        Effect.CONSENT,
        {
            "action": act.row.action,
            "given": act.given,
            "user": act.actor.user,
            "user_name": act.actor.name,
            "at": taken_at,
        },
    )
    return Outcome(facts, moved, _beside(act, facts, taken_at, data, texts), (put,))


def _texts(act: Act) -> dict[str, Any]:
    """The words of an act's event: what was given beyond codes and what stands beside the case only."""
    apart = {*act.codes, *act.beside}
    return {name: value for name, value in act.given.items() if name not in apart and value not in ("", [], None)}


def _put_down(act: Act, facts: Facts, taken_at: datetime) -> Outcome:
    moved = replace(facts, version=facts.version + 1, proposal="", proposed_by=None, consent_organ=None)
    outcome = "DECLINED" if act.step == Step.DECLINE else "RETRACTED"
    texts = {name: value for name, value in act.given.items() if value}
    return Outcome(facts, moved, _beside(act, facts, taken_at, {}, texts), (Put(Effect.CONSENT, {"outcome": outcome}),))


def _beside(act: Act, facts: Facts, at: datetime, data: dict[str, Any], texts: dict[str, Any]) -> Happened:
    return Happened(act.row.action, act.step, facts.state, facts.state, at, act.on, act.actor, data, texts)


def consenting_organ(row: Row, facts: Facts, terms: Terms) -> int | None:
    """The organ whose head must confirm; None where a coordinator confirms."""
    who: Who | None = row.consent
    if who is None:
        return None
    if isinstance(who.place, Phase):
        return terms.holder(who.place).organ
    return {"HOLDER": terms.holder(PHASE_OF[facts.state]).organ, "IN_NAME": terms.in_name_of.organ}.get(who.place)


def settle(
    facts: Facts, terms: Terms, calendar: Calendar, *, at: datetime, on: date, licence: Standing | None
) -> list[Outcome]:
    """What has already come about by law or rule by `at`, as outcomes to write before anything else, in order.

    `licence`: how the licence stands whose renewal was asked for in time; None where there is none.
    """
    outcomes: list[Outcome] = []
    while True:
        row = _due_row(facts, terms, calendar, on=on, licence=licence)
        if row is None:
            return outcomes
        # a renewal nobody decided on is renewed on the old licence's last day, whenever that is written down
        effective = facts.expires_on if row.action == Action.DEEM_RENEWED and facts.expires_on else on
        act = Act(row=row, step=Step.ACT, actor=SYSTEM, at=at, on=effective, given={})
        outcome = step(act, facts, terms, Dossier(), calendar)
        outcomes.append(outcome)
        facts = outcome.after


def _due_row(facts: Facts, terms: Terms, calendar: Calendar, *, on: date, licence: Standing | None) -> Row | None:
    wanted: Action | None = None
    if clock.acceptance_expired(facts, terms, calendar, on=on):
        wanted = Action.DEEM_ACCEPTED
    elif clock.renewal_undecided(facts, licence, on=on):
        wanted = Action.DEEM_RENEWED
    elif clock.take_over_due(facts, terms, calendar, on=on):
        wanted = Action.TAKE_OVER
    if wanted is None:
        return None
    rows = rows_from(terms.run, facts.state, paused=facts.paused)
    return next((row for row in rows if row.action == wanted), None)
