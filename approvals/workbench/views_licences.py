"""证照: the register as its organs see it, one licence with its life, and how an organ acts on it of its own motion."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.cases.exofficio import may_act, open_proceeding
from approvals.cases.licencepaper import papers_of
from approvals.errors import Invalid, Refused
from approvals.keys import key_of
from approvals.licences.access import visible
from approvals.licences.models import Licence
from approvals.licences.words import BASIS, GROUNDS, OfficialAct, Status
from approvals.organisations.access import Actor
from approvals.workbench.chrome import FOLLOWERS, actor_of
from approvals.workbench.exports import XLSX, as_csv, as_xlsx
from approvals.workbench.licence_lists import (
    A_PAGE,
    HEADS,
    SOON,
    Search,
    cases_of,
    cells,
    line_of,
    open_proceeding_of,
    shown_paper,
    told,
    types,
)
from approvals.workbench.posted import posted_from
from approvals.workbench.views_letter import sent

EXPORT_ROWS = 5000


def actor_with_licences(request: HttpRequest) -> Actor:
    """Who is here, where the licences are theirs to see; for others the page does not exist."""
    actor = actor_of(request)
    if actor.role not in (*FOLLOWERS, "ITEM_ADMIN"):
        raise Http404
    return actor


@login_required
@require_GET
def licences(request: HttpRequest) -> HttpResponse:
    """Search and list; keyset pages, the latest first."""
    actor, today = actor_with_licences(request), timezone.localdate()
    search = Search.asked(request.GET)
    rows = search.found(actor, on=today)
    before = key_of(request.GET.get("before", ""))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: A_PAGE + 1])
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "section": "licences",
        "search": search,
        "lines": [line_of(one, on=today) for one in page[:A_PAGE]],
        "following": page[A_PAGE - 1].pk if len(page) > A_PAGE else None,
        "types": types(),
        "statuses": Status.choices,
        "soon": SOON,
        "address": query.urlencode(),
        "paged": bool(before),
    }
    return render(request, "licences/list.html", context)


@login_required
@require_GET
def export(request: HttpRequest, kind: str = "csv") -> HttpResponseBase:
    """The list as a file: what was searched for, persons' names masked, numbers of identity never."""
    actor, today = actor_with_licences(request), timezone.localdate()
    rows = cells(Search.asked(request.GET).found(actor, on=today)[:EXPORT_ROWS], on=today)
    response: HttpResponseBase
    if kind == "xlsx":
        response = HttpResponse(as_xlsx("证照", HEADS, rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(as_csv(HEADS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="licences-{today}.{kind}"'
    return response


@login_required
@require_GET
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One licence: the paper, how it stands, its whole life, and what this person may begin."""
    actor = actor_with_licences(request)
    return _page(request, _seen(pk, actor), actor)


@login_required
@posted_from("licence", "pk")
def proceed(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an organ's own proceeding; leads to its case, or back to the page with what is wrong and what was typed."""
    actor = actor_with_licences(request)
    one = _seen(pk, actor)
    names = ("act", "ground", "reasons", "evidence", "until")
    given = {name: request.POST[name].strip() for name in names if request.POST.get(name, "").strip()}
    try:
        case = open_proceeding(licence=one.number, actor=actor, at=timezone.now(), given=given)
    except Refused as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else {}
        status = 422 if errors else refusal.status
        return _page(request, one, actor, status=status, refusal=refusal, errors=errors, given=given)
    messages.success(request, f"已立案 {case.number}，在审查环节。")
    return redirect("case", case.number)


@login_required
@require_GET
def paper(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """The signed PDF of a licence, for whoever may see the licence; who took it is logged."""
    actor = actor_with_licences(request)
    one = _seen(pk, actor)
    found = next((each for each in papers_of(one.pk) if each.pk == letter and each.file_id), None)
    if found is None:
        raise Http404("这本证照没有这份文书，或者还没有制成。")
    return sent(found, actor)


def _seen(pk: int, actor: Actor) -> Licence:
    found = Licence.objects.select_related("type", "organ", "region").filter(visible(actor), pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, one: Licence, actor: Actor, *, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    grounds = [(act, act.label, BASIS[act], [(g.value, g.label) for g in GROUNDS[act]]) for act in OfficialAct]
    context = {
        "section": "licences",
        "one": one,
        "line": line_of(one, on=today),
        "paper": shown_paper(one),
        "told": told(one),
        "cases": cases_of(one),
        "papers": papers_of(one.pk),
        "proceeding": open_proceeding_of(one),
        "may_act": may_act(one, actor),
        "grounds": grounds,
    }
    return render(request, "licences/licence.html", context | more, status=status)
