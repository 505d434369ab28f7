"""How does an open case change hands when a delegation is taken back, or given back? The door `transfer`.

It rewrites who holds the unfinished phases of a case by one event, in one transaction: state, holder, stage, rights,
remedies and supervising units follow; the promised and the statutory day stay, for the applicant's clock does not care
who is at work. Whom a case goes to is never said by the caller: it is what the catalogue answers for a new case of that
item, region and place on that day.

Until the decision every phase can be reopened by a return, so none of them is finished before it; only in whose name
the case was accepted stays as it was. What is decided is finished by whoever decided it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import Calendar, local_day
from approvals.cases import clock
from approvals.cases.access import NotPermitted, not_found
from approvals.cases.actions import Done, Tried, not_before
from approvals.cases.facts import Facts, Terms
from approvals.cases.licensing import renewed
from approvals.cases.locking import locked
from approvals.cases.models import Case
from approvals.cases.opening import remedies_of, terms_under
from approvals.cases.rows import facts_of, freeze, terms_of
from approvals.cases.step import Happened, Outcome, Put, settle
from approvals.cases.words import Action, Clock, Effect, Phase, State, Step
from approvals.cases.workflow import TABLE, Run
from approvals.cases.write import write
from approvals.catalogue.jurisdiction import Jurisdiction
from approvals.catalogue.queries import guide_on, item_on, jurisdiction_of
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role

ROW = next(row for row in TABLE if row.action == Action.TRANSFER)
SPOKEN_OF = (Phase.ACCEPT, Phase.REVIEW, Phase.DECIDE, Phase.SEAL)
REVIEW_DECIDE, ACCEPT_REVIEW = (Phase.REVIEW, Phase.DECIDE), (Phase.ACCEPT, Phase.REVIEW)
PAGE = 50  # cases of one commit, so that no lock is held for long


class NotTransferable(Refused):
    code = "not-transferable"
    title = "这个办件不能移转"


class SameHolders(Refused):
    code = "same-holders"
    title = "这个办件已由现在的承办单位办理"


@dataclass(frozen=True)
class Plan:
    """What a transfer would do with a case: where it stands now, where it would land, and who would hold it."""

    case: Case
    outcome: Outcome | None
    refused: Refused | None
    to: str = ""


def transfer(*, numbers: Sequence[str], actor: Actor, at: datetime, ground: str, text: str = "") -> list[Tried]:
    """Hand undecided cases to whoever would hold a new one that day: each done or refused on its own.

    `ground` is a code kept in the event (which act of oversight), `text` its reason in words. Raises NotPermitted for
    whoever is neither the system nor a head or coordinator of the city.
    """
    may_transfer(actor)
    tried: dict[str, Tried] = {}
    wanted = list(dict.fromkeys(numbers))
    for start in range(0, len(wanted), PAGE):
        tried |= _page(wanted[start : start + PAGE], actor, at, ground, text)
    return [tried[number] for number in wanted]


def may_transfer(actor: Actor) -> None:
    """Let the system pass, and a head or coordinator of the city. Raises NotPermitted."""
    person = actor.level == Level.CITY and actor.role in (Role.DECIDER, Role.COORDINATOR)
    if actor.kind != "SYSTEM" and not person:
        raise NotPermitted("移转由市级决定岗或协调员办理。")


def _page(numbers: list[str], actor: Actor, at: datetime, ground: str, text: str) -> dict[str, Tried]:
    tried: dict[str, Tried] = {}
    moves: list[tuple[Case, list[Outcome]]] = []
    current_calendar()  # fresh before the transaction opens
    with transaction.atomic(durable=True):
        cases = locked(numbers)
        for number in numbers:
            case = cases.get(number)
            try:
                if case is None:
                    raise not_found(number)
                moves.append((case, outcomes_of(case, actor, at, ground, text)))
            except Refused as refused:
                tried[number] = Tried(number, None, refused)
        if moves:
            events = iter(write(moves))
            for case, outcomes in moves:
                *_, last = [next(events) for _ in outcomes]
                tried[case.number] = Tried(case.number, Done(case, last), None)
            transaction.on_commit(nudge, robust=True)
    return tried


def plan(*, case: Case, actor: Actor, at: datetime, jurisdiction: Jurisdiction | None = None) -> Plan:
    """What a transfer at `at` would do; nothing is written. `jurisdiction`: an answer that is not in force yet."""
    try:
        outcome = outcomes_of(case, actor, at, "", "", jurisdiction)[-1]
    except Refused as refused:
        return Plan(case, None, refused)
    return Plan(case, outcome, None, outcome.event.data["holder_name"])


def outcomes_of(
    case: Case, actor: Actor, at: datetime, ground: str, text: str, jurisdiction: Jurisdiction | None = None
) -> list[Outcome]:
    """What the law has brought about by then, and the transfer after it. Raises NotTransferable, SameHolders."""
    at = not_before(case, at)
    day, calendar, kept, facts = local_day(at), current_calendar(), terms_of(case.snapshot), facts_of(case)
    outcomes = settle(facts, kept, calendar, at=at, on=day, licence=renewed(case))
    facts = outcomes[-1].after if outcomes else facts
    if kept.ex_officio:
        raise NotTransferable("依职权对证照的处理由启动的机关办完。", state=facts.state)
    if facts.state not in ROW.source:
        raise NotTransferable(_why_not(facts), state=facts.state)
    entered = case.snapshot
    now = jurisdiction or jurisdiction_of(item=entered.item, region=case.region_id, on=day, place=entered.place)
    terms = terms_after(kept, now, facts, on=day)
    if all(kept.holder(phase).organ == terms.holder(phase).organ for phase in SPOKEN_OF):
        raise SameHolders("没有需要移转的环节；这件继续由原单位办理。")
    moved = moved_to(facts, terms, calendar, on=day)
    return [*outcomes, _outcome(facts, moved, kept, terms, now, actor, at, day, ground, text)]


def _why_not(facts: Facts) -> str:
    if facts.state == State.DRAFT:
        return "草稿没有收件，作废后由现在的承办单位重新登记。"
    if facts.decided_on is not None:
        return "已经作出决定，由决定单位办完用印和送达。"
    return "办件已经了结。"


def terms_after(kept: Terms, jurisdiction: Jurisdiction, facts: Facts, *, on: date) -> Terms:
    """The terms with every holder as of today. Limits, options and procedures stay as they were at receipt, but for the
    stage of the reviewing level, which exists only where another level decides."""
    item = item_on(kept.item, on)
    fresh = terms_under(jurisdiction, guide_on(item, on), item, region=kept.region)
    together = fresh.review.organ == fresh.decide.organ
    stage = None if together else kept.limits.review_stage or fresh.limits.review_stage
    return replace(
        kept,
        accept=fresh.accept,
        in_name_of=kept.in_name_of if facts.accepted_on else fresh.in_name_of,
        review=fresh.review,
        decide=fresh.decide,
        seal=fresh.seal,
        limits=replace(kept.limits, review_stage=stage),
    )


def landing(state: State, run: Run) -> State:
    """Where a case stands after it changed hands: the same state where the new run has it, else the review."""
    if state in (State.CHECK, State.KEY_POINTS) and REVIEW_DECIDE not in run.apart:
        return State.REVIEW
    if state == State.MENDING and ACCEPT_REVIEW not in run.apart:
        return State.REVIEW
    return state


def moved_to(facts: Facts, terms: Terms, calendar: Calendar, *, on: date) -> Facts:
    """The facts under the new terms: nobody's hand, arrived today, no open proposal; the stage's day is counted anew."""
    state = landing(facts.state, terms.run)
    still_returned = state == State.MENDING or REVIEW_DECIDE in terms.run.apart
    moved = replace(
        facts,
        state=state,
        version=facts.version + 1,
        holder=terms.holder_at(state).organ,
        come_back_to=facts.come_back_to if still_returned else "",
        in_hand=None,
        taken_on=None,
        arrived_on=on if terms.holder_at(state).organ != facts.holder else facts.arrived_on,
        proposal="",
        proposed_by=None,
        consent_organ=None,
    )
    if state == State.CORRECTION:  # the applicant's own time runs on
        return moved
    return clock.after(Clock.STAGE, moved, terms, calendar, on=on)


def _outcome(
    facts: Facts,
    moved: Facts,
    kept: Terms,
    terms: Terms,
    jurisdiction: Jurisdiction,
    actor: Actor,
    at: datetime,
    day: date,
    ground: str,
    text: str,
) -> Outcome:
    holder = terms.holder_at(moved.state)
    data: dict[str, Any] = {
        "due_on": moved.due_on,
        "promise_on": moved.promise_on,
        "statute_on": moved.statute_on,
        "holder": holder.code,
        "holder_name": holder.name,
        "was": {phase.value: kept.holder(phase).code for phase in SPOKEN_OF},
        "now": {phase.value: terms.holder(phase).code for phase in SPOKEN_OF},
        "mode": jurisdiction.mode or "",
        "delegation": jurisdiction.delegation,
        "ground": ground,
    }
    happened = Happened(
        action=Action.TRANSFER,
        step=Step.ACT,
        source=facts.state,
        target=moved.state,
        at=at,
        effective_on=day,
        actor=actor,
        data=data,
        texts={"reasons": text} if text else {},
    )
    columns = {
        "mode": jurisdiction.mode or "",
        "delegation": jurisdiction.delegation,
        "accept_organ_id": terms.accept.organ,
        "accept_region_id": terms.accept.region,
        "name_organ_id": terms.in_name_of.organ,
        "review_organ_id": terms.review.organ,
        "decide_organ_id": terms.decide.organ,
        "decide_level": terms.decide.level,
        "seal_organ_id": terms.seal.organ,
        "terms": freeze(terms),
        "supervisors": [asdict(one) for one in jurisdiction.supervise],
    }
    values = {"snapshot": columns, "remedies": remedies_of(terms), "reasons": list(jurisdiction.reasons)}
    puts = [Put(Effect.TRANSFERRED, values)]
    if facts.proposal:
        puts.append(Put(Effect.CONSENT, {"outcome": "LAPSED"}))
    return Outcome(facts, moved, happened, tuple(puts))
