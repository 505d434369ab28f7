"""What may be read of a case: the case itself, what may be done with it, its record, and why it is due that day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import SHANGHAI, Calendar, Due, Pause, add, count, due, local_day
from approvals.cases.access import described, not_found, visible
from approvals.cases.actions import settled
from approvals.cases.choosing import Choice, choices
from approvals.cases.clock import counted_from, remaining
from approvals.cases.facts import Facts, Terms
from approvals.cases.models import Case, Event, EventText
from approvals.cases.models import Pause as PauseRow
from approvals.cases.needs import Blocker, blockers
from approvals.cases.numbers import is_number
from approvals.cases.rows import dossier_of, facts_of, terms_of
from approvals.cases.step import needs_consent, target_of
from approvals.cases.words import Action, State, Step
from approvals.cases.workflow import ENDS, HANDLING, PHASE_OF
from approvals.catalogue.models import SpecialProcedure
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ


def find(*, number: str, actor: Actor) -> Case:
    """The case, with its snapshot, holder and region. Raises CaseNotFound where it does not exist for this actor."""
    cases = Case.objects.select_related("snapshot", "holder", "region", "in_hand").filter(visible(actor))
    case = cases.filter(number=number).first() if is_number(number) else None
    if case is None:
        raise not_found(number)
    return case


@dataclass(frozen=True)
class Offer:
    """One thing this person may do now: its name at the doors, its words, what is missing, what will follow."""

    name: str
    label: str
    step: str
    duty: bool
    to: str
    next_holder: str
    clock: str
    letter: str
    push: str
    confirmed_by: str
    missing: tuple[Blocker, ...]
    row: Any


def offers(case: Case, actor: Actor, *, at: datetime) -> list[Offer]:
    """What this actor may do with the case now, duties first, with what is still missing for each."""
    day, terms = local_day(at), terms_of(case.snapshot)
    facts = settled(case, terms, at=at, on=day)
    found = list(choices(facts, terms, actor, on=day))
    needs = {need for choice in found for need in choice.row.needs}
    dossier = dossier_of(case, terms, needs, on=day, with_proposal=False) if found else None
    offered = [_offer(choice, facts, terms, dossier, day) for choice in found]
    return sorted(offered, key=lambda offer: not offer.duty)


def _offer(choice: Choice, facts: Facts, terms: Terms, dossier: Any, day: date) -> Offer:
    row = choice.row
    moves = choice.step in (Step.ACT, Step.CONFIRM)
    target = target_of(row, facts) if moves else facts.state
    holder = terms.holder_at(target)
    consent = row.consent is not None and choice.step == Step.PROPOSE and needs_consent(row, facts)
    open_needs = choice.step in (Step.ACT, Step.PROPOSE)
    return Offer(
        name=choice.name,
        label=Action(row.action).label if open_needs else f"{choice.step.label}：{Action(row.action).label}",
        step=choice.step,
        duty=row.duty if open_needs else choice.step in (Step.CONFIRM, Step.DECLINE),
        to=target,
        next_holder=holder.name if holder.organ != facts.holder else "",
        clock=row.clock.label if row.clock and moves else "",
        letter=row.letter.label if row.letter and moves else "",
        push=row.push.label if row.push and moves else "",
        confirmed_by=described(row.consent, facts, terms) if consent and row.consent else "",
        missing=tuple(blockers(row, facts, terms, {}, dossier, on=day)) if open_needs else (),
        row=row,
    )


@dataclass(frozen=True)
class Line:
    """One line of a case's record, as people read it."""

    event: Event
    name: str
    organ: str
    texts: dict[str, Any]
    changes: dict[str, tuple[str, str]]

    @property
    def label(self) -> str:
        words = Action(self.event.action).label
        return words if self.event.step == Step.ACT else f"{words}（{Step(self.event.step).label}）"


def timeline(case: Case) -> list[Line]:
    """The record of a case, oldest first; erased words are empty. `changes` says what each act did to the due dates."""
    texts = {one.sequence: one for one in EventText.objects.filter(case=case)}
    return list(_lines(Event.objects.filter(case=case).order_by("sequence"), texts))


def _lines(events: Any, texts: dict[int, EventText]) -> Iterator[Line]:
    before: dict[str, str] = {}
    for event in events:
        stored = texts.get(event.sequence)
        words = json.loads(stored.text) if stored and stored.text else {}
        name, organ = words.pop("name", ""), words.pop("organ", "")
        now = {key: event.data.get(key, before.get(key, "")) for key in ("promise_on", "statute_on")}
        changes = {key: (before.get(key, ""), now[key]) for key in now if now[key] != before.get(key, "")}
        before = now
        yield Line(event, name, organ, words, changes)


@dataclass(frozen=True)
class Why:
    """Why a case is due on a day: from which day, how many working days, each day with its reason, the law in words."""

    title: str
    start: date
    days: int
    due_on: date
    answer: Due
    steps: tuple[str, ...]


def why(case: Case, *, which: str = "promise") -> Why | None:
    """Why the promised (or the statutory, `which="statute"`) day is that day; None where no such limit runs.

    A pause that still runs is not in the answer: it moves the day when the clock goes on.
    """
    terms, calendar = terms_of(case.snapshot), current_calendar()
    limit = terms.limits.promised if which == "promise" else terms.limits.statutory
    due_on = case.promise_on if which == "promise" else case.statute_on
    if limit is None or due_on is None or case.accepted_on is None:
        return None
    start = counted_from(which, facts_of(case), terms)
    from_receipt = terms.limits.from_receipt and (which == "statute" or terms.filing)
    began = ("材料补齐" if case.corrections else "收件") if from_receipt else "受理"
    pauses = counted_pauses(case, which, calendar, start, limit)
    days = limit + case.extended
    answer = due(calendar, start=start, days=days, pauses=pauses)
    name = "承诺" if which == "promise" else "法定"
    steps = [f"自{began}之日 {start} 的次日起算，{name}时限 {limit} 个工作日（行政许可法第四十二条、第八十二条）。"]
    if case.extended:
        steps.append(f"经批准延长 {case.extended} 个工作日（行政许可法第四十二条）。")
    bases = {
        one.started_on: f"（{one.basis}）" if one.basis else ""
        for one in PauseRow.objects.filter(case=case, resumed_on__isnull=False).order_by("pk")
    }
    for pause in pauses:
        steps.append(
            f"{pause.start} 至 {pause.resume} 停表：{pause.why}，停表次日至恢复当日的工作日不计入{bases[pause.start]}。"
        )
    if answer.estimated:
        steps.append("到期日在已公布的放假安排之后，暂按周末推算，为预计日期。")
    if case.accepted_on and case.corrections:
        steps.append("经补正后受理，受理之日为材料补齐之日。")
    if answer.due_on != due_on:
        steps.append(f"不晚于法定到期日，最迟 {due_on}。")
    return Why(f"最迟 {due_on}", start, days, due_on, answer, tuple(steps))


def counted_pauses(case: Case, which: str, calendar: Calendar, start: date, limit: int) -> list[Pause]:
    """The ended pauses that moved this limit: those that began before it had run out (as `clock.stopped` saw it)."""
    column = "stops_promise" if which == "promise" else "stops_statute"
    rows = PauseRow.objects.filter(case=case, resumed_on__isnull=False, **{column: True}).order_by("started_on", "pk")
    ended = [Pause(start=one.started_on, resume=one.resumed_on, why=procedure_name(one.kind)) for one in rows]
    extended_on = None
    if ended and case.extended:
        extension = Event.objects.filter(case=case, action=Action.EXTEND, step=Step.CONFIRM).latest("sequence")
        extended_on = extension.effective_on
    counted: list[Pause] = []
    for pause in ended:
        days = limit + (case.extended if extended_on and extended_on <= pause.start else 0)
        if pause.start < add(calendar, start, days, pauses=counted):
            counted.append(pause)
    return counted


def estimated(day: date | None) -> bool:
    """Whether a due day lies beyond the published holidays and is therefore 预计, an estimate on weekends alone."""
    return day is not None and not current_calendar().is_published(day)


def procedure_name(kind: str) -> str:
    """A special procedure in words; a kind of an older edition that is no longer listed stays as it was written."""
    return dict(SpecialProcedure.choices).get(kind, kind)


@dataclass(frozen=True)
class Light:
    """A traffic light: GREEN, YELLOW, RED, PAUSED or NONE, with the working days left (negative: overdue)."""

    colour: str
    days: int | None
    words: str


def light(
    due_on: date | None,
    *,
    limit: int | None,
    paused: bool,
    stopped: bool,
    on: date,
    percent: int,
    at: datetime | None = None,
) -> Light:
    """The light of a limit on a day: yellow within max(1, `percent` of the limit) working days, red when passed.

    With the moment `at`, red too on the last day once the office has closed, though the legal day ends at 24:00.
    """
    if stopped or due_on is None:
        return Light("NONE", None, "不计时")
    if paused:
        return Light("PAUSED", None, "暂停")
    left = remaining(current_calendar(), due_on, on=on)
    if left < 0 or due_on < on:
        return Light("RED", left, f"超 {max(1, -left)} 天")
    if left == 0:
        return Light("RED" if at is not None and _closed(at) else "YELLOW", 0, "今日到期")
    threshold = max(1, -(-(limit or 0) * percent // 100))
    if limit and limit > settings.YELLOW_LEAST_ABOVE_WORKDAYS:
        threshold = max(threshold, settings.YELLOW_LEAST_WORKDAYS)
    return Light("YELLOW" if left <= threshold else "GREEN", left, f"剩 {left} 天")


def stage_light(case: Case, *, on: date, at: datetime | None = None) -> Light:
    """The light of the stage the case stands in, measured against the stage's own share of working days."""
    state = State(case.state)
    return light(
        case.due_on,
        limit=_stage_share(case, state),
        paused=case.paused_on is not None,
        stopped=state in ENDS or state == State.DELIVERED,
        on=on,
        percent=settings.YELLOW_SHARE_PERCENT,
        at=at,
    )


def _stage_share(case: Case, state: State) -> int | None:
    """The working days the stage has: from the day it began to its last, less those a pause took out."""
    if state == State.CORRECTION:
        return terms_of(case.snapshot).limits.correction
    started = {State.RECEIVED: case.submitted_on, State.DECIDED: case.decided_on, State.SEALED: case.decided_on}
    start = started.get(state, case.accepted_on)
    if start is None or case.due_on is None or case.due_on < start:
        return None
    taken_out = case.out_promise if state in HANDLING else 0
    return max(0, count(current_calendar(), after=start, until=case.due_on) - taken_out)


def _closed(at: datetime) -> bool:
    return at.astimezone(SHANGHAI).time() >= time.fromisoformat(settings.OFFICE_CLOSES_AT)


def holders(case: Case) -> list[tuple[str, str, str, bool]]:
    """谁负责什么: (phase in words, organ, in whose name, is it here now) of a case."""
    terms = terms_of(case.snapshot)
    here = PHASE_OF[facts_of(case).state]
    names = {"ACCEPT": "受理", "REVIEW": "审查", "DECIDE": "决定", "SEAL": "用印"}
    rows = []
    for phase, words in names.items():
        holding = terms.holder(type(here)(phase))
        named = terms.in_name_of.name if phase == "ACCEPT" and terms.in_name_of.organ != holding.organ else ""
        rows.append((words, holding.name, named, here == phase))
    return rows


def organ_names(codes: set[str]) -> dict[str, str]:
    """Organ names by code."""
    return dict(Organ.objects.filter(code__in=codes).values_list("code", "name"))
