"""清单管理, legal documents: register with the original, correct, and what rests on each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from approvals.catalogue import actions
from approvals.catalogue.actions.lawdocs import rests_on
from approvals.catalogue.models import Delegation, Edition, LegalDocument
from approvals.documents.queries import FileMissing
from approvals.errors import Invalid
from approvals.organisations.models import Level
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

TERMS = ("number", "title", "issuer", "address")
DAYS = ("issued_on", "effective_from", "effective_to")


def document_from(request: HttpRequest) -> dict[str, Any]:
    """What the form of a document says; a first day left empty is the day it was issued. Raises Invalid."""
    given = request.POST
    values: dict[str, Any] = {name: given.get(name, "") for name in TERMS if name in given}
    values |= {name: day_or_none(given.get(name, ""), name) for name in DAYS if name in given}
    if "issued_on" in values:
        values["effective_from"] = values.get("effective_from") or values["issued_on"]
    return values


@login_required
def documents(request: HttpRequest) -> HttpResponse:
    """All documents, and the form for a new one."""
    actor = actor_of(request)
    catalogue.must_edit(actor)
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = actions.register_document(
                values=document_from(request), file=stored_from(request, actor), actor=actor, at=timezone.now()
            )
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, f"{made.number} 已登记，可以据此放权、起草清单。")
            return redirect("catalogue-document", pk=made.pk)
    rows = LegalDocument.objects.select_related("file").annotate(
        granted=Count("delegations", distinct=True), printed=Count("editions", distinct=True)
    )
    context = {
        "section": "catalogue",
        "rows": rows.order_by("-issued_on"),
        "may": actor.level == Level.CITY,
        "given": request.POST,
        "trouble": trouble,
    }
    return render(request, "catalogue/documents.html", context, status=422 if trouble else 200)


@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    catalogue.must_edit(actor)
    one = LegalDocument.objects.select_related("file").filter(pk=pk).first()
    if one is None:
        raise catalogue.NotAnEditor("没有这份文件。")
    trouble: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            actions.amend_document(
                document=pk,
                values=document_from(request),
                file=stored_from(request, actor),
                actor=actor,
                at=timezone.now(),
            )
        except Invalid as refused:
            trouble = refused.errors
        else:
            messages.success(request, "已保存，留有前后对照。")
            return redirect("catalogue-document", pk=pk)
    context = {
        "section": "catalogue",
        "one": one,
        "may": actor.level == Level.CITY,
        "fixed": rests_on(one),
        "grants": grants_under(Delegation.objects.filter(document=one)),
        "printed": Edition.objects.filter(document=one).order_by("-effective_from"),
        "editions": editions_to_grant(actor),
        "records": records_of(f"document/{pk}"),
        "trouble": trouble,
    }
    return render(request, "catalogue/document.html", context, status=422 if trouble else 200)


@login_required
@require_GET
def document_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The original of a published document: for everybody who keeps the list."""
    catalogue.must_edit(actor_of(request))
    one = LegalDocument.objects.select_related("file").filter(pk=pk).first()
    if one is None:
        raise FileMissing("没有这份文件。")
    return handed_out(one.file, one.number)
