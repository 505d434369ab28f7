"""清单管理, delegations over many regions at once: grant, change the mode, end; with the document it rests on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.jurisdiction import OverlappingDelegations
from approvals.catalogue.models import Edition, Item, LegalDocument, Place
from approvals.catalogue.modes import Mode, SealPath
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Region
from approvals.workbench import catalogue
from approvals.workbench.chrome import actor_of
from approvals.workbench.lawpapers import stored_from
from approvals.workbench.views_catalogue_acts import day_of


@login_required
def grants(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    edition = catalogue.edition_named(code)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            told = _act(request, edition, actor)
        except OverlappingDelegations as refused:
            trouble = {"effective_from": [refused.detail]}
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, told)
            return redirect("catalogue-edition", code=code)
    given = request.POST or request.GET
    context = {
        "section": "catalogue",
        "edition": edition,
        "items": given.get("items", ""),
        "given": given,
        "chosen": set(given.getlist("region")),
        "regions": Region.objects.exclude(kind=Region.Kind.CITY).order_by("position"),
        "modes": Mode.choices,
        "seals": SealPath.choices,
        "places": Place.objects.order_by("code"),
        "documents": LegalDocument.objects.order_by("-issued_on"),
        "first": first_day(edition),
        "may": catalogue.acts_of(edition, actor),
        "trouble": trouble,
    }
    return render(request, "catalogue/grants.html", context, status=422 if trouble else 200)


def first_day(edition: Edition) -> date:
    return timezone.localdate() + timedelta(days=1) if edition.is_fixed else edition.effective_from


def codes_of(edition: Edition, text: str) -> list[str]:
    """Codes separated by spaces; `3-*` is a whole annex. Raises Invalid."""
    found: list[str] = []
    for word in text.replace("，", " ").replace("、", " ").replace(",", " ").split():
        if word.endswith("-*"):
            items = Item.objects.filter(edition=edition, code__startswith=word[:-1]).order_by("annex", "seq")
            found += items.values_list("code", flat=True)
        else:
            found.append(word)
    if not found:
        raise Invalid({"items": ["填写事项代码，如 2-30 3-38；3-* 表示整个附件三。"]})
    return found


def _act(request: HttpRequest, edition: Edition, actor: Actor) -> str:
    given, at = request.POST, timezone.now()
    items, regions = codes_of(edition, given.get("items", "")), given.getlist("region")
    common: dict[str, Any] = {"edition": edition.code, "items": items, "regions": regions, "actor": actor, "at": at}
    if given.get("act") == "end":
        on = day_of(given.get("effective_to", ""), "effective_to") if edition.is_fixed else edition.effective_from
        basis = given.get("end_document", "")
        file = stored_from(request, actor, "end_file")
        number = actions.end_many(on=on, reason=given.get("reason", ""), document=basis, file=file, **common)
        return f"{number} 条放权已{'定于 ' + str(on) + ' 终止' if edition.is_fixed else '从草稿移除'}；在办件不受影响。"
    until = given.get("effective_to", "").strip()
    grant = actions.Grant(
        mode=given.get("mode", ""),
        effective_from=day_of(given.get("effective_from", "")),
        document=given.get("document", ""),
        effective_to=day_of(until, "effective_to") if until else None,
        place=given.get("place", ""),
        seal_path=given.get("seal_path", ""),
        note=given.get("note", "").strip(),
        file=stored_from(request, actor),
    )
    done = actions.grant_many(grant=grant, **common)
    replaced = f"，原有 {len(done.ended)} 条到前一日止" if done.ended else ""
    return f"新增 {len(done.added)} 条放权{replaced}；在办件不受影响。"
