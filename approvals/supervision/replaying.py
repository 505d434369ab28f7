"""How does a unit get again what it once had? Under the same id and number, recorded on the thread, receipted anew."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from approvals.audit.tasks import nudge as nudge_register
from approvals.errors import Invalid
from approvals.exchange import actions as exchange
from approvals.exchange import operating
from approvals.exchange.models import EndpointAct, Message
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.organisations.access import Actor
from approvals.supervision.models import Push
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import PushAction

MOST = 1000


def replay(
    *, endpoint: str, actor: Actor, at: datetime, reason: str, first: int = 1, last: int | None = None, unit: str = ""
) -> int:
    """An operator sends an endpoint's confirmed pushes again, by their numbers in the unit; how many.

    Raises NotOperator, EndpointNotFound, NothingToDo, Invalid.
    """
    with transaction.atomic(durable=True):
        row = operating.locked(endpoint, actor=actor)
        found = Push.objects.filter(message__endpoint=row, message__state=Message.State.CONFIRMED)
        found = found.filter(unit_sequence__gte=first, **({"unit__code": unit} if unit else {}))
        if last is not None:
            found = found.filter(unit_sequence__lte=last)
        chosen = list(found.order_by("unit_sequence").values_list("pk", flat=True)[: MOST + 1])
        if len(chosen) > MOST:
            raise Invalid({"last": [f"一次最多重新投递 {MOST} 条；缩小序号范围，分几次做。"]})
        if not chosen:
            raise operating.NothingToDo("这个范围里没有已确认的推送。")
        done = send_again(chosen, actor=actor, at=at, why="OPERATOR")
        operating.record(row, EndpointAct.Action.REPLAY, actor=actor, at=at, reason=reason, count=done)
    return done


def send_again(pushes: Collection[object], *, actor: Actor, at: datetime, why: str) -> int:
    """In the caller's transaction: these confirmed pushes go out again and wait for a new receipt; how many."""
    rows = Push.objects.filter(pk__in=pushes, message__state=Message.State.CONFIRMED)
    threads = locked_threads(set(rows.values_list("case_id", flat=True)))
    found = list(
        rows.select_for_update(of=("self",)).select_related("message__endpoint", "unit").order_by("case", "pk")
    )
    sent = [push for push in found if push.message.endpoint.transport == "HTTP"]
    exchange.send_again([push.message for push in sent], at=at)
    for push in sent:
        push.confirmed_at = None
        push.save(update_fields=["confirmed_at"])
        data = {"why": why, "unit_sequence": push.unit_sequence}
        thread = threads[push.case_id]
        append(thread, PushAction.REPLAYED, actor=actor, at=at, push=push, unit=push.unit.code, data=data)
    if sent:
        transaction.on_commit(nudge_exchange, robust=True)
        transaction.on_commit(nudge_register, robust=True)
    return len(sent)
