"""Was a decision pushed in time, was its push claimed in time, was there a first feedback? One measure for every page.

Each of the three comes as a pure question about rows that were read, and as its twin for the database. A rate is measured
against what has fallen due: the day has passed, whether it was kept or not; what is not yet due is in no rate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from approvals.calendars.workdays import local_day
from approvals.supervision.models import Orphan, Push
from approvals.supervision.words import ENDED, PushState, Subject

CLAIMED = (PushState.CLAIMED, PushState.FED_BACK, PushState.CLOSED)
FED_BACK = (PushState.FED_BACK, PushState.CLOSED)
FIRST: dict[str, Any] = {"copy": False, "subject": Subject.DECISION, "replaces": None}


def standing() -> QuerySet[Push]:
    """The pushes of decisions to the units responsible: no copies, and none that was rerouted or cancelled."""
    return Push.objects.filter(copy=False, subject=Subject.DECISION).exclude(state__in=ENDED)


@dataclass(frozen=True)
class Delivery:
    """A decision that had to be pushed: by which day, and when it had arrived at every unit responsible for it.

    Three working days after the decision (赣市府办发〔2022〕7号 四（六）). The first push counts: one that goes out instead of
    it after an objection has a due day of its own.
    """

    decided_on: date
    due_on: date
    delivered_on: date | None

    def due(self, on: date) -> bool:
        return self.due_on < on

    @property
    def kept(self) -> bool:
        return self.delivered_on is not None and self.delivered_on <= self.due_on


def deliveries_of(cases: Collection[int]) -> dict[int, Delivery]:
    """The deliveries of these cases that had something to push, by case. Two queries."""
    firsts = Push.objects.filter(case__in=cases, **FIRST).order_by("case")
    found = {pk: delivery_of(pushes) for pk, pushes in groupby(firsts, key=lambda push: push.case_id)}
    for orphan in Orphan.objects.filter(case__in=cases, push=None):
        found[orphan.case_id] = Delivery(orphan.decided_on, orphan.due_on, None)
    return found


def delivery_of(firsts: Iterable[Push]) -> Delivery:
    """The delivery of a decision by its first pushes; at least one."""
    pushes = list(firsts)
    days = [local_day(push.delivered_at) for push in pushes if push.delivered_at is not None]
    arrived = max(days) if len(days) == len(pushes) else None
    return Delivery(pushes[0].decided_on, min(push.due_on for push in pushes), arrived)


# ---------------------------------------------------------------- the twins: those of pushing on cases, the others on pushes


def _first(**conditions: Any) -> Q:
    return Q(Exists(Push.objects.filter(case=OuterRef("pk"), **FIRST, **conditions)))


def _orphan(**conditions: Any) -> Q:
    return Q(Exists(Orphan.objects.filter(case=OuterRef("pk"), push=None, **conditions)))


def pushed(**conditions: Any) -> Q:
    return Q(Exists(standing().filter(case=OuterRef("pk"), **conditions)))


def push_due(on: date) -> Q:
    return _first(due_on__lt=on) | _orphan(due_on__lt=on)


def push_kept() -> Q:
    return _first() & ~_first(delivered_at=None) & ~_first(delivered_at__date__gt=F("due_on")) & ~_orphan()


def claim_due(on: date) -> Q:
    """While its objection is open nobody has to claim a push; rejected, it is due anew."""
    return Q(claim_due_on__lt=on) & ~Q(state=PushState.OBJECTED)


def claim_kept() -> Q:
    return Q(claimed_at__date__lte=F("claim_due_on"))


def feedback_due(on: date) -> Q:
    return Q(state__in=CLAIMED, feedback_due_on__lt=on)


def feedback_kept() -> Q:
    return Q(state__in=FED_BACK)
