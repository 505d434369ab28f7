"""清单管理, one item: its printed words, who receives it, who watches it, its guides; and a new item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.access import edits_unit, is_coordinator
from approvals.catalogue.models import Edition, Guide, Item, PowerType, SupervisionRule
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, SupervisionUnit
from approvals.workbench import catalogue
from approvals.workbench.chrome import actor_of
from approvals.workbench.views_catalogue_acts import day_of

TEXTS = ("main_name", "sub_name", "power_type", "remark", "scope_note", "keywords")


def number(text: str, name: str) -> int:
    """A whole number of a form. Raises Invalid."""
    given = text.strip()
    if not given.isdecimal() or len(given) > 4:
        raise Invalid({name: ["填写整数，最多四位。"]})
    return int(given)


@login_required
def item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    edition = catalogue.edition_named(code)
    one = Item.objects.filter(edition=edition, code=item).select_related("city_unit", "edition").first()
    if one is None:
        raise catalogue.NotAnEditor(f"《{edition.title}》里没有代码为“{item[:20]}”的事项。")
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            return _act(request, edition, one, actor)
        except Invalid as refused:
            trouble = refused.errors
    return render(
        request,
        "catalogue/item.html",
        _shown(edition, one, actor) | {"trouble": trouble},
        status=422 if trouble else 200,
    )


def _act(request: HttpRequest, edition: Edition, one: Item, actor: Actor) -> HttpResponse:
    given, at = request.POST, timezone.now()
    name = given.get("act", "")
    if name == "save":
        changes: dict[str, Any] = {field: given.get(field, "").strip() for field in TEXTS}
        changes |= {field: number(given.get(field, ""), field) for field in ("annex", "seq")}
        one = actions.save_item(edition=edition.code, code=one.code, changes=changes, actor=actor, at=at)
        messages.success(request, "已保存，留有前后对照。")
    elif name == "remove":
        actions.remove_item(edition=edition.code, code=one.code, reason=given.get("reason", ""), actor=actor, at=at)
        messages.success(request, f"{one.code} {one.name} 已从这一版移除。")
        return redirect("catalogue-edition", code=edition.code)
    elif name == "supervise":
        rule = actions.settle_supervision(
            item=one.pk, unit=given.get("unit", ""), note=given.get("note", ""), actor=actor, at=at
        )
        messages.success(request, f"监管单位确认为{rule.unit.name}。")
    elif name == "guide":
        guide = actions.start_guide(
            item=one.pk, effective_from=_first_day(edition, given), actor=actor, at=at, like=_like(edition, given)
        )
        return redirect("catalogue-guide", pk=guide.pk)
    else:
        raise Invalid({"act": ["没有这个动作。"]})
    return redirect("catalogue-item", code=edition.code, item=one.code)


def _first_day(edition: Edition, given: Any) -> Any:
    return day_of(given.get("effective_from", "")) if edition.is_fixed else edition.effective_from


def _like(edition: Edition, given: Any) -> int | None:
    code = given.get("like", "").strip()
    return Item.objects.filter(edition=edition, code=code).values_list("pk", flat=True).first() if code else None


def _shown(edition: Edition, one: Item, actor: Actor) -> dict[str, Any]:
    editor = edits_unit(actor, one.city_unit_id)
    draft = edition.status == Edition.Status.DRAFT
    rule = SupervisionRule.objects.filter(item=one, region=None).select_related("unit", "confirmed_by").first()
    return {
        "section": "catalogue",
        "edition": edition,
        "item": one,
        "may_save": editor and draft,
        "may_supervise": (editor and draft) or (edition.is_fixed and is_coordinator(actor)),
        "may_start": editor and (draft or edition.is_fixed),
        "power_types": PowerType.choices,
        "annexes": edition.annexes.order_by("number"),
        "grants": one.delegations.select_related("region", "document", "agreement", "edition").order_by(
            "region__position", "place", "effective_from"
        ),
        "rule": rule,
        "units": SupervisionUnit.objects.filter(organ__region__kind="CITY").order_by("pk"),
        "guides": Guide.objects.filter(item=one).select_related("author", "published_by").order_by("-version"),
        "tomorrow": timezone.localdate() + timedelta(days=1),
    }


@login_required
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A new item of a draft."""
    actor = actor_of(request)
    catalogue.must_edit(actor)
    edition = catalogue.edition_named(code)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        values: dict[str, Any] = {field: request.POST.get(field, "").strip() for field in TEXTS}
        try:
            values["annex"] = number(request.POST.get("annex", ""), "annex")
            made = actions.add_item(
                edition=code, unit=request.POST.get("unit", ""), values=values, actor=actor, at=timezone.now()
            )
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, f"已新增 {made.code} {made.name}；接着加放权、监管单位和办事指南。")
            return redirect("catalogue-item", code=code, item=made.code)
    units = Organ.objects.filter(region__kind="CITY").exclude(kind__in=(Organ.Kind.WINDOW, Organ.Kind.ESTABLISHMENT))
    context = {
        "section": "catalogue",
        "edition": edition,
        "units": units if is_coordinator(actor) else units.filter(pk=actor.organ),
        "power_types": PowerType.choices,
        "annexes": edition.annexes.order_by("number"),
        "trouble": trouble,
        "given": request.POST,
    }
    return render(request, "catalogue/add.html", context, status=422 if trouble else 200)
