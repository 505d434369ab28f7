"""统计分析: one measure at a time by region, unit or item, with modes and months; every number opens its cases."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue.queries import items_in_force
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Region, Role
from approvals.workbench.chrome import actor_of
from approvals.workbench.figures import MODES, Line, lines_of, modes_of
from approvals.workbench.lists import page_of
from approvals.workbench.masks import formula_safe
from approvals.workbench.rows import lines
from approvals.workbench.statistics import BY, MEASURES, SIDES, Question, asked, cases_of, rates, shift, table

OPENING = 25  # a longer table has plain links instead of cells that open
PERIODS = 24  # months back that may be chosen


@login_required
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    question = asked(request.GET, on=today)
    total, rows = table(actor, question, on=today, names=everybody(actor, question))
    modes, sides = modes_of(total), [one for key, one in SIDES.items() if key != question.measure.key]
    drawn = lines_of([total, *rows], question, modes=modes, sides=sides)
    heads = {"modes": [MODES[mode] for mode in modes], "sides": sides}
    if request.GET.get("format") == "csv":
        return as_csv(question, heads, drawn)
    context = {
        "section": "statistics",
        "question": question,
        "heading": BY[question.by][0],
        "heads": heads,
        "total": drawn[0],
        "lines": drawn[1:],
        "opening": len(rows) <= OPENING,
        "not_given": [line.name for line in drawn if any(cell.word for cell in line.modes)],
        "rates": rates(actor, question, on=today),
        "measures": MEASURES.values(),
        "dimensions": [(key, words[0]) for key, words in BY.items()],
        "periods": periods(question, today),
        "choices": choices_of(actor, question, today),
        "now": timezone.now(),
    }
    return render(request, "workbench/statistics.html", context)


def everybody(actor: Actor, question: Question) -> dict[str, str]:
    """Every region has a line for whoever looks at the whole city, also where nothing was counted."""
    if question.by != "region" or actor.level != Level.CITY or "region" in question.filters:
        return {}
    return dict(_regions().values_list("code", "name"))


def periods(question: Question, on: date) -> list[date]:
    """The months one may choose, the newest first; those of the address among them."""
    recent = {shift(on.replace(day=1), -n) for n in range(PERIODS)}
    return sorted(recent | {question.first, question.last}, reverse=True)


def choices_of(actor: Actor, question: Question, on: date) -> list[dict[str, Any]]:
    """The filters beside measure, lines and period."""
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    if actor.level == Level.CITY:
        found.append(("region", "地区", list(_regions().values_list("code", "name"))))
    if actor.role == Role.COORDINATOR:
        near = {f"{actor.region[:4]}00", question.filters.get("region", actor.region)}
        organs = Organ.objects.filter(region__in=near).exclude(kind=Organ.Kind.WINDOW).order_by("region", "code")
        found.append(("unit", "单位", [(str(one.pk), one.short_name) for one in organs]))
    items = [one for one in items_in_force(on) if not actor.item_scope or one.code in actor.item_scope]
    found.append(("item", "事项", [(one.code, f"{one.name} {one.code}") for one in items]))
    return [
        {"key": key, "label": label, "choices": choices, "value": question.filters.get(key, "")}
        for key, label, choices in found
    ]


def _regions() -> Any:
    return Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")


def as_csv(question: Question, heads: dict[str, Any], drawn: list[Line]) -> HttpResponse:
    """The table as the page shows it; every cell safe from being read as a formula."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"statistics-{question.measure.key}-{question.first:%Y%m}-{question.last:%Y%m}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    months = [f"{month:%Y-%m}" for month in question.months]
    sides = [one.label for one in heads["sides"]]
    writer.writerow([BY[question.by][0], *heads["modes"], *months, f"{question.measure.label}合计", *sides])
    for line in drawn:
        cells = [*line.modes, *line.months, line.total, *(cell for _, cell in line.sides)]
        writer.writerow([formula_safe(line.name), *(cell.word or cell.number for cell in cells)])
    return response


@login_required
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The cases behind one number."""
    actor, today = actor_of(request), timezone.localdate()
    question = asked(request.GET, on=today)
    also, month = request.GET.get("also", ""), request.GET.get("month", "")
    cases = cases_of(actor, question, on=today, also=also, month=month).select_related("snapshot")
    page = page_of(cases, request.GET, newest_first=True)
    context = {
        "section": "statistics",
        "question": question,
        "label": question.measure.label + (f"，{SIDES[also].label}" if also in SIDES else ""),
        "when": month or (f"{question.first:%Y-%m} 至 {question.last:%Y-%m}"),
        "lines": lines(page.cases, actor, on=today),
        "page": page,
        "count": cases.count(),
        "address": question.address(also=also, month=month),
        "back": question.address(**{question.by: "", "mode": ""}),
    }
    return render(request, "workbench/statistics_cases.html", context)
