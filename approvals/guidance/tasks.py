"""When does somebody say that an answer is late? Every working morning, by the beat."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from approvals.guidance.actions import nag


@shared_task(name="guidance.nag", ignore_result=True)
def nag_late() -> int:
    """Tell of questions past their day; how many people were told."""
    now = timezone.now()
    return nag(on=timezone.localdate(now), at=now)
