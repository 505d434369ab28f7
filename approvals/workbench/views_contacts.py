"""窗口信息: what a region's window says of itself; kept at once by the region, without publishing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue import actions
from approvals.catalogue.access import is_coordinator
from approvals.catalogue.models import WindowContact
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role
from approvals.workbench.chrome import actor_of


def keeps(actor: Actor, window: Organ) -> bool:
    own = actor.region == window.region_id and actor.role in (Role.COORDINATOR, Role.CLERK)
    return own or is_coordinator(actor)


@login_required
@require_GET
def windows(request: HttpRequest) -> HttpResponse:
    """Every window with what it says; one's own can be changed."""
    actor = actor_of(request)
    found = (
        Organ.objects.filter(kind=Organ.Kind.WINDOW).select_related("region", "contact").order_by("region__position")
    )
    lines = [(one, getattr(one, "contact", None), keeps(actor, one)) for one in found]
    return render(request, "catalogue/windows.html", {"section": "windows", "lines": lines})


@login_required
def window(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    organ = Organ.objects.filter(code=code, kind=Organ.Kind.WINDOW).select_related("region").first()
    if organ is None or not keeps(actor, organ):
        raise Http404
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            actions.keep_contact(window=code, values=request.POST.dict(), actor=actor, at=timezone.now())
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, f"{organ.name}的信息已更新，公众页面立即生效。")
            return redirect("windows")
    row = WindowContact.objects.filter(organ=organ).first()
    shown = {name: getattr(row, name, "") for name in ("address", "hours", "phones", "note")}
    if row is None:
        shown |= {"address": organ.address, "phones": organ.phone}
    if trouble:
        shown = {name: request.POST.get(name, "") for name in shown}
    context = {"section": "windows", "window": organ, "row": row, "values": shown, "trouble": trouble}
    return render(request, "catalogue/window.html", context, status=422 if trouble else 200)
