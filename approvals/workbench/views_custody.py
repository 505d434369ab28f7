"""How are paper originals handed on and signed for, and how is a case file fetched?"""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases.custody import giver_of, hand_over, keeps, originals_of, overdue, sign_for, takers_of, under_way
from approvals.cases.models import CaseFile, Handover
from approvals.cases.queries import find
from approvals.documents.queries import FileMissing, open_file
from approvals.workbench.chrome import actor_of

log = structlog.get_logger(__name__)


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is under way to or from this person's organ, and what did not arrive."""
    actor = actor_of(request)
    found = under_way(actor)
    late = set(overdue(found, on=timezone.localdate()).values_list("pk", flat=True))
    rows = [(one, keeps(actor, one.taker) and one.signed_at is None, one.pk in late) for one in found[:200]]
    only = "overdue" in request.GET
    rows = [row for row in rows if row[2] or not only]
    return render(request, "workbench/custody.html", {"section": "custody", "rows": rows, "only": only})


@login_required
@require_http_methods(["GET", "POST"])
def custody(request: HttpRequest, number: str) -> HttpResponse:
    """The originals of a case and their handovers; posted: hand over what is ticked."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    if request.method == "POST":
        given = request.POST
        done = hand_over(
            case=case,
            actor=actor,
            taker=given.get("taker", ""),
            positions=positions_in(given.getlist("positions")),
            way=given.get("way", ""),
            tracking=given.get("tracking", ""),
            archive="archive" in given,
            at=timezone.now(),
        )
        messages.success(request, f"已移交，等{done.taker.name}签收。")
        return redirect("case-custody", number=number)
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
    }
    return render(request, "workbench/case_custody.html", context)


@login_required
@require_POST
def sign(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sign for a handover; what is not ticked did not arrive."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    arrived = positions_in(request.POST.getlist("arrived"))
    sign_for(handover=pk, case=case, actor=actor, arrived=arrived, note=request.POST.get("note", ""), at=timezone.now())
    messages.success(request, "已签收。没有勾选的已列为未收到。")
    return redirect("case-custody", number=number)


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
    response = FileResponse(open_file(found.file), filename=f"卷宗 {number}.pdf", content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response
