"""收件限制: which parties may not hand in for now and on whose word; the head's answer, the unit's lifting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases import barpasses, receiptbars
from approvals.cases.access import NotPermitted
from approvals.cases.words import PassState
from approvals.errors import Refused
from approvals.organisations.access import Actor, is_head
from approvals.organisations.models import Role
from approvals.supervision import barring
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import paged
from approvals.workbench.posted import posted_from

SEEING = (Role.CLERK, Role.CHECKER, Role.DECIDER, Role.SUPERVISOR, Role.COORDINATOR)


@login_required
@require_GET
def receipt_bars(request: HttpRequest) -> HttpResponse:
    return listed(request, actor_of(request))


def listed(
    request: HttpRequest, actor: Actor, *, trouble: Refused | None = None, at: str = "", words: str = ""
) -> HttpResponse:
    """Requests and bars; `at` is the form (pass-3, bar-5) that was refused, with what was typed."""
    if actor.role not in SEEING:
        raise NotPermitted("收件限制由窗口岗、负责人、监管岗和协调员查看；换到那个岗位再打开。")
    asked = barpasses.passes(actor)
    rows = paged(request, receiptbars.bars(actor))
    context: dict[str, Any] = {
        "section": "supervision",
        "waiting": asked.filter(state=PassState.ASKED)[:50],
        "answered": asked.exclude(state=PassState.ASKED)[:20],
        "rows": rows,
        "answers": is_head(actor.role),
        "lifts": [one.pk for one in rows if barring.may_lift(one, actor)],
        "organ": actor.organ,
        "today": timezone.localdate(),
        "trouble": trouble,
        "at": at,
        "words": words,
    }
    return render(request, "workbench/receipt_bars.html", context, status=trouble.status if trouble else 200)


@login_required
@posted_from("receipt-bars")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A head lets one application through, or does not."""
    actor, words, allow = actor_of(request), request.POST.get("words", ""), request.POST.get("answer") == "allow"
    try:
        done = barpasses.answer(bar_pass=pk, actor=actor, at=timezone.now(), allow=allow, words=words)
    except Refused as refused:
        if refused.status == 404:
            raise
        return listed(request, actor, trouble=refused, at=f"pass-{pk}", words=words)
    messages.success(request, f"{done.get_state_display()}；窗口收到消息。")
    return redirect("receipt-bars")


@login_required
@posted_from("receipt-bars")
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit lifts its bar before its day."""
    actor, words = actor_of(request), request.POST.get("words", "")
    try:
        barring.lift(bar=pk, actor=actor, at=timezone.now(), words=words)
    except Refused as refused:
        if refused.status == 404:
            raise
        return listed(request, actor, trouble=refused, at=f"bar-{pk}", words=words)
    messages.success(request, "已解除，各窗口可以照常收件。")
    return redirect("receipt-bars")
