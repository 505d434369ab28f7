"""When are letters made? At once when one is issued, and every few seconds in any case."""

from celery import shared_task
from django.utils import timezone

from approvals.audit.tasks import wake
from approvals.documents.making import make_due


@shared_task(name="documents.make_letters", ignore_result=True)
def make_letters() -> int:
    """Set, sign and keep the letters that are due; how many were made. Harmless when several run at once."""
    made = 0
    while round_made := make_due(clock=timezone.now):
        made += round_made
    return made


def nudge() -> None:
    """For `transaction.on_commit(nudge, robust=True)` beside every letter that is to be made."""
    wake(make_letters)
