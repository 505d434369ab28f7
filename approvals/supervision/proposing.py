"""How does the approving organ answer what a supervising unit proposes? 采纳、不采纳、阅处; told on the same thread.

Adopting opens the organ's own case on the licence (`cases.exofficio`), in the same transaction; refusing gives reasons;
a lead is answered by what was done about it. The case's own decision reaches the unit later as a push on this thread.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from approvals.audit import chain
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.workdays import local_day
from approvals.cases.exofficio import open_proceeding
from approvals.cases.models import Case
from approvals.errors import Invalid, Refused, said
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.keys import key_of
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.supervision.models import Proposal, UnitEndpoint
from approvals.supervision.payload import thread_of
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import ProposalState, PushAction

ANSWERERS = (Role.REVIEWER, Role.CHECKER, Role.DECIDER)
SCHEMA = "answer/1"
LONGEST = 2000
REST = "……（全文见监管单位的建议）"
RECORDED = {
    ProposalState.ADOPTED: PushAction.ADOPTED,
    ProposalState.REFUSED: PushAction.DECLINED,
    ProposalState.NOTED: PushAction.NOTED,
}


class ProposalNotFound(Refused):
    code = "proposal-not-found"
    status = 404
    title = "没有这条建议或者线索"


class NotApprover(Refused):
    code = "not-approver"
    status = 403
    title = "由审批单位的岗位答复"


class ProposalAnswered(Refused):
    code = "proposal-answered"
    title = "这条建议或者线索已经答复"


def visible(actor: Actor) -> Q:
    """The proposals this actor may see, as a filter: the unit that made them, the organ that answers, coordinators."""
    if actor.kind == "SYSTEM":
        return Q()
    scope = actor.within("case__snapshot__item")
    if actor.role == Role.SUPERVISOR:
        return scope & Q(push__unit=actor.unit)
    if actor.role == Role.COORDINATOR:
        return scope if actor.level == Level.CITY else scope & Q(case__region=actor.region)
    if actor.role in ANSWERERS:
        return scope & (Q(organ=actor.organ) | Q(case__snapshot__city_organ=actor.organ))
    return Q(pk__in=[])


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """What this actor may see, the most urgent first."""
    rows = Proposal.objects.select_related(
        "case__snapshot",
        "case__region",
        "licence",
        "organ",
        "push__unit",
        "feedback__created_by",
        "proceeding",
        "answered_by",
    )
    return rows.filter(visible(actor)).order_by("due_on", "pk")


def waiting(actor: Actor) -> QuerySet[Proposal]:
    """Those this actor may see that nobody has answered."""
    return proposals(actor).filter(state=ProposalState.WAITING)


def waiting_for(actor: Actor) -> QuerySet[Proposal]:
    """Those this actor's organ has to answer."""
    if actor.role not in ANSWERERS:
        return Proposal.objects.none()
    return waiting(actor).filter(organ=actor.organ)


def find(*, proposal: Any, actor: Actor) -> Proposal:
    """One of them. Raises ProposalNotFound."""
    found = proposals(actor).filter(pk=key_of(proposal)).first()
    if found is None:
        raise ProposalNotFound("本单位没有这一条；从建议清单重新打开。")
    return found


def adopt(*, proposal: Any, actor: Actor, at: datetime, words: str = "") -> Case:
    """A reviewer of the organ opens the case that was proposed; the new case. `words` are added to what was reported.

    Raises ProposalNotFound, NotApprover, ProposalAnswered, LicenceNotFound, NotPermitted, ProceedingOpen,
    LicenceNotChangeable, Invalid.
    """
    seen = _to_answer(proposal, actor, (Role.REVIEWER,), "由审批单位审查岗采纳并立案。")
    if not seen.asks or seen.licence is None:
        raise Invalid({"answer": ["线索不用采纳；写明怎样办理，作为阅处答复。"]})
    told: dict[str, Any] = seen.feedback.content
    reasons = f"{seen.push.unit.name} {seen.made_on} 建议：{told['reasons']}"
    if len(reasons) > LONGEST:
        reasons = f"{reasons[: LONGEST - len(REST)]}{REST}"
    added, room = words.strip(), LONGEST - len(reasons) - 1
    if added and len(added) > room:
        left = f"最多写 {room} 字，现有 {len(added)} 字" if room > 0 else "已经写满"
        raise Invalid({"words": [f"立案最多写 {LONGEST} 字，建议的内容之外{left}；其余的立案后写在办件里。"]})
    given = {"act": seen.asks, "ground": seen.ground, "evidence": told.get("evidence", "")}
    given["reasons"] = "\n".join(filter(None, (reasons, added)))
    return open_proceeding(
        licence=seen.licence.number,
        actor=actor,
        at=at,
        given=given,
        also=lambda case: _answered(seen, ProposalState.ADOPTED, added, actor=actor, at=at, opened=case),
    )


def refuse(*, proposal: Any, actor: Actor, at: datetime, words: str) -> Proposal:
    """The head of the organ says why it does not act. Raises ProposalNotFound, NotApprover, ProposalAnswered, Invalid."""
    seen = _to_answer(proposal, actor, (Role.DECIDER,), "不采纳由审批单位决定岗答复。")
    if not seen.asks:
        raise Invalid({"answer": ["线索不用采纳；写明怎样办理，作为阅处答复。"]})
    with transaction.atomic(durable=True):
        _answered(seen, ProposalState.REFUSED, said(words, ask="写明不采纳的理由。", most=LONGEST), actor=actor, at=at)
    return find(proposal=seen.pk, actor=actor)


def note_lead(*, proposal: Any, actor: Actor, at: datetime, words: str) -> Proposal:
    """Somebody of the organ says what was done about a lead.

    Raises ProposalNotFound, NotApprover, ProposalAnswered, Invalid.
    """
    seen = _to_answer(proposal, actor, ANSWERERS, "线索由审批单位阅处。")
    if seen.asks:
        raise Invalid({"answer": ["建议须答复采纳或者不采纳。"]})
    with transaction.atomic(durable=True):
        _answered(seen, ProposalState.NOTED, said(words, ask="写明怎样办理的。", most=LONGEST), actor=actor, at=at)
    return find(proposal=seen.pk, actor=actor)


def _to_answer(proposal: Any, actor: Actor, roles: tuple[str, ...], who: str) -> Proposal:
    seen = find(proposal=proposal, actor=actor)
    if actor.organ != seen.organ_id or actor.role not in roles:
        raise NotApprover(f"{who}审批单位是{seen.organ.name}。")
    if seen.state != ProposalState.WAITING:
        raise ProposalAnswered(f"这一条{seen.get_state_display()}，不能再答复；有新情况请联系监管单位。")
    return seen


def _answered(
    seen: Proposal, state: ProposalState, words: str, *, actor: Actor, at: datetime, opened: Case | None = None
) -> None:
    """Write the answer, in the caller's transaction: the row, the thread, the notice, the unit's system."""
    thread = locked_threads({seen.case_id})[seen.case_id]
    row = Proposal.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if row.state != ProposalState.WAITING:
        raise ProposalAnswered("别的同事已经答复；刷新清单查看。")
    row.state, row.words, row.salt, row.proceeding = state, words, chain.new_salt(), opened
    row.answered_at, row.answered_by_id = at, actor.user
    row.save()
    data = {"feedback": seen.feedback.sequence, "asks": row.asks or None, "ground": row.ground or None}
    data |= {"proceeding": opened.number if opened else None, "due_on": row.due_on}
    append(
        thread,
        RECORDED[state],
        actor=actor,
        at=at,
        push=seen.push,
        unit=seen.push.unit.code,
        data=data,
        text_digest=chain.salted(row.salt, words),
    )
    what = f"{row.get_asks_display()}的建议" if row.asks else "线索"
    outcome = f"已立案 {opened.number}，决定后另行推送。" if opened else words
    tell(
        to={
            seen.feedback.created_by_id,
            *people_in(on=local_day(at), units=[seen.push.unit_id], roles=[Role.SUPERVISOR]),
        },
        kind="proposal",
        title=f"{what}：审批单位{state.label}",
        body=f"办件 {seen.case.number}：{outcome}",
        url=f"/supervision/?push={seen.push_id}",
        key=f"proposal-answer-{row.pk}",
        at=at,
    )
    _tell_system(seen, row, outcome, at=at)
    transaction.on_commit(nudge_register, robust=True)


def _tell_system(seen: Proposal, row: Proposal, outcome: str, *, at: datetime) -> None:
    """A unit with a system of its own gets the answer as a message.

    Its thread of delivery is its own: a system that does not know the topic and refuses it is still pushed what follows.
    """
    receiving = UnitEndpoint.objects.select_related("endpoint").filter(unit=seen.push.unit_id).first()
    if receiving is None or receiving.endpoint.transport != Endpoint.Transport.HTTP:
        return
    body = {
        "schema": SCHEMA,
        "push": str(seen.push_id),
        "thread": thread_of(seen.case),
        "feedback": seen.feedback.sequence,
        "kind": seen.feedback.kind,
        "asks": row.asks,
        "state": row.state,
        "state_words": row.get_state_display(),
        "words": outcome,
        "proceeding": row.proceeding.number if row.proceeding else None,
        "answered_at": at,
    }
    exchange.enqueue(
        endpoint=receiving.endpoint,
        topic="push.answer",
        thread=f"answer-{seen.push_id}",
        body=chain.canonical(body),
        at=at,
    )
    transaction.on_commit(nudge_exchange, robust=True)
