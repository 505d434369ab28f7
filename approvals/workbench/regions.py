"""Which region did a coordinator choose? The lists that 协调 opens keep to it, so that they hold what was counted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


def chosen_region(request: HttpRequest) -> str:
    """The code of the region in the address, empty where there is none."""
    return request.GET.get("region", "").strip()[:6]


def in_region(rows: QuerySet[Any], column: str, region: str) -> QuerySet[Any]:
    """The rows of a region: all where none is chosen, none where nobody knows it."""
    return rows.filter(**{column: region}) if region else rows
