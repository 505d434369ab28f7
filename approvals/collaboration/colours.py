"""How is a party's credit rated, as far as units have said so? The worst colour in force on a day, by case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def colours_of(cases: Sequence[int], *, on: date) -> dict[int, str]:
    """Nothing is rated yet."""
    return {}
