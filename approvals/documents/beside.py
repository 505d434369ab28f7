"""How are papers put beside a row of another room? A few at a time, no more than twenty in all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from approvals.documents.models import PutBeside, StoredFile
from approvals.errors import Invalid
from approvals.organisations.access import Actor

MOST_FILES = 20
Files = Sequence[tuple[StoredFile, str]]


def put_beside(files: Files, model: type[PutBeside], *, actor: Actor, at: datetime, **to: Any) -> None:
    """Put stored files, each with its name, beside the locked row `to` names (`finding=row`). Raises Invalid."""
    if model._default_manager.filter(**to).count() + len(files) > MOST_FILES:
        raise Invalid({"files": [f"附件最多 {MOST_FILES} 份。"]})
    by = {"organ_name": actor.organ_name[:60], "added_at": at, "added_by_id": actor.user}
    model._default_manager.bulk_create(model(**to, **by, stored=stored, name=name[:200]) for stored, name in files)
