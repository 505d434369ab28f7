"""How does a letter's template change? A draft is edited, tried with sample content, and published; what is published stays.

A template is one self-contained typst source, so that a letter set again in ten years gives the same bytes. The files of a
release (`papers/`) become a new published version where they differ from the last shipped one, unless somebody has published
one of their own meanwhile: then they wait as a draft.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from approvals.documents.kinds import KINDS
from approvals.documents.models import LetterTemplate
from approvals.documents.samples import sample
from approvals.documents.typesetting import Sheet, typeset
from approvals.errors import Refused

FOLDER = Path(__file__).parent / "papers"
Status = LetterTemplate.Status


class TemplatePublished(Refused):
    code = "template-published"
    title = "已发布的模板不能再改，请新建一版"


def shipped(kind: str) -> str:
    """The source this release ships for a kind: the common layout and its own part."""
    return "\n".join((FOLDER / f"{name}.typ").read_text(encoding="utf-8") for name in ("common", kind))


def load_templates(*, at: datetime) -> int:
    """Bring the templates up to this release; how many kinds have a published one. Idempotent."""
    for kind, rule in KINDS.items():
        if (FOLDER / f"{kind}.typ").exists():
            source = shipped(kind)
            digest = digest_of(source)
            with transaction.atomic():
                versions = LetterTemplate.objects.select_for_update().filter(kind=kind)
                if versions.filter(shipped=True, digest=digest).exists():
                    continue
                draft = _next(kind, source, basis=rule.basis, shipped=True)
                current = versions.filter(status=Status.PUBLISHED).first()
                if current is None or current.shipped:
                    _publish(draft, at=at)
    return LetterTemplate.objects.filter(status=Status.PUBLISHED).count()


def draft_of(kind: str) -> LetterTemplate:
    """A new draft of a kind, beginning with what is published."""
    with transaction.atomic():
        current = LetterTemplate.objects.filter(kind=kind, status=Status.PUBLISHED).first()
        source = current.source if current else shipped(kind)
        return _next(kind, source, basis=current.basis if current else KINDS[kind].basis, shipped=False)


def tried(template: LetterTemplate) -> Sheet:
    """The template with sample content. Raises NotTypeset."""
    return typeset(template.source, sample(template.kind))


def publish(template: LetterTemplate, *, at: datetime) -> None:
    """Publish a draft that sets its sample without a warning; the version before it retires. Raises NotTypeset,
    TemplatePublished."""
    tried(template)
    with transaction.atomic():
        draft = LetterTemplate.objects.select_for_update().get(pk=template.pk)
        if draft.status != Status.DRAFT:
            raise TemplatePublished(f"{draft}已发布或停用；从它新建一版再改。")
        _publish(draft, at=at)
    template.refresh_from_db()


def _next(kind: str, source: str, *, basis: str, shipped: bool) -> LetterTemplate:
    last = LetterTemplate.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    return LetterTemplate.objects.create(
        kind=kind, version=last + 1, source=source, digest=digest_of(source), basis=basis, shipped=shipped
    )


def _publish(draft: LetterTemplate, *, at: datetime) -> None:
    LetterTemplate.objects.filter(kind=draft.kind, status=Status.PUBLISHED).update(status=Status.RETIRED)
    draft.status, draft.published_at, draft.digest = Status.PUBLISHED, at, digest_of(draft.source)
    draft.save(update_fields=["status", "published_at", "digest"])


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
