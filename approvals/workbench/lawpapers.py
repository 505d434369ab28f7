"""What do the pages of agreements and of legal documents share? Uploads, downloads, what rests on a paper, its records."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count
from django.http import FileResponse, HttpRequest

from approvals.catalogue.access import is_coordinator
from approvals.catalogue.models import CatalogueRecord, Delegation, Edition
from approvals.catalogue.telling import Account, told
from approvals.documents.actions import store
from approvals.documents.models import StoredFile
from approvals.documents.queries import FileMissing
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor
from approvals.workbench.files import download
from approvals.workbench.views_catalogue_acts import day_of

MOST_RECORDS = 20


def day_or_none(text: str, name: str) -> date | None:
    """An optional day of a form. Raises Invalid."""
    return day_of(text, name) if text.strip() else None


def stored_from(request: HttpRequest, actor: Actor, name: str = "file") -> StoredFile | None:
    """The uploaded file, kept by its content; None where nothing was chosen. Raises Invalid."""
    given = request.FILES.get(name)
    if given is None:
        return None
    try:
        return store(file=given, name=given.name or "", by=actor)
    except Invalid:
        raise
    except Refused as refused:
        raise Invalid({"file": [refused.detail]}) from refused


def handed_out(stored: StoredFile | None, name: str) -> FileResponse:
    """The file for download, under the number of its paper. Raises FileMissing."""
    if stored is None:
        raise FileMissing("还没有附上原文。")
    return download(stored, f"{name}.{stored.extension}")


def grants_under(rows: Any) -> list[dict[str, Any]]:
    """Delegations by edition and mode, with how many."""
    found = rows.values("edition__code", "edition__title", "mode").annotate(number=Count("pk"))
    modes = dict(Delegation._meta.get_field("mode").flatchoices)
    return [one | {"words": modes[one["mode"]]} for one in found.order_by("edition__code", "mode")]


def records_of(stream: str) -> list[Account]:
    """The newest records of one paper, each with what it changed."""
    found = CatalogueRecord.objects.filter(stream=stream).order_by("-sequence")[:MOST_RECORDS]
    return [told(row) for row in found]


def editions_to_grant(actor: Actor) -> list[Edition]:
    """Where this person may act on delegations: drafts, and for the coordinator what is in force."""
    status = ["DRAFT", "PUBLISHED"] if is_coordinator(actor) else ["DRAFT"]
    return list(Edition.objects.filter(status__in=status).order_by("-effective_from"))
