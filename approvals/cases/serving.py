"""Who serves a case when nobody at the window does? The post, by its signature; the applicant, by confirming online.

Each is an act of the workflow table through the one door. Hearing the carrier is written first, serving after it in a
transaction of its own: whatever stops in between, the next sweep goes on.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from approvals.calendars.workdays import local_day
from approvals.cases import posting
from approvals.cases.access import visible
from approvals.cases.actions import OF_ONE_ROW, Done, perform
from approvals.cases.delivery import record
from approvals.cases.models import Case, Dispatch, PostalEvent, Service
from approvals.cases.resultpapers import made_papers
from approvals.cases.words import Action, State
from approvals.documents.models import Letter
from approvals.errors import Refused
from approvals.exchange.models import Message
from approvals.organisations.access import SYSTEM, Actor

log = structlog.get_logger(__name__)
ATTEND = (*Dispatch.OPEN, Dispatch.Standing.FAILED)


def hear(*, at: datetime) -> int:
    """Take in what the carrier has answered; how many pieces of mail moved. One that fails is logged, the rest go on."""
    moved = 0
    confirmed = Q(order__state=Message.State.CONFIRMED, standing=Dispatch.Standing.ORDERED)
    confirmed |= Q(inquiry__state=Message.State.CONFIRMED)
    for pk in Dispatch.objects.filter(confirmed).order_by("pk").values_list("pk", flat=True):
        try:
            moved += _take_in(pk, at=at)
        except OF_ONE_ROW:
            log.exception("mail_answer_failed", dispatch=pk)
    return moved


def _take_in(pk: int, *, at: datetime) -> int:
    with transaction.atomic(durable=True):
        one = Dispatch.objects.select_for_update(of=("self",)).select_related("order", "inquiry", "case").get(pk=pk)
        moved = 0
        if one.standing == Dispatch.Standing.ORDERED and one.order and one.order.state == Message.State.CONFIRMED:
            moved += posting.ordered(one)
        if one.inquiry is not None and one.inquiry.state == Message.State.CONFIRMED:
            moved += _report(one, at=at)
    return moved


def _report(one: Dispatch, *, at: datetime) -> int:
    """Write what a carrier reports of a locked dispatch, no earlier than it left and no later than now."""
    heard = 0
    assert one.inquiry is not None
    for number, code, happened_at, place, said in posting.events_in(one.inquiry, after=one.heard):
        one.heard = number
        if one.standing in Dispatch.OPEN:
            when = min(max(happened_at, one.sent_at), at)
            record(one, code=code, happened_at=when, place=place, said=said, at=at)
            heard += 1
    one.inquiry = None
    one.save(update_fields=["inquiry", "heard"])
    return heard


def serve_signed(*, at: datetime, case: Case | None = None) -> int:
    """Serve every case (or this one) whose mail was signed for; how many. What something stands against stays put."""
    signed = Dispatch.objects.filter(
        content=Dispatch.Content.RESULT, standing=Dispatch.Standing.SERVED, way="MAIL", case__state=State.SEALED
    )
    signed = signed.filter(case=case) if case is not None else signed
    return sum(_serve(one, at=at) for one in signed.select_related("case").order_by("pk"))


def _serve(one: Dispatch, *, at: datetime) -> bool:
    longest = Service._meta.get_field("receipt").max_length
    given = {
        "way": "MAIL",
        "receipt": f"{one.carrier} {one.tracking}，{signature_of(one)}".strip()[:longest],
        "on": one.closed_on.isoformat() if one.closed_on else None,
    }
    try:
        perform(number=one.case.number, action=Action.DELIVER, actor=SYSTEM, at=at, given=given)
    except Refused as refused:
        log.warning("mail_not_served", number=one.case.number, code=refused.code)
        return False
    return True


def signature_of(one: Dispatch) -> str:
    """What the post says of the signature."""
    signed = one.postal_events.filter(code=PostalEvent.Code.SIGNED).order_by("-number").first()
    return signed.note if signed and signed.note else "收件人签收"


def acknowledge(*, case: Case, at: datetime) -> Done:
    """The applicant, by number and query code, says that the result has arrived. Raises as `perform` does."""
    applicant = Actor(kind="APPLICANT", name="申请人", case=case.pk)
    return perform(number=case.number, action=Action.ACKNOWLEDGE, actor=applicant, at=at)


def papers_for_applicant(case: Case) -> list[Letter]:
    """The signed papers of the result that the applicant may fetch once they have confirmed, newest first."""
    return made_papers(case.number)


def to_attend(actor: Actor) -> QuerySet[Dispatch]:
    """What is on its way or came back, of the cases this person may see, the oldest first."""
    cases = Case.objects.filter(visible(actor))
    waits = ~Q(case__state__in=(State.DELIVERED, State.ARCHIVED)) | Q(content=Dispatch.Content.ORIGINALS)
    back = Q(standing=Dispatch.Standing.FAILED) & waits
    found = Dispatch.objects.filter(Q(standing__in=Dispatch.OPEN) | back, case__in=cases)
    return found.select_related("case__snapshot__accept_organ").order_by("sent_at", "pk")


def stuck(actor: Actor, *, at: datetime) -> QuerySet[Dispatch]:
    """Of these, what came back, and what nobody has signed for or confirmed by the case's day of service."""
    today = local_day(at)
    late = Q(case__due_on__lt=today, content=Dispatch.Content.RESULT)
    return to_attend(actor).filter(Q(standing=Dispatch.Standing.FAILED) | late)
