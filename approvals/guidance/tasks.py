"""What does the beat start here? Saying every working morning that an answer is late; counting anew after a holiday notice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from approvals.guidance import recounting
from approvals.guidance.actions import nag


@shared_task(name="guidance.nag", ignore_result=True)
def nag_late() -> int:
    """Tell of questions past their day; how many people were told."""
    now = timezone.now()
    return nag(on=timezone.localdate(now), at=now)


@shared_task(name="guidance.recount", ignore_result=True)
def recount() -> int:
    """Count the open days anew after a holiday notice."""
    return recounting.go_on(at=timezone.now())
