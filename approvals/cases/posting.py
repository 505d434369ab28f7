"""How is mail ordered from a carrier, and how do we learn where it is? By messages of `exchange`, each with its receipt.

Two topics to one endpoint (`CARRIER_ENDPOINT`), described in docs/delivery.md: `mail.order` places an order, its receipt's
`answer` carries carrier and tracking number; `mail.track` asks what happened after the n-th event, the answer lists it.
What the carrier answers beyond that, or wrongly, is left out: it moves nothing. Without an endpoint all of it is typed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from approvals.audit.chain import canonical
from approvals.cases.legible import legible
from approvals.cases.models import Dispatch, PostalEvent
from approvals.errors import Invalid
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint, Message
from approvals.exchange.tasks import nudge

log = structlog.get_logger(__name__)
SCHEMA = "shixian-mail-1"
MOST_EVENTS = 50
LONGEST = {"carrier": 40, "tracking": 40}


def endpoint() -> Endpoint | None:
    """Where orders for mail go; None while no carrier is set up."""
    return Endpoint.objects.filter(code=settings.CARRIER_ENDPOINT, enabled=True).first()


def connected() -> bool:
    """Whether mail can be ordered without a person typing a tracking number."""
    return endpoint() is not None


def send(one: Dispatch, *, at: datetime) -> None:
    """Keep a dispatch; mail without a tracking number is ordered from the carrier in the same transaction."""
    receiver = endpoint() if one.way == "MAIL" and not one.tracking else None
    if receiver is None:
        one.save()
        return
    one.standing = Dispatch.Standing.ORDERED
    one.save()
    one.order = exchange.enqueue(
        endpoint=receiver, topic="mail.order", thread=thread_of(one), body=canonical(order_of(one)), at=at
    )
    one.save(update_fields=["order"])
    transaction.on_commit(nudge, robust=True)


def thread_of(one: Dispatch) -> str:
    return f"mail {one.pk}"


def order_of(one: Dispatch) -> dict[str, Any]:
    """The order as the carrier reads it: from the window to the applicant, paid by the sender."""
    case = one.case
    sender = case.snapshot.accept_organ
    return {
        "schema": SCHEMA,
        "mail": thread_of(one),
        "about": case.number,
        "content": one.content,
        "payer": "SENDER",
        "from": {"name": sender.name, "phone": sender.phone, "address": sender.address},
        "to": {"name": one.recipient, "phone": one.phone, "address": one.address},
        "ordered_at": one.sent_at,
    }


def inquire(*, at: datetime) -> int:
    """Ask the carrier about mail on its way, each at most once in CARRIER_TRACK_HOURS; how many were asked about."""
    receiver = endpoint()
    if receiver is None:
        return 0
    due = Q(inquired_at=None) | Q(inquired_at__lt=at - timedelta(hours=settings.CARRIER_TRACK_HOURS))
    silent = Q(inquiry=None)
    asked = 0
    for pk in Dispatch.objects.filter(due, silent, way="MAIL", standing=Dispatch.Standing.SENT).values_list(
        "pk", flat=True
    ):
        with transaction.atomic(durable=True):
            one = Dispatch.objects.select_for_update().get(pk=pk)
            if one.inquiry_id is not None or one.standing != Dispatch.Standing.SENT:
                continue
            body = {"schema": SCHEMA, "mail": thread_of(one), "tracking": one.tracking, "after": one.heard}
            one.inquiry = exchange.enqueue(
                endpoint=receiver, topic="mail.track", thread=thread_of(one), body=canonical(body), at=at
            )
            one.inquired_at = at
            one.save(update_fields=["inquiry", "inquired_at"])
            transaction.on_commit(nudge, robust=True)
            asked += 1
    return asked


def answer_of(message: Message | None) -> dict[str, Any]:
    """The JSON object in a receipt's answer; {} where there is none, or one that no record could keep."""
    told = (message.receipt or {}).get("answer", "") if message else ""
    try:
        found = legible(json.loads(told)) if told else {}
    except (ValueError, RecursionError, Invalid):
        log.warning("mail_answer_unusable", message=str(message.pk) if message else "")
        return {}
    return found if isinstance(found, dict) else {}


def ordered(one: Dispatch) -> bool:
    """Take carrier and tracking number from the answer to an order; whether it said them."""
    answer = answer_of(one.order)
    said = {name: answer.get(name) for name in LONGEST}
    if not all(
        isinstance(value, str) and value.strip() and len(value) <= LONGEST[name] for name, value in said.items()
    ):
        return False
    one.carrier, one.tracking, one.standing = said["carrier"], said["tracking"], Dispatch.Standing.SENT
    one.save(update_fields=["carrier", "tracking", "standing"])
    return True


def events_in(message: Message, *, after: int) -> Iterator[tuple[int, str, datetime, str, str]]:
    """(number, code, moment, place, words) of what a carrier reports, in order and without a gap after `after`."""
    listed = answer_of(message).get("events")
    for entry in (listed if isinstance(listed, list) else [])[:MOST_EVENTS]:
        if (
            not isinstance(entry, dict)
            or entry.get("n") != after + 1
            or entry.get("code") not in PostalEvent.Code.values
        ):
            continue
        try:
            at = datetime.fromisoformat(str(entry.get("at")))
        except ValueError:
            continue
        after += 1
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        yield after, entry["code"], at, str(entry.get("place") or ""), str(entry.get("note") or "")
