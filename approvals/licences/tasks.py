"""Which work on licences does a clock, or a nudge, start? Running twice does nothing more."""

from celery import shared_task
from django.utils import timezone

from approvals.exchange.tasks import wake_when_confirmed
from approvals.licences import library, warnings


@shared_task(name="licences.follow_records", ignore_result=True)
def follow_records() -> int:
    """Tell the library of every record it was not told of yet."""
    read = 0
    while count := library.follow_records(at=timezone.now()):
        read += count
    return read


@shared_task(name="licences.reconcile", ignore_result=True)
def reconcile() -> int:
    """Ask the library about the days that are over, and note what it has answered."""
    library.note_reconciliations()
    return library.reconcile(at=timezone.now())


@shared_task(name="licences.note_reconciliations", ignore_result=True)
def note_reconciliations() -> int:
    """Note what the library has answered."""
    return library.note_reconciliations()


@shared_task(name="licences.warn", ignore_result=True)
def warn() -> int:
    """Tell the issuing organs what runs out soon."""
    return warnings.warn(at=timezone.now())


# Said where Celery finds tasks: only a worker wakes, and it has imported them all.
wake_when_confirmed(note_reconciliations)
