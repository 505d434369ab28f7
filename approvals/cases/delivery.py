"""How does the result reach the applicant? By hand, by mail with its tracking, or online against the applicant's receipt.

What leaves and what is served are acts of the workflow table (`send_out` and `serve` write beside their events); what the
carrier reports on the way is written by `record`. Mail that was signed for serves the case by itself (`serving`), dated the
day of the signature; mail that comes back leaves the case with the window, which hears of it. Source: 行政许可法第四十四条.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases import posting
from approvals.cases.access import NotPermitted
from approvals.cases.custody import keeps
from approvals.cases.legible import legible
from approvals.cases.models import Case, DeliveryWish, Dispatch, PostalEvent, Service
from approvals.cases.step import Outcome
from approvals.cases.words import Action
from approvals.errors import Invalid, Refused
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role

ELECTRONIC = DeliveryWish.Way.ELECTRONIC
TO_THE_MINUTE = timedelta(minutes=1)  # what is typed has no seconds
ENDING = {
    PostalEvent.Code.SIGNED: Dispatch.Standing.SERVED,
    PostalEvent.Code.REFUSED: Dispatch.Standing.FAILED,
    PostalEvent.Code.UNDELIVERABLE: Dispatch.Standing.FAILED,
    PostalEvent.Code.RETURNED: Dispatch.Standing.FAILED,
}


class DispatchNotFound(Refused):
    code = "dispatch-not-found"
    status = 404
    title = "没有这次寄送"


class DispatchClosed(Refused):
    code = "dispatch-closed"
    title = "这次寄送已经了结"


def send_out(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """The result leaves: by mail (ordered from the carrier where no tracking number is given) or offered online."""
    event = outcome.event
    earlier = Dispatch.objects.filter(case=case, content=Dispatch.Content.RESULT)
    earlier.filter(standing__in=(*Dispatch.OPEN, Dispatch.Standing.FAILED)).update(
        standing=Dispatch.Standing.REPLACED, closed_on=event.effective_on
    )
    by_mail = given["way"] == DeliveryWish.Way.MAIL
    one = Dispatch(
        case=case,
        content=Dispatch.Content.RESULT,
        way=given["way"],
        standing=Dispatch.Standing.SENT if by_mail else Dispatch.Standing.OFFERED,
        sent_by=event.actor.user,
        sent_name=event.actor.name[:40],
        sent_at=event.at,
    )
    if by_mail:
        wish = DeliveryWish.objects.filter(pk=case.pk).first()
        one.recipient, one.address = given["recipient"].strip(), given["address"].strip()
        one.phone = given.get("phone", "").strip() or (wish.phone if wish else "")
        one.carrier, one.tracking = given.get("carrier", "").strip(), given.get("tracking", "").strip()
    posting.send(one, at=event.at)


def serve(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """The result has reached the applicant; what was still on its way for this is done with."""
    event = outcome.event
    online = event.action == Action.ACKNOWLEDGE
    served_on = given.get("on") or event.effective_on
    Service.objects.create(
        case=case,
        way=ELECTRONIC if online else given["way"],
        receipt=acknowledged(event.at) if online else given["receipt"],
        witness=given.get("witness", ""),
        served_on=served_on,
        confirmed_at=event.at if online else None,
    )
    open_ones = Dispatch.objects.filter(case=case, content=Dispatch.Content.RESULT, standing__in=Dispatch.OPEN)
    way, standing = ELECTRONIC if online else given["way"], Dispatch.Standing
    on_this_way = models.When(way=way, then=models.Value(standing.SERVED))
    standing_then = models.Case(on_this_way, default=models.Value(standing.REPLACED))
    open_ones.update(standing=standing_then, closed_on=served_on)


def acknowledged(at: datetime) -> str:
    """What the service record says of an electronic receipt."""
    return f"申请人 {timezone.localtime(at):%Y-%m-%d %H:%M} 凭查询码在办件进度页确认收到"


def note_by_hand(
    *, dispatch: int, case: Case, actor: Actor, code: str, at: datetime, happened_at: datetime, place: str, note: str
) -> PostalEvent:
    """A person writes down what the carrier's slip or page says. `case` is one the actor may see.

    Raises DispatchNotFound, DispatchClosed, NotPermitted, Invalid.
    """
    if code not in PostalEvent.Code.values:
        raise Invalid({"code": ["选择邮件的情况。"]})
    legible({"place": place, "note": note})
    with transaction.atomic():
        one = Dispatch.objects.select_for_update().filter(pk=dispatch, case=case, way=DeliveryWish.Way.MAIL).first()
        if one is None:
            raise DispatchNotFound("回到办件的送达页，重新打开。")
        if not keeps(actor, case.snapshot.accept_organ):
            raise NotPermitted(f"邮件情况由{case.snapshot.accept_organ.name}的窗口登记。")
        if one.standing not in Dispatch.OPEN:
            raise DispatchClosed("这件邮件已经签收、退回或改送，不再登记。")
        if not one.sent_at - TO_THE_MINUTE < happened_at <= at:
            raise Invalid({"at": ["时刻应在寄出之后、现在之前。"]})
        happened_at = max(happened_at, one.sent_at)
        return record(one, code=code, happened_at=happened_at, place=place, said=note, at=at, actor=actor)


def record(
    one: Dispatch, *, code: str, happened_at: datetime, place: str, said: str, at: datetime, actor: Actor | None = None
) -> PostalEvent:
    """Write one thing that happened to a locked, open piece of mail; an end closes it. Without an actor: the carrier."""
    event = PostalEvent.objects.create(
        dispatch=one,
        number=one.postal_events.count() + 1,
        code=code,
        at=happened_at,
        place=place.strip()[:60],
        note=said.strip()[:120],
        by_carrier=actor is None,
        noted_by=actor.user if actor else None,
        noted_name=actor.name[:40] if actor else "",
        noted_at=at,
    )
    ending = ENDING.get(PostalEvent.Code(code))
    if ending:
        one.standing, one.closed_on = ending, local_day(happened_at)
        one.save(update_fields=["standing", "closed_on"])
    if ending == Dispatch.Standing.FAILED:
        tell_window(one, event, at=at)
    return event


def tell_window(one: Dispatch, event: PostalEvent, *, at: datetime) -> None:
    """The clerks of the window hear that a piece of mail comes back."""
    case = one.case
    windows = Organ.objects.filter(region=case.snapshot.accept_region_id, kind=Organ.Kind.WINDOW)
    organs = [case.snapshot.accept_organ_id, *windows.values_list("pk", flat=True)]
    title = f"邮件{event.get_code_display()}：{case.snapshot.item_name}"
    tell(
        to=people_in(on=local_day(at), organs=organs, roles=[Role.CLERK]),
        kind="mail",
        title=title,
        body=f"{case.number}　{one.carrier} {one.tracking}。核对地址后重新寄送，或请申请人到窗口领取。",
        key=f"mail-{one.pk}-failed",
        url=f"/cases/{case.number}/delivery/",
        at=at,
    )
