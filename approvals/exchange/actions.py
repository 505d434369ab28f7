"""How does a message come to be, and what may a person do with it? The only writer beside delivery."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.transaction import TransactionManagementError

from approvals.errors import Refused
from approvals.exchange.models import Endpoint, Message


class NotDead(Refused):
    code = "message-not-dead"
    status = 409
    title = "只有死信可以重新发送或搁置"


class NotInInbox(Refused):
    code = "message-not-in-inbox"
    status = 409
    title = "这条消息不在站内收件箱"


def enqueue(
    *,
    endpoint: Endpoint,
    topic: str,
    body: str,
    at: datetime,
    thread: str = "",
    id: uuid.UUID | None = None,
    not_before_at: datetime | None = None,
) -> Message:
    """Write a message in the caller's transaction, which decides whether it exists; register `tasks.nudge` beside it.

    `body` is the exact text that is signed and sent. Messages of one `thread` arrive one after the other (without one,
    a message is its own thread): a caller that writes to one thread from several transactions holds a lock of its own
    on what the thread is about (the case).
    An inbox message is delivered by being listed, that is now. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("消息须与其起因写在同一事务中")
    message = Message(
        endpoint=endpoint,
        topic=topic,
        thread=thread,
        sequence=_next_in(endpoint, thread) if thread else 1,
        body=body,
        created_at=at,
        not_before_at=not_before_at or at,
        delivered_at=at if endpoint.transport == Endpoint.Transport.INBOX else None,
    )
    if id is not None:
        message.id = id
    message.thread = thread or str(message.id)
    message.save(force_insert=True)
    return message


def _next_in(endpoint: Endpoint, thread: str) -> int:
    last = Message.objects.filter(endpoint=endpoint, thread=thread).aggregate(last=Max("sequence"))["last"]
    return (last or 0) + 1


def open_message(message: Message, *, by: str, at: datetime) -> bool:
    """A named person opens an inbox message; whether this was the first time, which confirms it. Raises NotInInbox."""
    if message.endpoint.transport != Endpoint.Transport.INBOX:
        raise NotInInbox("这条消息由接口送达，确认以对方系统的回执为准。")
    if not by:
        raise ValueError("站内消息须由具名人员打开")
    receipt = {"id": str(message.pk), "receipt": "opened", "opened_by": by}
    opened = Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(
        state=Message.State.CONFIRMED, delivered_at=message.delivered_at or at, confirmed_at=at, receipt=receipt
    )
    if opened:
        message.refresh_from_db()
    return bool(opened)


def resend(messages: QuerySet[Message], *, at: datetime) -> int:
    """Send dead letters again, with the same id, and let their endpoints be tried at once; how many. Raises NotDead."""
    wanted = set(messages.values_list("pk", flat=True))
    with transaction.atomic():
        found = Message.objects.filter(pk__in=wanted, state=Message.State.DEAD)
        endpoints = set(found.values_list("endpoint", flat=True))
        sent = found.update(
            state=Message.State.WAITING, not_before_at=at, claimed_until=None, set_aside_at=None, last_error=""
        )
        if sent != len(wanted):
            raise NotDead("所选消息中有已不是死信的；请刷新列表后再选。")
        Endpoint.objects.filter(pk__in=endpoints).update(rests_until=None)
    return sent


def set_aside(message: Message, *, at: datetime) -> None:
    """Give a dead letter up, so that later messages of its thread go on. It can still be resent. Raises NotDead."""
    if not Message.objects.filter(pk=message.pk, state=Message.State.DEAD).update(set_aside_at=at):
        raise NotDead("只有死信可以搁置；请刷新后查看这条消息的状态。")


def send_again(messages: Iterable[Message], *, at: datetime) -> int:
    """Send confirmed messages once more under the same id; how many. The receiver knows them, or had lost them."""
    wanted = [message.pk for message in messages]
    return Message.objects.filter(
        pk__in=wanted, state=Message.State.CONFIRMED, endpoint__transport=Endpoint.Transport.HTTP
    ).update(
        state=Message.State.WAITING,
        not_before_at=at,
        claimed_until=None,
        confirmed_at=None,
        delivered_at=None,
        receipt=None,
    )


def take_receipt(message: Message, *, receipt: dict[str, str], at: datetime) -> bool:
    """A receiver that comes for its messages says that it has this one; whether this was new."""
    taken = Message.objects.filter(
        pk=message.pk, state=Message.State.WAITING, endpoint__transport=Endpoint.Transport.PULL
    ).update(state=Message.State.CONFIRMED, delivered_at=at, confirmed_at=at, receipt=receipt)
    if taken:
        message.refresh_from_db()
    return bool(taken)
