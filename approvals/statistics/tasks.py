"""Which counting does a nudge or a clock start? Running twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from approvals.statistics import rollups


@shared_task(name="statistics.follow_register", ignore_result=True)
def follow_register() -> int:
    """Count what the register has and the figures have not, and what the calendar alone has made late."""
    counted = 0
    while count := rollups.follow_register(at=timezone.now()):
        counted += count
    while count := rollups.let_days_pass(at=timezone.now()):
        counted += count
    return counted
