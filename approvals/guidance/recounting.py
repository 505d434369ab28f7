"""Which open questions move when the holidays of a year are published? What is answered keeps its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from approvals.calendars.workdays import Calendar, add, local_day
from approvals.cases.calendarruns import followed, pages, unfollowed
from approvals.guidance.models import Question

READER = "guidance.recounting"


def go_on(*, at: datetime) -> int:
    """Count the days to answer anew if a calendar was published since; how many questions moved."""
    found = unfollowed(READER)
    if found is None:
        return 0
    run, calendar = found
    keys = list(Question.objects.filter(state=Question.State.OPEN).order_by("pk").values_list("pk", flat=True))
    moved = sum(_page(page, calendar) for page in pages(keys))
    followed(READER, run)
    return moved


def _page(keys: Sequence[int], calendar: Calendar) -> int:
    moved = 0
    with transaction.atomic(durable=True):
        rows = Question.objects.select_for_update(of=("self",)).filter(pk__in=keys, state=Question.State.OPEN)
        for one in rows.order_by("pk"):
            due_on = add(calendar, since(one), settings.GUIDANCE_ANSWER_WORKDAYS)
            if due_on != one.due_on:
                one.due_on = due_on
                one.save(update_fields=["due_on"])
                moved += 1
    return moved


def since(question: Question) -> date:
    """From which day a question waits: that on which it was asked, or asked on after the last answer."""
    answered = question.sayings.filter(is_answer=True).order_by("pk").last()
    on_again = question.sayings.filter(is_answer=False, pk__gt=answered.pk).order_by("pk").first() if answered else None
    return local_day(on_again.at if on_again else question.asked_at)
