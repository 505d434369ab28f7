"""How does an edition live? Copied or begun as a draft, checked, published by another person, superseded by the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from approvals.calendars.workdays import local_day
from approvals.catalogue import checks
from approvals.catalogue.access import (
    EditionNotFound,
    NoDraft,
    may_publish_edition,
    may_start_edition,
)
from approvals.catalogue.actions.copying import copy_rows
from approvals.catalogue.actions.records import record
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.diff import counts, diff
from approvals.catalogue.models import CatalogueAct, Delegation, Edition, Guide, LegalDocument
from approvals.catalogue.rowset import rows_of
from approvals.catalogue.sheeting import sheet_of
from approvals.catalogue.sheets import digest_of, export_text
from approvals.errors import Invalid, Refused
from approvals.organisations.access import Actor

HEAD = ("title", "document", "effective_from", "note")


class EditionIncomplete(Refused):
    code = "edition-incomplete"
    status = 422
    title = "这一版还不能发布"


@dataclass(frozen=True)
class Published:
    """What publishing left on record: the edition, the digests of its text and of its differences, and how many."""

    edition: Edition
    digest: str
    diff_digest: str
    counts: dict[str, int]


def locked(code: str) -> Edition:
    """The edition under lock. Raises EditionNotFound."""
    edition = Edition.objects.select_for_update().filter(code=code).first()
    if edition is None:
        raise EditionNotFound(f"没有版本「{code[:20]}」的清单。")
    return edition


def draft(code: str) -> Edition:
    """The edition under lock, if it may be changed. Raises EditionNotFound, NoDraft."""
    edition = locked(code)
    if edition.status != Edition.Status.DRAFT:
        said = "已经核对，先退回草拟再改" if edition.status == Edition.Status.CHECKED else "已经发布，只能起草新的一版"
        raise NoDraft(f"《{edition.title}》{said}。")
    return edition


@transaction.atomic(durable=True)
def copy_edition(
    *, source: str, code: str, title: str, document: str, effective_from: date, actor: Actor, at: datetime
) -> Edition:
    """A draft with everything the source edition still says on its first day. Raises NotYourItem, Invalid."""
    may_start_edition(actor)
    origin = Edition.objects.filter(code=source).first()
    if origin is None:
        raise EditionNotFound(f"没有版本「{source[:20]}」的清单。")
    _sensible(code, title, document)
    edition = Edition.objects.create(
        code=code,
        title=title,
        document=LegalDocument.objects.get(number=document),
        effective_from=effective_from,
        place=origin.place,
        copied_from=origin,
        author_id=actor.user,
    )
    copied = copy_rows(origin, edition)
    record(
        stream=code,
        act=CatalogueAct.COPIED,
        subject=title,
        actor=actor,
        at=at,
        before={"edition": source},
        after={"effective_from": effective_from, "document": document, "rows": copied},
    )
    return edition


def _sensible(code: str, title: str, document: str) -> None:
    errors: dict[str, list[str]] = {}
    if not code.isascii() or not code.replace("-", "").isalnum() or len(code) > 20:
        errors["code"] = ["版本代码用英文字母、数字和短横，最多 20 个字。"]
    elif Edition.objects.filter(code=code).exists():
        errors["code"] = [f"已有版本「{code}」，换一个代码。"]
    if not title.strip() or len(title) > 120:
        errors["title"] = ["填写名称，最多 120 个字。"]
    if not LegalDocument.objects.filter(number=document).exists():
        errors["document"] = [f"没有文号为「{document[:60]}」的文件，先登记文件。"]
    if errors:
        raise Invalid(errors)


@transaction.atomic(durable=True)
def save_edition(*, code: str, changes: dict[str, Any], actor: Actor, at: datetime) -> Edition:
    """Change the head of a draft: title, document (文号), effective_from, note. Raises NotYourItem, NoDraft, Invalid."""
    may_start_edition(actor)
    edition = draft(code)
    before = _head(edition)
    if unknown := set(changes) - set(HEAD):
        raise Invalid({name: ["不能在这里改。"] for name in unknown})
    for name, value in changes.items():
        if name == "document":
            document = LegalDocument.objects.filter(number=value).first()
            if document is None:
                raise Invalid({"document": [f"没有文号为「{value}」的文件，先登记文件。"]})
            edition.document = document
        else:
            setattr(edition, name, value)
    if not edition.title.strip():
        raise Invalid({"title": ["填写名称。"]})
    edition.save()
    record(
        stream=code,
        act=CatalogueAct.SAVED,
        subject=edition.title,
        actor=actor,
        at=at,
        before=before,
        after=_head(edition),
    )
    return edition


def _head(edition: Edition) -> dict[str, Any]:
    return {
        "title": edition.title,
        "document": edition.document.number,
        "effective_from": edition.effective_from,
        "note": edition.note,
    }


@transaction.atomic(durable=True)
def check_edition(*, code: str, actor: Actor, at: datetime) -> Edition:
    """Draft → checked: nothing is missing. Raises NotYourItem, NoDraft, EditionIncomplete."""
    may_start_edition(actor)
    edition = draft(code)
    _complete(edition, local_day(at))
    edition.status, edition.checked_by_id, edition.checked_at = Edition.Status.CHECKED, actor.user, at
    edition.save()
    record(stream=code, act=CatalogueAct.CHECKED, subject=edition.title, actor=actor, at=at)
    return edition


def _complete(edition: Edition, on: date) -> None:
    found = checks.of_edition(edition, on=on)
    if found:
        told = "；".join(f"{one.item} {one.name}：{one.text}" if one.item else one.text for one in found[:5])
        more = f"……共 {len(found)} 处" if len(found) > 5 else ""
        raise EditionIncomplete(f"{told}{more}。", blockers=[one.as_json() for one in found])


@transaction.atomic(durable=True)
def reopen_edition(*, code: str, reason: str, actor: Actor, at: datetime) -> Edition:
    """Checked → draft, with a reason. Raises NotYourItem, NoDraft, Invalid."""
    may_start_edition(actor)
    edition = locked(code)
    if edition.status != Edition.Status.CHECKED:
        raise NoDraft("只有已核、还没有发布的一版可以退回草拟。")
    if not reason.strip():
        raise Invalid({"reason": ["写明退回的原因。"]})
    edition.status, edition.checked_by, edition.checked_at = Edition.Status.DRAFT, None, None
    edition.save()
    record(
        stream=code,
        act=CatalogueAct.REOPENED,
        subject=edition.title,
        actor=actor,
        at=at,
        after={"reason": reason.strip()[:500]},
    )
    return edition


@transaction.atomic(durable=True)
def publish_edition(*, code: str, actor: Actor, at: datetime) -> Published:
    """Checked → published from its effective date; what it replaces ends the day before; its guides with it.

    Raises NotYourItem, SamePerson, NoDraft, EditionIncomplete with every item that nobody accepts, decides or supervises.
    """
    edition = locked(code)
    may_publish_edition(actor, edition)
    if edition.status != Edition.Status.CHECKED:
        raise NoDraft(f"《{edition.title}》还没有核对，不能发布。")
    _complete(edition, local_day(at))
    replaced = replaced_by(edition)
    Guide.objects.filter(item__edition=edition, status=Guide.Status.DRAFT).update(
        status=Guide.Status.PUBLISHED,
        effective_from=edition.effective_from,
        published_by=actor.user,
        published_at=at,
    )
    sheet = sheet_of(edition)
    changes = [one for old in replaced[:1] for one in diff(sheet_of(old), sheet)]
    digest = digest_of(export_text(sheet))
    diff_digest = digest_of("\n".join(str(one.as_json()) for one in changes))
    carried = carry_over(edition, replaced)
    for old in replaced:
        old.effective_to = edition.effective_from - timedelta(days=1)
        old.save(update_fields=["effective_to"])
    edition.status, edition.published_by_id, edition.published_at = Edition.Status.PUBLISHED, actor.user, at
    edition.digest = digest
    edition.save()
    number = counts(changes)
    record(
        stream=code,
        act=CatalogueAct.PUBLISHED,
        subject=edition.title,
        actor=actor,
        at=at,
        before={"replaces": [old.code for old in replaced]},
        after={
            "effective_from": edition.effective_from,
            "carried": [f"{row.item.edition.code}/{row.item.code}" for row in carried],
            "export": digest,
            "diff": diff_digest,
            "changes": number,
            "author": edition.author_id,
            "checked_by": edition.checked_by_id,
        },
    )
    supersede(on=local_day(at))
    touch()
    return Published(edition, digest, diff_digest, number)


def carry_over(edition: Edition, replaced: list[Edition]) -> list[Delegation]:
    """Let what the replaced list of a place grants of the city's items go on under the new one: the row that stood ends the
    day before, a like one begins. The new rows."""
    rows = rows_of([one.pk for one in (*replaced, edition)])
    found = [one.pk for one in checks.strangers(rows, rows.edition[edition.code])]
    begun = []
    for row in Delegation.objects.select_related("item__edition").filter(pk__in=found).order_by("pk"):
        until = row.effective_to
        row.effective_to = edition.effective_from - timedelta(days=1)
        row.save(update_fields=["effective_to"])
        row.pk, row.edition, row.effective_from, row.effective_to = None, edition, edition.effective_from, until
        row.save(force_insert=True)
        begun.append(row)
    return begun


def replaced_by(edition: Edition) -> list[Edition]:
    """The published editions of the same place that reach into the days of this one, the newest first."""
    meets = Q(effective_to__isnull=True) | Q(effective_to__gte=edition.effective_from)
    fixed = Edition.objects.filter(
        meets,
        status__in=(Edition.Status.PUBLISHED, Edition.Status.SUPERSEDED),
        place=edition.place,
        effective_from__lt=edition.effective_from,
    )
    return list(fixed.exclude(pk=edition.pk).order_by("-effective_from"))


def supersede(*, on: date) -> int:
    """Mark the published editions whose last day has passed; how many. A label only: the dates decide."""
    return Edition.objects.filter(status=Edition.Status.PUBLISHED, effective_to__lt=on).update(
        status=Edition.Status.SUPERSEDED
    )


__all__ = [
    "EditionIncomplete",
    "Published",
    "check_edition",
    "copy_edition",
    "publish_edition",
    "reopen_edition",
    "replaced_by",
    "save_edition",
    "supersede",
]
