"""送达台账: which decisions are provably received, which are late, which not yet due; and the daily reconciliations."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role, SupervisionUnit
from approvals.supervision import ledger as book
from approvals.supervision.access import NotCoordinator
from approvals.supervision.models import Reconciliation
from approvals.workbench.chrome import actor_of

DAYS = (30, 90, 365)
SHOWN = 100
HOWS = {"OWN": "对方私钥签名", "SHARED": "共享密钥签名", "PLAIN": "回执号", "OPENED": "具名人员打开"}


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    actor, on = actor_of(request), timezone.localdate()
    unit, region = reach_of(actor)
    days = int(asked) if (asked := request.GET.get("days", "")) in map(str, DAYS) else DAYS[0]
    found = list(book.lines(on=on, unit=unit, region=region, items=actor.item_scope, since=on - timedelta(days=days)))
    order = (book.BROKEN, book.LATE, book.NOT_YET)
    open_lines = sorted(
        (line for line in found if line.state in order), key=lambda line: (order.index(line.state), line.due_on)
    )
    reconciled = Reconciliation.objects.select_related("unit").order_by("-day", "unit")
    if unit:
        reconciled = reconciled.filter(unit__code=unit)
    elif region:
        reconciled = reconciled.filter(unit__organ__region=region)
    named = {code for line in open_lines[:SHOWN] for code in line.units}
    names = dict(SupervisionUnit.objects.filter(code__in=named).values_list("code", "name"))
    hows = [line.how for line in found if line.how]
    context = {
        "section": "supervision",
        "sum": book.summed(found),
        "rows": [
            (line, book.WORDS[line.state], [names.get(code, code) for code in line.units])
            for line in open_lines[:SHOWN]
        ],
        "more": max(0, len(open_lines) - SHOWN),
        "hows": [(words, hows.count(how)) for how, words in HOWS.items() if how in hows],
        "reconciled": reconciled[:SHOWN],
        "days": days,
        "choices": DAYS,
        "within": settings.PUSH_WITHIN_WORKDAYS,
        "links_cases": actor.role == Role.COORDINATOR,
    }
    return render(request, "workbench/delivery_ledger.html", context)


def reach_of(actor: Actor) -> tuple[str, str]:
    """The unit or region whose ledger this person sees. Raises NotCoordinator for everybody else."""
    if actor.role == Role.SUPERVISOR:
        return SupervisionUnit.objects.get(pk=actor.unit).code, ""
    if actor.role != Role.COORDINATOR:
        raise NotCoordinator("送达台账由协调员和监管岗查看。")
    return "", "" if actor.level == Level.CITY else actor.region
