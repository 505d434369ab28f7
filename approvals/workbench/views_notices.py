"""消息: what the person was told, the unseen first to the eye; opening one marks it as seen."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.notices import actions
from approvals.notices.models import Channel, Preference
from approvals.notices.queries import notices_of, unread
from approvals.notices.sending import wish as keep_wish
from approvals.workbench.posted import posted_from

A_PAGE = 30


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The list, the newest first."""
    shown = Paginator(notices_of(request.user.pk), A_PAGE).get_page(request.GET.get("page"))
    wish = Preference.objects.filter(user=request.user.pk).first()
    context = {
        "section": "notices",
        "shown": shown,
        "unread": unread(request.user.pk),
        "wish": wish or Preference(daily=True),
        "channels": Channel.objects.filter(enabled=True).order_by("kind"),
    }
    return render(request, "notices/notices.html", context)


@login_required
@posted_from("notices")
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of one's own as seen and go where it leads. Somebody else's does not exist."""
    one = notices_of(request.user.pk).filter(pk=pk).first()
    if one is None:
        raise Http404
    actions.read(user=request.user.pk, at=timezone.now(), notices=[one.pk])
    return redirect(one.url if one.url.startswith("/") and not one.url.startswith("//") else "notices")


@login_required
@posted_from("notices")
def seen(request: HttpRequest) -> HttpResponse:
    """All of them are seen."""
    actions.read(user=request.user.pk, at=timezone.now())
    return redirect("notices")


@login_required
@posted_from("notices")
def preference(request: HttpRequest) -> HttpResponse:
    """Over which channels one is told besides, and how often."""
    chosen = request.POST.getlist("channels")
    keep_wish(user=request.user.pk, channels=chosen, daily=request.POST.get("often") != "each")
    messages.success(request, "已保存接收方式。")
    return redirect("notices")
