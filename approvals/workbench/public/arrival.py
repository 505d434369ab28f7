"""Where is my result, may I have it here, and what did the post say? For whoever holds the case number and the query code."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.cases.models import Case, DeliveryWish, Dispatch, PostalEvent, Service
from approvals.cases.resultpapers import all_made
from approvals.cases.serving import papers_for_applicant
from approvals.cases.words import State
from approvals.documents.models import Letter


@dataclass(frozen=True)
class Parcel:
    """One piece of mail to the applicant, with what the post reported, newest first."""

    content: str
    standing: str
    back: bool
    carrier: str
    tracking: str
    events: tuple[PostalEvent, ...]


@dataclass(frozen=True)
class Arrival:
    """How the result reaches the applicant. `offered`: it waits here for their confirmation."""

    way: str
    offered: bool
    ready: bool
    served: Service | None
    papers: tuple[Letter, ...]
    parcels: tuple[Parcel, ...]

    @property
    def by_mail(self) -> bool:
        return bool(self.parcels)


def arrival_of(case: Case) -> Arrival | None:
    """None before there is a result."""
    if case.decided_on is None:
        return None
    sent = list(Dispatch.objects.filter(case=case).order_by("-pk").prefetch_related("postal_events"))
    wish = DeliveryWish.objects.filter(pk=case.pk).first()
    served = Service.objects.filter(pk=case.pk).first()
    online = [one for one in sent if one.way == DeliveryWish.Way.ELECTRONIC]
    offered = case.state == State.SEALED and any(one.standing == Dispatch.Standing.OFFERED for one in online)
    papers = papers_for_applicant(case) if online else []
    confirmed = served is not None and served.way == DeliveryWish.Way.ELECTRONIC
    return Arrival(
        way=wish.get_way_display() if wish else "",
        offered=offered,
        ready=bool(online) and all_made(case.number),
        served=served,
        papers=tuple(papers) if confirmed else (),
        parcels=tuple(_parcel(one) for one in sent if one.way == DeliveryWish.Way.MAIL and _told(one)),
    )


def _told(one: Dispatch) -> bool:
    return one.standing != Dispatch.Standing.REPLACED


def _parcel(one: Dispatch) -> Parcel:
    events = sorted(one.postal_events.all(), key=lambda event: -event.number)
    back = one.standing == Dispatch.Standing.FAILED
    content = one.get_content_display()
    return Parcel(content, one.get_standing_display(), back, one.carrier, one.tracking, tuple(events))
