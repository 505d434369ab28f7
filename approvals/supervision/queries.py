"""What may be read of pushes: a unit's list, a case's pushes, the orphans, and what is late or soon will be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.access import visible, visible_orphans
from approvals.supervision.models import Feedback, FollowUp, Objection, Orphan, Push, PushEvent
from approvals.supervision.words import ENDED, PushState, Subject


def pushes(actor: Actor) -> QuerySet[Push]:
    """Every push this actor may see, the newest first, ready for a list."""
    return (
        Push.objects.select_related("case__snapshot", "case__region", "unit", "message__endpoint", "claimed_by")
        .filter(visible(actor))
        .order_by("-pushed_at", "-unit_sequence")
    )


def to_claim(actor: Actor) -> QuerySet[Push]:
    """待认领, the most urgent first."""
    return pushes(actor).filter(state=PushState.TO_CLAIM).order_by(F("claim_due_on").asc(nulls_last=True), "pk")


def of_case(case: Case) -> QuerySet[Push]:
    """The pushes of a case that the caller may see, responsible units first."""
    return (
        Push.objects.select_related("unit", "message__endpoint", "claimed_by")
        .prefetch_related("feedback__created_by")
        .filter(case=case)
        .order_by("event_sequence", "copy", "pk")
    )


def orphans(actor: Actor) -> QuerySet[Orphan]:
    """无主清单 that waits for this coordinator, the most urgent first."""
    return (
        Orphan.objects.select_related("case__snapshot", "case__region")
        .filter(visible_orphans(actor), push__isnull=True)
        .order_by("due_on", "pk")
    )


def objections(actor: Actor) -> QuerySet[Objection]:
    """异议 that wait for this coordinator's answer, the most urgent first."""
    if actor.role != Role.COORDINATOR:
        return Objection.objects.none()
    return (
        Objection.objects.select_related(
            "push__case__snapshot", "push__case__region", "push__unit", "suggested", "raised_by"
        )
        .filter(answer="", push__in=Push.objects.filter(visible(actor)).values("pk"))
        .order_by("due_on", "pk")
    )


def feedback_of(push: Push) -> QuerySet[Feedback]:
    """With what each set going: the unit's next duty, the approver's answer."""
    joined = ("created_by", "follow_up__ended_by", "proposal__organ", "proposal__answered_by", "proposal__proceeding")
    return Feedback.objects.filter(push=push).select_related(*joined).order_by("sequence")


def records_of(push: Push) -> QuerySet[PushEvent]:
    """What happened to one push, oldest first."""
    return PushEvent.objects.filter(push=push).order_by("sequence")


def document(push: Push) -> dict[str, Any]:
    """What the unit was told, exactly as it was sent."""
    told: dict[str, Any] = json.loads(push.message.body)
    return told


def file_digests(push: Push) -> frozenset[str]:
    """The files of the case that whoever may see this push may read."""
    return frozenset(file["sha256"] for material in document(push)["materials"] for file in material["files"])


# ---------------------------------------------------------------- alarms: all in working days, as filters on Push


@dataclass(frozen=True)
class Alarm:
    """A reason to act: its words, and which pushes it means on a day."""

    code: str
    words: str
    which: Callable[[date], Q]


def _soon(on: date) -> date:
    return add(current_calendar(), on, settings.PUSH_SOON_WORKDAYS)


def _open_follow_ups(**conditions: Any) -> QuerySet[FollowUp, Any]:
    return FollowUp.objects.filter(ended_by=None, **conditions).values_list("push", flat=True)


_UNCONFIRMED = Q(confirmed_at=None) & ~Q(state__in=ENDED)
_ALARMS = (
    Alarm("PUSH_SOON", "推送即将到期而未确认", lambda on: _UNCONFIRMED & Q(due_on__gte=on, due_on__lte=_soon(on))),
    Alarm("UNCONFIRMED", "过了确认期限仍未确认收到", lambda on: _UNCONFIRMED & Q(confirm_by_on__lt=on)),
    Alarm("PUSH_LATE", "超过推送时限仍未确认收到", lambda on: _UNCONFIRMED & Q(due_on__lt=on)),
    Alarm(
        "CLAIM_SOON",
        "认领即将到期",
        lambda on: Q(state=PushState.TO_CLAIM, claim_due_on__gte=on, claim_due_on__lte=_soon(on)),
    ),
    Alarm("CLAIM_LATE", "超过认领时限", lambda on: Q(state=PushState.TO_CLAIM, claim_due_on__lt=on)),
    Alarm(
        "OBJECTION_LATE",
        "异议超过答复时限",
        lambda on: Q(state=PushState.OBJECTED, objection__answer="", objection__due_on__lt=on),
    ),
    Alarm("TO_FOLLOW", "反馈之后还有事要办", lambda on: Q(pk__in=_open_follow_ups())),
    Alarm("FOLLOW_LATE", "复查或者问题处理超过期限", lambda on: Q(pk__in=_open_follow_ups(due_on__lt=on))),
    Alarm("FEEDBACK_LATE", "超过首次反馈时限", lambda on: Q(state=PushState.CLAIMED, feedback_due_on__lt=on)),
)


def unreceived(actor: Actor) -> QuerySet[Push]:
    """The pushes of decisions to the units responsible that have no receipt yet, the first due first."""
    mine = pushes(actor).filter(_UNCONFIRMED, copy=False, subject=Subject.DECISION)
    return mine.order_by("confirm_by_on", "pk")


ALARMS = {alarm.code: alarm for alarm in _ALARMS}


def alarmed(actor: Actor, code: str, *, on: date) -> QuerySet[Push]:
    """The pushes this actor may see for which an alarm (a key of ALARMS) holds on a day, the oldest decision first."""
    return pushes(actor).filter(ALARMS[code].which(on)).order_by("decided_on", "pk")


def alarms_of(push: Push, *, on: date) -> list[Alarm]:
    """Which alarms hold for one push on a day."""
    row = Push.objects.filter(pk=push.pk)
    return [alarm for alarm in ALARMS.values() if row.filter(alarm.which(on)).exists()]
