"""What does somebody outside need to check our receipts without us? Threads, decisions, pushes: one JSON object a line.

Format `receipts/1`, checked by `docs/verify_receipts.py` with the standard library alone. Names, opinions and the text of
pushes are not in it: records hold codes, numbers and days, and a text is named by its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings

from approvals.audit.models import RegisterHead
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Event
from approvals.supervision.models import Push, PushEvent

FORMAT = "receipts/1"


def exported(*, on: date, at: datetime) -> Iterator[str]:
    """The lines of an export as of a day."""
    head = RegisterHead.objects.filter(pk=1).first()
    yield _line(
        type="header",
        format=FORMAT,
        on=on.isoformat(),
        made_at=at.isoformat(),
        register={"position": head.position, "digest": head.digest} if head else None,
    )
    calendar, days = current_calendar(), settings.PUSH_WITHIN_WORKDAYS
    decisions = Event.objects.exclude(push="").order_by("case_id", "sequence")
    for row in decisions.values_list("case__number", "sequence", "effective_on", "digest").iterator(chunk_size=1000):
        due_on = add(calendar, row[2], days)
        yield _line(
            type="decision", case=row[0], event=row[1], decided_on=str(row[2]), due_on=str(due_on), digest=row[3]
        )
    records = PushEvent.objects.order_by("case_id", "sequence")
    for record in records.values_list("case__number", "sequence", "body", "previous", "digest").iterator(
        chunk_size=1000
    ):
        yield _line(
            type="record",
            case=record[0],
            sequence=record[1],
            body=record[2],
            previous=record[3],
            digest=record[4],
        )
    pushes = Push.objects.select_related("case", "unit", "message").order_by("unit_id", "unit_sequence")
    for push in pushes.iterator(chunk_size=500):
        yield _line(
            type="push",
            id=str(push.pk),
            case=push.case.number,
            event=push.event_sequence,
            subject=push.subject,
            replaces=str(push.replaces_id) if push.replaces_id else None,
            due_on=str(add(calendar, local_day(push.pushed_at) if push.replaces_id else push.decided_on, days)),
            unit=push.unit.code,
            sequence=push.unit_sequence,
            copy=push.copy,
            state=push.state,
            body_sha256=hashlib.sha256(push.message.body.encode()).hexdigest(),
            receipt=push.message.receipt,
        )


def _line(**data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n"
