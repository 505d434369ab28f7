"""How does a draft begin as a copy? Annexes, items, delegations, supervising units and guides, new rows throughout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from approvals.catalogue.models import (
    Annex,
    Delegation,
    Edition,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    Material,
    ReviewPoint,
    StandardPhrase,
    SupervisionRule,
)
from approvals.catalogue.sheeting import newest_guides

PARTS = (Material, FormField, ReviewPoint, IntermediaryService, StandardPhrase)


def copy_rows(source: Edition, draft: Edition) -> dict[str, int]:
    """Copy what the source still says on the draft's first day; how many rows of each kind."""
    until = Q(effective_to__isnull=True) | Q(effective_to__gte=draft.effective_from)
    copied = {"annexes": len(_copies(Annex, source.annexes.all(), edition=draft))}
    items = _copies(Item, source.items.all(), edition=draft)
    copied["items"] = len(items)
    grants = Delegation.objects.filter(until, edition=source, item__edition=source)
    copied["delegations"] = len(_copies(Delegation, grants, by={"item": items}, edition=draft))
    rules = SupervisionRule.objects.filter(item__edition=source)
    copied["supervision_rules"] = len(_copies(SupervisionRule, rules, by={"item": items}))
    guides = newest_guides(source).values()
    new = _copies(
        Guide,
        guides,
        by={"item": items},
        version=1,
        status=Guide.Status.DRAFT,
        effective_from=draft.effective_from,
        effective_to=None,
        author=draft.author,
        published_by=None,
        published_at=None,
        raise_reason="",
    )
    copied["guides"] = len(new)
    copy_parts(new)
    return copied


def copy_parts(guides: dict[int, Guide]) -> None:
    """Give each new guide the parts of the one whose key it stands under."""
    for part in PARTS:
        _copies(part, part._default_manager.filter(guide__in=guides), by={"guide": guides})


def _copies(
    model: type[models.Model],
    rows: Iterable[Any],
    *,
    by: dict[str, dict[int, Any]] | None = None,
    **changes: Any,
) -> dict[int, Any]:
    """New rows like the old ones, by the old keys; `by` maps a foreign key's old targets to the new ones."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    found = {}
    for row in list(rows):
        new = model(**{name: getattr(row, name) for name in names})
        for name, targets in (by or {}).items():
            setattr(new, name, targets[getattr(row, f"{name}_id")])
        for name, value in changes.items():
            setattr(new, name, value)
        found[row.pk] = new
    model._default_manager.bulk_create(found.values())
    return found
