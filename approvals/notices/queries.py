"""What has a person not seen yet, and what were they told?"""

from __future__ import annotations

from django.db.models import QuerySet

from approvals.notices.models import Notice

SHOWN = 99


def notices_of(user: int) -> QuerySet[Notice]:
    """Everything a person was told, the newest first."""
    return Notice.objects.filter(user=user).order_by("-at", "-pk")


def unread(user: int) -> int:
    """How many a person has not seen, counted no further than one past what is shown."""
    return Notice.objects.filter(user=user, read_at__isnull=True).values("pk")[: SHOWN + 1].count()
