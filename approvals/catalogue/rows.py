"""Which plain facts does jurisdiction rest on? Frozen rows without a database, and the indexes to find them.

`Rows` may come from the database (`queries.current_rows`) or from anywhere else: a draft, a test, a forecast.
Days are inclusive on both ends; `None` as an end means that no end is set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class RegionRow:
    code: str
    name: str
    kind: str  # CITY, COUNTY, ZONE


@dataclass(frozen=True)
class OrganRow:
    pk: int
    code: str
    name: str
    region: str
    kind: str  # APPROVAL_BUREAU, BUREAU, WINDOW, ESTABLISHMENT


@dataclass(frozen=True)
class UnitRow:
    pk: int
    code: str
    name: str
    region: str


@dataclass(frozen=True)
class EditionRow:
    code: str
    title: str
    document: str  # 文号
    effective_from: date
    effective_to: date | None = None
    footnotes: tuple[tuple[int, str], ...] = ()  # (annex, text)
    place: str = ""  # a list of its own for this place, beside the one of the whole city


@dataclass(frozen=True)
class PlaceRow:
    code: str
    name: str
    region: str


@dataclass(frozen=True)
class ItemRow:
    pk: int
    edition: str
    code: str
    annex: int
    seq: int
    name: str
    city_organ: int
    identity: str = ""  # the same for one item in all editions


@dataclass(frozen=True)
class AgreementRow:
    pk: int
    number: str
    signed: bool
    signed_on: date | None
    effective_from: date
    effective_to: date | None = None


@dataclass(frozen=True)
class DelegationRow:
    pk: int
    edition: str
    item: int
    region: str
    mode: str
    effective_from: date
    document: str  # 文号
    seal_path: str
    effective_to: date | None = None
    place: str = ""
    agreement: int | None = None
    note: str = ""


@dataclass(frozen=True)
class CounterpartRow:
    city_organ: int
    region: str
    organ: int
    phase: str = ""


@dataclass(frozen=True)
class SupervisionRuleRow:
    item: int
    unit: int
    region: str = ""  # empty: the rule of the city
    provisional: bool = False


@dataclass(frozen=True)
class SupervisionCounterpartRow:
    city_unit: int
    region: str
    unit: int


def covers(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day <= end)


@dataclass(frozen=True)
class Rows:
    """Everything jurisdiction may look at. Immutable: derive a variant with `dataclasses.replace`."""

    regions: tuple[RegionRow, ...]
    organs: tuple[OrganRow, ...]
    units: tuple[UnitRow, ...]
    editions: tuple[EditionRow, ...]
    items: tuple[ItemRow, ...]
    delegations: tuple[DelegationRow, ...]
    agreements: tuple[AgreementRow, ...] = ()
    counterparts: tuple[CounterpartRow, ...] = ()
    supervision_rules: tuple[SupervisionRuleRow, ...] = ()
    supervision_counterparts: tuple[SupervisionCounterpartRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()

    @cached_property
    def region(self) -> Mapping[str, RegionRow]:
        return {row.code: row for row in self.regions}

    @cached_property
    def city(self) -> RegionRow:
        return next(row for row in self.regions if row.kind == "CITY")

    @cached_property
    def organ(self) -> Mapping[int, OrganRow]:
        return {row.pk: row for row in self.organs}

    @cached_property
    def organ_of_kind(self) -> Mapping[tuple[str, str], OrganRow]:
        return {(row.region, row.kind): row for row in self.organs if row.kind != "BUREAU"}

    @cached_property
    def unit(self) -> Mapping[int, UnitRow]:
        return {row.pk: row for row in self.units}

    @cached_property
    def edition(self) -> Mapping[str, EditionRow]:
        return {row.code: row for row in self.editions}

    @cached_property
    def agreement(self) -> Mapping[int, AgreementRow]:
        return {row.pk: row for row in self.agreements}

    @cached_property
    def items_by_code(self) -> Mapping[str, tuple[ItemRow, ...]]:
        return _grouped((row.code, row) for row in self.items)

    @cached_property
    def delegations_of(self) -> Mapping[int, tuple[DelegationRow, ...]]:
        return _grouped((row.item, row) for row in self.delegations)

    @cached_property
    def delegations_in(self) -> Mapping[tuple[int, str], tuple[DelegationRow, ...]]:
        """By item and region. What a place's own list grants is good for the same item in every edition."""
        return _grouped(((item, row.region), row) for row in self.delegations for item in self._items_of(row))

    def _items_of(self, row: DelegationRow) -> tuple[int, ...]:
        if not self.edition[row.edition].place or not (identity := self._identity.get(row.item)):
            return (row.item,)
        return tuple(item.pk for item in self.items_by_identity[identity])

    @cached_property
    def _identity(self) -> Mapping[int, str]:
        return {row.pk: row.identity for row in self.items}

    @cached_property
    def items_by_identity(self) -> Mapping[str, tuple[ItemRow, ...]]:
        return _grouped((row.identity, row) for row in self.items)

    @cached_property
    def place(self) -> Mapping[str, PlaceRow]:
        return {row.code: row for row in self.places}

    def place_name(self, code: str) -> str:
        """What people call a place; its code where it is in no table."""
        return self.place[code].name if code in self.place else code

    @cached_property
    def counterpart(self) -> Mapping[tuple[int, str, str], int]:
        return {(row.city_organ, row.region, row.phase): row.organ for row in self.counterparts}

    @cached_property
    def supervision_rule(self) -> Mapping[tuple[int, str], SupervisionRuleRow]:
        return {(row.item, row.region): row for row in self.supervision_rules}

    @cached_property
    def supervision_counterpart(self) -> Mapping[tuple[int, str], int]:
        return {(row.city_unit, row.region): row.unit for row in self.supervision_counterparts}

    def item_on(self, code: str, day: date) -> ItemRow | None:
        """The row of this code in the edition in force that day, else in the next edition, else in the last."""

        def distance(row: ItemRow) -> tuple[int, int]:
            edition = self.edition[row.edition]
            if covers(edition.effective_from, edition.effective_to, day):
                return (0, (day - edition.effective_from).days)
            if edition.effective_from > day:
                return (1, (edition.effective_from - day).days)
            return (2, (day - edition.effective_from).days)

        return min(self.items_by_code.get(code, ()), key=distance, default=None)


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
