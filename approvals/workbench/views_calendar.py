"""工作日历: which years are published, what would a new notice move, and how far is the moving?

What was looked at waits in the cache under the person and its digest until it is confirmed, an hour at most.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals.audit.tasks import wake
from approvals.calendars.models import CalendarYear
from approvals.calendars.notice import Notice, NoticeMalformed, from_sheets, from_text, with_notice
from approvals.calendars.queries import current_calendar
from approvals.cases.models import CalendarRun
from approvals.cases.recalendar import PAGE, Move, ask, may_ask, may_move, plan, planned_pages
from approvals.cases.tasks import recalendar
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.organisations.sheets.reading import SheetUnreadable, read
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from

KEPT_SECONDS = 3600
SHOWN = 200
CHECKED = 1000  # open cases that one press counts anew
NEW_LINES = "2027-01-01 至 2027-01-03 放假 元旦"


class NoticeForm(forms.Form):
    """The notice as typed, or as a file: the file wins."""

    file = forms.FileField(label="通知表格", required=False)
    year = forms.CharField(label="年度", required=False, max_length=4)
    document = forms.CharField(label="文号", required=False, max_length=40)
    title = forms.CharField(label="通知标题", required=False, max_length=120)
    url = forms.CharField(label="网址", required=False, max_length=200)
    published_on = forms.CharField(label="发布日期", required=False, max_length=20)
    lines = forms.CharField(label="放假和调休，一行一段", required=False, max_length=10_000, widget=forms.Textarea)


def coordinator(request: HttpRequest) -> Actor:
    """The coordinator who is here; for everybody else there is no such page."""
    actor = actor_of(request)
    if actor.role != Role.COORDINATOR:
        raise Http404
    return actor


@login_required
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The published years and, asked for, the pending differences; with a notice given, what it would move."""
    actor = coordinator(request)
    form, context = NoticeForm(request.POST or None, request.FILES or None), {}
    if request.method == "POST":
        may_ask(actor)
        if form.is_valid():
            context = looked_at(request, form)
    return page(request, actor, form, context)


def looked_at(request: HttpRequest, form: NoticeForm) -> dict[str, Any]:
    """What the given notice would do, and the token to confirm it with; or what is wrong with it."""
    try:
        notice = given(form)
    except SheetUnreadable as refused:
        return {"mistakes": [refused.detail]}
    except NoticeMalformed as refused:
        return {"mistakes": refused.mistakes}
    token = hashlib.sha256(repr(notice).encode()).hexdigest()
    cache.set(f"notice:{request.user.pk}:{token}", notice, KEPT_SECONDS)
    return {"notice": notice, "token": token} | shown(list(plan(calendar=with_notice(notice))))


def shown(moves: list[Move]) -> dict[str, Any]:
    return {
        "moves": moves[:SHOWN],
        "many": len(moves),
        "later": sum(move.shift > 0 for move in moves),
        "earlier": sum(move.shift < 0 for move in moves),
    }


def given(form: NoticeForm) -> Notice:
    """The notice of the form. Raises SheetUnreadable, NoticeMalformed."""
    data = form.cleaned_data
    upload = data.pop("file")
    if upload is None:
        return from_text(**data)
    most = settings.IMPORT_MAX_MB * 2**20
    if upload.size > most:
        raise SheetUnreadable(f"文件最多 {settings.IMPORT_MAX_MB} MB。")
    return from_sheets(read(name=upload.name, content=upload.read(), most_bytes=most, most_rows=1000))


@login_required
@posted_from("calendar")
def confirm(request: HttpRequest) -> HttpResponse:
    """Publish what was looked at; the cases move in the background."""
    actor = coordinator(request)
    may_ask(actor)
    place = f"notice:{request.user.pk}:{request.POST.get('token', '')[:64]}"
    notice = cache.get(place)
    if notice is None:
        messages.warning(request, "刚才的预览已过时，请重新填写或上传。", extra_tags="amber")
        return redirect("calendar")
    ground = f"{notice.year} 年放假安排（{notice.document}）"
    ask(actor=actor, at=timezone.now(), ground=ground, notice=notice)
    cache.delete(place)
    wake(recalendar)
    messages.success(request, f"{ground}已写入日历，在办件正在逐件调整，持有人会收到消息。")
    return redirect("calendar")


@login_required
@posted_from("calendar")
def again(request: HttpRequest) -> HttpResponse:
    """Move the cases that stand otherwise than the calendar as it is: after a correction in the management pages."""
    actor = coordinator(request)
    may_ask(actor)
    ask(actor=actor, at=timezone.now(), ground="按现行工作日历重算")
    wake(recalendar)
    messages.success(request, "在办件正在按现行日历逐件调整，持有人会收到消息。")
    return redirect("calendar")


def checked(*, after: str) -> dict[str, Any]:
    """The open cases after a number that stand otherwise than the calendar as it is: as many as one request may count."""
    looked = list(islice(planned_pages(calendar=current_calendar(), after=after), CHECKED // PAGE))
    return {
        "checked": True,
        "pending": [move for _, moves in looked for move in moves],
        "after": looked[-1][0] if len(looked) == CHECKED // PAGE else "",
    }


def page(request: HttpRequest, actor: Actor, form: NoticeForm, context: dict[str, Any]) -> HttpResponse:
    running = CalendarRun.objects.filter(finished_at=None).exists()
    may = may_move(actor)
    if may and not (running or context) and "check" in request.GET:
        context = checked(after=request.GET.get("after", "")[:40])
    years = CalendarYear.objects.annotate(
        off=Count("days", filter=Q(days__kind="HOLIDAY")), on=Count("days", filter=Q(days__kind="MAKE_UP"))
    )
    context = {
        "section": "calendar",
        "form": form,
        "years": years.order_by("-year"),
        "runs": CalendarRun.objects.select_related("asked_by").order_by("-pk")[:5],
        "may": may,
        "may_check": may and not running,
        "example": NEW_LINES,
    } | context
    return render(request, "workbench/calendar.html", context, status=422 if context.get("mistakes") else 200)
