"""咨询投诉 for coordinators: what was asked in their region, and the answer to it."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.workbench.chrome import actor_of
from approvals.workbench.public.complaints import answer, complaint_for, complaints_for
from approvals.workbench.public.forms import AnswerForm
from approvals.workbench.regions import chosen_region, in_region

A_PAGE = 50
log = structlog.get_logger(__name__)


@login_required
@require_GET
def complaints(request: HttpRequest) -> HttpResponse:
    """The list: unanswered first."""
    region = chosen_region(request)
    heard = in_region(complaints_for(actor_of(request)), "region", region)
    shown = Paginator(heard, A_PAGE).get_page(request.GET.get("page"))
    waiting = heard.filter(answered_at=None).count()
    context = {"section": "complaints", "shown": shown, "waiting": waiting, "region": region}
    return render(request, "public/complaints.html", context)


@login_required
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """One of them, and its answer. The telephone is masked; showing it is logged."""
    actor = actor_of(request)
    one = complaint_for(actor, number=number)
    context = {"section": "complaints", "one": one, "form": AnswerForm(), "whole": False}
    if request.method != "POST":
        return render(request, "public/complaint_one.html", context)
    if "reveal" in request.POST:
        log.warning("complaint_telephone_shown", complaint=one.number, user=actor.user, post=actor.post)
        return render(request, "public/complaint_one.html", context | {"whole": True})
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return render(request, "public/complaint_one.html", context | {"form": form}, status=422)
    answer(number=number, actor=actor, text=form.cleaned_data["answer"], at=timezone.now())
    messages.success(request, f"{number} 已答复，提出人凭提交后的地址看到。")
    return redirect("complaints")
