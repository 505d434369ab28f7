"""Which work on pushes does a clock, or a nudge, start? Running twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from approvals.exchange.tasks import wake_when_confirmed
from approvals.supervision import placing, receipts


@shared_task(name="supervision.follow_cases", ignore_result=True)
def follow_cases() -> int:
    """Push every decision the register has and supervision has not yet read."""
    read = 0
    while count := placing.follow_cases(at=timezone.now()):
        read += count
    return read


@shared_task(name="supervision.note_receipts", ignore_result=True)
def note_receipts() -> int:
    """Record what the units' systems have confirmed."""
    noted = 0
    while count := receipts.note_receipts(at=timezone.now()):
        noted += count
    return noted


# Said where Celery finds tasks: only a worker wakes, and it has imported them all.
wake_when_confirmed(note_receipts)
