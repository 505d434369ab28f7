"""Which licences does a search find, and how does one stand on a page? Read side of the licence pages and exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict

from approvals.audit.fields import search_hash
from approvals.cases.models import Concern, Proceeding
from approvals.cases.parties import one_way
from approvals.cases.words import State
from approvals.keys import LONGEST_SEARCH
from approvals.licences.access import visible
from approvals.licences.content import read
from approvals.licences.models import Holder, LibraryMessage, Licence, LicenceEvent, LicenceType, LicenceVersion
from approvals.licences.queries import standing_is, with_holder_kind
from approvals.licences.words import OfficialAct, Status
from approvals.organisations import masks
from approvals.organisations.access import Actor
from approvals.organisations.masks import document as masked_id
from approvals.organisations.models import Role

A_PAGE = 30
HEADS = ("证照编号", "证照名称", "持证主体", "颁发机关", "地区", "状态", "颁发之日", "有效期起", "有效期止", "颁发办件")
SOON = ((30, "30 天内到期"), (60, "60 天内到期"), (90, "90 天内到期"), (180, "半年内到期"))


@dataclass(frozen=True)
class Search:
    """What was asked for: free text (number, holder's name or number), type, status, days until it runs out."""

    text: str = ""
    type: str = ""
    status: str = ""
    days: int = 0

    @classmethod
    def asked(cls, data: QueryDict) -> Search:
        days = data.get("days", "")
        status = data.get("status", "")
        return cls(
            text=data.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
            type=data.get("type", "")[:40],
            status=status if status in Status.values else "",
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
        )

    def found(self, actor: Actor, *, on: date) -> QuerySet[Licence]:
        """The licences this actor may see that answer the search, the latest first."""
        rows = Licence.objects.select_related("type", "organ", "region").filter(visible(actor))
        if self.text:
            number = search_hash(one_way(self.text))
            holders = (
                Holder.objects.filter(id_hash=number).values("licence")
                if number
                else Holder.objects.none().values("pk")
            )
            rows = rows.filter(Q(number__icontains=self.text) | Q(holder_name__icontains=self.text) | Q(pk__in=holders))
        if self.type:
            rows = rows.filter(type__code=self.type)
        if self.status:
            rows = rows.filter(standing_is(self.status, on=on))
        if self.days:
            rows = rows.filter(standing_is(Status.VALID, on=on), valid_to__range=(on, on + timedelta(days=self.days)))
        return with_holder_kind(rows).order_by("-pk")


def running_out(actor: Actor, *, on: date) -> int:
    """How many licences this person's own organ answers for run out within LICENCE_HINT_DAYS; 100 is many."""
    if actor.role not in (Role.REVIEWER, Role.CHECKER, Role.DECIDER) or not settings.LICENCE_HINT_DAYS:
        return 0
    return Search(days=settings.LICENCE_HINT_DAYS).found(actor, on=on)[:100].count()


@dataclass(frozen=True)
class Line:
    """One licence in a list: as it stands today, with the days it has left where that is soon."""

    licence: Licence
    status: Status
    left: int | None


def line_of(licence: Licence, *, on: date) -> Line:
    status = licence.status_on(on)
    soon = status == Status.VALID and licence.valid_to is not None and licence.type.warn_days
    left = (licence.valid_to - on).days if soon and licence.valid_to else None
    return Line(licence, status, left if left is not None and left <= licence.type.warn_days else None)


def cells(rows: Iterable[Licence], *, on: date) -> Iterator[list[Any]]:
    """Licences as they may leave the house: one list each, under HEADS, persons' names masked."""
    for one in rows:
        yield [
            one.number,
            one.name,
            masks.name(one.holder_name, one.holder_kind),
            one.organ.name,
            one.region.name,
            one.status_on(on).label,
            one.issued_on,
            one.valid_from,
            one.valid_to,
            one.case_number,
        ]


def types() -> QuerySet[LicenceType]:
    """The types of which there are licences."""
    return LicenceType.objects.filter(pk__in=Licence.objects.values("type")).order_by("name")


@dataclass(frozen=True)
class Told:
    """One record of a licence with what the library has said to it."""

    event: LicenceEvent
    library: str
    act: str


def told(licence: Licence) -> list[Told]:
    """Everything that happened to a licence, the latest first."""
    sent = {
        one.pk: one.message for one in LibraryMessage.objects.filter(event__licence=licence).select_related("message")
    }
    acts = dict(OfficialAct.choices)
    events = LicenceEvent.objects.filter(licence=licence).order_by("-sequence")
    return [
        Told(one, sent[one.pk].get_state_display() if one.pk in sent else "", acts.get(one.data.get("act", ""), ""))
        for one in events
    ]


def shown_paper(licence: Licence) -> dict[str, Any]:
    """What stands on the paper now, holders' numbers masked."""
    paper = read(LicenceVersion.objects.get(licence=licence, version=licence.version).content)
    for holder in paper.get("holders", []):
        holder["id_number"] = masked_id(holder["id_number"])
    return paper


def cases_of(licence: Licence) -> list[Concern]:
    """The cases about a licence, the latest first."""
    return list(Concern.objects.filter(licence=licence).select_related("case__snapshot").order_by("-case__pk"))


def open_proceeding_of(licence: Licence) -> Proceeding | None:
    """The organ's own proceeding that is under way."""
    return (
        Proceeding.objects.filter(case__concern__licence=licence, case__state__in=(State.REVIEW, State.DECISION))
        .select_related("case")
        .first()
    )
