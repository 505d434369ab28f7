"""How does a client walk a long list? By cursor: each page says where the next begins; nothing is counted, nothing skipped.

A list is sorted by the due day (those without one last) or by age, newest first; the row's key breaks ties, so a row
never stands on two pages unless it moved.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from rest_framework import serializers

from approvals.cases.inputs import Input
from approvals.cases.models import Case
from approvals.errors import Refused

USUAL, MOST = 50, 200


class CursorMalformed(Refused):
    code = "cursor-malformed"
    status = 400
    title = "cursor 无效"


class Paging(Input):
    """What every paged list understands."""

    cursor = serializers.CharField(label="上一页应答的 next", required=False, max_length=200)
    limit = serializers.IntegerField(label="每页条数", required=False, default=USUAL, min_value=1, max_value=MOST)


@dataclass(frozen=True)
class Page:
    rows: list[Case]
    next: str | None


def by_due_day(cases: QuerySet[Case], *, cursor: str | None, limit: int) -> Page:
    """Soonest due first."""
    if cursor:
        day, pk = read(cursor)
        later = Q(due_on=None, pk__gt=pk)
        if day is not None:
            later = Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk) | Q(due_on=None)
        cases = cases.filter(later)
    return _cut(cases.order_by(F("due_on").asc(nulls_last=True), "pk"), limit)


def newest_first(cases: QuerySet[Case], *, cursor: str | None, limit: int) -> Page:
    if cursor:
        _, pk = read(cursor)
        cases = cases.filter(pk__lt=pk)
    return _cut(cases.order_by("-pk"), limit)


def _cut(cases: QuerySet[Case], limit: int) -> Page:
    rows = list(cases[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], written(last.due_on, last.pk) if last else None)


def written(day: date | None, pk: int) -> str:
    said = json.dumps([day.isoformat() if day else None, pk])
    return base64.urlsafe_b64encode(said.encode()).decode()


def read(cursor: str) -> tuple[date | None, int]:
    """The place a cursor names. Raises CursorMalformed."""
    try:
        day, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        place: tuple[Any, Any] = (date.fromisoformat(day) if day is not None else None, pk)
    except (binascii.Error, ValueError, TypeError):
        raise CursorMalformed("用上一页应答里的 next，原样传回。") from None
    if not isinstance(pk, int) or not 0 <= pk < 2**63:
        raise CursorMalformed("用上一页应答里的 next，原样传回。")
    return place
