"""送达台账: which decisions have no receipt yet, by their columns; what the evidence alone says, for a period when asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role, SupervisionUnit
from approvals.supervision import ledger as book
from approvals.supervision import queries
from approvals.supervision.access import NotCoordinator
from approvals.supervision.models import Reconciliation
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import paged

DAYS = (7, 30, 90, 365)
RECOUNTED = 1000  # decisions judged anew at once
SHOWN = 100
HOWS = {"OWN": "对方私钥签名", "SHARED": "共享密钥签名", "PLAIN": "回执号", "OPENED": "具名人员打开"}


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    actor, on = actor_of(request), timezone.localdate()
    unit, region = reach_of(actor)
    open_pushes = queries.unreceived(actor)
    reconciled = Reconciliation.objects.select_related("unit").order_by("-day", "unit")
    if unit:
        reconciled = reconciled.filter(unit__code=unit)
    elif region:
        reconciled = reconciled.filter(unit__organ__region=region)
    days = int(asked) if (asked := request.GET.get("days", "")) in map(str, DAYS) else 0
    context = {
        "section": "supervision",
        "rows": paged(request, open_pushes),
        "late": open_pushes.filter(due_on__lt=on).count(),
        "orphans": queries.orphans(actor).count(),
        "reconciled": reconciled[:SHOWN],
        "days": days,
        "choices": DAYS,
        "most": RECOUNTED,
        "within": settings.PUSH_WITHIN_WORKDAYS,
        "links_cases": actor.role == Role.COORDINATOR,
    }
    if days:
        context |= _recounted(actor, on=on, since=on - timedelta(days=days))
    return render(request, "workbench/delivery_ledger.html", context)


def _recounted(actor: Actor, *, on: date, since: date) -> dict[str, Any]:
    """What the evidence says of the decisions of a period: the first of them, as many as are judged at once."""
    unit, region = reach_of(actor)
    reach: dict[str, Any] = {"unit": unit, "region": region, "items": actor.item_scope}
    found = list(book.lines(on=on, since=since, most=RECOUNTED + 1, **reach))
    judged = found[:RECOUNTED]
    order = (book.BROKEN, book.LATE, book.NOT_YET)
    unproved = sorted(
        (line for line in judged if line.state in order), key=lambda line: (order.index(line.state), line.due_on)
    )
    named = {code for line in unproved[:SHOWN] for code in line.units}
    names = dict(SupervisionUnit.objects.filter(code__in=named).values_list("code", "name"))
    hows = [line.how for line in judged if line.how]
    return {
        "sum": book.summed(judged),
        "cut": len(found) > RECOUNTED,
        "unproved": [
            (line, book.WORDS[line.state], [names.get(code, code) for code in line.units]) for line in unproved[:SHOWN]
        ],
        "more": max(0, len(unproved) - SHOWN),
        "hows": [(words, hows.count(how)) for how, words in HOWS.items() if how in hows],
    }


def reach_of(actor: Actor) -> tuple[str, str]:
    """The unit or region whose ledger this person sees. Raises NotCoordinator for everybody else."""
    if actor.role == Role.SUPERVISOR:
        return SupervisionUnit.objects.get(pk=actor.unit).code, ""
    if actor.role != Role.COORDINATOR:
        raise NotCoordinator("送达台账由协调员和监管岗查看。")
    return "", "" if actor.level == Level.CITY else actor.region
