"""检查计划: a unit plans, publishes, is told whom the seed drew, and records what its officers found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.inputs import Nothing
from approvals.collaboration import inputs, inspecting, planning, pool, queries
from approvals.collaboration.access import inspection_for, must_plan, plan_for
from approvals.collaboration.draws import mistakes_of, published
from approvals.collaboration.models import InspectionPlan
from approvals.collaboration.words import Ground, InspectionState, PlanState
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import drawn, paged, tried
from approvals.workbench.posted import posted_from
from approvals.workbench.together_frame import PLANNERS, frame

RECORDS: dict[str, tuple[Any, Callable[..., Any], str]] = {
    "result": (inputs.ResultInput, inspecting.record_result, "结果已反馈到办件，并在公开页公布。"),
    "replace": (inputs.ReplacementInput, inspecting.replace, "已由次序中的下一人接替。"),
    "staff": (Nothing, lambda given, **where: inspecting.staff(**where), "已按同一种子补抽检查人员。"),
}


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Plans for those who plan, gatherings for the others."""
    return redirect("inspection-plans" if actor_of(request).role in PLANNERS else "gatherings")


@login_required
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    to_do = queries.inspections(actor).exclude(state=InspectionState.DONE).order_by("plan__ends_on", "plan", "position")
    context = frame(actor, "inspections") | {"rows": paged(request, queries.plans(actor)), "to_do": to_do[:50]}
    return render(request, "together/plans.html", context | {"plans_here": actor.role == Role.SUPERVISOR})


@login_required
def write(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Draft a plan, or change a drafted one."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    must_plan(actor, actor.unit or 0)
    plan = plan_for(actor, pk) if pk else None
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.PlanInput,
            lambda given: planning.draft(actor=actor, at=timezone.now(), given=given, plan=pk),
        )
        if done:
            messages.success(request, "计划已存为草稿，核对后公布。")
            return redirect("inspection-plan", pk=done.pk)
    context = frame(actor, "inspections") | {
        "title": "拟检查计划",
        "fields": drawn(inputs.PlanInput, typed=typed, errors=errors, defaults=values_of(plan) if plan else {}),
        "trouble": refused,
        "button": "存草稿",
    }
    return render(request, "together/form.html", context, status=refused.status if refused else 200)


def values_of(plan: InspectionPlan) -> dict[str, Any]:
    """A drafted plan as its form shows it."""
    given = {name: getattr(plan, name) for name in ("title", "target", "starts_on", "ends_on", "percent", "count")}
    given = {name: "" if value is None else str(value) for name, value in given.items()}
    return given | {"items": "、".join(plan.items), "regions": "、".join(plan.regions)}


@login_required
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    return plan_page(request, actor_of(request), pk)


def plan_page(request: HttpRequest, actor: Actor, pk: int, refused: Any = None) -> HttpResponse:
    """One plan: its terms and seed, what was drawn, what waits; and, if asked, whether the same comes out again."""
    one = plan_for(actor, pk)
    mine = actor.role == Role.SUPERVISOR and actor.unit == one.unit_id
    again = list(mistakes_of(one)) if request.GET.get("again") and one.state == PlanState.DRAWN else None
    shares = one.shares if one.published_at else planning.shares_of(one.unit_id)
    context = frame(actor, "inspections") | {
        "plan": one,
        "shares": [(one.label, shares[one.value]) for one in Ground if one.value in shares],
        "of": [(kind.label, len(one.population[kind.value])) for kind in Ground if kind.value in one.population],
        "drawn": one.inspections.count(),
        "inspections": queries.inspections(actor).filter(plan=one).order_by("position"),
        "again": again,
        "publishes": mine and one.state == PlanState.DRAFT,
        "cancels": mine and planning.may_cancel(one, on=timezone.localdate()),
        "history": queries.history(f"plan:{one.pk}"),
        "trouble": refused,
    }
    return render(request, "together/plan.html", context, status=refused.status if refused else 200)


@login_required
@posted_from("inspection-plan", "pk")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Publish a plan, or cancel it."""
    actor, now = actor_of(request), timezone.now()
    if act == "publish":
        done, _, _, refused = tried(request, Nothing, lambda given: planning.publish(plan=pk, actor=actor, at=now))
        words = "已公布，次日凌晨抽取。"
    elif act == "cancel":
        done, _, _, refused = tried(
            request, inputs.ReasonInput, lambda given: planning.cancel(plan=pk, actor=actor, at=now, given=given)
        )
        words = "计划已取消。"
    else:
        raise Http404
    if done is None:
        return plan_page(request, actor, pk, refused)
    messages.success(request, words)
    return redirect("inspection-plan", pk=pk)


@login_required
@require_GET
def published_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything whoever draws again needs, for the unit itself at once."""
    told = published(plan_for(actor_of(request), pk))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_required
def inspection(request: HttpRequest, pk: int, act: str = "") -> HttpResponse:
    """One drawn case: who goes, the result, and the forms of whoever records it."""
    actor, now, typed, errors, refused = actor_of(request), timezone.now(), {}, {}, None
    if request.method == "POST":
        if act not in RECORDS:
            raise Http404
        shape, door, words = RECORDS[act]
        done, typed, errors, refused = tried(
            request, shape, lambda given: door(inspection=pk, actor=actor, at=now, given=given)
        )
        if done is not None:
            messages.success(request, words)
            return redirect("inspection", pk=pk)
    one = inspection_for(actor, pk)
    mine = actor.role == Role.SUPERVISOR and actor.unit == one.plan.unit_id
    going = inspecting.officers_of(one)
    today = timezone.localdate().isoformat()
    shown = {
        "result": drawn(
            inputs.ResultInput,
            typed=typed if act == "result" else None,
            errors=errors if act == "result" else None,
            defaults={"on": today},
        ),
        "replace": drawn(
            inputs.ReplacementInput,
            typed=typed if act == "replace" else None,
            errors=errors if act == "replace" else None,
            choices={"card": [(officer.card, f"{officer.name} {officer.card}") for officer in going]},
        ),
    }
    context = frame(actor, "inspections") | {
        "one": one,
        "going": going,
        "replaced": one.assignments.filter(replaced_at__isnull=False).select_related("officer").order_by("place"),
        "forms": shown,
        "records": mine and one.state == InspectionState.TO_DO,
        "staffs": mine and one.state == InspectionState.TO_STAFF,
        "history": queries.history(f"inspection:{one.pk}"),
        "trouble": refused,
    }
    return render(request, "together/inspection.html", context, status=refused.status if refused else 200)


@login_required
def officers(request: HttpRequest) -> HttpResponse:
    """The pool of the unit, and who stands aside for whom."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    must_plan(actor, actor.unit or 0)
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.RecusalInput,
            lambda given: pool.recuse(actor=actor, at=timezone.now(), given=given),
        )
        if done:
            messages.success(request, f"已登记{done.officer.name}回避。")
            return redirect("inspection-officers")
    rows = pool.officers(actor.unit or 0)
    choices = [(one.card, f"{one.name} {one.card}") for one in rows]
    context = frame(actor, "officers") | {
        "rows": rows,
        "fields": drawn(inputs.RecusalInput, typed=typed, errors=errors, choices={"card": choices}),
        "trouble": refused,
    }
    return render(request, "together/officers.html", context, status=refused.status if refused else 200)
