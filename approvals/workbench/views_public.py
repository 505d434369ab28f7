"""公众服务: guides with the answer for one's own county, progress, decisions, complaints. No login, no script needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.catalogue.queries import current_rows, guide_on, item_on
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ
from approvals.workbench.posted import posted_from
from approvals.workbench.public import answers
from approvals.workbench.public import items as listed
from approvals.workbench.public.complaints import file
from approvals.workbench.public.decisions import granted
from approvals.workbench.public.forms import ComplaintForm, ProgressForm
from approvals.workbench.public.limits import TooManyTries, client_address, give_back, spend
from approvals.workbench.public.models import Complaint
from approvals.workbench.public.progress import fetch, look_up
from approvals.workbench.views_letter import sent

GRANTS_A_PAGE = 20
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A refusal at the counter is a page of the counter, not one of the workbench."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return page(request, "refused", {"refusal": refusal}, status=refusal.status)

    return answered


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """One page with the frame's own facts: the office, its telephone and hours."""
    office = Organ.objects.filter(kind=Organ.Kind.APPROVAL_BUREAU, region=current_rows().city.code).first()
    shared = {"office": office, "office_hours": settings.OFFICE_HOURS, "section": name}
    return render(request, f"public/{name}.html", shared | context, status=status)


@require_GET
@public
def items(request: HttpRequest) -> HttpResponse:
    """All items, or those found; with a region, whether each is handed in there."""
    day = timezone.localdate()
    text = request.GET.get("q", "").strip()[: listed.LONGEST_SEARCH]
    region = answers.region_named(request.GET.get("region", ""))
    found = listed.found_items(text, day=day)
    near = listed.near_items(text, day=day) if not found else []
    entries = listed.entries_of(found or near, region=region, day=day)
    return page(
        request,
        "items",
        {
            "q": text,
            "region": region,
            "regions": answers.regions(),
            "groups": [listed.Group("", entries)] if text else listed.by_unit(entries),
            "count": len(found),
            "near": near,
            "carried": urlencode({"region": region.code}) if region else "",
        },
    )


@require_GET
@public
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """One guide: where, by when, what to bring, why. Review points are the reviewers' own and are not shown."""
    day = timezone.localdate()
    item = item_on(code, day)
    one = guide_on(item, day)
    region = answers.region_named(request.GET.get("region", ""))
    place = request.GET.get("place", "")
    answer = answers.answer(item=code, guide=one, region=region, on=day, place=place) if region else None
    ticked = request.GET.getlist("case")
    spots = answers.spots(item=code, on=day)
    return page(
        request,
        "guide",
        {
            "item": item,
            "guide": one,
            "region": region,
            "regions": answers.regions(),
            "place": place,
            "places": answers.places_in(current_rows().item_on(code, day), region.code) if region else [],
            "answer": answer,
            "window": answers.window_of(answer.jurisdiction.accept.region) if answer else None,
            "city_window": answers.window_of(current_rows().city.code),
            "tiers": listed.tiers_of(one),
            "services": one.intermediaries.all(),
            "papers": listed.papers_of(one, ticked=ticked, narrowed="mine" in request.GET),
            "taking": [spot.region for spot in spots if spot.here],
            "not_taking": [spot for spot in spots if not spot.here],
            "carried": urlencode({"region": region.code}) if region else "",
            "day": day,
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def progress(request: HttpRequest) -> HttpResponse:
    """Ask with number and code; an unknown number and a wrong code are answered alike, and neither more than so often."""
    if request.method != "POST":
        return page(request, "progress_ask", {"form": ProgressForm(initial={"number": request.GET.get("number", "")})})
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return page(request, "progress_ask", {"form": form}, status=422)
    number, address = form.cleaned_data["number"], client_address(request)
    try:
        spend_a_look(number, address)
    except TooManyTries as refusal:
        return page(request, "progress_ask", {"form": form, "refusal": refusal}, status=refusal.status)
    found = look_up(number=number, code=form.cleaned_data["code"], at=timezone.now())
    if found is None:
        note_a_wrong_look(number)
        return page(request, "progress_ask", {"form": form, "unknown": True}, status=404)
    give_back_a_look(number, address)
    return page(request, "progress", {"one": found, "code": form.cleaned_data["code"]})


@never_cache
@posted_from("public-progress")
@public
def progress_paper(request: HttpRequest) -> HttpResponse:
    """The signed paper of the licence, for whoever holds number and query code; counted like a look, and logged."""
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return page(request, "progress_ask", {"form": form}, status=422)
    number, address = form.cleaned_data["number"], client_address(request)
    spend_a_look(number, address)
    found = fetch(number=number, code=form.cleaned_data["code"])
    if found is None:
        note_a_wrong_look(number)
        return page(request, "progress_ask", {"form": form, "unknown": True}, status=404)
    give_back_a_look(number, address)
    return sent(found, Actor(kind="APPLICANT"))


def spend_a_look(number: str, address: str) -> None:
    """Count one try at a number from an address, so that nobody keeps others from asking. Raises TooManyTries."""
    minutes, detail = settings.PROGRESS_TRIES_MINUTES, wait_detail()
    spend("progress-address", address, most=settings.PROGRESS_TRIES_PER_ADDRESS, minutes=minutes, detail=detail)
    pair = f"{number} {address}"
    spend("progress-number", pair, most=settings.PROGRESS_TRIES_PER_NUMBER, minutes=minutes, detail=detail)


def give_back_a_look(number: str, address: str) -> None:
    give_back("progress-address", address)
    give_back("progress-number", f"{number} {address}")


def note_a_wrong_look(number: str) -> None:
    """Count one wrong code, from wherever it came; beyond the ceiling only a right code is answered. Raises TooManyTries."""
    most, minutes = settings.PROGRESS_TRIES_PER_NUMBER_ANYWHERE, settings.PROGRESS_TRIES_MINUTES
    spend("progress-anywhere", number, most=most, minutes=minutes, detail=wait_detail())


def wait_detail() -> str:
    return f"试错太多次，没有查询。{settings.PROGRESS_TRIES_MINUTES} 分钟后再查，或打窗口电话。"


@require_GET
@public
def decisions(request: HttpRequest) -> HttpResponse:
    """准予许可的决定, newest first, by keyset pages."""
    day = timezone.localdate()
    text = request.GET.get("q", "").strip()[: listed.LONGEST_SEARCH]
    region = answers.region_named(request.GET.get("region", ""))
    codes = [item.code for item in listed.found_items(text, day=day)] if text else None
    after = request.GET.get("after", "")
    shown = granted(items=codes, region=region.code if region else "", after=after, size=GRANTS_A_PAGE)
    kept = {"q": text, "region": region.code if region else ""}
    here = {name: value for name, value in kept.items() if value}
    return page(
        request,
        "decisions",
        {
            "q": text,
            "region": region,
            "regions": answers.regions(),
            "grants": shown.grants,
            "first": f"?{urlencode(here)}" if after else "",
            "next": f"?{urlencode(here | {'after': shown.after})}" if shown.after else "",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@public
def complaint(request: HttpRequest) -> HttpResponse:
    """咨询、投诉或建议: kept once however often the button is pressed."""
    if request.method != "POST":
        number, region = request.GET.get("number", "")[:60], request.GET.get("region", "")
        initial = {"key": uuid4(), "case_number": number, "region": region, "kind": Complaint.Kind.COMPLAINT}
        return page(request, "complaint", {"form": ComplaintForm(initial=initial)})
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return page(request, "complaint", {"form": form}, status=422)
    key = form.cleaned_data["key"]
    if not Complaint.objects.filter(key=key).exists():
        minutes = settings.COMPLAINTS_MINUTES
        detail = f"这里提交得太多，没有收下。{minutes} 分钟后再交，或打监督电话。"
        try:
            spend(
                "complaint",
                client_address(request),
                most=settings.COMPLAINTS_PER_ADDRESS,
                minutes=minutes,
                detail=detail,
            )
        except TooManyTries as refusal:
            return page(request, "complaint", {"form": form, "refusal": refusal}, status=refusal.status)
    filed = file(key=key, given=form.cleaned_data, at=timezone.now())
    return redirect(reverse("public-complaint-filed", args=[filed.key]))


@never_cache
@require_GET
@public
def complaint_filed(request: HttpRequest, key: Any) -> HttpResponse:
    """The reference number and, once there is one, the answer: for whoever holds this address."""
    return page(
        request, "complaint_filed", {"one": get_object_or_404(Complaint.objects.select_related("region"), key=key)}
    )
