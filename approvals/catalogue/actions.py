"""Who changes the catalogue? Only these functions; each leaves the stamp by which other processes notice."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from approvals.catalogue import queries
from approvals.catalogue.jurisdiction import OverlappingDelegations
from approvals.catalogue.models import (
    Agreement,
    Annex,
    Counterpart,
    Delegation,
    Edition,
    FormField,
    Guide,
    Item,
    LegalDocument,
    Material,
    ReviewPoint,
    Stamp,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.seeds.delegated import read_delegated
from approvals.catalogue.seeds.guided import read_guided
from approvals.catalogue.seeds.places import Places
from approvals.catalogue.seeds.printed import read_printed
from approvals.errors import Invalid


@dataclass(frozen=True)
class Loaded:
    """What a load did: how many rows of the seed stand now, and how many of them were not there before."""

    total: int
    added: int


@transaction.atomic
def load(folder: Path) -> Loaded:
    """Load the edition of a seed folder; what is there already stays as it is. Idempotent.

    Raises SeedMalformed naming file, row and column, with nothing written.
    """
    places = Places.loaded()
    printed = read_printed(folder, places)
    delegated = read_delegated(folder, places, printed)
    guided = read_guided(folder, printed)
    adder = _Adder()
    adder.add(LegalDocument, printed.documents.values(), "number")
    adder.add(Edition, [printed.edition], "code")
    adder.add(Annex, printed.annexes.values(), "edition", "number")
    adder.add(Item, printed.items.values(), "edition", "code")
    adder.add(Agreement, delegated.agreements, "number")
    adder.add(Delegation, delegated.delegations, "item", "region", "place", "effective_from")
    adder.add(Counterpart, delegated.counterparts, "city_organ", "region", "phase")
    adder.add(SupervisionRule, delegated.rules, "item", "level", "region")
    adder.add(SupervisionCounterpart, delegated.supervision_counterparts, "city_unit", "region")
    new_guides = {id(guide) for guide in adder.add(Guide, guided.guides, "item", "version")}
    for model, parts in (
        (Material, guided.materials),
        (FormField, guided.form_fields),
        (ReviewPoint, guided.review_points),
    ):
        model.objects.bulk_create([part for part in parts if id(part.guide) in new_guides])
    if adder.added:
        refuse_overlaps()
        touch()
    return Loaded(adder.total, adder.added)


class _Adder:
    """Adds rows that are not there yet; a row that is there lends its primary key to the unsaved one."""

    def __init__(self) -> None:
        self.total = self.added = 0

    def add(self, model: type[models.Model], rows: Iterable[Any], *key: str) -> list[Any]:
        rows = list(rows)
        there = dict(_keys(model, key))
        new = [row for row in rows if _key(row, key) not in there]
        for row in rows:
            row.pk = there.get(_key(row, key))
        model._default_manager.bulk_create(new)
        self.total += len(rows)
        self.added += len(new)
        return new


def _key(row: Any, key: Sequence[str]) -> tuple[Any, ...]:
    values = (getattr(row, name) for name in key)
    return tuple(value.pk if isinstance(value, models.Model) else value for value in values)


def _keys(model: type[models.Model], key: Sequence[str]) -> Iterable[tuple[tuple[Any, ...], int]]:
    for pk, *values in model._default_manager.values_list("pk", *key):
        yield tuple(values), pk


def refuse_overlaps() -> None:
    """Refuse two delegations of one item in one region and place whose days overlap. Raises OverlappingDelegations."""
    previous: tuple[Any, ...] = ()
    for row in Delegation.objects.order_by("item", "region", "place", "effective_from").values_list(
        "item", "region", "place", "effective_from", "effective_to", "item__code", "region__name"
    ):
        same = row[:3] == previous[:3]
        if same and (previous[4] is None or row[3] <= previous[4]):
            raise OverlappingDelegations(
                f"事项 {row[5]} 在{row[6]}的放权从 {row[3]} 起与前一条重叠，请先定前一条的终止日期。"
            )
        previous = row


@transaction.atomic
def end_delegation(*, delegation: int, on: date) -> Delegation:
    """Set the last day of a delegation: the only change a published one ever takes. Raises Invalid."""
    row = Delegation.objects.select_for_update().get(pk=delegation)
    if on < row.effective_from:
        raise Invalid({"on": [f"终止日期不能早于起始日期 {row.effective_from}。"]})
    row.effective_to = on
    row.save(update_fields=["effective_to"])
    touch()
    return row


def touch() -> None:
    """Leave a new stamp: every process reads the catalogue anew, this one at once. Part of the writing transaction."""
    Stamp.objects.update_or_create(pk=1, defaults={"value": uuid.uuid4().hex})
    transaction.on_commit(queries.written)
    queries.forget()
