"""Which push gets which 推送单? Follows the records of pushes: each push to a responsible unit has its slip, to that unit.

A slip names the decision by its number, so this reader stays behind the one that issues the letters of the acts
(`cases.letters`). Whoever the rules, a coordinator or the answer to an objection sent a push to is whom its slip is for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from approvals.audit.models import Cursor
from approvals.audit.register import Entry, follow
from approvals.cases import letters
from approvals.cases.models import Event
from approvals.supervision.models import Push, PushEvent
from approvals.supervision.words import PushAction, Subject

READER = "supervision.slips"
POSITIONS = 50  # a transaction


def follow_pushes(*, at: datetime) -> int:
    """Issue the slips of what was pushed, as far as the letters are; how many positions were read. Repeated until 0."""
    read = dict(Cursor.objects.filter(pk__in=(READER, letters.READER)).values_list("pk", "position"))
    ahead = read.get(letters.READER, 0) - read.get(READER, 0)
    return follow(READER, issue, kinds=["push"], limit=min(ahead, POSITIONS)) if ahead > 0 else 0


def issue(entries: Collection[Entry]) -> None:
    """Issue the slips of these records in the caller's transaction; one that was issued is left alone."""
    sent = {
        one.row.push_id for one in entries if isinstance(one.row, PushEvent) and one.row.action == PushAction.PUSHED
    }
    pushes = Push.objects.select_related("case__snapshot", "case__form", "case__region", "unit")
    for push in pushes.filter(pk__in=sent, subject=Subject.DECISION, copy=False).order_by("pushed_at", "pk"):
        event = Event.objects.get(case=push.case_id, sequence=push.event_sequence)
        letters.give_slip(push.case, event, unit=push.unit, round=push.round, at=push.pushed_at)
