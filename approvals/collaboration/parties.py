"""Whose case is it? By the keyed hashes of the applicants' numbers, never by name."""

from __future__ import annotations

from collections.abc import Sequence

from approvals.cases.models import Party


def parties_of(cases: Sequence[int]) -> dict[int, set[str]]:
    """The hashes of the applicants' numbers, by case."""
    found: dict[int, set[str]] = {}
    rows = Party.objects.filter(case__in=cases, role=Party.Role.APPLICANT).exclude(id_hash="")
    for case, id_hash in rows.values_list("case", "id_hash"):
        found.setdefault(case, set()).add(id_hash)
    return found
