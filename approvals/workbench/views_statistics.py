"""统计分析: one measure at a time by region, unit or item, with modes and months; every number opens its cases."""

from __future__ import annotations

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
from approvals.statistics.queries import rates, standing, table
from approvals.statistics.questions import BY, MEASURES, SIDES, Question, asked, cases_of, shift
from approvals.statistics.reporting import may_report
from approvals.workbench.chrome import actor_of
from approvals.workbench.exports import XLSX, as_csv, as_xlsx
from approvals.workbench.figures import MODES, lines_of, modes_of, sheet_of
from approvals.workbench.lists import page_of
from approvals.workbench.rows import lines

OPENING = 25  # a longer table has plain links instead of cells that open
PERIODS = 24  # months back that may be chosen


@login_required
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    question = asked(request.GET, on=today)
    total, rows = table(actor, question, names=everybody(actor, question))
    modes, sides = modes_of(total), [one for key, one in SIDES.items() if key != question.measure.key]
    drawn = lines_of([total, *rows], question, modes=modes, sides=sides)
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return leaving(kind, question, sheet_of(question, modes, sides, drawn))
    context = {
        "section": "statistics",
        "question": question,
        "heading": BY[question.by][0],
        "heads": {"modes": [MODES[mode] for mode in modes], "sides": sides},
        "total": drawn[0],
        "lines": drawn[1:],
        "opening": len(rows) <= OPENING,
        "not_given": [line.name for line in drawn if any(cell.word for cell in line.modes)],
        "rates": rates(actor, question),
        "standing": standing(on=today),
        "reporting": may_report(actor),
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
    items = [one for one in items_in_force(on) if actor.covers(one.code)]
    found.append(("item", "事项", [(one.code, f"{one.name} {one.code}") for one in items]))
    return [
        {"key": key, "label": label, "choices": choices, "value": question.filters.get(key, "")}
        for key, label, choices in found
    ]


def _regions() -> Any:
    return Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")


def leaving(kind: str, question: Question, sheet: list[list[str | int]]) -> HttpResponse:
    """The table as a file; every cell safe from being read as a formula."""
    if kind == "xlsx":
        response = HttpResponse(as_xlsx(question.measure.label, sheet[0], sheet[1:]), content_type=XLSX)
    else:
        response = HttpResponse("".join(as_csv(sheet[0], sheet[1:])), content_type="text/csv; charset=utf-8")
    name = f"statistics-{question.measure.key}-{question.first:%Y%m}-{question.last:%Y%m}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The cases behind one number."""
    actor, today = actor_of(request), timezone.localdate()
    question = asked(request.GET, on=today)
    also, month = request.GET.get("also", ""), request.GET.get("month", "")
    cases = cases_of(actor, question, on=today, also=also, month=month).select_related("snapshot")
    page = page_of((cases,), request.GET, newest_first=True)
    context = {
        "section": "statistics",
        "question": question,
        "label": question.measure.label + (f"，{SIDES[also].label}" if also in SIDES else ""),
        "when": month or (f"{question.first:%Y-%m} 至 {question.last:%Y-%m}"),
        "lines": lines(page.cases, actor, on=today, at=timezone.now()),
        "page": page,
        "count": cases.count(),
        "address": question.address(also=also, month=month),
        "back": question.address(**{question.by: "", "mode": ""}),
    }
    return render(request, "workbench/statistics_cases.html", context)
