"""清单管理, agreements: make, sign with the paper, announce, end; what rests on each; the paper for its parties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue import actions
from approvals.catalogue.access import EDITORS, agreements_seen, edits_unit, is_coordinator
from approvals.catalogue.models import Agreement, Delegation
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Region
from approvals.workbench import catalogue
from approvals.workbench.chrome import actor_of
from approvals.workbench.lawpapers import (
    day_or_none,
    editions_to_grant,
    grants_under,
    handed_out,
    records_of,
    stored_from,
)
from approvals.workbench.views_catalogue_acts import day_of


@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements one may read, and the form for a new one."""
    actor = actor_of(request)
    catalogue.must_edit(actor)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.draft_agreement(values=terms_from(request), actor=actor, at=timezone.now())
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, f"协议 {made.number} 已登记为草拟；签订后附上文本。")
            return redirect("catalogue-agreement", pk=made.pk)
    asked = {name: request.GET.get(name, "")[:24] for name in ("unit", "region", "status")}
    found = Agreement.objects.filter(agreements_seen(actor)).select_related("city_unit", "region", "file")
    seen_units = Organ.objects.filter(agreements__in=found).distinct().order_by("pk")
    for name, column in (("unit", "city_unit__code"), ("region", "region"), ("status", "status")):
        if asked[name]:
            found = found.filter(**{column: asked[name]})
    rows = list(found.annotate(number_of_grants=Count("delegations")).order_by("city_unit", "region__position", "pk"))
    context = {
        "section": "catalogue",
        "rows": rows,
        "asked": asked,
        "seen_units": seen_units,
        "statuses": Agreement.Status.choices,
        "without_file": sum(one.file_id is None for one in rows if one.status == Agreement.Status.SIGNED),
        "units": units_for(actor),
        "regions": Region.objects.exclude(kind=Region.Kind.CITY).order_by("position"),
        "given": request.POST,
        "trouble": trouble,
        "today": timezone.localdate(),
    }
    return render(request, "catalogue/agreements.html", context, status=422 if trouble else 200)


def units_for(actor: Actor) -> list[Organ]:
    """The city units for which this person may make agreements."""
    if actor.level != Level.CITY or actor.role not in EDITORS:
        return []
    units = Organ.objects.filter(items__isnull=False).distinct().order_by("pk")
    return list(units if is_coordinator(actor) else units.filter(pk=actor.organ))


def terms_from(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    return {
        "number": given.get("number", ""),
        "city_unit": given.get("city_unit", ""),
        "region": given.get("region", ""),
        "effective_from": day_or_none(given.get("effective_from", ""), "effective_from"),
        "effective_to": day_or_none(given.get("effective_to", ""), "effective_to"),
    } | announced_from(request)


def announced_from(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    return {
        "announced_on": day_or_none(given.get("announced_on", ""), "announced_on"),
        "announcement_url": given.get("announcement_url", ""),
    }


def agreement_seen(pk: int, actor: Actor) -> Agreement:
    """The agreement, if this person may read it; for others it does not exist. Raises NotAnEditor."""
    found = Agreement.objects.filter(agreements_seen(actor)).select_related("city_unit", "region", "file")
    one = found.filter(pk=pk).first()
    if one is None:
        raise catalogue.NotAnEditor("没有这份承接协议，或者不归你的单位和地区。")
    return one


@login_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    one = agreement_seen(pk, actor)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            messages.success(request, _on_agreement(request, one, actor))
        except Invalid as refused:
            trouble = refused.errors
        else:
            return redirect("catalogue-agreement", pk=pk)
    grants = Delegation.objects.filter(agreement=one)
    earlier = Agreement.objects.filter(city_unit=one.city_unit, region=one.region).exclude(pk=one.pk)
    context = {
        "section": "catalogue",
        "one": one,
        "may": actor.level == Level.CITY and edits_unit(actor, one.city_unit_id),
        "grants": grants_under(grants),
        "items": sorted(set(grants.values_list("item__code", flat=True))),
        "earlier_items": " ".join(
            dict.fromkeys(
                Delegation.objects.filter(agreement__in=earlier, edition__status="PUBLISHED")
                .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=timezone.localdate()))
                .order_by("item__annex", "item__seq")
                .values_list("item__code", flat=True)
            )
        ),
        "earlier": earlier.order_by("-effective_from"),
        "editions": editions_to_grant(actor),
        "regions": Region.objects.exclude(kind=Region.Kind.CITY).order_by("position"),
        "units": units_for(actor),
        "records": records_of(f"agreement/{pk}"),
        "trouble": trouble,
        "today": timezone.localdate(),
    }
    return render(request, "catalogue/agreement.html", context, status=422 if trouble else 200)


def _on_agreement(request: HttpRequest, one: Agreement, actor: Actor) -> str:
    given, at = request.POST, timezone.now()
    act = given.get("act", "")
    if act == "save":
        values = terms_from(request) if one.status == Agreement.Status.DRAFT else announced_from(request)
        actions.save_agreement(values=values, agreement=one.pk, actor=actor, at=at)
        return "已保存，留有前后对照。"
    if act == "sign":
        actions.sign_agreement(
            signed_on=day_of(given.get("signed_on", ""), "signed_on"),
            file=stored_from(request, actor),
            values=announced_from(request),
            agreement=one.pk,
            actor=actor,
            at=at,
        )
        return "已签订，文本入库；自生效日期起可以据此下放实质性审核权。"
    if act == "attach":
        file = stored_from(request, actor)
        if file is None:
            raise Invalid({"file": ["选择已签协议的文件。"]})
        actions.attach_to_agreement(file=file, agreement=one.pk, actor=actor, at=at)
        return "文本已入库。"
    if act == "end":
        on = day_of(given.get("effective_to", ""), "effective_to")
        actions.end_agreement(on=on, reason=given.get("reason", ""), agreement=one.pk, actor=actor, at=at)
        return f"协议到 {on} 止；据此的放权次日起不再适用，在办件按收件时的规则办完。"
    raise Invalid({"act": ["没有这个动作。"]})


@login_required
@require_GET
def agreement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed paper, for the parties and the coordinator."""
    one = agreement_seen(pk, actor_of(request))
    return handed_out(one.file, f"承接协议 {one.number}")
