"""What does a rule know about a case? Frozen values, no database: the case row, the terms it was received under, its papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from approvals.cases.words import Option, Phase, State
from approvals.cases.workflow import PHASE_OF, Run


@dataclass(frozen=True)
class Holding:
    """An organ that holds a phase of this case. `organ` is its key; `level` is COUNTY or CITY."""

    level: str
    region: str
    organ: int
    code: str
    name: str


@dataclass(frozen=True)
class Procedure:
    """A special procedure (第四十五条) the item's guide allows; `max_days` in working days, 0 for as long as notified."""

    kind: str
    pauses_statutory: bool
    pauses_promised: bool
    max_days: int
    basis: str


@dataclass(frozen=True)
class Limits:
    """The limits copied from the guide at receipt, all in working days; None where no such limit runs."""

    acceptance: int
    recheck: int
    correction: int
    promised: int | None
    statutory: int | None
    from_receipt: bool  # the statutory limit runs from receipt, not from acceptance
    review_stage: int | None
    delivery: int
    take_over: int
    max_returns: int
    max_extension: int


@dataclass(frozen=True)
class Terms:
    """What the case keeps from the day it was received: who holds what, limits, options. Only a transfer changes them."""

    item: str
    region: str
    power_type: str
    filing: bool
    accept: Holding
    in_name_of: Holding
    review: Holding
    decide: Holding
    seal: Holding
    limits: Limits
    options: frozenset[Option]
    on_site: bool
    procedures: tuple[Procedure, ...]
    ex_officio: bool = False

    def holder(self, phase: Phase) -> Holding:
        """Who holds a phase (the supervising units are a list of their own, see the snapshot)."""
        return {
            Phase.ACCEPT: self.accept,
            Phase.REVIEW: self.review,
            Phase.DECIDE: self.decide,
            Phase.SEAL: self.seal,
        }[phase]

    @cached_property
    def run(self) -> Run:
        """Which rows of the workflow table exist for this case."""
        pairs = ((Phase.ACCEPT, Phase.REVIEW), (Phase.REVIEW, Phase.DECIDE), (Phase.ACCEPT, Phase.DECIDE))
        apart = frozenset(pair for pair in pairs if self.holder(pair[0]).organ != self.holder(pair[1]).organ)
        return Run(apart=apart, filing=self.filing, options=self.options, ex_officio=self.ex_officio)

    def holder_at(self, state: State) -> Holding:
        return self.holder(PHASE_OF[state])


def is_among(user: int | None, hands: str) -> bool:
    """Whether a user is among the hands a column names, such as ",12,15,": everyone who ever did that part."""
    return user is not None and f",{user}," in hands


def with_hand(hands: str, user: int | None) -> str:
    """The hands with one more user."""
    if user is None or is_among(user, hands):
        return hands
    return f"{hands or ','}{user},"


@dataclass(frozen=True)
class Facts:
    """The case row as a value. Days are legal days (Asia/Shanghai); `out_*` are working days already excluded by pauses."""

    id: int
    number: str
    state: State
    region: str
    version: int
    holder: int
    arrived_on: date
    due_on: date | None = None
    promise_on: date | None = None
    statute_on: date | None = None
    submitted_on: date | None = None
    received_on: date | None = None
    accepted_on: date | None = None
    decided_on: date | None = None
    paused_on: date | None = None
    stops_promise: bool = False
    stops_statute: bool = False
    out_promise: int = 0
    out_statute: int = 0
    extended: int = 0
    returns: int = 0
    corrections: int = 0
    come_back_to: str = ""
    tolerance_open: bool = False
    commitment: bool = False
    deemed: bool = False  # accepted by law, with whatever papers there were
    fee_due: bool = False
    expires_on: date | None = None  # of the licence whose renewal was asked for in time
    result: str = ""
    reviewed_by: str = ""
    checked_by: str = ""
    confirmed_by: str = ""
    in_hand: int | None = None
    taken_on: date | None = None
    proposal: str = ""
    proposed_by: int | None = None
    consent_organ: int | None = None
    events: int = 0
    head: str = ""
    last_at: datetime | None = None

    @property
    def paused(self) -> bool:
        return self.paused_on is not None


@dataclass(frozen=True)
class Paper:
    """One application material of the case, as the guide asked for it and as it stands."""

    id: int
    position: int
    name: str
    necessity: str
    status: str
    files: int = 0

    @property
    def in_place(self) -> bool:
        if self.status == "NOT_APPLICABLE":
            return self.necessity == "CONDITIONAL"
        return self.status in ("PAPER", "REUSED") or (self.status == "FILE" and self.files > 0)


@dataclass(frozen=True)
class FormField:
    """One field of the item's application form."""

    key: str
    label: str
    kind: str
    required: bool
    unit: str = ""
    choices: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class Point:
    """One review point of the guide; `key` ones are what the city looks at again."""

    position: int
    text: str
    key: bool


@dataclass(frozen=True)
class Proposal:
    """An open act of two persons: what was proposed, by whom, with which input."""

    action: str
    user: int | None
    name: str
    input: dict[str, Any]


@dataclass(frozen=True)
class LicenceFacts:
    """What the decision does to which licence, and why it cannot today; empty sentences mean that it can."""

    effect: str = "NONE"
    number: str = ""
    why_not: str = ""
    reused: tuple[str, ...] = ()  # one sentence a material whose licence no longer stands for it


@dataclass(frozen=True)
class HearingRules:
    """In working days: how long a hearing may be asked for, how long before it its day is told, within which it is held."""

    ask: int = 5
    notice: int = 7
    within: int = 20


@dataclass(frozen=True)
class Hearing:
    """Who was told before something is decided against them, until when they may speak, and how far they were heard."""

    owed: bool = False
    right: bool = False  # to a hearing
    notice: int = 0  # which event told them; 0 for the holder in a proceeding of an organ's own
    name: str = ""
    notified_on: date | None = None
    due_on: date | None = None  # the last day for a statement
    heard: bool = False
    waived: bool = False
    hearing_asked: bool = False
    hearing_asked_on: date | None = None
    hearing_held: bool = False

    @property
    def waits_for_a_hearing(self) -> bool:
        return self.hearing_asked and not self.hearing_held

    def open_on(self, on: date) -> bool:
        """Whether they may still speak, or ask for a hearing they have a right to, on a day."""
        if self.waived or self.hearing_held or (self.heard and not self.right):
            return False
        return self.due_on is not None and on <= self.due_on


@dataclass(frozen=True)
class Dossier:
    """What lies beside the case row and is read only for the acts that need it."""

    papers: tuple[Paper, ...] = ()
    fields: tuple[FormField, ...] = ()
    form: dict[str, Any] | None = None
    points: tuple[Point, ...] = ()
    defects: tuple[str, ...] = ()
    told_before: frozenset[tuple[int | None, str]] = frozenset()  # (material, defect) of every earlier notice
    forwarded: str = ""  # what the lower level proposed when it last forwarded the case: GRANT, DENY or nothing
    remedies: dict[str, Any] | None = None  # against the act, by the rule: which organ, which court
    fee_settled: bool = True
    seal_in_force: bool = True
    proposal: Proposal | None = None
    colleagues: frozenset[int] = frozenset()
    licence: LicenceFacts = LicenceFacts()
    hearing: Hearing = Hearing()
    others: tuple[Hearing, ...] = ()  # those whom the decision would touch directly, as they were told
    hearing_rules: HearingRules = HearingRules()
    visited: bool = False  # a joint visit is on record already
    offered: bool = False  # the result waits online for the applicant to confirm
    result_made: bool = False  # every paper of the result is made; asked only of what is offered
    reminded: bool = False  # of the end of the time to correct
    phone_on_file: bool = False  # where to call about the mail
    carrier_connected: bool = False  # orders for mail go out by themselves
