"""What stands on a licence? The type's fields, filled from the application form, as one canonical text. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from approvals.audit import chain
from approvals.licences.models import Licence, LicenceType

MOST_PLACE = 300


@dataclass(frozen=True)
class Paper:
    """What a case brings for the paper: the answers of its form, its address, the decision's words and conditions."""

    form: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    content: str = ""
    conditions: str = ""


def fields_of(kind: LicenceType, paper: Paper) -> list[dict[str, str]]:
    """The filled fields of a type: `key`, `label`, `value`; the first of its sources that the form answers."""
    filled = []
    for one in kind.fields:
        value = next((str(paper.form[source]) for source in one["sources"] if paper.form.get(source)), "")
        if not value and one["key"] == "place":
            value = paper.address
        if value:
            filled.append({"key": one["key"], "label": one["label"], "value": value})
    return filled


def scope_and_place(kind: LicenceType, paper: Paper) -> tuple[str, str]:
    """Scope and place in the columns of the register, for lists and questions."""
    values = {one["key"]: one["value"] for one in fields_of(kind, paper)}
    return values.get("scope", paper.content), (values.get("place") or paper.address)[:MOST_PLACE]


def text_of(licence: Licence, paper: Paper | None, holders: tuple[dict[str, Any], ...], *, before: str) -> str:
    """The canonical text of a version. Without a `paper`, fields and words are those of the version before."""
    old: dict[str, Any] = json.loads(before) if before else {}
    fields = {one["key"]: one for one in old.get("fields", [])}
    if paper is not None:
        fields |= {one["key"]: one for one in fields_of(licence.type, paper)}
    order = [one["key"] for one in licence.type.fields]
    return chain.canonical(
        {
            "number": licence.number,
            "identifier": licence.identifier,
            "name": licence.name,
            "type": licence.type.code,
            "organ": licence.organ.name,
            "version": licence.version,
            "issued_on": licence.issued_on,
            "valid_from": licence.valid_from,
            "valid_to": licence.valid_to,
            "holders": [
                {
                    name: one.get(name) or ""
                    for name in ("kind", "name", "id_type", "id_number", "legal_representative", "address")
                }
                for one in holders
            ],
            "fields": sorted(fields.values(), key=lambda one: order.index(one["key"]) if one["key"] in order else 99),
            "content": (paper.content if paper is not None else "") or old.get("content", ""),
            "conditions": (paper.conditions if paper is not None else "") or old.get("conditions", ""),
        }
    )


def read(content: str) -> dict[str, Any]:
    """A version's text as values; empty where it was erased by law."""
    found: dict[str, Any] = json.loads(content) if content else {}
    return found
