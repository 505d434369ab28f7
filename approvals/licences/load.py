"""Bring licence types, and which item makes which licence, up to the seeds of this release."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction

from approvals.catalogue.models import Item
from approvals.licences.models import LicenceType, ReuseRule, TypeItem
from approvals.organisations.seedfile import SeedMalformed, read_csv, unique

TYPES = (
    "code",
    "name",
    "number_pattern",
    "validity_months",
    "valid_from_field",
    "valid_to_field",
    "renew_days",
    "warn_days",
    "library_code",
)
FIELDS = ("type", "key", "label", "sources")


def load() -> int:
    """Load `seeds/licences` and the item files of every loaded edition; how many rows stand. Raises SeedMalformed."""
    seeds = settings.BASE_DIR / "seeds"
    with transaction.atomic():
        types = load_types(seeds / "licences")
        count = len(types)
        for edition in Item.objects.values_list("edition__code", flat=True).order_by("edition__code").distinct():
            count += load_items(seeds / edition, edition, types)
    return count


def load_types(folder: Path) -> dict[str, LicenceType]:
    """Create or update the types of a folder, by their code; removes none."""
    rows = unique(read_csv(folder / "types.csv", TYPES), "code")
    fields: dict[str, list[dict[str, object]]] = {row.text("code"): [] for row in rows}
    for row in unique(read_csv(folder / "fields.csv", FIELDS), "type", "key"):
        one = {"key": row.text("key", most=40), "label": row.text("label", most=60), "sources": row.codes("sources")}
        row.reference("type", fields).append(one)
    types = []
    for row in rows:
        if "{serial}" not in row.text("number_pattern"):
            row.refuse("number_pattern", "编号格式须含 {serial}")
        types.append(
            LicenceType(
                code=row.text("code", most=40),
                name=row.text("name", most=120),
                number_pattern=row.text("number_pattern", most=80),
                validity_months=row.integer("validity_months", least=1, most=1200)
                if row.values["validity_months"]
                else None,
                valid_from_field=row.optional("valid_from_field", most=40),
                valid_to_field=row.optional("valid_to_field", most=40),
                renew_days=row.integer("renew_days", most=999),
                warn_days=row.integer("warn_days", most=999),
                fields=fields[row.text("code")],
                library_code=row.optional("library_code", most=30),
            )
        )
    LicenceType.objects.bulk_create(
        types,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*[name for name in TYPES if name != "code"], "fields"],
    )
    return {one.code: one for one in LicenceType.objects.all()}


def load_items(folder: Path, edition: str, types: dict[str, LicenceType]) -> int:
    """Create or update which item of an edition makes which licence, and what licences stand in for papers."""
    if not (folder / "licence_items.csv").exists():
        return 0
    known = dict(Item.objects.filter(edition__code=edition).values_list("code", "pk"))
    items = []
    for row in unique(read_csv(folder / "licence_items.csv", ("item", "type")), "item"):
        row.reference("item", known)
        items.append(TypeItem(edition=edition, item=row.text("item"), type=row.reference("type", types)))
    rules = []
    for row in unique(read_csv(folder / "licence_reuse.csv", ("item", "material", "types")), "item", "material"):
        codes = row.codes("types")
        if unknown := [code for code in codes if code != "*" and code not in types]:
            raise SeedMalformed(row.file, row.number, "types", f"没有代码为「{unknown[0]}」的证照类型")
        if row.text("item") != "*":
            row.reference("item", known)
        rules.append(ReuseRule(edition=edition, item=row.text("item"), material=row.text("material"), types=codes))
    TypeItem.objects.bulk_create(
        items, update_conflicts=True, unique_fields=["edition", "item"], update_fields=["type"]
    )
    ReuseRule.objects.bulk_create(
        rules, update_conflicts=True, unique_fields=["edition", "item", "material"], update_fields=["types"]
    )
    return len(items) + len(rules)
