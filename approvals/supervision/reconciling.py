"""Do we and a unit's system hold the same pushes? Each day by count and digest; what lacks is sent again, then asked again.

The digest of a day: SHA-256 over one line `number id sha256-of-the-text` a push, in the order of the unit's numbers. The
unit answers in its signed receipt (`answer`: a JSON object with count, digest, missing) or through the interface.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from approvals.audit.chain import canonical
from approvals.errors import Refused
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint, Message
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import Role
from approvals.supervision.access import NotSupervisor
from approvals.supervision.models import Push, Reconciliation, UnitEndpoint
from approvals.supervision.replaying import send_again
from approvals.supervision.words import Standing

SCHEMA = "reconcile/1"
TOPIC = "reconcile.daily"
LARGEST = 2**31 - 1  # number that fits a column
MOST_MISSING = 1000  # numbers in one answer


class ReconciliationNotFound(Refused):
    code = "reconciliation-not-found"
    status = 404
    title = "这一天没有给本单位的对账"


def reconcile(*, day: date, at: datetime) -> int:
    """Write the reconciliation of a day for every unit with a system of its own that was pushed something; how many."""
    made = 0
    with_system = UnitEndpoint.objects.exclude(endpoint__transport=Endpoint.Transport.INBOX).select_related(
        "unit", "endpoint"
    )
    for receiving in with_system.order_by("pk"):
        with transaction.atomic(durable=True):
            UnitEndpoint.objects.select_for_update(of=("self",)).get(pk=receiving.pk)
            if Reconciliation.objects.filter(unit=receiving.unit, day=day).exists():
                continue
            made += _write(receiving, day, at=at)
    return made


def _write(receiving: UnitEndpoint, day: date, *, at: datetime) -> int:
    found = Push.objects.filter(unit=receiving.unit, message__endpoint=receiving.endpoint, pushed_at__date=day)
    pushes = list(found.select_related("message").order_by("unit_sequence"))
    if not pushes:
        return 0
    row = Reconciliation(
        unit=receiving.unit,
        endpoint=receiving.endpoint,
        day=day,
        first=pushes[0].unit_sequence,
        last=pushes[-1].unit_sequence,
        count=len(pushes),
        digest=digest_of(pushes),
        made_at=at,
    )
    _ask(row, [push.unit_sequence for push in pushes], at=at)
    return 1


def digest_of(pushes: Sequence[Push]) -> str:
    """The digest of pushes in the order of their numbers."""
    return hashlib.sha256(
        "".join(
            f"{push.unit_sequence} {push.pk} {hashlib.sha256(push.message.body.encode()).hexdigest()}\n"
            for push in pushes
        ).encode()
    ).hexdigest()


def _ask(row: Reconciliation, sequences: list[int], *, at: datetime) -> None:
    """Put the question to the unit's system; one that comes for its messages finds it through the interface."""
    row.state = Standing.SENT
    if row.endpoint.transport == Endpoint.Transport.HTTP:
        body = {
            "schema": SCHEMA,
            "unit": row.unit.code,
            "day": row.day,
            "asked": row.asked,
            "from": row.first,
            "to": row.last,
            "sequences": sequences,
            "count": row.count,
            "digest": row.digest,
        }
        row.message = exchange.enqueue(
            endpoint=row.endpoint, topic=TOPIC, thread=f"reconcile-{row.unit.code}", body=canonical(body), at=at
        )
        transaction.on_commit(nudge_exchange, robust=True)
    row.save()


def note_answers(*, at: datetime) -> int:
    """Take in what units answered in their receipts, and ask again where everything lacking was delivered; how many."""
    noted = 0
    open_rows = Reconciliation.objects.filter(state=Standing.SENT, message__state=Message.State.CONFIRMED)
    for pk in list(open_rows.values_list("pk", flat=True)[:50]):
        with transaction.atomic(durable=True):
            row = _locked(pk)
            if row.state == Standing.SENT and row.message is not None:
                _take(row, _parsed((row.message.receipt or {}).get("answer", "")), at=at)
                noted += 1
    for pk in list(_to_ask_again().order_by("day", "pk").values_list("pk", flat=True)[:50]):
        with transaction.atomic(durable=True):
            noted += _ask_again(_locked(pk), at=at)
    return noted


def answer(*, day: date, actor: Actor, at: datetime, given: dict[str, Any]) -> Reconciliation:
    """A unit's system says through the interface what it holds of a day. Raises NotSupervisor, ReconciliationNotFound."""
    if actor.role != Role.SUPERVISOR:
        raise NotSupervisor("对账由监管单位的系统答复。")
    with transaction.atomic(durable=True):
        found = Reconciliation.objects.filter(unit=actor.unit, day=day).first()
        if found is None:
            raise ReconciliationNotFound(f"{day} 没有给本单位系统的推送，或对账尚未生成。")
        row = _locked(found.pk)
        _take(row, given, at=at)
    return row


def _take(row: Reconciliation, given: dict[str, Any], *, at: datetime) -> None:
    row.answered_at = at
    row.their_count, row.their_digest = given.get("count"), given.get("digest", "")[:64]
    row.missing = given.get("missing", [])
    if row.their_count is None:
        row.state = Standing.UNANSWERED
    elif (row.their_count, row.their_digest) == (row.count, row.digest):
        row.state = Standing.AGREED
    else:
        row.state = Standing.DIFFERS
        lacking = Push.objects.filter(unit=row.unit, unit_sequence__in=row.missing, message__endpoint=row.endpoint)
        lacking = lacking.filter(unit_sequence__gte=row.first, unit_sequence__lte=row.last)
        row.repaired += send_again(list(lacking.values_list("pk", flat=True)), actor=SYSTEM, at=at, why="RECONCILED")
    row.save()


def _to_ask_again() -> QuerySet[Reconciliation]:
    """Those for which asking may still help: what was asked often enough, or is not delivered yet, keeps no other waiting."""
    pushes = Push.objects.filter(
        unit=OuterRef("unit"), message__endpoint=OuterRef("endpoint"), pushed_at__date=OuterRef("day")
    )
    rows = Reconciliation.objects.filter(state=Standing.DIFFERS, asked__lt=settings.RECONCILE_ASKS)
    return rows.exclude(missing=[]).exclude(Exists(pushes.exclude(message__state=Message.State.CONFIRMED)))


def _ask_again(row: Reconciliation, *, at: datetime) -> int:
    """Once all the day's pushes are confirmed (anew), and not for ever: a lasting difference is for people."""
    if not _to_ask_again().filter(pk=row.pk).exists():
        return 0
    pushes = Push.objects.filter(unit=row.unit, message__endpoint=row.endpoint, pushed_at__date=row.day)
    row.asked += 1
    _ask(row, list(pushes.order_by("unit_sequence").values_list("unit_sequence", flat=True)), at=at)
    return 1


def _locked(pk: int) -> Reconciliation:
    rows = Reconciliation.objects.select_for_update(of=("self",)).select_related("unit", "endpoint", "message")
    return rows.get(pk=pk)


def _parsed(text: str) -> dict[str, Any]:
    """The answer of a receipt, only what has the right shape; empty where there is none."""
    try:
        data = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(data, dict) or type(data.get("count")) is not int or not isinstance(data.get("digest"), str):
        return {}
    missing = data.get("missing", [])
    numbers = [one for one in missing if type(one) is int and 0 < one <= LARGEST] if isinstance(missing, list) else []
    return {"count": min(max(data["count"], 0), LARGEST), "digest": data["digest"], "missing": numbers[:MOST_MISSING]}
