"""月度运行报告: which there are, and the issue of the next by the city's coordinator."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.statistics.reporting import may_report, months, report, reports
from approvals.workbench.chrome import actor_of
from approvals.workbench.views_letter import sent


def reporting(request: HttpRequest) -> Actor:
    """Who is here, where reports are theirs to see; for others the page does not exist."""
    actor = actor_of(request)
    if not may_report(actor):
        raise Http404
    return actor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def monthly(request: HttpRequest) -> HttpResponse:
    """The reports with their state; POST issues one."""
    actor, now = reporting(request), timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            given = report(
                month=_month(request.POST.get("month", "")), notes=request.POST.get("notes", ""), actor=actor, at=now
            )
        except Refused as wrong:
            refusal = wrong
        else:
            messages.success(request, f"{given.number} 已出具，几秒内制成。")
            return redirect("monthly-reports")
    done = reports()
    there = {one.key for one in done}
    context = {
        "section": "statistics",
        "reports": done,
        "months": [one for one in months(on=timezone.localdate()) if f"monthly/{one:%Y-%m}" not in there],
        "refusal": refusal,
        "notes": request.POST.get("notes", ""),
    }
    return render(request, "workbench/monthly.html", context, status=refusal.status if refusal else 200)


@login_required
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed PDF of a report; who took it is logged."""
    actor = reporting(request)
    found = (
        Letter.objects.select_related("file").filter(pk=pk, kind=LetterKind.MONTHLY_REPORT, file__isnull=False).first()
    )
    if found is None:
        raise Http404("没有这份报告，或者还没有制成。")
    return sent(found, actor)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return date.min
