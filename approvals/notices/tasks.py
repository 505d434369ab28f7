"""When does the daily message leave? In the morning, by the beat."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from approvals.notices.sending import digest


@shared_task(name="notices.digest", ignore_result=True)
def send_digests() -> int:
    """One message for all that is unread; how many were written."""
    now = timezone.now()
    return digest(on=timezone.localdate(now), at=now)
