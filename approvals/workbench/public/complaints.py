"""Who hears a complaint, and how is it answered? The coordinator of the region named; the city's coordinator hears all."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from stdnum import luhn

from approvals.calendars.workdays import local_day
from approvals.cases.access import NotPermitted
from approvals.cases.models import Case
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.workbench.public.models import Complaint


class ComplaintNotFound(Refused):
    code = "complaint-not-found"
    status = 404
    title = "没有这条咨询投诉"


class AlreadyAnswered(Refused):
    code = "complaint-already-answered"
    title = "这条已经答复过"


def file(*, key: UUID, given: dict[str, Any], at: datetime) -> Complaint:
    """Keep what somebody wrote, once for each `key`: a second press finds the first.

    A region not named is that of the case, for whoever hears it only: who wrote must not learn whether there is such a case.
    """
    region = given.get("region") or None
    case_number, named = given.get("case_number", ""), region is not None
    if not named and case_number:
        region = Case.objects.filter(number=case_number).values_list("region", flat=True).first()
    filed, _ = Complaint.objects.get_or_create(
        key=key,
        defaults={
            "number": _free_number(at),
            "kind": given["kind"],
            "region_id": region,
            "region_named": named,
            "case_number": case_number,
            "text": given["text"],
            "name": given.get("name", ""),
            "mobile": given.get("mobile", ""),
            "created_at": at,
        },
    )
    return filed


def _free_number(at: datetime) -> str:
    """TS, day, six digits by lot, check digit: nobody learns from one how many there are."""
    while True:
        digits = f"{local_day(at):%y%m%d}{secrets.randbelow(10**6):06d}"
        number = f"TS{digits}{luhn.calc_check_digit(digits)}"
        if not Complaint.objects.filter(number=number).exists():
            return number


def complaints_for(actor: Actor) -> QuerySet[Complaint]:
    """What this coordinator hears, the unanswered first, then the newest. Raises NotPermitted for everybody else."""
    if actor.role != Role.COORDINATOR:
        raise NotPermitted("咨询投诉由协调员处理；换到协调员岗，或请本地区协调员处理。")
    heard = Complaint.objects.select_related("region", "answered_by").order_by(
        F("answered_at").desc(nulls_first=True), "-id"
    )
    return heard if actor.level == Level.CITY else heard.filter(region=actor.region)


def complaint_for(actor: Actor, *, number: str) -> Complaint:
    """One of them. Raises ComplaintNotFound, NotPermitted."""
    found = complaints_for(actor).filter(number=number).first()
    if found is None:
        raise ComplaintNotFound(f"没有 {number} 这条咨询投诉；核对编号。")
    return found


def answer(*, number: str, actor: Actor, text: str, at: datetime) -> Complaint:
    """Write the answer, which whoever asked reads at the address they were given. Raises AlreadyAnswered and as above."""
    found = complaint_for(actor, number=number)
    written = Complaint.objects.filter(pk=found.pk, answered_at=None).update(
        answer=text, answered_at=at, answered_by=actor.user
    )
    if not written:
        raise AlreadyAnswered("别人刚答复过，没有写入；刷新看答复。")
    found.refresh_from_db()
    return found
