"""How do regions, organs and posts come into being? From the seeds, or by appointing a person to a post."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from approvals.errors import Refused
from approvals.organisations import rights
from approvals.organisations.models import (
    ADMINISTRATORS,
    Organ,
    Region,
    RegionAlias,
    SupervisionUnit,
    User,
)
from approvals.organisations.seedfile import read_csv, unique
from approvals.organisations.uscc import is_uscc

REGION_COLUMNS = ("code", "name", "full_name", "kind", "statutory", "government", "court", "remark", "position")
ALIAS_COLUMNS = ("region", "system", "code")
ORGAN_COLUMNS = (
    "code",
    "name",
    "short_name",
    "kind",
    "region",
    "uscc",
    "phone",
    "complaint_phone",
    "address",
    "also_reconsidered_by",
)
UNIT_COLUMNS = ("code", "name", "organ")


class PostsExclude(Refused):
    code = "posts-exclude"
    title = "系统、安全、审计管理员互不兼任，也不办件"


@dataclass(frozen=True)
class Loaded:
    """How many regions, aliases, organs and supervision units stand as in the seed."""

    regions: int
    aliases: int
    organs: int
    units: int

    @property
    def total(self) -> int:
        return self.regions + self.aliases + self.organs + self.units


def load(folder: Path) -> Loaded:
    """Bring regions, aliases, organs and supervision units up to the CSV files of a folder; removes nothing.

    Raises SeedMalformed naming file, row and column, with nothing written.
    """
    regions = {
        row.text("code"): Region(
            code=row.text("code", most=6),
            name=row.text("name", most=40),
            full_name=row.text("full_name", most=60),
            kind=row.choice("kind", Region.Kind.values),
            is_statutory=row.flag("statutory"),
            government=row.text("government", most=60),
            court=row.text("court", most=60),
            remark=row.optional("remark", most=120),
            position=row.integer("position", most=32767),
        )
        for row in unique(unique(read_csv(folder / "regions.csv", REGION_COLUMNS), "code"), "name")
    }
    aliases = [
        RegionAlias(
            region=row.reference("region", regions), system=row.text("system", most=60), code=row.text("code", most=30)
        )
        for row in unique(read_csv(folder / "aliases.csv", ALIAS_COLUMNS), "system", "code")
    ]
    organs = {}
    for row in unique(unique(read_csv(folder / "organs.csv", ORGAN_COLUMNS), "code"), "name"):
        organ = organs[row.text("code")] = Organ(
            code=row.text("code", most=20),
            name=row.text("name", most=60),
            short_name=row.text("short_name", most=40),
            kind=row.choice("kind", Organ.Kind.values),
            region=row.reference("region", regions),
            uscc=row.optional("uscc", most=18),
            phone=row.optional("phone", most=40),
            complaint_phone=row.optional("complaint_phone", most=40),
            address=row.optional("address", most=120),
            also_reconsidered_by=row.optional("also_reconsidered_by", most=60),
        )
        if not organ.code.startswith(f"{organ.region_id}-"):
            row.refuse("code", f"机构代码应以区划代码 {organ.region_id}- 开头")
        if organ.uscc and not is_uscc(organ.uscc):
            row.refuse("uscc", f"统一社会信用代码校验不通过：{organ.uscc}")
    units = [
        (row.text("code", most=24), row.text("name", most=60), row.reference("organ", organs).code)
        for row in unique(unique(read_csv(folder / "units.csv", UNIT_COLUMNS), "code"), "name")
    ]
    with transaction.atomic():
        _upsert(Region, list(regions.values()), key=["code"])
        _upsert(RegionAlias, aliases, key=["system", "code"])
        _upsert(Organ, list(organs.values()), key=["code"])
        stored = {organ.code: organ for organ in Organ.objects.filter(code__in=organs)}
        rows = [SupervisionUnit(code=code, name=name, organ=stored[organ]) for code, name, organ in units]
        _upsert(SupervisionUnit, rows, key=["code"])
        rights.grant()
    return Loaded(len(regions), len(aliases), len(organs), len(units))


def _upsert(model: type, rows: list, *, key: list[str]) -> None:
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name not in key]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=columns)


def refuse_mixed_roles(person: User, role: str) -> None:
    """Raise PostsExclude if `role` may not stand beside the posts this person ever had (GB/T 22239-2019, 三权分立)."""
    others = set(person.posts.values_list("role", flat=True)) - {role}
    if others and (role in ADMINISTRATORS or others & ADMINISTRATORS):
        raise PostsExclude(f"{person.name}已有其他岗位；管理员岗位请另用账号，办件岗位请由他人担任。", role=role)
