"""Papers of a case: the signed PDF where it is made, the 非正式 print view before; and the papers that wait for a person."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.queries import find
from approvals.documents.models import Letter
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.workbench import papers
from approvals.workbench.chrome import actor_of
from approvals.workbench.files import download
from approvals.workbench.letters import sheet_of
from approvals.workbench.papers import act_on, made_paper, may_void, waiting_for
from approvals.workbench.posted import posted_from
from approvals.workbench.regions import chosen_region

log = structlog.get_logger(__name__)


@login_required
@require_GET
def letter(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    sheet, event = sheet_of(case, kind)
    formal = made_paper(case, event)
    if formal is not None:
        return sent(formal, actor)
    context = {"case": case, "sheet": sheet, "event": event, "actor": actor, "now": timezone.now()}
    return render(request, "workbench/letter.html", context)


@login_required
@require_GET
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The signed PDF of a letter, for whoever may see the case."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    found = Letter.objects.select_related("file").filter(pk=pk, subject=case.number, file__isnull=False).first()
    if found is None:
        raise Http404("这件办件没有这份文书，或者还没有制成。")
    return sent(found, actor)


def sent(found: Letter, actor: Actor) -> HttpResponse:
    """The file of a made letter; who took it is logged."""
    assert found.file is not None
    log.warning("letter_downloaded", letter=found.pk, subject=found.subject, user=actor.user, post=actor.post)
    return download(found.file, f"{found.title} {found.number}.pdf", shown=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def put_right(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Void a paper that went out with a mistake, and issue another in its place; a head of its organ, with the reason."""
    actor = actor_of(request)
    case = find(number=number, actor=actor)
    found = Letter.objects.select_related("organ").filter(pk=pk, subject=case.number).first()
    if found is None or not may_void(actor, found):
        raise Http404("这份文书不由你作废，或者已经不再有效。")
    if request.method != "POST":
        return render(request, "workbench/letter_void.html", {"case": case, "one": found})
    words = request.POST.get("reason", "")
    try:
        new = papers.put_right(actor, case=case, pk=pk, words=words, at=timezone.now())
    except Refused as refusal:
        context = {"case": case, "one": found, "refusal": refusal, "words": words}
        return render(request, "workbench/letter_void.html", context, status=refusal.status)
    waits = "，等用印岗用印" if new.state == Letter.State.HELD else "，正在制作"
    messages.success(request, f"{found.number} 已作废，由 {new.number} 代替{waits}。")
    return redirect(f"{reverse('case', args=[case.number])}?tab_of=letters")


@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """The papers that could not be made or issued, and those that wait for a second person."""
    actor = actor_of(request)
    rows = waiting_for(actor, chosen_region(request))
    return render(request, "workbench/letters.html", {"section": "letters", "rows": rows, "actor": actor})


@login_required
@posted_from("letters")
def attend(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Retry, collect anew, or confirm the use of a seal as the second person."""
    told = act_on(actor_of(request), pk=pk, act=act, at=timezone.now())
    messages.success(request, told)
    return redirect("letters")
