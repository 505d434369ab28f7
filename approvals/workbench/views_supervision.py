"""审管信息推送: what was pushed to a unit, who claims it until when, what supervision found; orphans for coordinators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from approvals.catalogue.queries import items_in_force
from approvals.documents.models import StoredFile
from approvals.documents.queries import FileMissing
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Region, Role, SupervisionUnit
from approvals.supervision import actions, queries
from approvals.supervision.access import find
from approvals.supervision.inputs import INPUTS
from approvals.supervision.words import FeedbackKind, PushState
from approvals.workbench.chrome import actor_of
from approvals.workbench.exports import EXPORT_ROWS, HEADS_OF_PUSHES, as_file, cells_of_pushes
from approvals.workbench.files import download
from approvals.workbench.forms import given_of
from approvals.workbench.posted import posted_from
from approvals.workbench.pushlists import DECIDED, PushListing, pushes_of, this_month
from approvals.workbench.pushpage import PushPage, opened_push
from approvals.workbench.rows import applicants

PAGE = 20
AT_ONCE = 100


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.GET.get("tab") == "orphans" and actor.role == Role.COORDINATOR:
        return orphan_page(request, actor)
    return page(request, actor, request.GET.get("push", ""), kind=request.GET.get("kind", ""))


def page(
    request: HttpRequest,
    actor: Actor,
    opened: str,
    *,
    kind: str = "",
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    trouble: Refused | None = None,
    objecting: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The list, and beside it the push that is open."""
    now = timezone.now()
    listing = PushListing(request.GET, actor, timezone.localdate(now))
    shown: PushPage | None = None
    if opened:  # first, since opening confirms
        push = opened_push(actor, opened, at=now)
        shown = PushPage(push, actor, listing.on, kind=kind, typed=typed or {}, errors=errors or {})
    counts, rows = listing.counts, listing.page()
    names = applicants([one.case for one in rows.pushes])
    context: dict[str, Any] = {
        "section": "supervision",
        "listing": listing,
        "tabs": [(tab, counts[tab.key], listing.address(tab=tab.key)) for tab in listing.tabs],
        "count": counts[listing.tab.key],
        "orphans": queries.orphans(actor).values("pk")[:AT_ONCE].count() if actor.role == Role.COORDINATOR else None,
        "objections": queries.objections(actor).values("pk")[:AT_ONCE].count(),
        "rows": [(one, names.get(one.case_id, ""), listing.lamp(one), listing.due(one)) for one in rows.pushes],
        "page": rows,
        "choices": choices_of(actor, listing),
        "address": listing.address(),
        "month": this_month(actor, on=listing.on) if actor.role == Role.SUPERVISOR else None,
        "claims": actor.role == Role.SUPERVISOR and listing.tab.key == PushState.TO_CLAIM,
        "shown": shown,
        "trouble": trouble,
        "objecting": objecting,
    }
    return render(request, "workbench/supervision.html", context, status=trouble.status if trouble else 200)


def choices_of(actor: Actor, listing: PushListing) -> list[dict[str, Any]]:
    """The filters beside the search."""
    found: list[tuple[str, str, list[tuple[str, str]]]] = []
    if actor.level == Level.CITY:
        regions = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
        found.append(("region", "地区", list(regions.values_list("code", "name"))))
    items = [one for one in items_in_force(listing.on) if actor.covers(one.code)]
    found.append(("item", "事项", [(one.code, f"{one.name} {one.code}") for one in items]))
    found.append(("decided", "决定日", list(DECIDED.items())))
    return [
        {"key": key, "label": label, "choices": choices, "value": listing.filters.get(key, "")}
        for key, label, choices in found
    ]


@login_required
@require_GET
def export(request: HttpRequest, kind: str = "csv") -> HttpResponseBase:
    """The list of pushes as a file, CSV or XLSX: what is shown, names masked, no cell a formula."""
    listing = PushListing(request.GET, actor_of(request), timezone.localdate())
    found = list(listing.in_order()[:EXPORT_ROWS])
    rows = cells_of_pushes(found)
    return as_file(kind, listing.tab.label, HEADS_OF_PUSHES, rows, name=f"pushes-{listing.on}")


@login_required
@posted_from("supervision")
def claim(request: HttpRequest, push: UUID) -> HttpResponse:
    actor = actor_of(request)
    try:
        claimed = actions.claim(push=push, actor=actor, at=timezone.now())
    except Refused as refused:
        if refused.status == 404:
            raise
        return page(request, actor, str(push), trouble=refused)
    messages.success(request, f"已认领，首次反馈最迟 {claimed.feedback_due_on}。")
    return redirect(f"{reverse('supervision')}?tab={PushState.CLAIMED}&push={push}")


@login_required
@posted_from("supervision")
def claim_many(request: HttpRequest) -> HttpResponse:
    """认领 several pushes; each line of the answer is one of them."""
    actor, chosen, tried = actor_of(request), request.POST.getlist("push")[:AT_ONCE], []
    if not chosen:
        messages.warning(request, "没有选择推送，没有认领。", extra_tags="amber")
        return redirect("supervision")
    numbers = {
        str(pk): number for pk, number in pushes_of(actor).values_list("pk", "case__number").filter(pk__in=ids(chosen))
    }
    for push in chosen:
        number = numbers.get(push, "这条推送")
        try:
            actions.claim(push=push, actor=actor, at=timezone.now())
            tried.append({"number": number, "done": True, "refused": None})
        except Refused as refused:
            tried.append({"number": number, "done": False, "refused": refused})
    done = sum(one["done"] for one in tried)
    if done == len(tried):
        messages.success(request, f"已认领 {done} 件。")
        return redirect("supervision")
    context = {"tried": tried, "done": done, "words": "认领", "section": "supervision", "back": reverse("supervision")}
    return render(request, "workbench/bulk.html", context)


def ids(given: list[str]) -> list[UUID]:
    """Those of the texts that are ids of pushes at all."""
    found = []
    for text in given:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@login_required
@posted_from("supervision")
def feed_back(request: HttpRequest, push: UUID) -> HttpResponse:
    actor, kind = actor_of(request), request.POST.get("kind", "")
    given = given_of(INPUTS[FeedbackKind(kind)], request.POST) if kind in FeedbackKind.values else {}
    try:
        actions.feed_back(push=push, actor=actor, at=timezone.now(), kind=kind, given=given)
    except Refused as refused:
        if refused.status == 404:
            raise
        errors = refused.errors if isinstance(refused, Invalid) else {}
        return page(request, actor, str(push), kind=kind, typed=given, errors=errors, trouble=refused)
    messages.success(request, "反馈已登记，审批单位可以看到。")
    return redirect(f"{reverse('supervision')}?tab={PushState.FED_BACK}&push={push}")


@login_required
@require_GET
def file(request: HttpRequest, push: UUID, digest: str) -> HttpResponse:
    """A file of the pushed case, for whoever may see the push; always as a download."""
    found = find(push=push, actor=actor_of(request))
    if digest not in queries.file_digests(found):
        raise FileMissing("这条推送里没有这份文件；从推送单重新打开。")
    stored = StoredFile.objects.get(digest=digest)
    return download(stored, f"{digest[:12]}.{stored.extension}")


def orphan_page(
    request: HttpRequest, actor: Actor, *, trouble: Refused | None = None, refused: int = 0, chosen: str = ""
) -> HttpResponse:
    """无主清单: decisions no rule gives to a unit, each with a choice of units in reach; a choice `refused` stays."""
    units = SupervisionUnit.objects.select_related("organ__region").order_by("organ__region__position", "code")
    if actor.level != Level.CITY:
        units = units.filter(organ__region__in=(actor.region, f"{actor.region[:4]}00"))
    waiting = queries.orphans(actor)
    if region := request.GET.get("region", "").strip()[:6]:
        waiting = waiting.filter(case__region=region)
    rows = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    names = applicants([one.case for one in rows])
    context = {
        "section": "supervision",
        "rows": [(one, names.get(one.case_id, "")) for one in rows],
        "page": rows,
        "query": f"{_orphans_at(region=region)}&",
        "region": Region.objects.filter(code=region).first(),
        "units": units,
        "trouble": trouble,
        "refused": refused,
        "chosen": chosen,
    }
    return render(request, "workbench/orphans.html", context, status=trouble.status if trouble else 200)


def _orphans_at(**given: str) -> str:
    """Where the orphans stand: of a region or of all, on which page."""
    return urlencode({"tab": "orphans"} | {name: value for name, value in given.items() if value})


@login_required
@posted_from("supervision")
def assign(request: HttpRequest, orphan: int) -> HttpResponse:
    actor, unit = actor_of(request), request.POST.get("unit", "")
    try:
        push = actions.assign(orphan=orphan, unit=unit, actor=actor, at=timezone.now())
    except Refused as refused:
        if refused.status == 404:
            raise
        return orphan_page(request, actor, trouble=refused, refused=orphan, chosen=unit)
    messages.success(request, f"已指定{push.unit.name}并推送。")
    here = _orphans_at(region=request.GET.get("region", ""), page=request.GET.get("page", ""))
    return redirect(f"{reverse('supervision')}?{here}")
