"""承接监督: what the counties decided by themselves, what was drawn to be checked, which cards were shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.errors import Refused
from approvals.organisations.models import Level, Role
from approvals.oversight import actions, inputs, queries
from approvals.oversight.access import NothingOverseen, is_overseer
from approvals.oversight.draws import mistakes_of, published
from approvals.oversight.words import Colour, FilingState, SampleState
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import asked, drawn, frame, narrowed, paged, tried
from approvals.workbench.posted import posted_from


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The first tab where something waits for this person, else the filings."""
    counts = queries.waiting(actor_of(request), on=timezone.localdate())
    first = next((key for key, count in counts.items() if count), "filings")
    return redirect(f"oversight-{first}")


@login_required
@require_GET
def filings(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), asked(request, "state", "q")
    rows = narrowed(queries.filings(actor), given, state=FilingState)
    if given["q"]:
        rows = rows.filter(Q(case__number__icontains=given["q"]) | Q(case__snapshot__item_name__icontains=given["q"]))
    context = frame(actor, "filings") | given
    context |= {
        "rows": paged(request, rows),
        "states": FilingState.choices,
        "oversees": is_overseer(actor, actor.organ or 0),
    }
    return render(request, "oversight/filings.html", context)


@login_required
@posted_from("oversight-filings")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    _done(request, lambda: actions.acknowledge(filing=pk, actor=actor_of(request), at=timezone.now()), "已阅。")
    return redirect("oversight-filings")


@login_required
@require_GET
def draws(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), asked(request, "state")
    mine = queries.samples(actor)
    mine = mine.filter(state=given["state"] if given["state"] in SampleState.values else SampleState.TO_CHECK)
    context = frame(actor, "draws") | given
    context |= {"draws": paged(request, queries.draws(actor)), "samples": mine[:50], "states": SampleState.choices}
    return render(request, "oversight/draws.html", context)


def _draw(request: HttpRequest, pk: int) -> Any:
    found = queries.draws(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NothingOverseen("没有这次抽取；从清单重新打开。")
    return found


@login_required
@require_GET
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw with its seed, and, if asked, whether the same comes out again."""
    actor, found = actor_of(request), _draw(request, pk)
    again = list(mistakes_of(found)) if request.GET.get("again") else None
    context = frame(actor, "draws")
    context |= {"draw": found, "samples": queries.samples(actor).filter(draw=found).order_by("position")}
    context |= {"again": again, "oversees": is_overseer(actor, found.unit_id)}
    return render(request, "oversight/draw.html", context)


@login_required
@require_GET
def published_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything whoever draws again needs, as JSON."""
    return JsonResponse(published(_draw(request, pk)), json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_required
@posted_from("oversight-draws")
def pass_sample(request: HttpRequest, pk: int) -> HttpResponse:
    sample = _done(
        request,
        lambda: actions.pass_sample(sample=pk, actor=actor_of(request), at=timezone.now()),
        "已登记：未发现问题。",
    )
    return redirect("oversight-draw", pk=sample.draw_id) if sample else redirect("oversight-draws")


def _done(request: HttpRequest, act: Any, words: str) -> Any:
    """Do it and say so, or say why not; what does not exist goes on as 404."""
    try:
        done = act()
    except Refused as refused:
        if refused.status == 404:
            raise
        messages.warning(request, f"{refused.title}：{refused.detail}", extra_tags="amber")
        return None
    messages.success(request, words)
    return done


@login_required
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    actor, given = actor_of(request), asked(request, "colour", "q")
    rows = narrowed(queries.cards(actor), given, colour=Colour)
    if given["q"]:
        rows = rows.filter(Q(case__number__icontains=given["q"]) | Q(organ__name__icontains=given["q"]))
    context = frame(actor, "cards") | given
    context |= {"rows": paged(request, rows), "colours": Colour.choices, "withdraws": may_withdraw(actor)}
    return render(request, "oversight/cards.html", context)


def may_withdraw(actor: Any) -> bool:
    return actor.level == Level.CITY and actor.role in (Role.DECIDER, Role.COORDINATOR)


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reasons, then take the card back."""
    actor, typed, errors, refused = actor_of(request), {}, {}, None
    card = queries.cards(actor).filter(pk=pk).first()
    if card is None:
        raise NothingOverseen("没有这张牌；从清单重新打开。")
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.WithdrawalInput,
            lambda given: actions.withdraw_card(card=pk, actor=actor, at=timezone.now(), given=given),
        )
        if done:
            messages.success(request, "已撤牌。")
            return redirect("oversight-cards")
    context = frame(actor, "cards") | {
        "title": "撤牌",
        "facts": [
            ("牌", f"{card.get_colour_display()}，{card.rule.get_trigger_display()} {card.days_over} 个工作日"),
            ("单位", card.organ.name),
            ("办件", card.case.number),
        ],
        "fields": drawn(inputs.WithdrawalInput, typed=typed, errors=errors),
        "trouble": refused,
        "button": "撤牌",
    }
    return render(request, "oversight/form.html", context, status=refused.status if refused else 200)
