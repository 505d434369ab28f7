"""When are letters made? At once when one is issued, and every few seconds in any case. And when is the storage swept?"""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from approvals.audit.tasks import wake
from approvals.documents.making import make_due
from approvals.documents.sweeping import sweep

log = structlog.get_logger(__name__)


@shared_task(name="documents.make_letters", ignore_result=True)
def make_letters() -> int:
    """Set, sign and keep the letters that are due; how many were made. Harmless when several run at once."""
    made = 0
    while round_made := make_due(clock=timezone.now):
        made += round_made
    return made


@shared_task(name="documents.sweep_files", ignore_result=True)
def sweep_files() -> int:
    """Remove what belongs to no row any more; a row whose content is gone is an error in the log. How many went."""
    found = sweep(at=timezone.now(), older=timedelta(hours=settings.SWEEP_FILES_HOURS), remove=True)
    if found.missing:
        log.error("files_missing", count=len(found.missing), first=found.missing[:5])
    return len(found.orphans) + len(found.drafts)


def nudge() -> None:
    """For `transaction.on_commit(nudge, robust=True)` beside every letter that is to be made."""
    wake(make_letters)
