"""Which licences does the applicant at the window hold that matter here? Those the application can be about, and those
that stand in for papers (免提交). A hook of the intake screen; what is chosen travels as `licence` and `papers.N.licence`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.audit.fields import search_hash
from approvals.cases.licensing import APPLIED_FOR
from approvals.cases.parties import one_way
from approvals.catalogue.models import Guide
from approvals.licences.changes import why_not
from approvals.licences.models import Licence
from approvals.licences.queries import held_by, offered, type_for
from approvals.licences.words import LicenceEffect

SHORTEST = 15  # characters of a number that is looked for


@dataclass(frozen=True)
class Waived:
    """A material the window need not take, and by which licences."""

    position: int
    name: str
    number: str
    licences: tuple[Licence, ...]
    ticked: bool


def of_applicant(
    *, id_number: str, item: str, edition: str, guide: Guide, on: date, typed: Mapping[str, Any]
) -> dict[str, Any]:
    """For the screen: `about`: the licences the application can be about (with the chosen one), `waived`: the materials."""
    number = one_way(id_number)
    if len(number) < SHORTEST:
        return {"about": [], "chosen": "", "waived": []}
    hashes, effect = {search_hash(number)}, guide.licence_effect
    about: list[Licence] = []
    if effect in APPLIED_FOR:
        kind = type_for(edition=edition, item=item, name=guide.result_name)
        mine = held_by(hashes).filter(type=kind).order_by("-pk")[:20]
        about = [one for one in mine if not why_not(LicenceEffect(effect), one.standing, on=on)]
    named = str(typed.get("licence", "")) or (about[0].number if len(about) == 1 else "")
    meant = next((one for one in about if one.number == named), None)
    materials = [(one.position, one.name) for one in guide.materials.all()]
    found = offered(edition=edition, item=item, materials=materials, holders=hashes, on=on, about=meant)
    names = dict(materials)
    waived = [
        Waived(
            position,
            names[position],
            licences[0].number,
            tuple(licences),
            typed.get(f"papers.{position}.licence") == licences[0].number,
        )
        for position, licences in sorted(found.items())
    ]
    return {"about": about, "chosen": named, "waived": waived}
