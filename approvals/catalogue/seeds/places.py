"""What does a seed file of the catalogue refer to? The organs, units and regions that are already loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from approvals.organisations.models import Organ, Region, SupervisionUnit
from approvals.organisations.seedfile import Row, SeedMalformed, read_csv, unique

RECEIVERS = {"ALL": ("COUNTY", "ZONE"), "COUNTIES": ("COUNTY",)}


@dataclass(frozen=True)
class Places:
    """Organs, units and regions by code."""

    regions: dict[str, Region]
    organs: dict[str, Organ]
    units: dict[str, SupervisionUnit]

    @classmethod
    def loaded(cls) -> Places:
        return cls(
            regions={row.code: row for row in Region.objects.order_by("position")},
            organs={row.code: row for row in Organ.objects.select_related("region")},
            units={row.code: row for row in SupervisionUnit.objects.select_related("organ__region")},
        )

    def receivers(self, row: Row, column: str) -> list[Region]:
        """ALL, COUNTIES (the statutory ones), or region codes separated by spaces."""
        word = row.text(column)
        if word in RECEIVERS:
            return [region for region in self.regions.values() if region.kind in RECEIVERS[word]]
        for code in row.codes(column):
            if code not in self.regions or self.regions[code].kind == Region.Kind.CITY:
                row.refuse(column, f"没有区划代码为「{code}」的承接地区")
        return [self.regions[code] for code in row.codes(column)]


def county(row: Row, column: str, region: Region, places: Places) -> Organ:
    """An organ that must belong to the region of its row."""
    organ = row.reference(column, places.organs)
    if organ.region_id != region.code:
        row.refuse(column, f"「{organ.code}」不是{region.name}的机构")
    return organ


def one(path: Path, columns: tuple[str, ...]) -> Row:
    """The only row of a file."""
    rows = read_csv(path, columns)
    if len(rows) != 1:
        raise SeedMalformed(path.name, 0, "", f"应恰有一行，现有 {len(rows)} 行")
    return rows[0]


def dated(row: Row, start: str = "effective_from", end: str = "effective_to") -> None:
    """Refuse an end before its beginning."""
    until = row.day_or_none(end)
    if until is not None and until < row.day(start):
        row.refuse(end, f"不能早于 {start} 的 {row.day(start)}")


def read(folder: Path, name: str, columns: str, *keys: str) -> list[Row]:
    """The rows of `name`, with `columns` separated by spaces, unique in `keys`."""
    rows = read_csv(folder / name, columns.split())
    return list(unique(rows, *keys)) if keys else rows
