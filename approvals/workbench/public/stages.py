"""Which steps has an application behind it and before it, as its applicant may know them?

From counter to counter, with corrections and pauses; hand-overs between the two levels are not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from approvals.calendars.workdays import local_day
from approvals.cases.facts import Facts, Terms
from approvals.cases.models import Case, Correction, Pause, Service
from approvals.cases.words import State
from approvals.cases.workflow import ENDS
from approvals.catalogue.models import SpecialProcedure
from approvals.workbench.templatetags.workbench import short_day

NOW = {
    State.RECEIVED: "已收件，核对材料",
    State.CORRECTION: "等你补正",
    State.MENDING: "审查中",
    State.REVIEW: "审查中",
    State.CHECK: "审查中",
    State.KEY_POINTS: "审查中",
    State.DECISION: "等待决定",
    State.DECIDED: "已决定，正在制证用印",
    State.SEALED: "结果已出，等待领取",
    State.DELIVERED: "已办结",
    State.ARCHIVED: "已办结",
    State.REFUSED: "不予受理",
    State.WITHDRAWN: "已撤回",
    State.TERMINATED: "已终止",
    State.VOIDED: "已作废",
}
REVIEWING = (State.REVIEW, State.CHECK, State.KEY_POINTS, State.MENDING)


@dataclass(frozen=True)
class Stage:
    """One step on the way: DONE, NOW or LATER."""

    name: str
    state: str
    when: str = ""
    who: str = ""


def stages_of(
    case: Case, facts: Facts, terms: Terms, pauses: list[Pause], corrections: list[Correction]
) -> list[Stage]:
    """The way of the case from the counter to the counter, with what held it up."""
    stages = [Stage("收件", "DONE", _short(facts.received_on), terms.accept.name)]
    for one in corrections:
        answered = f"{_short(one.answered_on)} 补齐" if one.answered_on else f"最迟 {_short(one.due_on)} 补齐"
        told = f"{_short(one.notified_on)} 告知，{answered}"
        stages.append(Stage(f"补正 {len(one.defects)} 项", "DONE" if one.answered_on else "NOW", told))
    if facts.accepted_on is None and facts.state in ENDS:
        return [*stages, _end(case, facts)]
    waits, checking = facts.accepted_on is None, facts.state == State.RECEIVED
    named = f"，以{terms.in_name_of.name}名义" if terms.in_name_of.organ != terms.accept.organ else ""
    stages.append(Stage("受理", _state(waits, checking), _short(facts.accepted_on), terms.accept.name + named))
    waited = [_waited(one) for one in pauses if one.resumed_on]
    if facts.state in ENDS and facts.decided_on is None:
        return [*stages, *waited, _end(case, facts)]
    running = [_waited(one) for one in pauses if one.resumed_on is None]
    review, *after = _handling(case, facts, terms, waits)
    if running and facts.state in REVIEWING:
        return [*stages, *waited, replace(review, state="DONE"), *running, *after]
    return [*stages, *waited, review, *running, *after]


def _waited(pause: Pause) -> Stage:
    until = f"{_short(pause.started_on)} {'至 ' + _short(pause.resumed_on) if pause.resumed_on else '起'}"
    kind = SpecialProcedure(pause.kind).label
    return Stage(f"{kind}，停表", "DONE" if pause.resumed_on else "NOW", until, "这段时间不计入")


def _handling(case: Case, facts: Facts, terms: Terms, waits: bool) -> list[Stage]:
    """审查、决定、送达. Hand-overs between the levels are not told, only who has the case now and since when."""
    reviewing = facts.state in REVIEWING
    if reviewing and facts.state != State.MENDING:
        review = Stage("审查", "NOW", f"{_short(facts.arrived_on)} 起", case.holder.name)
    else:
        review = Stage("审查", _state(waits, reviewing), "", terms.review.name)
    deciding = facts.state == State.DECISION and not facts.paused
    decision = Stage(
        "备案" if terms.filing else "决定",
        _state(facts.decided_on is None, deciding),
        _short(facts.decided_on),
        terms.decide.name,
    )
    served = Service.objects.filter(case=case).first()
    collecting = facts.state in (State.DECIDED, State.SEALED)
    return [review, decision, Stage("送达", _state(not served, collecting), _short(served.served_on) if served else "")]


def _state(later: bool, now: bool) -> str:
    return "NOW" if now else "LATER" if later else "DONE"


def _end(case: Case, facts: Facts) -> Stage:
    letter = "决定书写明理由和救济途径" if facts.state == State.REFUSED else ""
    return Stage(NOW[facts.state], "NOW", _short(local_day(case.last_at)) if case.last_at else "", letter)


def _short(value: date | None) -> str:
    """03-18 of this year, 2025-12-31 of another."""
    return short_day(value).split(" ")[0] if value else ""
