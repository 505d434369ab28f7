"""How does what a joint visit found get into the case? As a site record of it, by an act of the case's own table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from approvals.calendars.workdays import local_day
from approvals.cases.actions import perform
from approvals.cases.models import Event
from approvals.cases.words import Action
from approvals.collaboration.access import gathering_for
from approvals.collaboration.gatherings import findings_of, officers_of
from approvals.collaboration.models import Gathering
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.words import GatheringKind, GatheringState, JointAction
from approvals.errors import Refused
from approvals.organisations.access import Actor


class NotAVisit(Refused):
    code = "not-a-joint-visit"
    title = "只有已有结论的联合踏勘可以记入办件"


def enter(*, gathering: Any, actor: Actor, at: datetime) -> Gathering:
    """The reviewer who has the case enters what a joint visit found as a site record of it, by the case's own table.

    In one commit with the act on the case; entering twice is refused. Raises GatheringNotFound, NotAVisit, as `perform`.
    """
    one = gathering_for(actor, gathering)
    if one.kind != GatheringKind.JOINT_VISIT or one.state != GatheringState.HELD or one.case is None:
        raise NotAVisit("先由召集单位登记现场情况和结论。")
    if one.entered_as is not None:
        raise NotAVisit("这次踏勘已经记入办件。")
    site = {
        "officers": officers_of(one),
        "on": (one.held_on or local_day(at)).isoformat(),
        "place": one.place,
        "findings": findings_of(one),
    }

    def enter_once(event: Event) -> None:
        ledger = locked_ledger(one.organ_id)
        if Gathering.objects.select_for_update(of=("self",)).get(pk=one.pk).entered_as is not None:
            raise NotAVisit("别人刚把这次踏勘记入办件；刷新后查看。")
        Gathering.objects.filter(pk=one.pk).update(entered_as=event.sequence)
        data = {"event": event.sequence}
        append(ledger, JointAction.ENTERED, f"gathering:{one.pk}", actor=actor, at=at, case=one.case_id, data=data)

    act, number = Action.RECORD_VISIT, one.case.number
    perform(number=number, action=act, actor=actor, at=at, given={"site": site}, also=enter_once)
    one.refresh_from_db()
    return one
