"""Who must be heard before a decision, how far are they heard, and what is written when they speak?

The holder in a proceeding of an organ's own, and others whom a decision would touch directly (第三十六条); whoever has
a right to a hearing may ask for one, is told of its day and is heard within a limit (第四十六条至第四十八条).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.facts import Hearing, HearingRules
from approvals.cases.models import Case, InterestedParty, Proceeding
from approvals.cases.models.hearing import Heard

if TYPE_CHECKING:
    from approvals.cases.step import Outcome


def hearing_rules() -> HearingRules:
    return HearingRules(
        ask=settings.HEARING_ASK_WORKDAYS,
        notice=settings.HEARING_NOTICE_WORKDAYS,
        within=settings.HEARING_WITHIN_WORKDAYS,
    )


def hearing_of(case: Case) -> Hearing:
    """How far the holder was told and heard; nothing owed where this is no proceeding of an organ's own."""
    found = Proceeding.objects.filter(pk=case.pk).first()
    if found is None:
        return Hearing()
    return Hearing(
        owed=found.notice_owed,
        right=found.hearing_right,
        notified_on=found.notified_on,
        due_on=found.statement_due_on,
        **_heard(found),
    )


def others_of(case: Case) -> tuple[Hearing, ...]:
    """Those whom the decision would touch directly, in the order they were told."""
    rows = InterestedParty.objects.filter(case=case).order_by("sequence")
    return tuple(
        Hearing(
            owed=True, notice=one.sequence, name=one.name, notified_on=one.told_on, due_on=one.due_on, **_heard(one)
        )
        for one in rows
    )


def _heard(row: Heard) -> dict[str, Any]:
    return {
        "heard": row.heard_on is not None,
        "waived": row.waived,
        "hearing_asked": row.hearing_asked,
        "hearing_asked_on": row.hearing_asked_on,
        "hearing_held": row.hearing_on is not None,
    }


def notify_holder(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    on = outcome.event.effective_on
    due_on = add(current_calendar(), on, given["days"])
    Proceeding.objects.filter(pk=case.pk).update(notified_on=on, statement_due_on=due_on, facts=given["facts"])


def inform(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """Somebody else is told, and has the days of the notice to speak."""
    on = outcome.event.effective_on
    InterestedParty.objects.create(
        case=case,
        sequence=sequence,
        name=given["to"],
        matter=given["matter"],
        told_on=on,
        due_on=add(current_calendar(), on, given["days"]),
    )


def hear(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """What was said, or that nothing will be; who asked for a hearing is not heard before it was held."""
    row: Heard
    if case.snapshot.ex_officio:
        row = Proceeding.objects.get(pk=case.pk)
    else:
        told = InterestedParty.objects.filter(case=case)
        row = told.get(sequence=given["notice"]) if given.get("notice") else told.get()
    on = outcome.event.effective_on
    asks = given.get("hearing_asked", False)
    row.heard_on = on
    row.statement = given.get("statement", "")
    row.waived = row.waived or given.get("waived", False)
    if asks and not row.hearing_asked:
        row.hearing_asked, row.hearing_asked_on = True, given.get("hearing_asked_on") or on
    row.hearing_told_on = given.get("hearing_told_on") or row.hearing_told_on
    row.hearing_on = given.get("hearing_on") or row.hearing_on
    row.save()
