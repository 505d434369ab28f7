"""送达: how the result and the originals of a case reach the applicant, and what is on its way everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases import posting
from approvals.cases.custody import SENT_TO, keeps, originals_of, send_back
from approvals.cases.delivery import note_by_hand
from approvals.cases.models import Case, DeliveryWish, Dispatch, PostalEvent, Service
from approvals.cases.queries import find, stage_light
from approvals.cases.serving import serve_signed, stuck, to_attend
from approvals.cases.words import State
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.workbench.chrome import actor_of
from approvals.workbench.posted import posted_from
from approvals.workbench.regions import chosen_region, in_region
from approvals.workbench.views_custody import positions_in

SHOWN = 200
WAITS = (State.DECIDED, State.SEALED)


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is on its way to applicants, or came back; the latter first."""
    actor, now = actor_of(request), timezone.now()
    only = "stuck" in request.GET
    region = chosen_region(request)
    late = list(in_region(stuck(actor, at=now), "case__region", region)[:SHOWN])
    others = in_region(to_attend(actor), "case__region", region).exclude(pk__in=[one.pk for one in late])
    rows = [(one, True) for one in late]
    rows += [(one, False) for one in others[: SHOWN - len(late)] if not only]
    return render(request, "workbench/deliveries.html", {"section": "deliveries", "rows": rows, "only": only})


@login_required
@require_http_methods(["GET"])
def delivery(request: HttpRequest, number: str) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, find(number=number, actor=actor), actor)


@login_required
@posted_from("case-delivery", "number")
def note(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Write down what the carrier's slip says of a piece of mail."""
    actor, now, given = actor_of(request), timezone.now(), request.POST
    case = find(number=number, actor=actor)
    try:
        event = note_by_hand(
            dispatch=pk,
            case=case,
            actor=actor,
            code=given.get("code", ""),
            happened_at=_moment(given.get("at", ""), now),
            place=given.get("place", ""),
            note=given.get("note", ""),
            at=now,
        )
    except Invalid as refused:
        return _page(request, case, actor, errors={pk: refused.errors}, typed=given)
    if event.code == PostalEvent.Code.SIGNED and event.dispatch.content == Dispatch.Content.RESULT:
        served = serve_signed(at=now, case=case)
        said = "已登记，办件按签收之日办结送达。" if served else "已登记签收；送达还没有办结，回办件看还缺什么。"
    else:
        said = "已登记。"
    messages.success(request, said)
    return redirect("case-delivery", number=number)


@login_required
@posted_from("case-delivery", "number")
def return_originals(request: HttpRequest, number: str) -> HttpResponse:
    """Mail originals back to the applicant."""
    actor, given = actor_of(request), request.POST
    case = find(number=number, actor=actor)
    to = {name: given.get(name, "") for name in SENT_TO}
    wish = DeliveryWish.objects.filter(pk=case.pk).first()
    to["phone"] = to["phone"] or (wish.phone if wish else "")
    try:
        done = send_back(
            case=case, actor=actor, positions=positions_in(given.getlist("positions")), to=to, at=timezone.now()
        )
    except Invalid as refused:
        return _page(request, case, actor, errors={"originals": refused.errors}, typed=given)
    ordered = done.standing == Dispatch.Standing.ORDERED
    messages.success(request, "已向承运方下单，运单号稍后显示。" if ordered else f"已寄还，运单号 {done.tracking}。")
    return redirect("case-delivery", number=number)


def _page(request: HttpRequest, case: Case, actor: Actor, *, errors: Any = None, typed: Any = None) -> HttpResponse:
    now = timezone.now()
    wish = DeliveryWish.objects.filter(pk=case.pk).first()
    mine = keeps(actor, case.snapshot.accept_organ)
    found = Dispatch.objects.filter(case=case).order_by("-pk").prefetch_related("postal_events")
    wrong = errors or {}
    dispatches = [
        (one, sorted(one.postal_events.all(), key=lambda event: -event.number), _notable(one, mine), wrong.get(one.pk))
        for one in found
    ]
    held = [one for one in originals_of(case) if one.standing == "HELD" and keeps(actor, one.organ)]
    names = {one.position: one.name for one in case.materials.all()}
    context = {
        "section": "deliveries",
        "case": case,
        "wish": wish,
        "light": stage_light(case, on=timezone.localdate(), at=now) if case.state in WAITS else None,
        "service": Service.objects.filter(pk=case.pk).first(),
        "dispatches": dispatches,
        "codes": PostalEvent.Code.choices,
        "held": held if case.decided_on or case.result else [],
        "names": names,
        "connected": posting.connected(),
        "originals_errors": wrong.get("originals"),
        "typed": typed,
        "sending": case.state == State.SEALED and mine,
        "now": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
    }
    return render(request, "workbench/case_delivery.html", context, status=422 if errors else 200)


def _notable(one: Dispatch, mine: bool) -> bool:
    return mine and one.way == DeliveryWish.Way.MAIL and one.standing in Dispatch.OPEN


def _moment(text: str, now: datetime) -> datetime:
    """A moment typed in a browser's own field, of the office's time zone; now where it is empty. Raises Invalid."""
    if not text.strip():
        return now
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid({"at": ["时刻写成 2026-03-18 10:30 的样子。"]})
    return found if timezone.is_aware(found) else timezone.make_aware(found)
