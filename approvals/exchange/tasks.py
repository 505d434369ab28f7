"""When are messages sent? At once when a sender nudges, and every few seconds in any case."""

from __future__ import annotations

from celery import Task, shared_task
from django.utils import timezone

from approvals.audit.tasks import wake
from approvals.exchange.delivery import deliver

senders: list[Task] = []


def wake_when_confirmed(task: Task) -> None:
    """Say that `task` looks at confirmations; called beside the task in the owning room's `tasks`."""
    if task not in senders:
        senders.append(task)


@shared_task(name="exchange.send", ignore_result=True)
def send() -> int:
    """Deliver what is due; how many messages were confirmed. Harmless when several run at once."""
    confirmed = deliver(clock=timezone.now)
    if confirmed:
        for task in senders:
            wake(task)
    return confirmed


def nudge() -> None:
    """For `transaction.on_commit(nudge, robust=True)` beside `actions.enqueue`."""
    wake(send)
