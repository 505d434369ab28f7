"""How does a seed folder become rows, and which two delegations may not stand beside each other?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.jurisdiction import OverlappingDelegations
from approvals.catalogue.models import (
    Agreement,
    Annex,
    Counterpart,
    Delegation,
    Edition,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    LegalDocument,
    Material,
    Place,
    ReviewPoint,
    StandardPhrase,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.seeds.delegated import read_delegated
from approvals.catalogue.seeds.guided import read_guided
from approvals.catalogue.seeds.places import Places
from approvals.catalogue.seeds.printed import read_printed


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
    adder.add(Place, printed.zones.values(), "code")
    adder.add(Edition, [printed.edition], "code")
    adder.add(Annex, printed.annexes.values(), "edition", "number")
    adder.add(Item, printed.items.values(), "edition", "code")
    adder.add(Agreement, delegated.agreements, "number")
    refuse_overlaps(delegated.delegations)
    adder.add(Delegation, delegated.delegations, "item", "region", "place", "effective_from")
    adder.add(Counterpart, delegated.counterparts, "city_organ", "region", "phase")
    adder.add(SupervisionRule, delegated.rules, "item", "level", "region")
    adder.add(SupervisionCounterpart, delegated.supervision_counterparts, "city_unit", "region")
    new_guides = {id(guide) for guide in adder.add(Guide, guided.guides, "item", "version")}
    for model, parts in (
        (Material, guided.materials),
        (FormField, guided.form_fields),
        (ReviewPoint, guided.review_points),
        (IntermediaryService, guided.intermediaries),
        (StandardPhrase, guided.phrases),
    ):
        model.objects.bulk_create([part for part in parts if id(part.guide) in new_guides])
    if adder.added:
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
            row.pk = there.get(_key(row, key), row.pk)
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


def refuse_overlaps(more: Iterable[Delegation] = ()) -> None:
    """Refuse two delegations of one item in one region and place whose days overlap, among the rows that are there and
    `more` unsaved ones. Raises OverlappingDelegations.

    The database refuses them too; this is the sentence for people.
    """
    rows = {
        row[:4]: row[4:]
        for row in Delegation.objects.values_list(
            "item", "region", "place", "effective_from", "effective_to", "item__code", "region__name"
        )
    }
    for one in more:
        key = (one.item.pk, one.region.pk, one.place, one.effective_from)
        rows.setdefault(key, (one.effective_to, one.item.code, one.region.name))
    previous: tuple[Any, ...] = ()
    for key in sorted(rows):
        until, code, region = rows[key]
        if previous and key[:3] == previous[0] and (previous[1] is None or key[3] <= previous[1]):
            raise OverlappingDelegations(
                f"事项 {code} 在{region}的放权从 {key[3]} 起与前一条重叠，请先定前一条的终止日期。"
            )
        previous = (key[:3], until)
