"""异议: a unit says why a push is not for it; the coordinator answers, re-routes, or turns it down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role, SupervisionUnit
from approvals.supervision import closing, objecting, queries
from approvals.supervision.access import NotCoordinator
from approvals.supervision.words import ANSWERS, Answer, Ground, PushState
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from
from approvals.workbench.regions import chosen_region, in_region, with_region
from approvals.workbench.rows import applicants
from approvals.workbench.views_supervision import ids
from approvals.workbench.views_supervision import page as push_page

AT_ONCE = 50
GIVEN = ("answer", "words", "unit", "ruling", "duplicate_of")


@login_required
@posted_from("supervision")
def object_to(request: HttpRequest, push: UUID) -> HttpResponse:
    actor = actor_of(request)
    given = {name: request.POST.get(name, "") for name in ("ground", "words", "suggested")}
    try:
        made = objecting.object_to(push=push, actor=actor, at=timezone.now(), **given)
    except Refused as refused:
        if refused.status == 404:
            raise
        return push_page(request, actor, str(push), trouble=refused, objecting=given)
    messages.success(request, f"异议已提出，协调员最迟 {made.due_on} 答复；这期间不用认领。")
    return redirect(f"{reverse('supervision')}?tab={PushState.OBJECTED}&push={push}")


@login_required
@posted_from("supervision")
def close(request: HttpRequest, push: UUID) -> HttpResponse:
    """闭环 of one push."""
    actor = actor_of(request)
    try:
        closing.close(push=push, actor=actor, at=timezone.now())
    except Refused as refused:
        if refused.status == 404:
            raise
        return push_page(request, actor, str(push), trouble=refused)
    messages.success(request, "已闭环。以后再发现问题，照样可以登记反馈。")
    return redirect(f"{reverse('supervision')}?tab={PushState.CLOSED}&push={push}")


@login_required
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    return listed(request, actor_of(request))


def listed(
    request: HttpRequest,
    actor: Actor,
    *,
    opened: str = "",
    typed: dict[str, str] | None = None,
    trouble: Refused | None = None,
) -> HttpResponse:
    """The objections that wait, and the one that is being answered: never another than was asked for."""
    if actor.role != Role.COORDINATOR:
        raise NotCoordinator("异议由协调员答复；换到协调员岗再打开。")
    waiting = queries.objections(actor)
    rows = list(in_region(waiting, "push__case__region", chosen_region(request))[:AT_ONCE])
    names = applicants([one.push.case for one in rows])
    wanted = opened or request.GET.get("push", "")
    chosen = waiting.filter(pk__in=ids([wanted])).first() if wanted else next(iter(rows), None)
    units = SupervisionUnit.objects.select_related("organ__region").order_by("organ__region__position", "code")
    if actor.level != Level.CITY:
        units = units.filter(organ__region__in=(actor.region, f"{actor.region[:4]}00"))
    context: dict[str, Any] = {
        "section": "supervision",
        "rows": [(one, names.get(one.push.case_id, "")) for one in rows],
        "chosen": chosen,
        "query": with_region(request),
        "answers": ANSWERS[Ground(chosen.ground)] if chosen else (),
        "reroutes": bool(chosen) and Answer.REROUTE in ANSWERS[Ground(chosen.ground)] if chosen else False,
        "units": units,
        "typed": typed or {},
        "errors": trouble.errors if isinstance(trouble, Invalid) else {},
        "trouble": trouble,
    }
    return render(request, "workbench/objections.html", context, status=trouble.status if trouble else 200)


@login_required
@posted_from("objections")
def answer(request: HttpRequest, push: UUID) -> HttpResponse:
    actor = actor_of(request)
    given = {name: request.POST.get(name, "") for name in GIVEN}
    try:
        stands = objecting.answer_objection(push=push, actor=actor, at=timezone.now(), **given)
    except Refused as refused:
        if refused.status == 404:
            raise
        return listed(request, actor, opened=str(push), typed=given, trouble=refused)
    done = Answer(given["answer"])
    messages.success(request, f"已答复：{done.label}。现由{stands.unit.name}{stands.get_state_display()}。")
    return redirect(f"{reverse('objections')}?{with_region(request)}")
