"""What would publishing a draft do? The forecast of `catalogue.whatif` over the cases of the last months and all open ones.

Read only; nothing is written. Which cases: settings.FORECAST_MONTHS back from the day asked on, and every open one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from approvals.cases.models import Case
from approvals.cases.workflow import OPEN
from approvals.catalogue import checks, whatif
from approvals.catalogue.models import Edition
from approvals.catalogue.queries import current_rows
from approvals.catalogue.whatif import Forecast, Load, Work
from approvals.organisations.models import Organ, Post, Role
from approvals.supervision.models import UnitEndpoint

DAYS_A_MONTH = 30
NEEDED = {
    "accept": (Role.CLERK,),
    "review": (Role.REVIEWER,),
    "decide": (Role.DECIDER,),
    "seal": (Role.SEAL_KEEPER,),
}
PHASE_WORDS = {"accept": "受理", "review": "审核", "decide": "决定", "seal": "用印", "supervise": "监管"}


@dataclass(frozen=True)
class Gap:
    """Somebody is missing: which organ or unit, in which phase, which role, for which items."""

    who: str
    phase: str
    role: str
    items: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"who": self.who, "phase": self.phase, "role": self.role, "items": list(self.items)}


@dataclass(frozen=True)
class Outlook:
    """The whole answer: groups of work, gains and losses, missing people, units without a receiving system."""

    on: date
    since: date
    lines: tuple[Forecast, ...]
    loads: tuple[Load, ...]
    gaps: tuple[Gap, ...]
    no_endpoint: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def changed(self) -> list[Forecast]:
        return [line for line in self.lines if line.changes]

    @property
    def open_cases(self) -> int:
        return sum(line.work.open for line in self.changed)

    @property
    def recent_cases(self) -> int:
        return sum(line.work.recent for line in self.changed)

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "since": self.since.isoformat(),
            "recent": self.recent_cases,
            "open": self.open_cases,
            "groups": [line.as_json() for line in self.changed],
            "loads": [
                {"who": one.who, "phase": one.phase, "gains": one.gains, "loses": one.loses} for one in self.loads
            ],
            "gaps": [one.as_json() for one in self.gaps],
            "no_endpoint": list(self.no_endpoint),
            "scopes": list(self.scopes),
        }


def outlook(edition: Edition, *, today: date) -> Outlook:
    """What publishing this draft would change, from its first day on."""
    on, since = edition.effective_from, today - timedelta(days=DAYS_A_MONTH * settings.FORECAST_MONTHS)
    then = checks.rows_with(edition)
    lines = whatif.forecast(current_rows(), then, work_since(since), edition=edition.code, on=on)
    gaps, units = missing(lines, on=on)
    return Outlook(
        on=on,
        since=since,
        lines=tuple(lines),
        loads=tuple(whatif.loads(lines)),
        gaps=tuple(gaps),
        no_endpoint=tuple(units),
        scopes=tuple(stale_scopes(edition, on=on)),
    )


def work_since(since: date) -> list[Work]:
    """Cases by edition, item, region and place: how many arrived since then, how many are open."""
    rows = (
        Case.objects.filter(Q(arrived_on__gte=since) | Q(state__in=OPEN))
        .values_list("snapshot__edition", "snapshot__item", "region", "snapshot__place")
        .annotate(
            recent=Count("pk", filter=Q(arrived_on__gte=since)),
            still_open=Count("pk", filter=Q(state__in=OPEN)),
        )
        .order_by("snapshot__edition", "snapshot__item", "region", "snapshot__place")
    )
    return [Work(*row) for row in rows]


def missing(lines: Iterable[Forecast], *, on: date) -> tuple[list[Gap], list[str]]:
    """Posts that nobody sits in although the organ will hold the phase; supervising units without a receiving system."""
    newly = whatif.newly_holding(lines)
    posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
    watchers: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.in_force(on):
        posts[post.organ_id, post.role].append(post)
        if post.unit_id:
            watchers[post.unit_id].append(post)
    kinds = dict(Organ.objects.values_list("pk", "kind"))
    windows = {region: pk for pk, region in Organ.objects.filter(kind=Organ.Kind.WINDOW).values_list("pk", "region")}
    regions = dict(Organ.objects.values_list("pk", "region"))
    found, units = [], []
    reached = set(UnitEndpoint.objects.values_list("unit", flat=True))
    for (phase, pk, name), groups in sorted(newly.items(), key=lambda pair: (pair[0][0], pair[0][2])):
        codes = sorted({line.code for line in groups})
        if phase == "supervise":
            if pk not in reached:
                units.append(name)
            if uncovered(watchers[pk], codes):
                found.append(Gap(name, PHASE_WORDS[phase], Role.SUPERVISOR.label, tuple(codes)))
            continue
        organ = windows.get(regions[pk], pk) if phase == "accept" and kinds[pk] != Organ.Kind.WINDOW else pk
        for role in NEEDED[phase]:
            there = posts[organ, role] + (posts[pk, role] if organ != pk else [])
            if lacking := uncovered(there, codes):
                found.append(Gap(name, PHASE_WORDS[phase], role.label, tuple(lacking)))
    return found, units


def uncovered(posts: Iterable[Post], codes: Iterable[str]) -> list[str]:
    """The items none of these posts may handle; a post without a scope handles all."""
    there = list(posts)
    return [code for code in codes if not any(not post.item_scope or code in post.item_scope for post in there)]


def stale_scopes(edition: Edition, *, on: date) -> list[str]:
    """Posts limited to item codes that mean another item, or none, in the draft."""
    then = dict(edition.items.values_list("code", "identity"))
    now = {row.code: row.identity for row in current_rows().items if row.edition == _standing(edition)}
    told = []
    for post in Post.objects.in_force(on).select_related("user", "organ"):
        wrong = [code for code in post.item_scope if code in now and then.get(code) != now[code]]
        if wrong:
            told.append(f"{post.user.name}（{post}）：{'、'.join(wrong)}")
    return told


def _standing(edition: Edition) -> str:
    return edition.copied_from.code if edition.copied_from else ""
