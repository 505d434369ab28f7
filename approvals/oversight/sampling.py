"""Which of these cases are drawn? A pure function of the list, the seed and the share: whoever has them draws the same.

Nobody chooses the seed: it follows from the digest of the register at the end of the month (published as the daily
root), the unit's code, the kind of act and the month. The cases are put in the order of SHA-256("<seed>\\n<number>"), and
the first ones are drawn. Redrawing needs the standard library only; docs/oversight.md shows the six lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date


def seed_of(root: str, *, unit: str, population: str, month: date) -> str:
    """The seed of one draw: SHA-256 over root, unit code, kind and month, in hex."""
    return hashlib.sha256(f"{root}\n{unit}\n{population}\n{month:%Y-%m}".encode()).hexdigest()


def size_of(population: int, percent: int) -> int:
    """How many are drawn: the share rounded up, at least one where there is anything and the share is not 0."""
    return -(-population * percent // 100)


def drawn(numbers: Sequence[str], *, seed: str, percent: int) -> list[str]:
    """The drawn case numbers, in the order of the draw. The order and repetitions of `numbers` do not matter."""
    ranked = sorted(set(numbers), key=lambda number: (hashlib.sha256(f"{seed}\n{number}".encode()).digest(), number))
    return ranked[: size_of(len(ranked), percent)]


def digest_of(numbers: Sequence[str]) -> str:
    """The digest of a whole list: SHA-256 over the sorted numbers, one a line."""
    return hashlib.sha256("\n".join(sorted(set(numbers))).encode()).hexdigest()
