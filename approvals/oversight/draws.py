"""What is there to draw from in a month, who is drawn, and does the same come out again?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from approvals.audit.models import DailyRoot
from approvals.audit.register import enrol
from approvals.audit.roots import keep_root
from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import SHANGHAI, add, local_day
from approvals.cases.models import Case, Event
from approvals.cases.words import UNDECIDED_ENDS, Action, Step
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import SYSTEM, Actor
from approvals.organisations.models import Level, Organ
from approvals.oversight import sampling
from approvals.oversight.access import CITY_ROLES
from approvals.oversight.models import Draw, Sample, SampleRate
from approvals.oversight.record import append, locked_ledger
from approvals.oversight.words import DECIDED, OversightAction, Population

Acts = dict[str, str]  # case number → code of the county organ that took the act


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def last_day(month: date) -> date:
    return month_after(month) - timedelta(days=1)


def populations(month: date) -> dict[tuple[int, str], Acts]:
    """Everything the counties did in a month, by (city unit, kind of act): one query a kind.

    A case counts once a month and kind; what a transferred case's county did before the transfer stays the county's.
    The month is that in which the act was recorded, whatever day it took effect: what is over is added to no more.
    """
    acts = Event.objects.filter(
        at__gte=datetime.combine(month, time.min, tzinfo=SHANGHAI),
        at__lt=datetime.combine(month_after(month), time.min, tzinfo=SHANGHAI),
        level=Level.COUNTY,
        step__in=(Step.ACT, Step.CONFIRM),
    ).order_by("case_id", "sequence")
    which = {
        Population.DECISION: acts.filter(result__in=DECIDED),
        Population.REVIEW: acts.filter(action=Action.FORWARD),
        Population.ACCEPTANCE: acts.filter(
            action=Action.ACCEPT, case__snapshot__name_organ=F("case__snapshot__city_organ")
        ),
        Population.ENDING: acts.filter(action__in=UNDECIDED_ENDS, case__snapshot__decide_level=Level.CITY),
    }
    found: dict[tuple[int, str], Acts] = defaultdict(dict)
    for kind, rows in which.items():
        for unit, number, organ in rows.values_list("case__snapshot__city_organ", "case__number", "organ"):
            found[unit, kind.value][number] = organ
    return dict(found)


def percent_of(population: str, unit: int) -> int:
    """The share of a draw: of this unit, else of the whole city, else the setting SAMPLE_PERCENT."""
    rates = dict(SampleRate.objects.filter(population=population).values_list("unit", "percent"))
    return rates.get(unit, rates.get(None, settings.SAMPLE_PERCENT))


def root_of(month: date) -> DailyRoot | None:
    """The daily root from which the seeds of a month follow: that of its last day, where none was kept the next one."""
    return DailyRoot.objects.filter(day__gte=last_day(month)).order_by("day").first()


def kept_root(month: date) -> DailyRoot:
    """The root of a month that is over, kept now where the nights' tasks kept none: whoever draws has one to draw by."""
    if (found := root_of(month)) is not None:
        return found
    while enrol():
        pass
    return keep_root(on=last_day(month), folder=Path(settings.ROOTS_DIR))


def draw_month(*, month: date, at: datetime, actor: Actor = SYSTEM, unit: str = "", kind: str = "") -> list[Draw]:
    """Draw what is not drawn yet of a month that is over; the new draws. Repeating draws nothing again."""
    if month_after(month) > local_day(at):
        return []
    there = set(Draw.objects.filter(month=month).values_list("unit", "population"))
    codes = dict(Organ.objects.values_list("pk", "code"))
    wanted = {
        key: acts
        for key, acts in sorted(populations(month).items())
        if key not in there and unit in ("", codes[key[0]]) and kind in ("", key[1])
    }
    if not wanted:
        return []
    root = kept_root(month)
    return [_draw(key, acts, codes[key[0]], month, root, at, actor) for key, acts in wanted.items()]


def _draw(
    key: tuple[int, str], acts: Acts, code: str, month: date, root: DailyRoot, at: datetime, actor: Actor
) -> Draw:
    unit, population = key
    seed = sampling.seed_of(root.digest, unit=code, population=population, month=month)
    percent, due_on = percent_of(population, unit), _due(at)
    chosen = sampling.drawn(list(acts), seed=seed, percent=percent)
    with transaction.atomic():
        ledger = locked_ledger(unit)
        draw, new = Draw.objects.get_or_create(
            unit_id=unit,
            population=population,
            month=month,
            defaults={
                "percent": percent,
                "root": root.digest,
                "root_position": root.position,
                "seed": seed,
                "numbers": sorted(acts),
                "digest": sampling.digest_of(list(acts)),
                "drawn_at": at,
            },
        )
        if not new:
            return draw
        cases = dict(Case.objects.filter(number__in=chosen).values_list("number", "pk"))
        organs = dict(Organ.objects.filter(code__in={acts[number] for number in chosen}).values_list("code", "pk"))
        Sample.objects.bulk_create(
            Sample(draw=draw, case_id=cases[number], position=place, organ_id=organs[acts[number]], due_on=due_on)
            for place, number in enumerate(chosen, 1)
        )
        facts = {"population": population, "month": month, "of": len(acts), "drawn": len(chosen), "percent": percent}
        facts |= {"root": root.digest, "seed": seed, "digest": draw.digest, "numbers": chosen}
        append(ledger, OversightAction.DRAWN, f"draw:{draw.pk}", actor=actor, at=at, data=facts)
        if chosen:
            tell(
                to=people_in(on=local_day(at), organs=[unit], roles=CITY_ROLES),
                kind="oversight",
                title=f"{month:%Y-%m} {draw.get_population_display()}抽中 {len(chosen)} 件，{due_on} 前检查完",
                url=f"/oversight/draws/{draw.pk}/",
                key=f"draw:{draw.pk}",
                at=at,
            )
        transaction.on_commit(nudge, robust=True)
    return draw


def _due(at: datetime) -> date:
    return add(current_calendar(), local_day(at), settings.SAMPLE_CHECK_WORKDAYS)


def mistakes_of(draw: Draw) -> Iterator[str]:
    """What does not come out again when a draw is repeated; nothing when all is as it was published."""
    seed = sampling.seed_of(draw.root, unit=draw.unit.code, population=draw.population, month=draw.month)
    if seed != draw.seed:
        yield "种子不是由总册摘要、单位、对象和月份得出的"
    root = root_of(draw.month)
    if root is None or (root.position, root.digest) != (draw.root_position, draw.root):
        yield "总册摘要不是该月结束后的第一个日根"
    if sampling.digest_of(draw.numbers) != draw.digest:
        yield "编号清单与摘要不符"
    again = sampling.drawn(draw.numbers, seed=draw.seed, percent=draw.percent)
    kept = list(draw.samples.order_by("position").values_list("case__number", flat=True))
    if again != kept:
        yield f"重抽得到 {len(again)} 件，与登记的 {len(kept)} 件不同"
    now = sorted(populations(draw.month).get((draw.unit_id, draw.population), {}))
    if now != draw.numbers:
        yield f"现有记录算出 {len(now)} 件，抽取时为 {len(draw.numbers)} 件"


def published(draw: Draw) -> dict[str, Any]:
    """Everything whoever draws again needs."""
    return {
        "month": f"{draw.month:%Y-%m}",
        "unit": draw.unit.code,
        "population": draw.population,
        "percent": draw.percent,
        "root": draw.root,
        "root_position": draw.root_position,
        "seed": draw.seed,
        "numbers": draw.numbers,
        "drawn": list(draw.samples.order_by("position").values_list("case__number", flat=True)),
    }
