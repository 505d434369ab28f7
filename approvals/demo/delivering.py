"""What is on its way on the first day? A licence in the mail, one that came back, one offered online; originals handed on.

Told after the history of the cases, by the clerks of the windows that received them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.actions import perform
from approvals.cases.custody import hand_over, sign_for
from approvals.cases.delivery import note_by_hand
from approvals.cases.models import Case, Dispatch, Material
from approvals.cases.words import Action, State
from approvals.demo.lead import somebody, window_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Role

MAIL, ELECTRONIC = "MAIL", "ELECTRONIC"
TRAILS = (
    (("COLLECTED", "于都县揽投部", ""), ("IN_TRANSIT", "赣州邮件处理中心", ""), ("OUT", "城区揽投部", "")),
    (("COLLECTED", "窗口揽收", ""), ("UNDELIVERABLE", "城区揽投部", "地址不详，电话无人接听")),
)


def wish(number: int, address: str, recipient: str) -> dict[str, Any]:
    """What every third applicant or so chooses: mail, or the result online."""
    if number % 3 == 0:
        return {"way": MAIL, "recipient": recipient, "phone": "13800004417", "address": address, "free_return": True}
    return {"way": ELECTRONIC} if number % 3 == 1 else {}


def deliver(*, at: datetime) -> None:
    """Send what is sealed and was to be sent, unless anything was sent already."""
    if Dispatch.objects.exists():
        return
    sealed = (
        Case.objects.filter(state=State.SEALED).select_related("snapshot", "delivery_wish").order_by("due_on", "pk")
    )
    by_mail = [case for case in sealed if case.delivery_wish.way == MAIL][: len(TRAILS)]
    online = [case for case in sealed if case.delivery_wish.way == ELECTRONIC][:1]
    for case, trail in zip(by_mail, TRAILS, strict=False):
        _post(case, trail, at=at)
    for case in online:
        _act(case, {"way": ELECTRONIC, "agreed": True}, at=at)
    _hand_on(at=at)


def _act(case: Case, given: dict[str, Any], *, at: datetime) -> Actor:
    """The clerk sends the result as the applicant chose, three days ago or as soon as it was sealed."""
    clerk = window_of(case.snapshot.accept_region_id, on=local_day(at))
    perform(number=case.number, action=Action.DISPATCH, actor=clerk, at=_before(case, at), given=given)
    return clerk


def _before(case: Case, at: datetime) -> datetime:
    return max(at - timedelta(days=3), case.last_at or at)


def _post(case: Case, trail: Any, *, at: datetime) -> None:
    chosen = case.delivery_wish
    given = {"way": MAIL, "recipient": chosen.recipient, "address": chosen.address, "carrier": "EMS"}
    clerk = _act(case, given | {"tracking": f"EZ{case.pk:09d}CN"}, at=at)
    sent, before = Dispatch.objects.get(case=case), _before(case, at)
    for turn, (code, place, words) in enumerate(trail, 1):
        when = before + turn * (at - before) / 6
        note_by_hand(
            dispatch=sent.pk, case=case, actor=clerk, code=code, happened_at=when, place=place, note=words, at=at
        )


def _hand_on(*, at: datetime) -> None:
    """Originals of what was forwarded are on their way to the city; one parcel too long, one has arrived short."""
    forwarded = Case.objects.filter(state=State.KEY_POINTS).select_related("snapshot__decide_organ").order_by("pk")
    for number, case in enumerate(forwarded[:3]):
        clerk = window_of(case.snapshot.accept_region_id, on=local_day(at))
        days = (-5, -1, 0)[number]
        day = add(current_calendar(), local_day(at), days) if days else local_day(at)
        sent_at = min(at.replace(year=day.year, month=day.month, day=day.day), at)
        over = _parcel(case, clerk, f"EZ36070000{number}CN", sent_at)
        if over is not None and number == 1:
            reviewer = somebody(case.snapshot.decide_organ.code, Role.REVIEWER, on=local_day(at))
            positions = list(over.lines.values_list("material__position", flat=True))
            sign_for(
                handover=over.pk, case=case, actor=reviewer, arrived=positions[:-1], note="少一份，电话告知", at=at
            )


def _parcel(case: Case, clerk: Actor, tracking: str, at: datetime) -> Any:
    papers = Material.objects.filter(case=case, status=Material.Status.PAPER).order_by("position")
    positions = list(papers.values_list("position", flat=True)[:3])
    if not positions:
        return None
    to = case.snapshot.decide_organ.code
    return hand_over(case=case, actor=clerk, taker=to, positions=positions, way="MAIL", tracking=tracking, at=at)
