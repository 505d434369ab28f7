"""Who pauses and resumes a receiver, and where does that stand for ever? Each act with its reason, chained per endpoint."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from approvals.audit import records
from approvals.audit.tasks import nudge as nudge_register
from approvals.errors import Refused, said
from approvals.exchange import actions
from approvals.exchange.models import Endpoint, EndpointAct, Message
from approvals.exchange.tasks import nudge
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role


class NotOperator(Refused):
    code = "not-operator"
    status = 403
    title = "只有系统管理员和市协调员可以操作接收端"


class EndpointNotFound(Refused):
    code = "endpoint-not-found"
    status = 404
    title = "没有这个接收端"


class NothingToDo(Refused):
    code = "endpoint-nothing-to-do"
    title = "接收端已经是这个状态"


def may_operate(actor: Actor) -> bool:
    return actor.kind == "SYSTEM" or actor.role == Role.SYSTEM_ADMIN or _city_coordinator(actor)


def _city_coordinator(actor: Actor) -> bool:
    return actor.role == Role.COORDINATOR and actor.level == Level.CITY


def pause(*, endpoint: str, actor: Actor, at: datetime, reason: str) -> Endpoint:
    """Nothing is sent until it is resumed; what comes meanwhile waits. Raises NotOperator, EndpointNotFound, NothingToDo."""
    return _switch(endpoint, False, actor=actor, at=at, reason=reason)


def resume(*, endpoint: str, actor: Actor, at: datetime, reason: str) -> Endpoint:
    """Sending goes on at once, whatever rest the endpoint was given. Raises as `pause`."""
    return _switch(endpoint, True, actor=actor, at=at, reason=reason)


def resend_dead(*, endpoint: str, actor: Actor, at: datetime, reason: str) -> int:
    """Every dead letter of an endpoint goes out again; how many. Raises NotOperator, EndpointNotFound, NothingToDo."""
    with transaction.atomic(durable=True):
        row = locked(endpoint, actor=actor)
        sent = actions.resend(Message.objects.filter(endpoint=row, state=Message.State.DEAD), at=at)
        if not sent:
            raise NothingToDo("这个接收端没有死信。")
        record(row, EndpointAct.Action.RESEND, actor=actor, at=at, reason=reason, count=sent)
        transaction.on_commit(nudge, robust=True)
    return sent


def _switch(endpoint: str, on: bool, *, actor: Actor, at: datetime, reason: str) -> Endpoint:
    with transaction.atomic(durable=True):
        row = locked(endpoint, actor=actor)
        if row.enabled == on:
            raise NothingToDo(f"{row.name}已经{'在发送' if on else '暂停'}。")
        row.enabled = on
        row.rests_until = None
        row.save(update_fields=["enabled", "rests_until"])
        action = EndpointAct.Action.RESUME if on else EndpointAct.Action.PAUSE
        record(row, action, actor=actor, at=at, reason=reason)
        transaction.on_commit(nudge, robust=True)
    return row


def locked(endpoint: str, *, actor: Actor) -> Endpoint:
    """The endpoint of this code, for an operator, locked: not against new messages, whose writers hold what is wanted next.

    Raises NotOperator, EndpointNotFound.
    """
    if not may_operate(actor):
        raise NotOperator("请系统管理员或市协调员操作。")
    row = Endpoint.objects.select_for_update(no_key=True).filter(code=endpoint).first()
    if row is None:
        raise EndpointNotFound(f"没有代码为 {endpoint} 的接收端；从清单里选。")
    return row


def record(
    endpoint: Endpoint, action: EndpointAct.Action, *, actor: Actor, at: datetime, reason: str, count: int = 0
) -> EndpointAct:
    """Chain one act to the last of a locked endpoint. Raises Invalid without a reason, or with one too long to keep."""
    reason = said(" ".join(reason.split()), ask="写明理由，操作会留痕。", most=200, field="reason")
    act = EndpointAct(
        endpoint=endpoint,
        at=at,
        action=action,
        actor_kind=actor.kind,
        user=actor.user,
        role=actor.role,
        organ=actor.organ_code,
        reason=reason,
        count=count,
    )
    records.insert_last(act, of=EndpointAct.objects.filter(endpoint=endpoint))
    transaction.on_commit(nudge_register, robust=True)
    return act
