"""Has a unit's system confirmed? What the exchange knows becomes a record of the thread, and starts the claim limit."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from approvals.audit.chain import canonical
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import local_day
from approvals.cases.models import Form
from approvals.exchange.models import Message
from approvals.organisations.access import SYSTEM, Actor
from approvals.supervision.models import Push, PushThread
from approvals.supervision.placing import delivered
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import PushAction


def note_receipts(*, at: datetime, limit: int = 200) -> int:
    """Record up to `limit` confirmations that the exchange has and supervision does not yet; how many."""
    with transaction.atomic(durable=True):
        found = list(
            Push.objects.filter(confirmed_at__isnull=True, message__state=Message.State.CONFIRMED)
            .order_by("pushed_at", "pk")
            .values_list("pk", "case_id")[:limit]
        )
        threads = locked_threads({case for _, case in found})
        pushes = (
            Push.objects.select_for_update(of=("self",))
            .select_related("message", "unit")
            .filter(pk__in=[pk for pk, _ in found], confirmed_at__isnull=True)
            .order_by("pushed_at", "pk")
        )
        noted = 0
        for push in pushes:
            note(push, thread=threads[push.case_id], actor=SYSTEM, at=at)
            noted += 1
        if noted:
            transaction.on_commit(nudge_register, robust=True)
    return noted


def note(push: Push, *, thread: PushThread, actor: Actor, at: datetime) -> None:
    """Record one confirmation; thread and push are locked. The claim limit runs from the first delivery."""
    message = push.message
    push.confirmed_at = message.confirmed_at
    if push.delivered_at is None and message.delivered_at is not None:
        days = Form.objects.values_list("claim_days", flat=True).get(pk=push.case_id)
        delivered(push, at=message.delivered_at, days=days, calendar=current_calendar())
    push.save(update_fields=["confirmed_at", "delivered_at", "claim_due_on"])
    data = {
        "message_attempts": message.attempts,
        "receipt": (message.receipt or {}).get("receipt", ""),
        "receipt_sha256": hashlib.sha256(canonical(message.receipt).encode()).hexdigest(),
        "delivered_on": local_day(push.delivered_at) if push.delivered_at else None,
        "claim_due_on": push.claim_due_on,
    }
    append(thread, PushAction.CONFIRMED, actor=actor, at=at, push=push, unit=push.unit.code, data=data)
