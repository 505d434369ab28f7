"""推送规则试算: for this item, region and way, to whom would a decision go, why, and what would each be told?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue.queries import items_in_force
from approvals.errors import Refused
from approvals.organisations.models import Region, Role
from approvals.supervision.access import NotCoordinator
from approvals.supervision.bench import MODES, Trial, held_words, trial
from approvals.supervision.models import PushRule
from approvals.supervision.rules import ORDER
from approvals.workbench.chrome import actor_of

MAY = (Role.COORDINATOR, Role.ITEM_ADMIN, Role.SYSTEM_ADMIN)


@login_required
@require_GET
def bench(request: HttpRequest) -> HttpResponse:
    actor, on = actor_of(request), timezone.localdate()
    if actor.role not in MAY:
        raise NotCoordinator("推送规则试算由协调员和事项管理员使用。")
    asked = {name: request.GET.get(name, "").strip() for name in ("item", "region", "mode")}
    found: Trial | None = None
    trouble: Refused | None = None
    if asked["item"] and asked["region"]:
        try:
            found = trial(on=on, **asked)
        except Refused as refused:
            trouble = refused
    regions = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
    context = {
        "section": "supervision",
        "asked": asked,
        "items": items_in_force(on),
        "regions": regions,
        "modes": MODES,
        "found": found,
        "held": held_words(found.holders) if found else "",
        "trouble": trouble,
        "order": ORDER,
        "rules": PushRule.objects.in_force(on)
        .select_related("region", "unit")
        .prefetch_related("copies", "people")
        .order_by("item", "region", "-valid_from"),
    }
    return render(request, "workbench/push_bench.html", context, status=trouble.status if trouble else 200)
