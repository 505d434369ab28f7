"""Which row of the table does this person mean, and may they take it now? Pure; refusals say what to do instead.

The order is always: seen (404, `access`), permitted (403), such a row from here (409), nothing barring it (409),
complete (422, `needs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from approvals.cases.access import NotPermitted, described, is_meant
from approvals.cases.bars import BARS
from approvals.cases.facts import Facts, Terms
from approvals.cases.step import needs_consent
from approvals.cases.words import Action, Bar, Step
from approvals.cases.workflow import Paused, Row, Who, rows_from, stands_beside_a_proposal
from approvals.errors import Refused
from approvals.organisations.access import Actor


class ActionUnavailable(Refused):
    code = "action-unavailable"
    title = "现在不能办理这一步"


class Barred(Refused):
    """A fact of the case forbids the act; the code names the fact."""

    code = "barred"
    title = "本件的情况不允许这一步"

    def __init__(self, bar: Bar) -> None:
        self.code = "same-person" if bar in OWN else bar.value.lower().replace("_", "-")
        super().__init__(f"{bar.label}。{ADVICE.get(bar, '')}", bar=bar.value)


OWN = (Bar.OWN_REVIEW, Bar.OWN_EARLIER_WORK, Bar.OWN_WORK)
ADVICE = dict.fromkeys(OWN, "请本单位另一位同事办理（AB 岗）。") | {
    Bar.RETURNED_TOO_OFTEN: "请准予或不予。",
    Bar.TOLERANCE_OPEN: "先由窗口登记补齐的材料。",
    Bar.CORRECTED_TOO_OFTEN: "应当一次告知全部内容（行政许可法第三十二条）；请受理，不符合条件的依法不予。",
}


@dataclass(frozen=True)
class Choice:
    """A row as this person would take it: at once, proposing it, or answering another's proposal."""

    row: Row
    step: Step

    @property
    def name(self) -> str:
        """The action's name at the doors: the row's own, or CONFIRM / DECLINE / RETRACT."""
        return self.row.action if self.step in (Step.ACT, Step.PROPOSE) else self.step


def choices(facts: Facts, terms: Terms, actor: Actor, *, on: date) -> Iterator[Choice]:
    """Everything this actor may do with the case now, nothing barred."""
    for row in rows_from(terms.run, facts.state, paused=facts.paused):
        if facts.proposal and not stands_beside_a_proposal(row):
            continue
        if any(is_meant(actor, who, facts, terms) for who in row.by) and not barring(row, facts, terms, actor, on=on):
            yield Choice(row, Step.PROPOSE if needs_consent(row, facts) else Step.ACT)
    row = proposed_row(facts, terms)
    if row is not None:
        if may_answer(row, facts, terms, actor):
            if not barring(row, facts, terms, actor, on=on):
                yield Choice(row, Step.CONFIRM)
            yield Choice(row, Step.DECLINE)
        if actor.user is not None and actor.user == facts.proposed_by:
            yield Choice(row, Step.RETRACT)


def barring(row: Row, facts: Facts, terms: Terms, actor: Actor, *, on: date) -> Bar | None:
    """The first bar of a row that holds."""
    return next((bar for bar in row.bars if BARS[bar](facts, terms, actor, on)), None)


def proposed_row(facts: Facts, terms: Terms) -> Row | None:
    """The row whose confirmation is awaited."""
    if not facts.proposal:
        return None
    rows = rows_from(terms.run, facts.state, paused=facts.paused)
    return next((row for row in rows if row.action == facts.proposal and row.consent is not None), None)


def may_answer(row: Row, facts: Facts, terms: Terms, actor: Actor) -> bool:
    """Whether this actor may confirm or decline what another proposed; never the proposer."""
    return (
        row.consent is not None
        and is_meant(actor, row.consent, facts, terms)
        and (actor.user is None or actor.user != facts.proposed_by)
    )


def choose(action: str, facts: Facts, terms: Terms, actor: Actor, *, on: date) -> Choice:
    """The choice a person names by an action. Raises NotPermitted, ActionUnavailable, Barred."""
    if action in (Step.CONFIRM, Step.DECLINE, Step.RETRACT):
        return _answer(Step(action), facts, terms, actor, on=on)
    if action not in Action.values:
        raise ActionUnavailable("没有这个动作；看“可办事项”列出的动作。", action=action)
    in_run = [row for row in terms.run.rows() if row.action == action]
    here = [row for row in rows_from(terms.run, facts.state, paused=facts.paused) if row.action == action]
    if not in_run:
        raise ActionUnavailable(f"本件不走“{Action(action).label}”这一步。", action=action, state=facts.state)
    if not any(_could(actor, who, facts, terms) for row in (here or in_run) for who in row.by):
        raise NotPermitted(f"“{Action(action).label}”由{_by(here or in_run, facts, terms)}办理。", action=action)
    if not here:
        raise ActionUnavailable(_not_here(action, in_run, facts), action=action, state=facts.state)
    row = here[0]
    if facts.proposal and not stands_beside_a_proposal(row):
        raise ActionUnavailable(
            f"“{Action(facts.proposal).label}”已提出，等待确认；确认、不同意或收回之后再办。",
            action=action,
            state=facts.state,
        )
    bar = barring(row, facts, terms, actor, on=on)
    if bar is not None:
        raise Barred(bar)
    return Choice(row, Step.PROPOSE if needs_consent(row, facts) else Step.ACT)


def _could(actor: Actor, who: Who, facts: Facts, terms: Terms) -> bool:
    return is_meant(actor, who, facts, terms)


def _answer(step: Step, facts: Facts, terms: Terms, actor: Actor, *, on: date) -> Choice:
    row = proposed_row(facts, terms)
    if row is None:
        raise ActionUnavailable("本件没有等待确认的提出。", action=step.value, state=facts.state)
    if step == Step.RETRACT:
        if actor.user != facts.proposed_by:
            raise NotPermitted("只有提出人可以收回。", action=step.value)
        return Choice(row, step)
    if not may_answer(row, facts, terms, actor):
        who = described(row.consent, facts, terms) if row.consent else "另一人"
        raise NotPermitted(f"由{who}确认，提出人自己不能确认。", action=step.value)
    bar = barring(row, facts, terms, actor, on=on) if step == Step.CONFIRM else None
    if bar is not None:
        raise Barred(bar)
    return Choice(row, step)


def _by(rows: list[Row], facts: Facts, terms: Terms) -> str:
    return "、".join(dict.fromkeys(described(who, facts, terms) for row in rows for who in row.by))


def _not_here(action: str, rows: list[Row], facts: Facts) -> str:
    if facts.paused and any(facts.state in row.source and row.paused == Paused.NEVER for row in rows):
        return f"本件正在停表，恢复计时后才能{Action(action).label}。"
    where = "、".join(dict.fromkeys(source.label for row in rows for source in row.source))
    return f"本件现在是“{facts.state.label}”，“{Action(action).label}”在“{where}”环节办理；刷新看最新情况。"
