"""What may be read of oversight? Each list as this person may see it, the most urgent (or the newest) first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.oversight.access import of_case, sees_responsibility, sees_samples, sees_take_backs, takes_part
from approvals.oversight.models import Card, Draw, Filing, Finding, Record, Responsibility, Sample, TakeBack
from approvals.oversight.words import FilingState, FindingState, SampleState, TakeBackState


def filings(actor: Actor) -> QuerySet[Filing]:
    rows = Filing.objects.select_related("case__snapshot", "organ", "unit", "region", "seen_by")
    return rows.filter(of_case(actor)).order_by("due_on", "pk")


def samples(actor: Actor) -> QuerySet[Sample]:
    rows = Sample.objects.select_related("draw__unit", "case__snapshot", "organ", "checked_by")
    return rows.filter(sees_samples(actor)).order_by("due_on", "draw", "position")


def draws(actor: Actor) -> QuerySet[Draw]:
    """Draws are published to whoever takes part in oversight, the newest month first, with how far they are.

    Whole, with the numbers of other counties: else nobody could draw again.
    """
    if not takes_part(actor):
        return Draw.objects.none()
    rows = Draw.objects.select_related("unit").annotate(
        drawn=Count("samples"), waiting=Count("samples", filter=Q(samples__state=SampleState.TO_CHECK))
    )
    if actor.level == Level.CITY and actor.role != Role.COORDINATOR and actor.kind != "SYSTEM":
        rows = rows.filter(unit=actor.organ)
    return rows.order_by("-month", "unit__code", "population")


def findings(actor: Actor) -> QuerySet[Finding]:
    rows = Finding.objects.select_related("case__snapshot", "organ", "unit", "region", "opened_by", "closed_by")
    return rows.filter(of_case(actor)).order_by("due_on", "pk")


def responsibilities(actor: Actor) -> QuerySet[Responsibility]:
    rows = Responsibility.objects.select_related("finding__case", "finding__organ", "person", "opened_by", "decided_by")
    return rows.filter(sees_responsibility(actor)).order_by("due_on", "pk")


def cards(actor: Actor) -> QuerySet[Card]:
    rows = Card.objects.select_related("rule", "case__snapshot", "organ", "unit", "region", "withdrawn_by")
    return rows.filter(of_case(actor)).order_by("-shown_at", "-pk")


def take_backs(actor: Actor) -> QuerySet[TakeBack]:
    rows = TakeBack.objects.select_related("unit", "second", "region", "proposed_by", "answered_by", "delegation__item")
    return rows.filter(sees_take_backs(actor)).order_by("-proposed_at", "-pk")


@dataclass(frozen=True)
class Told:
    """One record of oversight as people read it."""

    record: Record
    name: str
    organ: str
    texts: dict[str, Any]


def history(subject: str) -> list[Told]:
    """What happened to one subject (finding:12), oldest first; erased words are empty."""
    told = []
    for record in Record.objects.filter(subject=subject).select_related("words").order_by("pk"):
        words = json.loads(record.words.text) if record.words.text else {}
        told.append(Told(record, words.pop("name", ""), words.pop("organ", ""), words))
    return told


def waiting(actor: Actor, *, on: date) -> dict[str, int]:
    """What waits for this person, by the tabs of the page: at most 100 are counted."""
    mine = {
        "filings": filings(actor).filter(state=FilingState.FILED, unit=actor.organ),
        "draws": samples(actor).filter(state=SampleState.TO_CHECK, draw__unit=actor.organ),
        "findings": findings(actor).filter(
            Q(state=FindingState.ORDERED, organ=actor.organ) | Q(state=FindingState.ANSWERED, unit=actor.organ)
        ),
        "take-backs": take_backs(actor).filter(state=TakeBackState.PROPOSED, second=actor.organ),
    }
    return {key: rows.order_by().values("pk")[:100].count() for key, rows in mine.items()}
