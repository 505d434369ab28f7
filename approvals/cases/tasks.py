"""Which work on cases does a clock start? Ids in, one domain call; running twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from approvals.cases.actions import settle_due


@shared_task(name="cases.settle", ignore_result=True)
def settle() -> int:
    """Write deemed acceptances and automatic takings over that are due."""
    return settle_due(at=timezone.now())
