"""协调: what a coordinator of a region or of the city looks after, each number a link to its list."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.organisations.models import Level, Region
from approvals.workbench.chrome import actor_of
from approvals.workbench.coordination import standings


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    actor, region = actor_of(request), request.GET.get("region", "").strip()[:6]
    groups = standings(actor, on=timezone.localdate(), region=region)
    regions = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
    context = {
        "section": "coordination",
        "groups": groups,
        "waiting": sum(bool(one.count) for _, group in groups for one in group),
        "region": region,
        "regions": regions if actor.level == Level.CITY else (),
    }
    return render(request, "workbench/coordination.html", context)
