"""Which work of this room does a clock start? Drawing what was published, every night after the register's digest of the day
before is kept, and counting anew after a holiday notice. Twice does no harm."""

from celery import shared_task
from django.utils import timezone

from approvals.collaboration import recounting
from approvals.collaboration.draws import draw_due


@shared_task(name="collaboration.draw", ignore_result=True)
def draw() -> None:
    """Draw every plan that was published before today."""
    draw_due(at=timezone.now())


@shared_task(name="collaboration.recount", ignore_result=True)
def recount() -> int:
    """Count the days to answer an invitation anew after a holiday notice."""
    return recounting.go_on(at=timezone.now())
