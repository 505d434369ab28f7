"""How does every process learn that the catalogue changed? By a stamp, written in the changing transaction."""

from __future__ import annotations

import uuid

from django.db import transaction

from approvals.catalogue import queries
from approvals.catalogue.models import Stamp


def touch() -> None:
    """Leave a new stamp: every process reads the catalogue anew, this one at once. Part of the writing transaction."""
    Stamp.objects.update_or_create(pk=1, defaults={"value": uuid.uuid4().hex})
    transaction.on_commit(queries.written)
    queries.forget()
