"""What waits, what is stuck, and what does an operator have to look at?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from approvals.exchange.models import Message


def waiting(*, at: datetime) -> QuerySet[Message]:
    """Messages whose time has come and that no receiver has confirmed, the oldest first."""
    return (
        Message.objects.filter(state=Message.State.WAITING, not_before_at__lte=at)
        .select_related("endpoint")
        .order_by("created_at")
    )


def unconfirmed_since(moment: datetime) -> QuerySet[Message]:
    """Messages written before a moment and still without a confirmation, dead letters included."""
    return Message.objects.filter(created_at__lt=moment).exclude(state=Message.State.CONFIRMED).order_by("created_at")


def dead_letters() -> QuerySet[Message]:
    """Messages that a person has to look at: refused for good, neither resent nor set aside."""
    return (
        Message.objects.filter(state=Message.State.DEAD, set_aside_at__isnull=True)
        .select_related("endpoint")
        .order_by("created_at")
    )
