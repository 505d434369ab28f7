"""Which work on pushes does a clock, or a nudge, start? Running twice does nothing more."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from approvals.exchange.tasks import wake_when_confirmed
from approvals.supervision import nagging, placing, receipts, reconciling, recounting, remindings, slips


@shared_task(name="supervision.follow_cases", ignore_result=True)
def follow_cases() -> int:
    """Push every decision the register has and supervision has not yet read, and issue the slips of what was pushed."""
    read = 0
    while count := placing.follow_cases(at=timezone.now()):
        read += count
    while count := slips.follow_pushes(at=timezone.now()):
        read += count
    return read


@shared_task(name="supervision.note_receipts", ignore_result=True)
def note_receipts() -> int:
    """Record what the units' systems have confirmed."""
    noted = 0
    while count := receipts.note_receipts(at=timezone.now()):
        noted += count
    while count := reconciling.note_answers(at=timezone.now()):
        noted += count
    return noted


@shared_task(name="supervision.nag", ignore_result=True)
def nag() -> int:
    """Remind of what nobody claims, and of what feedback and policy documents leave to be done."""
    return nagging.nag(at=timezone.now()) + remindings.remind(at=timezone.now())


@shared_task(name="supervision.recount", ignore_result=True)
def recount() -> int:
    """Count the open days anew after a holiday notice."""
    return recounting.go_on(at=timezone.now())


@shared_task(name="supervision.reconcile", ignore_result=True)
def reconcile() -> int:
    """Ask every unit's system what it holds of yesterday, and of the days before it that were missed."""
    today = timezone.localdate()
    return sum(
        reconciling.reconcile(day=today - timedelta(days=back), at=timezone.now())
        for back in range(settings.RECONCILE_BACK_DAYS, 0, -1)
    )


# Said where Celery finds tasks: only a worker wakes, and it has imported them all.
wake_when_confirmed(note_receipts)
