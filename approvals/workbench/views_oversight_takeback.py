"""收回与交还: choose the power, look at the evidence and at what would move, propose; the second organ answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.catalogue.models import Delegation
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.oversight import inputs, queries, takeback
from approvals.oversight.access import NothingOverseen, is_overseer
from approvals.oversight.evidence import evidence_of
from approvals.oversight.words import Direction, OpenCases, TakeBackState
from approvals.workbench.chrome import actor_of
from approvals.workbench.oversight_frame import asked, drawn, frame, paged, tried
from approvals.workbench.posted import posted_from

NOTICE_WORKDAYS = 5  # offered: time for the windows to be told


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = frame(actor, "take-backs")
    context |= {"rows": paged(request, queries.take_backs(actor)), "may_propose": takeback.may_propose(actor)}
    return render(request, "oversight/take_backs.html", context)


def delegations_of(actor: Actor, *, direction: str, item: str, region: str, on: date) -> Any:
    """The powers of this actor's unit that may be taken back (or given back), few enough to choose from."""
    rows = takeback.powers_of(actor).select_related("item", "region")
    if direction == Direction.TAKE:
        rows = rows.filter(Q(effective_to=None) | Q(effective_to__gt=on), effective_from__lte=on)
    else:
        taken = queries.take_backs(actor).filter(direction=Direction.TAKE, state=TakeBackState.CONFIRMED)
        rows = rows.filter(pk__in=taken.values("delegation"))
    if item:
        rows = rows.filter(Q(item__code=item) | Q(item__main_name__icontains=item) | Q(item__sub_name__icontains=item))
    if region:
        rows = rows.filter(region=region)
    return rows.order_by("item__annex", "item__seq", "region__position")[:100]


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """First which power; then its evidence, the open cases and the form."""
    actor, today = actor_of(request), timezone.localdate()
    if not takeback.may_propose(actor):
        raise NothingOverseen("收回由有放权事项的市级单位提出。")
    given = asked(request, "direction", "item", "region", "delegation", "from_on")
    direction = given["direction"] if given["direction"] in Direction.values else Direction.TAKE
    chosen = None
    if given["delegation"]:
        mine = takeback.powers_of(actor).select_related("item__city_unit", "region")
        chosen = mine.filter(pk=key_of(given["delegation"])).first()
        if chosen is None:
            raise NothingOverseen("没有这条放权；重新选择。")
    context = frame(actor, "take-backs") | given | {"direction": direction, "directions": Direction.choices}
    if chosen is None:
        rows = delegations_of(actor, direction=direction, item=given["item"], region=given["region"], on=today)
        context |= {"delegations": rows, "regions": takeback.regions_of(actor)}
        return render(request, "oversight/take_back_choose.html", context)
    return _proposal(request, actor, chosen, direction, context)


def _proposal(request: HttpRequest, actor: Actor, chosen: Delegation, direction: str, context: dict[str, Any]) -> Any:
    now, today = timezone.now(), timezone.localdate()
    typed, errors, refused = {}, {}, None
    if request.method == "POST":
        done, typed, errors, refused = tried(
            request,
            inputs.TakeBackInput,
            lambda given: takeback.propose(direction=direction, delegation=chosen.pk, actor=actor, at=now, given=given),
        )
        if done:
            messages.success(request, f"已提出，请{done.second.name}确认。")
            return redirect("oversight-take-back", pk=done.pk)
    offered = add(current_calendar(), today, NOTICE_WORKDAYS)
    from_on = _day(typed.get("from_on", "")) or _day(context["from_on"]) or offered
    plans = takeback.foreseen(direction=direction, delegation=chosen, from_on=max(from_on, offered), at=now)
    fields = drawn(
        inputs.TakeBackInput,
        typed=typed,
        errors=errors,
        defaults={"from_on": from_on.isoformat(), "open_cases": OpenCases.FINISH},
    )
    context |= {
        "chosen": chosen,
        "second": takeback.second_organ(chosen.item.city_unit),
        "evidence": evidence_of(item=chosen.item.code, region=chosen.region_id, on=today),
        "plans": plans,
        "picked": typed.get("exceptions", []),
        "after": takeback.afterwards(direction=direction, delegation=chosen, from_on=max(from_on, offered)),
        "fields": [one for one in fields if one.name != "exceptions"],
        "trouble": refused,
        "words": Direction(direction).label,
    }
    return render(request, "oversight/take_back_new.html", context, status=refused.status if refused else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, pk)


def page(request: HttpRequest, pk: int, *, typed: Any = None, errors: Any = None, refused: Any = None) -> HttpResponse:
    """One proposal: its evidence, its answer, and what became of the open cases."""
    actor = actor_of(request)
    row = queries.take_backs(actor).filter(pk=pk).first()
    if row is None:
        raise NothingOverseen("没有这件收回或交还；从清单重新打开。")
    waits = row.state == TakeBackState.PROPOSED
    flying = (
        takeback.in_flight_of(row)
        if row.state in (TakeBackState.PROPOSED, TakeBackState.CONFIRMED)
        else Case.objects.none()
    )
    context = frame(actor, "take-backs") | {
        "row": row,
        "answers": waits and actor.organ == row.second_id and actor.role == Role.DECIDER,
        "retracts": waits and is_overseer(actor, row.unit_id),
        "fields": drawn(inputs.TakeBackAnswer, typed=typed, errors=errors),
        "flying": [(case, takeback.will_move(row, case, at=timezone.now())) for case in flying[:200]],
        "moved": row.moved.select_related("case__holder").order_by("case__number"),
        "history": queries.history(f"take-back:{row.pk}"),
        "gives": (
            f"{reverse('oversight-new-take-back')}?direction=GIVE&delegation={row.delegation_id}"
            if row.direction == Direction.TAKE
            and row.state == TakeBackState.CONFIRMED
            and is_overseer(actor, row.unit_id)
            else ""
        ),
        "trouble": refused,
    }
    return render(request, "oversight/take_back.html", context, status=refused.status if refused else 200)


@login_required
@posted_from("oversight-take-back", "pk")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    doors = {
        "confirm": lambda given: takeback.confirm(take_back=pk, actor=actor, at=now, given=given),
        "decline": lambda given: takeback.decline(take_back=pk, actor=actor, at=now, given=given),
        "retract": lambda given: takeback.retract(take_back=pk, actor=actor, at=now),
    }
    if act not in doors:
        raise Http404
    done, typed, errors, refused = tried(request, inputs.TakeBackAnswer, doors[act])
    if done is None:
        return page(request, pk, typed=typed, errors=errors, refused=refused)
    messages.success(request, f"{done.get_state_display()}。")
    return redirect("oversight-take-back", pk=pk)
