"""When are published plans drawn? Every night, after the register's digest of the day before is kept. Twice does no harm."""

from celery import shared_task
from django.utils import timezone

from approvals.collaboration.draws import draw_due


@shared_task(name="collaboration.draw", ignore_result=True)
def draw() -> None:
    """Draw every plan that was published before today."""
    draw_due(at=timezone.now())
