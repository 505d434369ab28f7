"""How are the cases of an act locked and read? In one statement, in the order of their numbers, each with its snapshot.

The order keeps two bulk acts from waiting for each other in a circle. The snapshot is locked as well: whoever waited for a
transfer would otherwise see the new case row beside the old terms, and let the old holder act once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from approvals.audit.compiled import Compiled
from approvals.cases.models import Case, Snapshot
from approvals.cases.numbers import is_number

CASE = tuple(field.attname for field in Case._meta.concrete_fields)
SNAPSHOT = tuple(field.attname for field in Snapshot._meta.concrete_fields)


def locked(numbers: Sequence[str]) -> dict[str, Case]:
    """The cases by number, as `select_for_update().select_related("snapshot")` gives them; strangers are left out.

    Raises RuntimeError outside a transaction, where nothing would stay locked.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("cases are locked inside the transaction that moves them")
    wanted = sorted({number for number in numbers if is_number(number)})
    if not wanted:
        return {}
    found = map(_case, _statement(len(wanted)).rows(*wanted))
    return {case.number: case for case in found}


@lru_cache(maxsize=64)
def _statement(number_of_cases: int) -> Compiled:
    return Compiled(
        Case.objects.select_for_update()
        # naming the snapshot makes the join an inner one: PostgreSQL locks no nullable side
        .filter(number__in=[str(place) for place in range(number_of_cases)], snapshot__case__isnull=False)
        .order_by("number")
        .values_list(*CASE, *(f"snapshot__{name}" for name in SNAPSHOT))
    )


def _case(row: list[Any]) -> Case:
    case = Case.from_db(connection.alias, CASE, row[: len(CASE)])
    case.snapshot = Snapshot.from_db(connection.alias, SNAPSHOT, row[len(CASE) :])
    return case
