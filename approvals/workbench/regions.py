"""Which region did a coordinator choose? The lists that 协调 opens keep to it, so that they hold what was counted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode


def chosen_region(request: HttpRequest) -> str:
    """The code of the region in the address, empty where there is none."""
    return request.GET.get("region", "").strip()[:6]


def in_region(rows: QuerySet[Any], column: str, region: str) -> QuerySet[Any]:
    """The rows of a region: all where none is chosen, none where nobody knows it."""
    return rows.filter(**{column: region}) if region else rows


def with_region(request: HttpRequest, **given: str) -> str:
    """The query of an address that stays with the region: `given`, then the region where one is chosen."""
    region = chosen_region(request)
    return urlencode(given | ({"region": region} if region else {}))
