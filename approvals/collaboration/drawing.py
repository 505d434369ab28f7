"""Whom does a seed draw, and who inspects them? Pure: whoever has the published lists draws the same.

The seed is SHA-256 over the register's digest of the day of publication, the unit's code and the digest of the plan's terms,
one a line; the order is SHA-256 over the seed and the plan's salt, which is registered before that digest is known and is not
public: whoever has only the seed and who was drawn cannot tell at which share. Within each ground, numbers are put in the
order of SHA-256("<order>\\n<number>") and the first are taken; for each number, officers in the order of
SHA-256("<order>\\n<number>\\n<card>"), the first two who need not stand aside. `order` is what `order_of` gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

OFFICERS = 2  # 行政处罚法（2021年修订）第四十二条: 执法人员不得少于两人


def digest_of(terms: Mapping[str, Any]) -> str:
    """The digest of a plan's terms: SHA-256 of their JSON with sorted keys and no blanks, Chinese as it is."""
    told = json.dumps(terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def seed_of(root: str, *, unit: str, terms: str) -> str:
    return hashlib.sha256(f"{root}\n{unit}\n{terms}".encode()).hexdigest()


def order_of(seed: str, *, salt: str) -> str:
    return hashlib.sha256(f"{seed}\n{salt}".encode()).hexdigest()


def ranked(numbers: Collection[str], order: str) -> list[str]:
    return sorted(set(numbers), key=lambda one: (hashlib.sha256(f"{order}\n{one}".encode()).digest(), one))


def drawn(
    population: Mapping[str, Collection[str]], shares: Mapping[str, int], *, order: str, count: int | None
) -> list[tuple[str, str]]:
    """(ground, number) of everything drawn. A share is rounded up; `count`, where given, holds for GENERAL instead."""
    found = []
    for ground, numbers in sorted(population.items()):
        names = ranked(numbers, order)
        many = count if ground == "GENERAL" and count is not None else -(-len(names) * shares.get(ground, 0) // 100)
        found += [(ground, number) for number in names[:many]]
    return found


def officers_in_order(pool: Collection[str], *, number: str, order: str, barred: Collection[str] = ()) -> list[str]:
    """The cards of a pool in the order in which they inspect `number`, without those who stand aside."""
    return ranked([f"{number}\n{card}" for card in set(pool) - set(barred)], order)


def pair(pool: Collection[str], *, number: str, order: str, barred: Collection[str] = ()) -> list[str]:
    """The two cards drawn for a number; none where the pool has fewer than two left."""
    found = cards(officers_in_order(pool, number=number, order=order, barred=barred))
    return found[:OFFICERS] if len(found) >= OFFICERS else []


def cards(lines: Sequence[str]) -> list[str]:
    return [line.rsplit("\n", 1)[1] for line in lines]
