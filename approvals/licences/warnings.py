"""Who is told that a licence runs out soon? The reviewers of the organ that issued it, once for each end of validity."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from approvals.calendars.workdays import local_day
from approvals.licences.models import Licence
from approvals.licences.queries import unwarned
from approvals.notices.actions import people_in, tell
from approvals.organisations.models import Role

KIND = "licence.expiring"
PAGE = 200


def warn(*, at: datetime) -> int:
    """Tell of every licence that runs out within its type's notice; of how many. Repeating says nothing again."""
    day, told = local_day(at), 0
    while rows := list(unwarned(on=day)[:PAGE]):
        with transaction.atomic(durable=True):
            for licence in rows:
                left = (licence.valid_to - day).days if licence.valid_to else 0
                tell(
                    to=people_in(on=day, organs=[licence.organ_id], roles=[Role.REVIEWER]),
                    kind=KIND,
                    title=f"{licence.name} {licence.number} 还有 {left} 天到期",
                    body=f"{licence.holder_name}，有效期至 {licence.valid_to}；延续应在期满前 {licence.type.renew_days} 天申请。",
                    url=f"/licences/{licence.pk}/",
                    key=f"{KIND}:{licence.pk}:{licence.valid_to}",
                    at=at,
                )
                Licence.objects.filter(pk=licence.pk).update(warned_for=licence.valid_to)
        told += len(rows)
    return told
