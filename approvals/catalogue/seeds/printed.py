"""What is printed: documents, the edition, its annexes and its items, exactly in the columns of the published list."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from approvals.catalogue.models import Annex, Edition, Item, LegalDocument, Place, PowerType
from approvals.catalogue.seeds.places import Places, dated, one, read
from approvals.organisations.pinyin import initials

ITEM_COLUMNS = "annex mode seq city_unit main_name sub_name power_type remark scope_note"


@dataclass(frozen=True)
class Printed:
    documents: dict[str, LegalDocument]
    zones: dict[str, Place]
    edition: Edition
    annexes: dict[str, Annex]
    items: dict[str, Item]


def read_printed(folder: Path, places: Places) -> Printed:
    """The printed part of a seed folder as unsaved rows. Raises SeedMalformed."""
    documents = {}
    for row in read(
        folder, "documents.csv", "number title issuer issued_on effective_from effective_to address", "number"
    ):
        dated(row)
        documents[row.text("number")] = LegalDocument(
            number=row.text("number", most=60),
            title=row.text("title", most=200),
            issuer=row.text("issuer", most=60),
            issued_on=row.day("issued_on"),
            effective_from=row.day("effective_from"),
            effective_to=row.day_or_none("effective_to"),
            address=row.optional("address", most=300),
        )
    zones = _zones(folder, places)
    row = one(folder / "edition.csv", ("code", "title", "document", "effective_from", "place", "note"))
    if row.day("effective_from").year < settings.EARLIEST_YEAR:
        row.refuse("effective_from", f"清单最早为 {settings.EARLIEST_YEAR} 年")
    edition = Edition(
        code=row.text("code", most=20),
        title=row.text("title", most=120),
        document=row.reference("document", documents),
        effective_from=row.day("effective_from"),
        status=Edition.Status.PUBLISHED,
        place=row.reference("place", zones) if row.optional("place") else None,
        note=row.optional("note"),
    )
    annexes = {
        row.text("number"): Annex(
            edition=edition,
            number=row.integer("number", least=1, most=99),
            key=row.text("key", most=20),
            title=row.text("title", most=120),
            footnote=row.optional("footnote", most=200),
        )
        for row in read(folder, "annexes.csv", "number key title footnote", "number")
    }
    return Printed(documents, zones, edition, annexes, _items(folder, places, edition, annexes))


def _zones(folder: Path, places: Places) -> dict[str, Place]:
    """The narrower places of a list that is good only there; the list of the whole city has no such file."""
    if not (folder / "places.csv").exists():
        return {}
    return {
        row.text("code"): Place(
            code=row.text("code", most=40),
            name=row.text("name", most=60),
            region=row.reference("region", places.regions),
            bounds=row.optional("bounds", most=300),
        )
        for row in read(folder, "places.csv", "code name region bounds", "code")
    }


def code_of(edition: Edition, annex: int, seq: int) -> str:
    """The code of a printed row: annex and number; a place's own list has its edition's code in front instead."""
    return f"{edition.code}-{seq}" if edition.place else f"{annex}-{seq}"


def _items(folder: Path, places: Places, edition: Edition, annexes: dict[str, Annex]) -> dict[str, Item]:
    city_units = {
        row.text("printed"): row.reference("organ", places.organs)
        for row in read(folder, "city_units.csv", "printed organ", "printed")
    }
    power_types = {label: PowerType(value) for value, label in PowerType.choices}
    items = {}
    for row in read(folder, "items.csv", ITEM_COLUMNS, "annex", "seq"):
        annex = row.reference("annex", annexes)
        row.choice("mode", (annex.key,))
        item = Item(
            edition=edition,
            annex=annex.number,
            seq=row.integer("seq", least=1, most=9999),
            city_unit=row.reference("city_unit", city_units),
            printed_unit=row.text("city_unit", most=40),
            main_name=row.text("main_name", most=200),
            sub_name=row.optional("sub_name", most=300),
            power_type=power_types[row.choice("power_type", list(power_types))],
            remark=row.optional("remark", most=100),
            scope_note=row.optional("scope_note"),
        )
        item.code = code_of(edition, item.annex, item.seq)
        item.identity = f"{edition.code}/{item.code}"
        item.initials = initials(item.main_name + item.sub_name)
        items[item.code] = item
    for row in read(folder, "keywords.csv", "item words", "item"):
        row.reference("item", items).keywords = row.text("words", most=200)
    return items


def export(edition: Edition) -> str:
    """The items of an edition as CSV in the columns and the order of the published list."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(ITEM_COLUMNS.split())
    keys = dict(edition.annexes.values_list("number", "key"))
    for item in edition.items.order_by("annex", "seq"):
        writer.writerow(
            [
                item.annex,
                keys[item.annex],
                item.seq,
                item.printed_unit,
                item.main_name,
                item.sub_name,
                item.get_power_type_display(),
                item.remark,
                item.scope_note,
            ]
        )
    return out.getvalue()
