"""Who moves committed records into the register, and how is that made quick without making it necessary?

A nudge wakes a task at once if the broker answers within 0.3 seconds; otherwise only a log line remains, and the sweep
of the beat schedule does the same work a little later. Nothing that is owed depends on a nudge.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import structlog
from celery import Celery, Task, current_app, shared_task
from django.conf import settings
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.pools import producers

from approvals.audit import register
from approvals.audit.roots import keep_root as keep
from approvals.audit.sources import readers

log = structlog.get_logger(__name__)

# Without `max_retries` kombu's Redis transport tries for six seconds, whatever the socket time-outs say.
FAST = {
    "socket_timeout": settings.NUDGE_SECONDS,
    "socket_connect_timeout": settings.NUDGE_SECONDS,
    "max_retries": 0,
}


def wake(task: Task) -> bool:
    """Publish `task` if the broker takes it at once; whether it did. A broker that does not answer raises nothing."""
    try:
        with producers[_fast_connection(task.app)].acquire(block=True, timeout=settings.NUDGE_SECONDS) as producer:
            task.apply_async(producer=producer, retry=False)
    except (KombuError, OSError) as error:
        log.warning("nudge_failed", task=task.name, error=type(error).__name__)
        return False
    return True


@cache
def _fast_connection(app: Celery) -> Connection:
    return app.connection_for_write(transport_options=FAST)


@shared_task(name="audit.enrol", ignore_result=True)
def enrol() -> int:
    """Take committed records into the register until none is pending, then wake whoever reads it."""
    taken = 0
    while count := register.enrol():
        taken += count
    if taken:
        for name in readers:
            wake(current_app.tasks[name])
    return taken


def nudge() -> None:
    """For `transaction.on_commit(nudge, robust=True)` beside every record that is written."""
    wake(enrol)


@shared_task(name="audit.keep_root", ignore_result=True)
def keep_root() -> None:
    """Keep and export the register's head of yesterday, once."""
    keep(on=timezone.localdate() - timedelta(days=1), folder=Path(settings.ROOTS_DIR))
