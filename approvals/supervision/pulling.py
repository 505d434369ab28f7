"""How does a unit that comes for its pushes say what it has? By the last number, and a digest over what it took.

The digest is the reconciliation's: over one line `number id sha256-of-the-text` a push that was not yet acknowledged, in
order. So the receipt proves the content, not only the number.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from approvals.audit.tasks import nudge as nudge_register
from approvals.errors import Refused
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint, Message
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.access import NotSupervisor
from approvals.supervision.models import Push
from approvals.supervision.receipts import note
from approvals.supervision.reconciling import digest_of
from approvals.supervision.record import locked_threads

AT_ONCE = 200


class DigestDiffers(Refused):
    code = "digest-differs"
    status = 409
    title = "摘要与推送的内容不符，没有确认"


def waiting(actor: Actor, *, up_to: int) -> list[Push]:
    """What a unit that pulls has not yet acknowledged, as far as a number; at most 200."""
    found = Push.objects.filter(
        unit=actor.unit,
        unit_sequence__lte=up_to,
        message__endpoint__transport=Endpoint.Transport.PULL,
        message__state=Message.State.WAITING,
    )
    return list(found.select_related("message", "unit").order_by("unit_sequence")[:AT_ONCE])


def acknowledge(*, actor: Actor, at: datetime, up_to: int, digest: str, receipt: str) -> int:
    """A unit's system confirms everything up to a number; how many were new. Raises NotSupervisor, DigestDiffers."""
    if actor.role != Role.SUPERVISOR:
        raise NotSupervisor("推送由监管单位的系统确认。")
    with transaction.atomic(durable=True):
        found = waiting(actor, up_to=up_to)
        threads = locked_threads({push.case_id for push in found})
        found = waiting(actor, up_to=up_to)
        if found and digest_of(found) != digest:
            raise DigestDiffers("重新取这一段推送，逐条核对序号、编号和正文的 SHA-256 后再确认。")
        for push in found:
            told = {
                "id": str(push.pk),
                "receipt": receipt,
                "received_at": at.astimezone(UTC).isoformat(),
                "digest": digest,
                "by": actor.client or actor.name,
            }
            if exchange.take_receipt(push.message, receipt=told, at=at):
                note(push, thread=threads[push.case_id], actor=actor, at=at)
        if found:
            transaction.on_commit(nudge_register, robust=True)
    return len(found)
