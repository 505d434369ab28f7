"""How does a legal document (文件) get on file? By its 文号, with its dates and its original; what rests on it stays true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from approvals.catalogue.access import may_start_edition
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.models import CatalogueAct, Delegation, Edition, LegalDocument
from approvals.documents.models import StoredFile
from approvals.errors import Invalid
from approvals.organisations.access import Actor

NAMED = ("number", "title", "issuer", "issued_on", "effective_from")
LATER = ("effective_to", "address")
FIXED = (Edition.Status.PUBLISHED, Edition.Status.SUPERSEDED)


def stream_of(row: LegalDocument) -> str:
    return f"document/{row.pk}"


def values_of(row: LegalDocument) -> dict[str, Any]:
    """A document as the record keeps it."""
    return {name: getattr(row, name) for name in (*NAMED, *LATER)} | {"file": row.file.digest if row.file else ""}


def rests_on(row: LegalDocument) -> bool:
    """Whether something published names this document: then its number, title and first day stay."""
    if row.pk is None:
        return False
    return (
        Edition.objects.filter(document=row, status__in=FIXED).exists()
        or Delegation.objects.filter(document=row, edition__status__in=FIXED).exists()
    )


@transaction.atomic(durable=True)
def register_document(
    *, values: dict[str, Any], actor: Actor, at: datetime, file: StoredFile | None = None
) -> LegalDocument:
    """A new document. Raises NotYourItem, Invalid."""
    may_start_edition(actor)
    row = LegalDocument(file=file)
    _fill(row, values, NAMED + LATER)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the same form sent twice at once
        raise Invalid({"number": [f"已有文号为「{row.number}」的文件。"]}) from None
    _keep(row, CatalogueAct.REGISTERED, None, actor, at)
    return row


@transaction.atomic(durable=True)
def amend_document(
    *, document: int, values: dict[str, Any], actor: Actor, at: datetime, file: StoredFile | None = None
) -> LegalDocument:
    """Correct a document; once something published rests on it only its last day, its address and a missing original.

    Raises NotYourItem, Invalid.
    """
    return amended(document=document, values=values, actor=actor, at=at, file=file)


def amended(
    *, document: int, values: dict[str, Any], actor: Actor, at: datetime, file: StoredFile | None = None
) -> LegalDocument:
    """`amend_document` inside the transaction of another act."""
    may_start_edition(actor)
    row = LegalDocument.objects.select_for_update(of=("self",)).select_related("file").filter(pk=document).first()
    if row is None:
        raise Invalid({"document": ["没有这份文件。"]})
    before, used = values_of(row), rests_on(row)
    if file is not None and row.file is not None and used and row.file != file:
        raise Invalid({"file": ["已有原文，而且已发布的清单依据它，不能调换。"]})
    _fill(row, values, LATER if used else NAMED + LATER)
    row.file = file or row.file
    row.save()
    _keep(row, CatalogueAct.SAVED if file is None else CatalogueAct.ATTACHED, before, actor, at)
    return row


def _fill(row: LegalDocument, values: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in values:
            value = values[name]
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    try:
        row.full_clean(exclude=["file"], validate_constraints=False)
    except ValidationError as error:
        raise Invalid({name: list(texts) for name, texts in error.message_dict.items()}) from None
    if row.effective_to and row.effective_to < row.effective_from:
        raise Invalid({"effective_to": [f"失效日期不能早于施行日期 {row.effective_from}。"]})


def _keep(row: LegalDocument, act: CatalogueAct, before: Any, actor: Actor, at: datetime) -> None:
    record(stream=stream_of(row), act=act, subject=str(row), actor=actor, at=at, before=before, after=values_of(row))
    touch()
