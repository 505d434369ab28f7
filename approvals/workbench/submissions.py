"""Was this very screen submitted before? Noted in the transaction of its case, so that of two presses at once one counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from approvals.errors import Refused
from approvals.workbench.models import Submission


class AlreadySubmitted(Refused):
    code = "already-submitted"
    title = "这一份刚才已经收件"


def number_of(*, user: int | None, once: str) -> str:
    """The number of the case that a screen of this person became; nothing while it did not."""
    found = Submission.objects.filter(user=user, once=once).values_list("case_number", flat=True)
    return (found.first() or "") if once else ""


def note(*, user: int | None, once: str, number: str, at: datetime) -> None:
    """Note inside the transaction of a case that this screen became it; what is older than drafts are kept goes.

    Raises AlreadySubmitted where the same screen became another case meanwhile.
    """
    if not once or user is None:
        return
    Submission.objects.filter(user=user, at__lt=at - timedelta(days=settings.DRAFTS_KEPT_DAYS)).delete()
    found, made = Submission.objects.get_or_create(user_id=user, once=once, defaults={"case_number": number, "at": at})
    if not made:
        raise AlreadySubmitted(f"编号 {found.case_number}，没有重复登记。", number=found.case_number)
