"""清单管理, reading: the editions, one edition with what blocks it, comparisons, the forecast, and what is to be done."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue import checks
from approvals.catalogue.diff import Difference, counts, diff
from approvals.catalogue.diffbook import workbook
from approvals.catalogue.models import CatalogueRecord, Edition, LegalDocument
from approvals.catalogue.modes import Mode
from approvals.catalogue.sheeting import sheet_of
from approvals.catalogue.telling import told
from approvals.organisations.models import Level, Organ, Role
from approvals.workbench import catalogue
from approvals.workbench.chrome import actor_of
from approvals.workbench.forecasting import outlook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LINES = 200


@login_required
@require_GET
def editions(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    catalogue.must_edit(actor)
    shelves = catalogue.shelves(on=today)
    context = {
        "section": "catalogue",
        "shelves": shelves,
        "may_start": actor.level == Level.CITY,
        "documents": LegalDocument.objects.order_by("-issued_on"),
        "fixed": sorted(
            (one.edition for one in shelves if one.edition.is_fixed), key=lambda one: one.place_id is not None
        ),
        "unfinished": catalogue.unfinished_guides(actor).count(),
        "unconfirmed": catalogue.unconfirmed_rules(actor).count(),
        "waiting": catalogue.open_guides(actor).count(),
        "next_year": today.replace(year=today.year + 1, month=1, day=1),
        "is_region": actor.level == Level.COUNTY,
    }
    return render(request, "catalogue/editions.html", context)


@login_required
@require_GET
def edition(request: HttpRequest, code: str) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    catalogue.must_edit(actor)
    one = catalogue.edition_named(code)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "unit", "mode")}
    units = Organ.objects.filter(items__edition=one).distinct().order_by("pk")
    context = {
        "section": "catalogue",
        "edition": one,
        "stage": catalogue.stage(one, on=today),
        "may": catalogue.acts_of(one, actor),
        "lines": catalogue.lines_of(one, actor, text=asked["q"], unit=asked["unit"], mode=asked["mode"]),
        "asked": asked,
        "units": units,
        "modes": Mode.choices,
        "blockers": [] if one.is_fixed else checks.of_edition(one, on=today),
        "others": Edition.objects.exclude(pk=one.pk).order_by("-effective_from"),
        "documents": LegalDocument.objects.order_by("-issued_on"),
    }
    return render(request, "catalogue/edition.html", context)


@login_required
@require_GET
def compare(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """From `other`, the older, to `code`, the newer one."""
    catalogue.must_edit(actor_of(request))
    new, old = catalogue.edition_named(code), catalogue.edition_named(other)
    changes = diff(sheet_of(old), sheet_of(new))
    if request.GET.get("format") == "xlsx":
        response = HttpResponse(workbook(f"{old.title} → {new.title}", changes), content_type=XLSX)
        name = quote(f"清单对照 {old.code} {new.code}.xlsx")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response
    kind = request.GET.get("kind", "")
    shown = [one for one in changes if not kind or one.kind == kind]
    context = {
        "section": "catalogue",
        "edition": new,
        "other": old,
        "total": len(changes),
        "counts": [(key, Difference(key).label, number) for key, number in counts(changes).items()],
        "kind": kind,
        "changes": shown[:MOST_LINES],
        "left_out": max(0, len(shown) - MOST_LINES),
        "others": Edition.objects.exclude(pk=new.pk).order_by("-effective_from"),
    }
    return render(request, "catalogue/diff.html", context)


@login_required
@require_GET
def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """The forecast of a draft; a published edition has none."""
    catalogue.must_edit(actor_of(request))
    one = catalogue.edition_named(code)
    if one.is_fixed:
        return render(request, "catalogue/what_if.html", {"section": "catalogue", "edition": one, "outlook": None})
    found = outlook(one, today=timezone.localdate())
    context = {
        "section": "catalogue",
        "edition": one,
        "outlook": found,
        "lines": found.changed[:MOST_LINES],
        "left_out": max(0, len(found.changed) - MOST_LINES),
    }
    return render(request, "catalogue/what_if.html", context)


@login_required
@require_GET
def to_do(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    context = {
        "section": "catalogue",
        "drafts": catalogue.open_guides(actor),
        "guides": catalogue.unfinished_guides(actor),
        "rules": catalogue.unconfirmed_rules(actor),
        "coordinates": actor.role == Role.COORDINATOR and actor.level == Level.CITY,
    }
    return render(request, "catalogue/to_do.html", context)


@login_required
@require_GET
def records(request: HttpRequest, code: str) -> HttpResponse:
    """Who changed what, the newest first."""
    catalogue.must_edit(actor_of(request))
    one = catalogue.edition_named(code)
    kept = CatalogueRecord.objects.filter(stream=code).order_by("-sequence")[:MOST_LINES]
    lines = [told(row) for row in kept]
    return render(request, "catalogue/records.html", {"section": "catalogue", "edition": one, "records": lines})
