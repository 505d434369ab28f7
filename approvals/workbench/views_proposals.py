"""建议和线索: what supervising units put to the approving organ, which adopts, refuses, or says what was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.errors import Invalid, Refused
from approvals.licences.words import BASIS, OfficialAct
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision import proposing
from approvals.supervision.proposing import ANSWERERS
from approvals.supervision.words import ProposalState
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import paged
from approvals.workbench.posted import posted_from
from approvals.workbench.pushpage import feedback_words
from approvals.workbench.regions import chosen_region, in_region, with_region
from approvals.workbench.rows import applicants

SEEING = (*ANSWERERS, Role.SUPERVISOR, Role.COORDINATOR)


@login_required
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    return listed(request, actor_of(request))


def listed(
    request: HttpRequest, actor: Actor, *, opened: str = "", words: str = "", trouble: Refused | None = None
) -> HttpResponse:
    """The list, what waits first, and the one that is open beside it."""
    state = request.GET.get("state", ProposalState.WAITING)
    rows = in_region(proposing.proposals(actor), "case__region", chosen_region(request))
    page = paged(request, rows.filter(state=state) if state in ProposalState.values else rows)
    wanted = opened or request.GET.get("proposal", "")
    chosen = proposing.find(proposal=wanted, actor=actor) if wanted else next(iter(page), None)
    names = applicants([one.case for one in page] + ([chosen.case] if chosen else []))
    ours = chosen is not None and chosen.state == ProposalState.WAITING and chosen.organ_id == actor.organ
    context: dict[str, Any] = {
        "section": "supervision",
        "rows": [(one, names.get(one.case_id, "")) for one in page],
        "page": page,
        "state": state,
        "region": chosen_region(request),
        "query": with_region(request, state=state) + "&",
        "all_states": with_region(request, state="ALL"),
        "states": ProposalState.choices,
        "chosen": chosen,
        "party": names.get(chosen.case_id, "") if chosen else "",
        "told": feedback_words(chosen.feedback.kind, chosen.feedback.content)[1:] if chosen else (),
        "basis": BASIS[OfficialAct(chosen.asks)] if chosen and chosen.asks else "",
        "may_adopt": ours and bool(chosen and chosen.asks) and actor.role == Role.REVIEWER,
        "may_refuse": ours and bool(chosen and chosen.asks) and actor.role == Role.DECIDER,
        "may_note": ours and bool(chosen and not chosen.asks) and actor.role in ANSWERERS,
        "handles": actor.role in ANSWERERS,
        "today": timezone.localdate(),
        "words": words,
        "errors": trouble.errors if isinstance(trouble, Invalid) else {},
        "trouble": trouble,
    }
    return render(request, "workbench/proposals.html", context, status=trouble.status if trouble else 200)


@login_required
@posted_from("proposals")
def answer(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """采纳并立案, 不采纳 or 阅处."""
    actor, words = actor_of(request), request.POST.get("words", "")
    at = timezone.now()
    try:
        if how == "adopt":
            case = proposing.adopt(proposal=pk, actor=actor, at=at, words=words)
            messages.success(request, f"已采纳并立案 {case.number}；监管单位在原推送上看到。")
            return redirect("case", case.number)
        act = proposing.refuse if how == "refuse" else proposing.note_lead
        done = act(proposal=pk, actor=actor, at=at, words=words)
    except Refused as refused:
        if refused.status == 404:
            raise
        return listed(request, actor, opened=str(pk), words=words, trouble=refused)
    messages.success(request, f"已答复：{done.get_state_display()}；监管单位在原推送上看到。")
    return redirect(f"{reverse('proposals')}?{with_region(request, state=done.state, proposal=str(pk))}")
