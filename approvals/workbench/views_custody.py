"""How are paper originals handed on and signed for, and how is a case file fetched?"""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.custody import giver_of, hand_over, keeps, originals_of, overdue, sign_for, takers_of, under_way
from approvals.cases.models import Case, CaseFile, Handover
from approvals.cases.queries import find
from approvals.documents.queries import FileMissing
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download
from approvals.workbench.posted import posted_from
from approvals.workbench.regions import chosen_region, in_region

log = structlog.get_logger(__name__)


SHOWN = 200


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is under way to or from this person's organ, and what did not arrive: overdue first, then what is unsigned."""
    actor, only = actor_of(request), "overdue" in request.GET
    found = in_region(under_way(actor), "case__region", chosen_region(request))
    late = list(overdue(found, on=timezone.localdate())[:SHOWN])
    rest = found.exclude(pk__in=[one.pk for one in late]).order_by(F("signed_at").asc(nulls_first=True), "handed_at")
    shown = [(one, True) for one in late]
    shown += [(one, False) for one in rest[: SHOWN - len(late)] if not only]
    rows = [(one, keeps(actor, one.taker) and one.signed_at is None, is_late) for one, is_late in shown]
    return render(request, "workbench/custody.html", {"section": "custody", "rows": rows, "only": only})


@login_required
@require_http_methods(["GET", "POST"])
def custody(request: HttpRequest, number: str) -> HttpResponse:
    """The originals of a case and their handovers; posted: hand over what is ticked."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    if request.method == "GET":
        return _page(request, case, actor)
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("taker", "way", "tracking")}
    typed |= {"positions": positions_in(request.POST.getlist("positions")), "archive": "archive" in request.POST}
    try:
        done = hand_over(case=case, actor=actor, at=timezone.now(), **typed)
    except Refused as refused:
        return _page(request, case, actor, typed=typed, trouble=refused)
    messages.success(request, f"已移交，等{done.taker.name}签收。")
    return redirect("case-custody", number=number)


@login_required
@posted_from("case-custody", "number")
def sign(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sign for a handover; what is not ticked did not arrive."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    arrived = positions_in(request.POST.getlist("arrived"))
    note = request.POST.get("note", "")
    try:
        sign_for(handover=pk, case=case, actor=actor, arrived=arrived, note=note, at=timezone.now())
    except Refused as refused:
        if refused.status == 404:
            raise
        return _page(request, case, actor, trouble=refused)
    messages.success(request, "已签收。没有勾选的已列为未收到。")
    return redirect("case-custody", number=number)


def _page(
    request: HttpRequest,
    case: Case,
    actor: Actor,
    *,
    typed: dict[str, Any] | None = None,
    trouble: Refused | None = None,
) -> HttpResponse:
    """The page of a case, with what was typed and why it was not done."""
    handovers = Handover.objects.filter(case=case).select_related("giver", "taker").prefetch_related("lines__material")
    originals = [
        (one, one.standing in ("HELD", "NOT_ARRIVED") and keeps(actor, giver_of(one))) for one in originals_of(case)
    ]
    context = {
        "section": "custody",
        "case": case,
        "originals": originals,
        "may_hand": any(free for _, free in originals),
        "handovers": [(one, keeps(actor, one.taker) and one.signed_at is None) for one in handovers.order_by("-pk")],
        "takers": takers_of(case),
        "ways": Handover.Way.choices,
        "typed": typed or {},
        "trouble": trouble,
        "errors": trouble.errors if isinstance(trouble, Invalid) else {},
    }
    return render(request, "workbench/case_custody.html", context, status=trouble.status if trouble else 200)


def positions_in(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 6]


@login_required
@require_GET
def case_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The bound case file, for whoever may see the case; who took it is logged."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    found = CaseFile.objects.select_related("file").filter(case=case, file__isnull=False).first()
    if found is None or found.file is None:
        raise FileMissing("这件办件还没有装订好的卷宗；归档后几分钟内会自动装订。")
    log.warning("case_file_downloaded", case=number, user=actor.user, post=actor.post)
    return download(found.file, f"卷宗 {number}.pdf", shown=True)
