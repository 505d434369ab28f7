"""工作台 and the two lists of the reform's hand-overs: which cases wait, are under way, came back? Bulk acts, export."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.actions import perform_many
from approvals.cases.words import Action
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import items_in_force
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Post, Region, Role
from approvals.workbench.chrome import actor_of, home_of
from approvals.workbench.exports import EXPORT_ROWS, HEADS_OF_LIST, as_file, cells_of
from approvals.workbench.licence_lists import running_out
from approvals.workbench.lists import DUE, HAND, Listing
from approvals.workbench.loopduties import loop_duties
from approvals.workbench.models import SavedFilter
from approvals.workbench.posted import posted_from
from approvals.workbench.rows import lines
from approvals.workbench.tabs import tabs_of

TITLES = {"desk": "工作台", "pushed": "受理推送", "reported": "县级报备（批）"}
HEADS = (Role.DECIDER, Role.CHECKER)


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    home = home_of(actor.role)
    return redirect(home) if home != reverse("desk") else listed(request, "desk", actor)


@login_required
@require_GET
def pushed(request: HttpRequest) -> HttpResponse:
    return listed(request, "pushed", actor_of(request))


@login_required
@require_GET
def reported(request: HttpRequest) -> HttpResponse:
    return listed(request, "reported", actor_of(request))


def listed(request: HttpRequest, key: str, actor: Actor) -> HttpResponse:
    """One list with its tabs, filters and page."""
    today = timezone.localdate()
    listing = Listing(tabs_of(key, actor.role), request.GET, actor, today)
    page, counts = listing.page(), listing.counts()
    context = {
        "section": key,
        "title": TITLES[key],
        "listing": listing,
        "tabs": [(tab, counts[tab.key], listing.address(tab=tab.key)) for tab in listing.tabs],
        "count": counts[listing.tab.key],
        "page": page,
        "lines": lines(page.cases, actor, on=today, at=timezone.now()),
        "told": {case.pk: tell(case) for case in page.cases} if (tell := listing.tab.tell) else {},
        "address": listing.address(),
        "urgent": listing.urgent() | {"licences": running_out(actor, on=today)} if key == "desk" else {},
        "hint_days": settings.LICENCE_HINT_DAYS,
        "loop_duties": loop_duties(actor, on=today) if key == "desk" else [],
        "choices": choices_of(actor, listing),
        "saved": SavedFilter.objects.filter(user=actor.user).order_by("name")[:20],
        "colleagues": colleagues(actor),
    }
    return render(request, "workbench/desk.html", context)


def choices_of(actor: Actor, listing: Listing) -> list[dict[str, Any]]:
    """The filters a person may set: label, key, choices."""
    items = [one for one in items_in_force(listing.on) if actor.covers(one.code)]
    filters: list[dict[str, Any]] = []
    if actor.level == Level.CITY:
        regions = Region.objects.exclude(kind=Region.Kind.CITY).order_by("position", "code")
        filters.append({"key": "region", "label": "地区", "choices": [(one.code, one.name) for one in regions]})
    filters += [
        {"key": "item", "label": "事项", "choices": [(one.code, f"{one.name} {one.code}") for one in items]},
        {"key": "mode", "label": "方式", "choices": [*Mode.choices, ("NONE", "市级保留")]},
        {"key": "due", "label": "时限", "choices": list(DUE.items())},
        {"key": "hand", "label": "在谁手上", "choices": list(HAND.items())},
    ]
    for one in filters:
        one["value"] = listing.filters.get(one["key"], "")
    return filters


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """To whom a head may assign: reviewers of the own organ; whether a case allows it is asked of the case."""
    if actor.role not in HEADS:
        return []
    mine = Post.objects.in_force(timezone.localdate()).filter(organ=actor.organ, role__in=(Role.REVIEWER, *HEADS))
    return list(mine.order_by("user__name").values_list("user_id", "user__name").distinct())


@login_required
@posted_from("desk")
def bulk(request: HttpRequest) -> HttpResponse:
    """签收 or 指派 of several cases at once; each line of the answer is one case."""
    actor, action = actor_of(request), request.POST.get("action", "")
    numbers, versions = ticked(request.POST.getlist("number")[:200])
    back = list_of(request, request.POST.get("back", ""))
    if action not in (Action.TAKE, Action.ASSIGN) or not numbers:
        messages.warning(request, "没有选择办件，没有办理。", extra_tags="amber")
        return redirect(back)
    given = {"user": request.POST.get("user")} if action == Action.ASSIGN else {}
    tried = perform_many(numbers=numbers, action=action, actor=actor, at=timezone.now(), given=given, versions=versions)
    done = [one for one in tried if one.done]
    words = Action(action).label
    if len(done) == len(tried):
        messages.success(request, f"已{words} {len(done)} 件。")
        return redirect(back)
    context = {"tried": tried, "done": len(done), "words": words, "back": back, "opens": True, "section": "desk"}
    return render(request, "workbench/bulk.html", context)


def list_of(request: HttpRequest, query: str) -> str:
    """The address of the list a form was sent from, as it was."""
    key = request.POST.get("list", "")
    page = reverse(key if key in TITLES else "desk")
    return f"{page}?{query}" if query else page


def ticked(values: list[str]) -> tuple[list[str], dict[str, int]]:
    """The cases of ticked rows, and the version each row showed (number~version)."""
    numbers, versions = [], {}
    for value in values:
        number, _, version = value.partition("~")
        numbers.append(number)
        if version.isdecimal() and len(version) < 9:
            versions[number] = int(version)
    return numbers, versions


@login_required
@posted_from("desk")
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is under a name, or forget one."""
    name, query = request.POST.get("name", "").strip()[:40], request.POST.get("query", "")[:500]
    if forget := request.POST.get("forget"):
        SavedFilter.objects.filter(user=request.user.pk, pk=key_of(forget)).delete()
        messages.success(request, "已从常用中删除。")
    elif name:
        SavedFilter.objects.update_or_create(user=request.user, name=name, defaults={"query": query})
        messages.success(request, f"已存为常用：{name}。")
    else:
        messages.warning(request, "没有保存：先写名称。", extra_tags="amber")
    return redirect(list_of(request, query))


@login_required
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, kind: str = "csv") -> HttpResponseBase:
    """The list as a file, CSV or XLSX: what is shown, or posted: what is ticked; masked, no cell read as a formula."""
    actor, today = actor_of(request), timezone.localdate()
    asked = request.POST if request.method == "POST" else request.GET
    listing = Listing(tabs_of(asked.get("list", "desk"), actor.role), asked, actor, today)
    cases = listing.in_order().select_related("snapshot", "region", "holder", "in_hand")
    numbers, _ = ticked(asked.getlist("number")[:500])
    if numbers:
        cases = cases.filter(number__in=numbers)
    shown = cells_of(lines(list(cases[:EXPORT_ROWS]), actor, on=today, at=timezone.now()))
    return as_file(kind, listing.tab.label, HEADS_OF_LIST, shown, name=f"cases-{today}")
