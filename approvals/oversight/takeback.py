"""How is a power taken back, and given back? Proposed by the city unit, confirmed by a second organ, carried out by itself.

Confirming ends (or grants anew) the delegation as of the day; from 00:00 of that day new cases run on the row of the
catalogue that applies then. The sweep transfers the open cases that were meant to move, whenever it comes: it asks again
each time, so a case that was just being received at midnight is found by the next round. Design: the city unit proposes,
市委编办 confirms where that is 市行政审批局, else 市行政审批局.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from approvals.audit.tasks import nudge
from approvals.calendars.workdays import local_day
from approvals.cases.actions import settled
from approvals.cases.inputs import clean
from approvals.cases.models import Case
from approvals.cases.rows import terms_of
from approvals.cases.transfer import ROW, Plan, plan, transfer
from approvals.catalogue.actions import end_delegation, grant_again
from approvals.catalogue.jurisdiction import Jurisdiction, jurisdiction
from approvals.catalogue.models import Delegation
from approvals.catalogue.queries import current_rows, jurisdiction_of
from approvals.errors import Invalid, Refused
from approvals.keys import key_of
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import Organ, Post, Region, Role
from approvals.oversight import inputs
from approvals.oversight.access import CITY_ROLES, NotOverseer, found, must_oversee, sees_take_backs
from approvals.oversight.evidence import evidence_of
from approvals.oversight.following import GROUND
from approvals.oversight.models import TakeBack
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import Direction, OversightAction, TakeBackState


class NotSecondOrgan(Refused):
    code = "not-second-organ"
    status = 403
    title = "由确认单位的负责人答复"


class AlreadyAnswered(Refused):
    code = "already-answered"
    title = "已经答复过"


class ProposalOpen(Refused):
    code = "proposal-open"
    title = "同一放权已有待确认的提出"


class NobodyToReceive(Refused):
    code = "nobody-to-receive"
    title = "市级窗口到时没有人能收件"


class NotInForce(Refused):
    code = "delegation-not-in-force"
    title = "放权的情况不允许这样办"


def second_organ(unit: Organ) -> Organ:
    """Who confirms what a city unit proposes: 市委编办 for 市行政审批局 itself, else 市行政审批局."""
    kind = Organ.Kind.ESTABLISHMENT if unit.kind == Organ.Kind.APPROVAL_BUREAU else Organ.Kind.APPROVAL_BUREAU
    return Organ.objects.get(kind=kind, region=unit.region_id)


@transaction.atomic
def propose(*, direction: str, delegation: Any, actor: Actor, at: datetime, given: Any) -> TakeBack:
    """The city unit of an item proposes to take one delegation back, or to give back one that was taken.

    Raises Invalid, NotOverseer, ProposalOpen, NotInForce.
    """
    told, on = clean(inputs.TakeBackInput, given), local_day(at)
    rows = Delegation.objects.filter(actor.within("item__code")).select_related("item__city_unit", "region")
    row = rows.filter(pk=key_of(delegation)).first()
    if row is None:
        raise Invalid({"delegation": ["没有这条放权；从清单重新选择。"]})
    unit = row.item.city_unit
    must_oversee(actor, unit.pk)
    _may_begin(direction, row, told["from_on"], on)
    ledger = locked_ledger(unit.pk)
    if TakeBack.objects.filter(delegation=row, direction=direction, state=TakeBackState.PROPOSED).exists():
        raise ProposalOpen("先撤回原来的提出，或等确认单位答复。")
    evidence = [line.as_json() for line in evidence_of(item=row.item.code, region=row.region_id, on=on)]
    proposed = TakeBack.objects.create(
        direction=direction,
        delegation=row,
        unit=unit,
        second=second_organ(unit),
        region=row.region,
        item=row.item.code,
        item_name=row.item.name,
        place=row.place,
        from_on=told["from_on"],
        open_cases=told["open_cases"],
        exceptions=sorted(set(told["exceptions"])),
        reasons=told["reasons"],
        evidence=evidence,
        proposed_at=at,
        proposed_by_id=actor.user,
    )
    data = {"direction": direction, "item": proposed.item, "region": proposed.region_id, "from_on": proposed.from_on}
    data |= {"delegation": row.pk, "open_cases": proposed.open_cases, "exceptions": proposed.exceptions}
    data |= {"evidence": [f"{line['key']}:{line['count']}" for line in evidence]}
    texts = {"reasons": proposed.reasons}
    append(ledger, OversightAction.PROPOSED, f"take-back:{proposed.pk}", actor=actor, at=at, data=data, texts=texts)
    _tell(proposed, [proposed.second_id], (Role.DECIDER,), "请确认", "proposed", at)
    transaction.on_commit(nudge, robust=True)
    return proposed


def _may_begin(direction: str, row: Delegation, from_on: date, on: date) -> None:
    if from_on <= on:
        raise Invalid({"from_on": ["从明天或以后开始，当天已经收下的件不追改。"]})
    ended = row.effective_to
    if direction == Direction.TAKE:
        if from_on <= row.effective_from:
            raise Invalid({"from_on": [f"放权自 {row.effective_from} 起，从那以后才能收回。"]})
        if ended is not None and ended < from_on:
            raise NotInForce(f"这条放权已定于 {ended} 终止，到时没有可收回的。")
    elif ended is None or ended >= from_on:
        raise NotInForce("这条放权那天还有效，不需要交还。")


@transaction.atomic
def confirm(*, take_back: Any, actor: Actor, at: datetime, given: Any) -> TakeBack:
    """The head of the second organ agrees: the delegation ends (or begins anew) on the day proposed.

    Raises Invalid, NothingOverseen, NotSecondOrgan, AlreadyAnswered, NobodyToReceive, NotInForce.
    """
    told = clean(inputs.TakeBackAnswer, given)
    row, ledger = _to_answer(take_back, actor)
    if row.from_on <= local_day(at):
        raise NotInForce("提出的日期已经到了；请提出单位改期重新提出。")
    if row.direction == Direction.TAKE:
        if not receivers(row.unit, on=row.from_on):
            raise NobodyToReceive("先在市级综合窗口或提出单位设窗口岗，再确认收回。")
        eve = row.from_on - timedelta(days=1)
        why = f"收回权限第 {row.pk} 号"
        end_delegation(delegation=row.delegation_id, on=eve, actor=actor, at=at, reason=why, agreed=True)
    else:
        row.new_delegation = grant_again(
            delegation=row.delegation_id, from_on=row.from_on, actor=actor, at=at, reason=f"交还权限第 {row.pk} 号"
        )
        answer = jurisdiction_of(item=row.item, region=row.region_id, on=row.from_on, place=row.place)
        if not answer.delegated:
            raise NotInForce(f"{answer.nearest_miss}；先办好再确认交还。")
    _answered(row, TakeBackState.CONFIRMED, told["answer"], actor, at)
    append(
        ledger,
        OversightAction.CONFIRMED,
        f"take-back:{row.pk}",
        actor=actor,
        at=at,
        data={"from_on": row.from_on, "new_delegation": row.new_delegation_id},
        texts={"answer": told["answer"]},
    )
    county = Organ.objects.filter(region=row.region_id).values_list("pk", flat=True)
    _tell(row, [row.unit_id, *county], (Role.CLERK, *CITY_ROLES, Role.COORDINATOR), "已确认", "confirmed", at)
    transaction.on_commit(nudge, robust=True)
    return row


def receivers(unit: Organ, *, on: date) -> bool:
    """Whether on a day anybody sits at a window of the city, or at a clerk's post of the unit, to receive its cases."""
    windows = Organ.objects.filter(region=unit.region_id, kind=Organ.Kind.WINDOW)
    return Post.objects.in_force(on).filter(role=Role.CLERK, organ__in=[unit.pk, *windows]).exists()


@transaction.atomic
def decline(*, take_back: Any, actor: Actor, at: datetime, given: Any) -> TakeBack:
    """The head of the second organ does not agree, with reasons. Raises as `confirm` does."""
    told = clean(inputs.TakeBackAnswer, given)
    row, ledger = _to_answer(take_back, actor)
    _answered(row, TakeBackState.DECLINED, told["answer"], actor, at)
    texts = {"answer": told["answer"]}
    append(ledger, OversightAction.DECLINED, f"take-back:{row.pk}", actor=actor, at=at, texts=texts)
    _tell(row, [row.unit_id], CITY_ROLES, "没有同意", "declined", at)
    transaction.on_commit(nudge, robust=True)
    return row


@transaction.atomic
def retract(*, take_back: Any, actor: Actor, at: datetime) -> TakeBack:
    """The city unit takes its own proposal back before it is answered. Raises NothingOverseen, NotOverseer, AlreadyAnswered."""
    row = found(TakeBack.objects.all(), sees_take_backs(actor), take_back)
    must_oversee(actor, row.unit_id)
    ledger = locked_ledger(row.unit_id)
    row = TakeBack.objects.select_for_update().get(pk=row.pk)
    _open(row)
    _answered(row, TakeBackState.RETRACTED, "", actor, at)
    append(ledger, OversightAction.RETRACTED, f"take-back:{row.pk}", actor=actor, at=at)
    return row


def _to_answer(take_back: Any, actor: Actor) -> tuple[TakeBack, Any]:
    row = found(TakeBack.objects.select_related("second"), sees_take_backs(actor), take_back)
    if actor.organ != row.second_id or actor.role != Role.DECIDER:
        raise NotSecondOrgan(f"由{row.second.name}的决定岗确认；提出单位不能确认自己的提出。")
    ledger = locked_ledger(row.unit_id)
    row = TakeBack.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
    _open(row)
    return row, ledger


def _open(row: TakeBack) -> None:
    if row.state != TakeBackState.PROPOSED:
        raise AlreadyAnswered(f"这个提出{row.get_state_display()}。")


def _answered(row: TakeBack, state: TakeBackState, words: str, actor: Actor, at: datetime) -> None:
    row.state, row.answered_at, row.answered_by_id, row.answer = state, at, actor.user, words
    row.save(update_fields=["state", "answered_at", "answered_by", "answer", "new_delegation"])


def _tell(row: TakeBack, organs: list[int], roles: tuple[str, ...], words: str, about: str, at: datetime) -> None:
    title = f"{row.get_direction_display()}权限{words}：{row.region.name} {row.item_name}，自 {row.from_on} 起"
    tell(
        to=people_in(on=local_day(at), organs=organs, roles=roles),
        kind="oversight",
        title=title,
        url=f"/oversight/take-backs/{row.pk}/",
        key=f"take-back:{row.pk}:{about}",
        at=at,
    )


# ---------------------------------------------------------------- the open cases


def in_flight(*, direction: str, delegation: int, item: str, region: str, place: str) -> QuerySet[Case]:
    """The received, undecided cases that a take-back (or a give-back) concerns."""
    open_ones = Case.objects.select_related("snapshot", "holder").filter(
        state__in=ROW.source, snapshot__ex_officio=False
    )
    open_ones = open_ones.order_by("number")
    if direction == Direction.TAKE:
        return open_ones.filter(snapshot__delegation=delegation)
    return open_ones.filter(snapshot__item=item, region=region, snapshot__place=place, snapshot__delegation=None)


def will_move(row: TakeBack, case: Case, *, at: datetime) -> bool:
    """Whether a take-back transfers this open case, as the law sees the case at `at`: deemed accepted is accepted."""
    facts = settled(case, terms_of(case.snapshot), at=at, on=local_day(at))
    return row.moves(case.number, accepted=facts.accepted_on is not None)


def in_flight_of(row: TakeBack) -> QuerySet[Case]:
    return in_flight(
        direction=row.direction, delegation=row.delegation_id, item=row.item, region=row.region_id, place=row.place
    )


@dataclass(frozen=True)
class Foreseen:
    """One open case in the preview of a take-back: whether it moves, and where it would land."""

    plan: Plan
    moves: bool


def foreseen(*, direction: str, delegation: Delegation, from_on: date, at: datetime) -> list[Plan]:
    """What a transfer would do with each open case, as if the power had moved already; nothing is written."""
    answer = afterwards(direction=direction, delegation=delegation, from_on=from_on)
    item, region, place = delegation.item.code, delegation.region_id, delegation.place
    cases = in_flight(direction=direction, delegation=delegation.pk, item=item, region=region, place=place)
    return [plan(case=case, actor=SYSTEM, at=at, jurisdiction=answer) for case in cases[:500]]


def afterwards(*, direction: str, delegation: Delegation, from_on: date) -> Jurisdiction:
    """Who will hold the phases of the item once the proposal is carried out."""
    rows = current_rows()
    changed = []
    for one in rows.delegations:
        if one.pk == delegation.pk:
            if direction == Direction.TAKE:
                one = replace(one, effective_to=from_on - timedelta(days=1))
            else:
                one = replace(one, effective_from=from_on, effective_to=None)
        changed.append(one)
    rows = replace(rows, delegations=tuple(changed))
    return jurisdiction(
        rows, item=delegation.item.code, region=delegation.region_id, on=from_on, place=delegation.place
    )


def carry_out(*, at: datetime) -> int:
    """Transfer the open cases whose power has moved and that were meant to move; how many. Repeating is harmless."""
    moved = 0
    confirmed = TakeBack.objects.filter(state=TakeBackState.CONFIRMED, from_on__lte=local_day(at)).order_by("pk")
    for row in confirmed:
        likely = in_flight_of(row).filter(row.may_move())
        numbers = [case.number for case in likely if will_move(row, case, at=at)]
        if numbers:
            text = f"{row.get_direction_display()}权限，自 {row.from_on} 起"
            tried = transfer(numbers=numbers, actor=SYSTEM, at=at, ground=f"{GROUND}{row.pk}", text=text)
            moved += sum(one.done is not None for one in tried)
    return moved


def may_propose(actor: Actor) -> bool:
    """Whether this actor's organ has items of its own to take back."""
    try:
        must_oversee(actor, actor.organ or 0)
    except (NotOverseer, Organ.DoesNotExist):
        return False
    return powers_of(actor).exists()


def powers_of(actor: Actor) -> QuerySet[Delegation]:
    """What this actor's unit has delegated, of the items the post is for."""
    return Delegation.objects.filter(actor.within("item__code"), item__city_unit=actor.organ)


def regions_of(actor: Actor) -> QuerySet[Region]:
    return Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
