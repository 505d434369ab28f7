"""How does a case stand in a list? Lights, holder, hand and what may be done at once, without a query a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings

from approvals.cases.choosing import choices
from approvals.cases.models import Case, Party
from approvals.cases.queries import Light, light, stage_light
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.words import Action, State, Step
from approvals.cases.workflow import ENDS
from approvals.organisations import masks
from approvals.organisations.access import Actor

SERVING = frozenset({State.DECIDED, State.SEALED})  # decided: what runs now is the time to serve (第四十四条)
STOPPED = frozenset({*ENDS, State.DECIDED, State.SEALED, State.DELIVERED})


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    case: Case
    applicant: str
    promise: Light
    statute: Light
    state: str
    marks: tuple[str, ...]
    hand: str
    may_take: bool


def lights(case: Case, *, on: date, at: datetime | None = None) -> tuple[Light, Light]:
    """The promise light and the statutory light of a case on a day, red from the end of office hours on the last."""
    stopped = case.state in STOPPED
    percent = settings.YELLOW_SHARE_PERCENT
    return (
        light(
            case.promise_on,
            limit=case.snapshot.promised,
            paused=case.paused_on is not None and case.stops_promise,
            stopped=stopped,
            on=on,
            percent=percent,
            at=at,
        ),
        light(
            case.statute_on,
            limit=case.snapshot.statutory,
            paused=case.paused_on is not None and case.stops_statute,
            stopped=stopped,
            on=on,
            percent=percent,
            at=at,
        ),
    )


def serving_light(case: Case, *, on: date, at: datetime | None = None) -> Light:
    """The light of the time to serve a decided case, named as such."""
    shown = stage_light(case, on=on, at=at)
    return replace(shown, words=f"送达{shown.words}") if shown.colour != "NONE" else shown


def lines(cases: Sequence[Case], actor: Actor, *, on: date, at: datetime | None = None) -> list[Line]:
    """The lines of these cases for this actor; one query for the applicants."""
    names = applicants(cases)
    return [_line(case, names.get(case.pk, ""), actor, on, at) for case in cases]


def applicants(cases: Sequence[Case], *, masked: bool = False) -> dict[int, str]:
    """The applicants' names by case: 甲、乙, first as entered; persons masked where they leave the house."""
    names: dict[int, list[str]] = {}
    found = Party.objects.filter(case__in=[case.pk for case in cases], role=Party.Role.APPLICANT).order_by("position")
    for case, name, kind in found.values_list("case", "name", "kind"):
        names.setdefault(case, []).append(masks.name(name, kind) if masked else name)
    return {case: "、".join(parts) for case, parts in names.items()}


def _line(case: Case, applicant: str, actor: Actor, on: date, at: datetime | None) -> Line:
    promise, statute = lights(case, on=on, at=at)
    if case.state in SERVING:
        promise = serving_light(case, on=on, at=at)
    offered = {choice.row.action for choice in choices(facts_of(case), terms_of(case.snapshot), actor, on=on)}
    mine = case.in_hand_id is not None and case.in_hand_id == actor.user
    return Line(
        case=case,
        applicant=applicant,
        promise=promise,
        statute=statute,
        state=State(case.state).label,
        marks=marks(case),
        hand="我" if mine else case.in_hand.name if case.in_hand else "",
        may_take=case.in_hand_id is None and Action.TAKE in offered,
    )


def marks(case: Case) -> tuple[str, ...]:
    """What is out of the ordinary, in a few words."""
    found = []
    if case.proposal:
        found.append(f"待{Step.CONFIRM.label}：{Action(case.proposal).label}")
    if case.come_back_to:
        found.append("退回")
    elif case.returns:
        found.append("退回后重报")
    if case.tolerance_open:
        found.append("容缺")
    if case.decided_on:
        late = (("超法定期限办结", case.statute_on), ("超承诺期限办结", case.promise_on))
        found += [words for words, last in late if last and case.decided_on > last][:1]
    return tuple(found)
