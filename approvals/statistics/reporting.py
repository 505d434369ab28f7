"""How does the city report a month? The month's figures by county in one numbered, signed letter, once a month.

赣市府办发〔2022〕7号 asks the platform for monthly reports; they begin with 2022-07. The figures are those of the
statistics page, under the same rule of who sees what.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from approvals.calendars.workdays import local_day
from approvals.cases.access import NotPermitted
from approvals.documents.kinds import LetterKind
from approvals.documents.letters import issue
from approvals.documents.models import Letter
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Region, Role
from approvals.statistics.queries import Rate, tallies
from approvals.statistics.questions import MEASURES, Question, shift

HEADS = ("县（市、区）", "受理", "办结", "按时办结率", "推送", "认领")
COUNTED = ("accepted", "decided", "in_time", "promised", "pushed", "claimed")
OFFERED = 6  # months back
MOST_WORDS = 500


def may_report(actor: Actor) -> bool:
    """Whether this person reports for the city: its coordinator."""
    return actor.role == Role.COORDINATOR and actor.level == Level.CITY


def months(*, on: date) -> list[date]:
    """The months that are over, the latest first, as their first days."""
    return [shift(on.replace(day=1), -n) for n in range(1, OFFERED + 1)]


def reports() -> list[Letter]:
    """The reports there are, the latest first."""
    return list(
        Letter.objects.select_related("organ", "file").filter(kind=LetterKind.MONTHLY_REPORT).order_by("-pk")[:36]
    )


def report(*, month: date, notes: str, actor: Actor, at: datetime) -> Letter:
    """Issue the report of a month that is over; the one there is where it was issued already. Raises NotPermitted, Invalid."""
    if not may_report(actor):
        raise NotPermitted("月度运行报告由市级协调员出具；换到那个岗位再来。")
    on = local_day(at)
    if month not in months(on=on):
        raise Invalid({"month": ["选一个已经过完的月份。"]})
    if len(notes) > MOST_WORDS:
        raise Invalid({"notes": [f"说明在 {MOST_WORDS} 字以内。"]})
    data = {
        "to": settings.MONTHLY_REPORT_TO,
        "period": f"{month.year}年{month.month}月",
        "heads": list(HEADS),
        "rows": rows(actor, month),
        "notes": notes.replace("\x00", "").strip(),
    }
    organ = Organ.objects.get(pk=actor.organ)
    key = f"monthly/{month:%Y-%m}"
    with transaction.atomic():
        subject = f"{month:%Y-%m} 月报"
        return issue(kind=LetterKind.MONTHLY_REPORT, organ=organ, subject=subject, data=data, at=at, key=key)


def rows(actor: Actor, month: date) -> list[list[str]]:
    """One line a county under HEADS, the city's total last; a county without cases has its zeros."""
    question = Question(MEASURES["accepted"], "region", month, month)
    found = (
        tallies(actor, question)
        .filter(measure__in=COUNTED)
        .values("measure", region=F("slice__region"))
        .annotate(sum=Sum("n"))
        .order_by()
    )
    counted: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for one in found:
        counted[one["region"]][one["measure"]] += one["sum"]
    counties = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
    lines = [_line(region.name, counted[region.code]) for region in counties]
    total = {key: sum(one[key] for one in counted.values()) for key in COUNTED}
    return [*lines, _line("合计", total)]


def _line(name: str, n: dict[str, int]) -> list[str]:
    in_time = Rate("", n["in_time"], n["promised"], "").percent
    return [name, str(n["accepted"]), str(n["decided"]), in_time, str(n["pushed"]), str(n["claimed"])]
