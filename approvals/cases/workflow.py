"""Which acts exist, who may take them, and what follows? The one workflow table, for every mode of delegation.

A row speaks of phases and roles, never of levels or modes: who holds a phase is frozen on the case (`facts.Terms`).
Everything else is derived from these rows: the state machine, buttons, worklists, the API's actions, permission answers
and docs/workflows.md. Articles are those of the 行政许可法 unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from approvals.cases.words import (
    Action,
    Bar,
    Clock,
    Effect,
    Letter,
    Need,
    Option,
    Phase,
    Purpose,
    Result,
    Role,
    State,
)


class Paused(StrEnum):
    """Whether a row exists while the clock stands still."""

    NEVER = "NEVER"
    ONLY = "ONLY"
    ALWAYS = "ALWAYS"


class Target(StrEnum):
    """Targets that are not a state of their own."""

    SAME = "SAME"  # the case stays where it is
    BACK = "BACK"  # to whoever returned it; where nobody did, the row's `else_to`


class Place(StrEnum):
    """Whom a row looks for besides the holder of a fixed phase."""

    HOLDER = "HOLDER"  # of the phase in which the case stands
    IN_NAME = "IN_NAME"  # the organ in whose name the case is accepted
    COORDINATOR = "COORDINATOR"  # of the case's region, or of the city
    APPLICANT = "APPLICANT"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True)
class Who:
    """A holder of a phase (or one of the special places) in one of some roles."""

    place: Phase | Place
    roles: tuple[Role, ...] = ()


CLERK = Who(Phase.ACCEPT, (Role.CLERK,))
REVIEWER = Who(Phase.REVIEW, (Role.REVIEWER,))
CHECKER = Who(Phase.REVIEW, (Role.CHECKER,))
CITY_REVIEWER = Who(Phase.DECIDE, (Role.REVIEWER,))
DECIDER = Who(Phase.DECIDE, (Role.DECIDER,))
SEALER = Who(Phase.SEAL, (Role.SEAL_KEEPER,))
HEAD = (Role.DECIDER, Role.CHECKER)
HOLDERS_REVIEWER = Who(Place.HOLDER, (Role.REVIEWER,))
HOLDERS_HEAD = Who(Place.HOLDER, HEAD)
IN_NAME_HEAD = Who(Place.IN_NAME, HEAD)
ANY_HOLDER = Who(Place.HOLDER, (Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER))
COORDINATOR = Who(Place.COORDINATOR, (Role.COORDINATOR,))
APPLICANT = Who(Place.APPLICANT)
SYSTEM = Who(Place.SYSTEM)


@dataclass(frozen=True)
class Row:
    """One line of the table. `across`/`within` name two phases held by different / the same organ."""

    action: Action
    source: tuple[State, ...]
    target: State | Target
    by: tuple[Who, ...]
    duty: bool = False
    across: tuple[Phase, Phase] | None = None
    within: tuple[Phase, Phase] | None = None
    filing: bool | None = None  # True: only for filings (备案), False: never for them
    option: Option | None = None  # exists only where the item's guide allows it
    ex_officio: bool | None = False  # True: only for an organ's own proceeding on a licence, None: for both
    consent: Who | None = None
    consent_from_second: bool = False  # the first time one person is enough
    paused: Paused = Paused.NEVER
    bars: tuple[Bar, ...] = ()
    needs: tuple[Need, ...] = ()
    clock: Clock | None = None
    letter: Letter | None = None
    result: Result | None = None
    push: Purpose | None = None
    effects: tuple[Effect, ...] = field(default=())
    else_to: State | None = None


A, S, N, B = Action, State, Need, Bar
HANDLING = (S.REVIEW, S.CHECK, S.KEY_POINTS, S.DECISION)
ACCEPTING = (S.RECEIVED, S.CORRECTION, S.MENDING)
APART = (Phase.REVIEW, Phase.DECIDE)
OVER_THE_COUNTER = (Phase.ACCEPT, Phase.REVIEW)
ONE_HOUSE = (Phase.ACCEPT, Phase.DECIDE)

# fmt: off
TABLE: tuple[Row, ...] = (
    # ---- 收件与受理：第二十九条至第三十二条
    Row(A.RECEIVE, (S.DRAFT,), S.RECEIVED, (CLERK,), duty=True,
        clock=Clock.RECEIVE, letter=Letter.RECEIPT),
    Row(A.REQUEST_CORRECTION, (S.RECEIVED,), S.CORRECTION, (CLERK,), duty=True,
        consent=IN_NAME_HEAD, consent_from_second=True, bars=(B.CORRECTED_TOO_OFTEN,), needs=(N.DEFECTS,), clock=Clock.WAIT,
        letter=Letter.CORRECTION_NOTICE, effects=(Effect.CORRECTION,)),
    Row(A.RESUBMIT, (S.CORRECTION,), S.RECEIVED, (CLERK, APPLICANT),
        needs=(N.ANSWERS,), clock=Clock.RESUBMIT, letter=Letter.CORRECTION_RECEIPT, effects=(Effect.MATERIALS, Effect.ANSWERED)),
    Row(A.ACCEPT, (S.RECEIVED,), S.REVIEW, (CLERK,), duty=True, filing=False,
        needs=(N.MATERIALS, N.FORM), clock=Clock.ACCEPT, letter=Letter.ACCEPTANCE_NOTICE, effects=(Effect.TOLERANCE,)),
    Row(A.ACCEPT, (S.RECEIVED,), S.REVIEW, (CLERK,), duty=True, filing=True, across=ONE_HOUSE,
        needs=(N.MATERIALS, N.FORM), clock=Clock.ACCEPT, letter=Letter.ACCEPTANCE_NOTICE, effects=(Effect.TOLERANCE,)),
    Row(A.DEEM_ACCEPTED, (S.RECEIVED,), S.REVIEW, (SYSTEM,),
        clock=Clock.DEEM, letter=Letter.ACCEPTANCE_NOTICE),
    Row(A.REFUSE, (S.RECEIVED,), S.REFUSED, (CLERK,), duty=True,
        consent=IN_NAME_HEAD, needs=(N.REASONS, N.RIGHT_ORGAN, N.REMEDIES), clock=Clock.END,
        letter=Letter.REFUSAL, result=Result.REFUSED, effects=(Effect.BAN,)),
    # ---- 窗口与审查单位之间
    Row(A.RETURN_TO_WINDOW, (S.REVIEW,), S.MENDING, (REVIEWER,), duty=True, across=OVER_THE_COUNTER,
        bars=(B.RETURNED_TOO_OFTEN,), needs=(N.REASONS,), clock=Clock.STAGE, letter=Letter.RETURN_SLIP, effects=(Effect.RETURNED,)),
    Row(A.RESUME, (S.MENDING,), Target.BACK, (CLERK,), duty=True, across=OVER_THE_COUNTER, else_to=S.REVIEW,
        needs=(N.REPLY,), clock=Clock.STAGE, effects=(Effect.MATERIALS, Effect.CAME_BACK)),
    # ---- 审查：第三十四条、第三十五条
    Row(A.RECOMMEND, (S.REVIEW,), S.DECISION, (REVIEWER,), duty=True, within=APART, filing=False,
        needs=(N.PROPOSAL, N.OPINION, N.POINTS, N.SITE), clock=Clock.STAGE, letter=Letter.OPINION, effects=(Effect.REVIEWED, Effect.POINTS)),
    Row(A.RECOMMEND, (S.REVIEW,), S.CHECK, (REVIEWER,), duty=True, across=APART,
        needs=(N.PROPOSAL, N.OPINION, N.POINTS, N.SITE), clock=Clock.STAGE, letter=Letter.OPINION, effects=(Effect.REVIEWED, Effect.POINTS)),
    Row(A.SEND_BACK, (S.CHECK,), S.REVIEW, (CHECKER,), duty=True, across=APART,
        needs=(N.REASONS,), clock=Clock.STAGE),
    Row(A.FORWARD, (S.CHECK,), Target.BACK, (CHECKER,), duty=True, across=APART, else_to=S.KEY_POINTS,
        bars=(B.OWN_REVIEW,), needs=(N.PROPOSAL, N.OPINION), clock=Clock.STAGE, letter=Letter.FORWARDING,
        effects=(Effect.CHECKED, Effect.CAME_BACK)),
    Row(A.CONFIRM_POINTS, (S.KEY_POINTS,), S.DECISION, (CITY_REVIEWER,), duty=True, across=APART, filing=False,
        bars=(B.OWN_EARLIER_WORK,), needs=(N.OPINION, N.KEY_POINTS), clock=Clock.STAGE, letter=Letter.OPINION,
        effects=(Effect.CONFIRMED, Effect.POINTS)),
    Row(A.RETURN, (S.KEY_POINTS,), S.REVIEW, (CITY_REVIEWER,), duty=True, across=APART,
        bars=(B.RETURNED_TOO_OFTEN,), needs=(N.REASONS,), clock=Clock.STAGE, letter=Letter.RETURN_SLIP, effects=(Effect.RETURNED,)),
    Row(A.RETURN, (S.DECISION,), S.REVIEW, (DECIDER,), duty=True, across=APART,
        bars=(B.OWN_WORK, B.RETURNED_TOO_OFTEN,), needs=(N.REASONS,), clock=Clock.STAGE, letter=Letter.RETURN_SLIP, effects=(Effect.RETURNED,)),
    Row(A.SEND_BACK, (S.DECISION,), S.REVIEW, (DECIDER,), duty=True, within=APART,
        bars=(B.OWN_WORK,), needs=(N.REASONS,), clock=Clock.STAGE),
    # ---- 决定：第三十七条、第三十八条
    Row(A.APPROVE, (S.DECISION,), S.DECIDED, (DECIDER,), duty=True, filing=False,
        bars=(B.OWN_WORK, B.TOLERANCE_OPEN), needs=(N.COMPLETE, N.OTHERS_HEARD, N.RESULT_DATA, N.OVERRULING, N.LICENCE, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.GRANT, result=Result.GRANTED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.DENY, (S.DECISION,), S.DECIDED, (DECIDER,), duty=True, filing=False,
        bars=(B.OWN_WORK,), needs=(N.REASONS, N.REMEDIES, N.OTHERS_HEARD, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.DENIAL, result=Result.DENIED, push=Purpose.INFORM, effects=(Effect.DECISION, Effect.BAN)),
    Row(A.GRANT_ON_COMMITMENT, (S.REVIEW,), S.DECIDED, (DECIDER,), duty=True, within=APART, filing=False, option=Option.COMMITMENT,
        bars=(B.OWN_WORK, B.NO_COMMITMENT, B.TOLERANCE_OPEN), needs=(N.COMPLETE, N.OTHERS_HEARD, N.RESULT_DATA, N.LICENCE, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.GRANT, result=Result.GRANTED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.DECIDE_ON_THE_SPOT, (S.RECEIVED,), S.DECIDED, (DECIDER,), within=ONE_HOUSE, filing=False, option=Option.ON_THE_SPOT,
        bars=(B.TOLERANCE_OPEN,), needs=(N.MATERIALS, N.FORM, N.RESULT_DATA, N.LICENCE, N.LATENESS), clock=Clock.ACCEPT_AND_DECIDE,
        letter=Letter.GRANT, result=Result.GRANTED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.DEEM_RENEWED, (S.MENDING, *HANDLING), S.DECIDED, (SYSTEM,), paused=Paused.ALWAYS, filing=False,
        clock=Clock.DECIDE, letter=Letter.GRANT, result=Result.GRANTED, push=Purpose.CLAIM,
        effects=(Effect.DECISION, Effect.LICENCE)),  # 第五十条
    # ---- 备案：不设许可，收讫即办（优化营商环境条例第三十九条）
    Row(A.RECORD, (S.RECEIVED,), S.DECIDED, (CITY_REVIEWER,), duty=True, within=ONE_HOUSE, filing=True,
        bars=(B.TOLERANCE_OPEN,), needs=(N.LICENCE, N.MATERIALS, N.FORM, N.LATENESS), clock=Clock.ACCEPT_AND_DECIDE,
        letter=Letter.FILING, result=Result.RECORDED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.RECORD, (S.REVIEW,), S.DECIDED, (CITY_REVIEWER,), duty=True, within=APART, filing=True,
        bars=(B.TOLERANCE_OPEN,), needs=(N.COMPLETE, N.LICENCE, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.FILING, result=Result.RECORDED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.RECORD, (S.KEY_POINTS,), S.DECIDED, (CITY_REVIEWER,), duty=True, across=APART, filing=True,
        bars=(B.OWN_EARLIER_WORK, B.TOLERANCE_OPEN), needs=(N.COMPLETE, N.OVERRULING, N.LICENCE, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.FILING, result=Result.RECORDED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE)),
    Row(A.DECLINE_RECORD, (S.RECEIVED,), S.DECIDED, (CITY_REVIEWER,), duty=True, within=ONE_HOUSE, filing=True,
        needs=(N.REASONS, N.REMEDIES, N.LATENESS), clock=Clock.ACCEPT_AND_DECIDE,
        letter=Letter.FILING_DECLINED, result=Result.NOT_RECORDED, push=Purpose.INFORM, effects=(Effect.DECISION,)),
    Row(A.DECLINE_RECORD, (S.REVIEW,), S.DECIDED, (CITY_REVIEWER,), duty=True, within=APART, filing=True,
        needs=(N.REASONS, N.REMEDIES, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.FILING_DECLINED, result=Result.NOT_RECORDED, push=Purpose.INFORM, effects=(Effect.DECISION,)),
    Row(A.DECLINE_RECORD, (S.KEY_POINTS,), S.DECIDED, (CITY_REVIEWER,), duty=True, across=APART, filing=True,
        bars=(B.OWN_EARLIER_WORK,), needs=(N.REASONS, N.REMEDIES, N.LATENESS), clock=Clock.DECIDE,
        letter=Letter.FILING_DECLINED, result=Result.NOT_RECORDED, push=Purpose.INFORM, effects=(Effect.DECISION,)),
    # ---- 依职权处理证照：第八条、第六十九条、第七十条；行政处罚法第九条的暂扣与吊销登记
    Row(A.INITIATE, (S.DRAFT,), S.REVIEW, (CITY_REVIEWER,), ex_officio=True,
        needs=(N.REASONS,), clock=Clock.ACCEPT),
    Row(A.GIVE_NOTICE, (S.REVIEW,), Target.SAME, (CITY_REVIEWER,), ex_officio=True,
        needs=(N.NOTICE,), letter=Letter.PRIOR_NOTICE, effects=(Effect.NOTICE,)),
    Row(A.HEAR, (S.REVIEW,), Target.SAME, (CITY_REVIEWER,), ex_officio=True,
        needs=(N.STATEMENT,), effects=(Effect.HEARD,)),
    Row(A.PROPOSE_ORDER, (S.REVIEW,), S.DECISION, (CITY_REVIEWER,), duty=True, ex_officio=True,
        needs=(N.OPINION, N.HEARD), clock=Clock.STAGE, letter=Letter.OPINION, effects=(Effect.REVIEWED,)),
    Row(A.SEND_BACK, (S.DECISION,), S.REVIEW, (DECIDER,), duty=True, ex_officio=True,
        bars=(B.OWN_WORK,), needs=(N.REASONS,), clock=Clock.STAGE),
    Row(A.ORDER, (S.DECISION,), S.DECIDED, (DECIDER,), duty=True, ex_officio=True,
        bars=(B.OWN_WORK,), needs=(N.REASONS, N.REMEDIES, N.HEARD, N.LICENCE), clock=Clock.DECIDE,
        letter=Letter.LICENCE_ORDER, result=Result.ORDERED, push=Purpose.CLAIM, effects=(Effect.DECISION, Effect.LICENCE, Effect.BAN)),
    Row(A.DROP, (S.REVIEW, S.DECISION), S.TERMINATED, (DECIDER,), ex_officio=True,
        needs=(N.REASONS,), clock=Clock.END, result=Result.DROPPED),
    # ---- 用印、送达、归档：第三十九条、第四十四条
    Row(A.SEAL, (S.DECIDED,), S.SEALED, (SEALER,), duty=True, ex_officio=None, needs=(N.SEAL,), clock=Clock.STAGE),
    Row(A.DISPATCH, (S.SEALED,), Target.SAME, (CLERK,), ex_officio=None, needs=(N.DISPATCH, N.FEE), effects=(Effect.DISPATCH,)),
    Row(A.DELIVER, (S.SEALED,), S.DELIVERED, (CLERK, SYSTEM), duty=True, ex_officio=None, needs=(N.DELIVERY, N.FEE),
        clock=Clock.END, letter=Letter.SERVICE_RECORD, effects=(Effect.DELIVERY,)),
    Row(A.ACKNOWLEDGE, (S.SEALED,), S.DELIVERED, (APPLICANT,), ex_officio=None, needs=(N.OFFERED, N.FEE),
        clock=Clock.END, letter=Letter.SERVICE_RECORD, effects=(Effect.DELIVERY,)),
    Row(A.ARCHIVE, (S.DELIVERED,), S.ARCHIVED, (CLERK, SYSTEM), ex_officio=None, needs=(N.ALL_DONE,)),
    # ---- 停表、延期：第四十二条、第四十五条
    Row(A.PAUSE, HANDLING, Target.SAME, (HOLDERS_REVIEWER,), consent=HOLDERS_HEAD,
        needs=(N.PROCEDURE,), clock=Clock.PAUSE, letter=Letter.PAUSE_NOTICE, effects=(Effect.PAUSE,)),
    Row(A.UNPAUSE, HANDLING, Target.SAME, (HOLDERS_REVIEWER, HOLDERS_HEAD), duty=True, paused=Paused.ONLY,
        needs=(N.OUTCOME,), clock=Clock.UNPAUSE, effects=(Effect.PAUSE,)),
    Row(A.EXTEND, HANDLING, Target.SAME, (HOLDERS_REVIEWER,), consent=DECIDER, filing=False,
        bars=(B.EXTENDED, B.NO_LIMIT, B.LIMIT_PASSED), needs=(N.EXTENSION,), clock=Clock.EXTEND, letter=Letter.EXTENSION_NOTICE),
    # ---- 告知利害关系人：第三十六条
    Row(A.INFORM_OTHERS, HANDLING, Target.SAME, (HOLDERS_REVIEWER,), filing=False, needs=(N.INTERESTED,), letter=Letter.HEARING_NOTICE,
        effects=(Effect.INFORMED,)),
    Row(A.HEAR, HANDLING, Target.SAME, (HOLDERS_REVIEWER,), filing=False, paused=Paused.ALWAYS,
        needs=(N.STATEMENT,), effects=(Effect.HEARD,)),
    # ---- 中途结束
    Row(A.WITHDRAW, ACCEPTING + HANDLING, S.WITHDRAWN, (CLERK, APPLICANT), paused=Paused.ALWAYS,
        needs=(N.CONFIRMATION,), clock=Clock.END, letter=Letter.WITHDRAWAL, result=Result.WITHDRAWN),
    Row(A.TERMINATE, ACCEPTING, S.TERMINATED, (CLERK,), consent=IN_NAME_HEAD,
        needs=(N.GROUND,), clock=Clock.END, letter=Letter.TERMINATION, result=Result.TERMINATED),
    Row(A.TERMINATE, HANDLING, S.TERMINATED, (HOLDERS_REVIEWER,), consent=HOLDERS_HEAD, paused=Paused.ALWAYS,
        needs=(N.GROUND,), clock=Clock.END, letter=Letter.TERMINATION, result=Result.TERMINATED),
    Row(A.VOID, (S.DRAFT,), S.VOIDED, (CLERK,), needs=(N.REASONS,), clock=Clock.END, result=Result.VOIDED),
    Row(A.VOID, (S.RECEIVED,), S.VOIDED, (CLERK,), consent=COORDINATOR,
        bars=(B.NOTICE_SERVED,), needs=(N.REASONS,), clock=Clock.END, result=Result.VOIDED),
    # ---- 登记与经手，不改变环节
    Row(A.AMEND, (S.DRAFT, *ACCEPTING), Target.SAME, (CLERK,), effects=(Effect.FORM, Effect.MATERIALS)),
    Row(A.SUPPLY, HANDLING, Target.SAME, (CLERK,), paused=Paused.ALWAYS, bars=(B.NO_TOLERANCE,),
        needs=(N.SUPPLIED,), effects=(Effect.FORM, Effect.MATERIALS)),
    Row(A.RECORD_FEE, (*ACCEPTING, *HANDLING, S.DECIDED, S.SEALED), Target.SAME, (CLERK,), paused=Paused.ALWAYS,
        bars=(B.NO_FEE,), needs=(N.FEE_FACTS,), effects=(Effect.FEE,)),
    Row(A.RECORD_VISIT, HANDLING, Target.SAME, (HOLDERS_REVIEWER,), filing=False, paused=Paused.ALWAYS,
        needs=(N.VISIT,), effects=(Effect.VISIT,)),
    Row(A.TAKE, (S.RECEIVED, S.MENDING, *HANDLING, S.DECIDED, S.SEALED), Target.SAME, (ANY_HOLDER,), ex_officio=None, paused=Paused.ALWAYS,
        bars=(B.IN_HAND,), effects=(Effect.TAKEN,)),
    Row(A.ASSIGN, HANDLING, Target.SAME, (HOLDERS_HEAD,), ex_officio=None, paused=Paused.ALWAYS,
        needs=(N.COLLEAGUE,), effects=(Effect.TAKEN,)),
    Row(A.TAKE_OVER, (S.REVIEW, S.KEY_POINTS), Target.SAME, (SYSTEM,), paused=Paused.ALWAYS, effects=(Effect.TAKEN,)),
    # ---- 权限收回或交还时移转未决定的办件；只经 `transfer`，新流程没有这个环节的落到审查
    Row(A.TRANSFER, ACCEPTING + HANDLING, Target.SAME, (SYSTEM,), paused=Paused.ALWAYS,
        needs=(N.NEW_HOLDERS,), effects=(Effect.TRANSFERRED,)),
    # ---- 放假安排公布或更正后重算到期日；只经 `recalendar`
    Row(A.RECALENDAR, (*ACCEPTING, *HANDLING, S.DECIDED, S.SEALED), Target.SAME, (SYSTEM,), ex_officio=None, paused=Paused.ALWAYS),
)
# fmt: on

PHASE_OF: dict[State, Phase] = {
    State.DRAFT: Phase.ACCEPT,
    State.RECEIVED: Phase.ACCEPT,
    State.CORRECTION: Phase.ACCEPT,
    State.MENDING: Phase.ACCEPT,
    State.REVIEW: Phase.REVIEW,
    State.CHECK: Phase.REVIEW,
    State.KEY_POINTS: Phase.DECIDE,
    State.DECISION: Phase.DECIDE,
    State.DECIDED: Phase.SEAL,
    State.SEALED: Phase.ACCEPT,
    State.DELIVERED: Phase.ACCEPT,
    State.ARCHIVED: Phase.ACCEPT,
    State.REFUSED: Phase.ACCEPT,
    State.WITHDRAWN: Phase.ACCEPT,
    State.TERMINATED: Phase.ACCEPT,
    State.VOIDED: Phase.ACCEPT,
}

ENDS = frozenset({State.ARCHIVED, State.REFUSED, State.WITHDRAWN, State.TERMINATED, State.VOIDED})
OPEN = tuple(state for state in State if state not in ENDS)
GOING_ON = tuple(sorted(set(OPEN) - {State.DELIVERED}))


@dataclass(frozen=True)
class Run:
    """What decides which rows exist for a case: which neighbouring phases are held apart, filing, allowed options."""

    apart: frozenset[tuple[Phase, Phase]]
    filing: bool
    options: frozenset[Option]
    ex_officio: bool = False

    def has(self, row: Row) -> bool:
        return (
            (row.across is None or row.across in self.apart)
            and (row.within is None or row.within not in self.apart)
            and (row.filing is None or row.filing == self.filing)
            and (row.option is None or row.option in self.options)
            and (row.ex_officio is None or row.ex_officio == self.ex_officio)
        )

    def rows(self) -> Iterator[Row]:
        return (row for row in TABLE if self.has(row))


def stands_beside_a_proposal(row: Row) -> bool:
    """Whether a row may be taken while another person's confirmation is awaited: what moves nothing, and what the
    applicant or the law brings about."""
    if APPLICANT in row.by or SYSTEM in row.by:
        return True
    return row.target == Target.SAME and row.consent is None


def rows_from(run: Run, state: State, *, paused: bool) -> Iterator[Row]:
    """The rows of a run that start in `state` and exist while the clock is (not) paused."""
    for row in run.rows():
        if state in row.source and row.paused in (
            (Paused.ONLY, Paused.ALWAYS) if paused else (Paused.NEVER, Paused.ALWAYS)
        ):
            yield row
