"""What of the second loop waits for this person, beside the cases? Proposals to answer, passes, documents, items to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases import barpasses
from approvals.cases.words import PassState
from approvals.organisations.access import Actor, is_head
from approvals.organisations.models import Role
from approvals.supervision import policies, proposing

CAP = 100


@dataclass(frozen=True)
class LoopDuty:
    """One kind of thing that waits: how many, and whether one is late."""

    label: str
    count: int
    late: bool
    url: str


def loop_duties(actor: Actor, *, on: date) -> list[LoopDuty]:
    """Only what there is; one query a kind this person can have at all."""
    found = []
    if actor.role in (Role.REVIEWER, Role.DECIDER):
        found.append(
            _duty("建议待答复", proposing.waiting_for(actor).values_list("due_on", flat=True), "proposals", on)
        )
    if is_head(actor.role):
        asked = barpasses.passes(actor).filter(state=PassState.ASKED).values_list("asked_at__date", flat=True)
        found.append(_duty("放行请求", asked, "receipt-bars", date.min))
    if policies.may_read(actor):
        found.append(_duty("文件待签收", policies.unread_by(actor).values_list("due_on", flat=True), "policies", on))
    if actor.role == Role.ITEM_ADMIN:
        found.append(_duty("事项待改", policies.tasks_of(actor).values_list("due_on", flat=True), "policies", on))
    return [one for one in found if one.count]


def _duty(label: str, days: QuerySet[Any, Any], route: str, on: date) -> LoopDuty:
    known = list(days[:CAP])
    return LoopDuty(label, len(known), any(day < on for day in known), reverse(route))
