"""一公开: which inspections were planned, by which seed they were drawn, and what was found. No login, names masked."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue.queries import items_in_force
from approvals.collaboration.models import InspectionPlan
from approvals.collaboration.queries import is_over, open_plans, outcomes, published_list
from approvals.collaboration.words import Ground
from approvals.organisations.models import Region
from approvals.workbench.views_public import page, public

PLANS_A_PAGE = 20


@require_GET
@public
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan that was published, the newest first."""
    shown = Paginator(open_plans(), PLANS_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "inspections", {"shown": shown})


@require_GET
@public
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its terms, its seed, the results that are in."""
    one, today = _found(pk), timezone.localdate()
    names = {item.code: item.name for item in items_in_force(today)}
    shares = one.shares | ({Ground.GENERAL.value: one.percent} if one.percent is not None else {})
    return page(
        request,
        "inspection_plan",
        {
            "plan": one,
            "items": [names.get(code, code) for code in one.items],
            "regions": list(Region.objects.filter(code__in=one.regions).values_list("name", flat=True)),
            "shares": [(kind.label, shares[kind.value]) for kind in Ground if kind.value in shares],
            "of": sum(len(numbers) for numbers in one.population.values()),
            "outcomes": outcomes(one),
            "over": is_over(one, on=today),
        },
    )


@require_GET
@public
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody may read of a plan and its draw; who was drawn once the plan is over."""
    told = published_list(_found(pk), on=timezone.localdate())
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _found(pk: int) -> InspectionPlan:
    one = open_plans().filter(pk=pk).first()
    if one is None:
        raise Http404("没有这个检查计划")
    return one
