"""What of the callers' side is forgotten, and when? Answered keys after some days, tokens when they have run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from oauth2_provider.models import clear_expired

from approvals.api.models import IdempotencyKey


@shared_task(name="api.forget", ignore_result=True)
def forget() -> None:
    clear_expired()
    forget_keys(before=timezone.now() - timedelta(days=settings.IDEMPOTENCY_DAYS))


def forget_keys(*, before: datetime) -> int:
    """Drop the answers kept since before a moment; how many."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]
