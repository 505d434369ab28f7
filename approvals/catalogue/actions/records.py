"""How is every change of the list kept? One chained row an act, in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from approvals.audit import chain, records
from approvals.calendars.workdays import local_day
from approvals.catalogue.models import CatalogueAct, CatalogueRecord, Edition
from approvals.organisations.access import Actor, actors_of
from approvals.organisations.models import Role, User

CONTACTS = "contacts"
EDITORS = (Role.ITEM_ADMIN, Role.COORDINATOR)


def record(
    *, stream: str, act: CatalogueAct, subject: str, actor: Actor, at: datetime, before: Any = None, after: Any = None
) -> CatalogueRecord:
    """Append one act to the chain of its stream. Demands the open transaction that holds the stream's rows.

    `before` and `after` are plain values without floats and without personal data.
    """
    sequence, previous = records.following(CatalogueRecord.objects.filter(stream=stream))
    values = {
        "stream": stream,
        "sequence": sequence,
        "at": at,
        "act": str(act),
        "subject": subject[:120],
        "user": actor.user,
        "post": actor.post,
        "organ": actor.organ_code,
        "before": before,
        "after": after,
    }
    return CatalogueRecord.objects.create(
        stream=stream,
        sequence=sequence,
        at=at,
        act=act,
        subject=values["subject"],
        actor_name=actor.name[:40],
        organ_name=actor.organ_name[:60],
        **chain.columns(previous, chain.canonical(values)),
    )


def record_by_hand(
    *,
    edition: str,
    subject: str,
    user: User,
    at: datetime,
    before: Any,
    after: Any,
    act: CatalogueAct = CatalogueAct.SAVED,
) -> CatalogueRecord:
    """Append what a person changed in the management pages or brought in by workbook: drafts only, under the edition's
    lock, in the post that lets them edit."""
    Edition.objects.select_for_update().filter(code=edition).first()
    posts = actors_of(user, on=local_day(at))
    actor = next((one for one in posts if one.role in EDITORS), Actor(kind="USER", user=user.pk, name=user.name))
    return record(stream=edition, act=act, subject=subject, actor=actor, at=at, before=before, after=after)
