"""How does an act's input become a form, and a form an act's input? One renderer for every action, by its serializer.

`fields_of` describes what `inputs.input_of(action)` declares; templates/workbench/fields/ draws each kind. `given_of` reads the
same names back. Nothing here knows an action: what a field means beyond its type is known by its name (points, papers …).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
LONG = 300  # from this length on a text is a textarea
CENTS = "_cents"  # the ending of a field that is kept in cents and typed in yuan
SEPARATORS = re.compile(r"[、,，;；\n]+")
SPECIAL = {"points", "papers", "defects", "answers", "form", "officers", "user", "kind"}


@dataclass
class FieldView:
    """One field as a template draws it; `kind` names the template, `name` its dotted name in the form."""

    name: str
    label: str
    kind: str
    value: Any = ""
    required: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    hint: str = ""
    most: int | None = None
    least: int | None = None
    parts: list[FieldView] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)  # of a list of entries
    materials: list[Any] = field(default_factory=list)  # to choose from, for defects
    phrases: tuple[str, ...] = ()
    told: list[dict[str, Any]] = field(default_factory=list)  # standard sentences of the item's guide, for defects
    span: str = ""  # how many of twelve columns
    folds: bool = False  # shown folded until asked for
    unfolded: bool = False

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def template(self) -> str:
        return f"workbench/fields/{self.kind}.html"


def fields_of(
    serializer: type[serializers.Serializer],
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, list[str]],
    defaults: Mapping[str, Any],
    prefix: str = "",
) -> list[FieldView]:
    """The fields of an input: typed values win over defaults; errors stand where they belong."""
    views = []
    for name, one in serializer().fields.items():
        dotted = f"{prefix}{name}"
        value = values.get(name, defaults.get(name, ""))
        views.append(_view(name, dotted, one, value, errors))
    return views


def _view(name: str, dotted: str, one: serializers.Field, value: Any, errors: Mapping[str, list[str]]) -> FieldView:
    view = FieldView(
        name=dotted,
        label=str(one.label or name),
        kind=_kind(name, one),
        value=value,
        required=one.required,
        errors=errors.get(dotted, []),
        most=getattr(one, "max_length", None) or getattr(one, "max_value", None),
        least=getattr(one, "min_value", None),
    )
    if view.kind == "money":
        view.label, view.value = view.label.replace("（分）", "（元）"), yuan(value)
        view.most = view.least = None
        if view.errors and value not in ("", None) and not isinstance(value, int):
            view.errors = ["金额填数字，单位元，最多两位小数，如 2000.00。"]
    if isinstance(one, serializers.BooleanField) and one.required:
        view.kind, view.choices = "radios", [("true", "是"), ("false", "否")]
        view.value = {True: "true", False: "false"}.get(value, value)
    if isinstance(one, serializers.ChoiceField):
        view.choices = [(str(key), str(words)) for key, words in one.choices.items()]
    if isinstance(one, serializers.Serializer):
        given = value if isinstance(value, Mapping) else {}
        view.parts = fields_of(type(one), values=given, errors=errors, defaults={}, prefix=f"{dotted}.")
    if isinstance(one, (serializers.ListSerializer, serializers.Serializer, serializers.DictField)):
        view.errors = [text for key, texts in errors.items() if key == dotted or _below(key, dotted) for text in texts]
    return view


def _below(key: str, dotted: str) -> bool:
    return key.startswith(f"{dotted}.") and key.removeprefix(f"{dotted}.").split(".")[0].isdigit()


def _kind(name: str, one: serializers.Field) -> str:
    if name in SPECIAL:
        return name
    if isinstance(one, serializers.Serializer):
        return "group"
    if name.endswith(CENTS):
        return "money"
    if isinstance(one, serializers.BooleanField):
        return "tick"
    if isinstance(one, serializers.ChoiceField):
        return "radios" if len(one.choices) <= 3 else "select"
    if isinstance(one, serializers.DateField):
        return "date"
    if isinstance(one, serializers.DateTimeField):
        return "moment"
    if isinstance(one, serializers.IntegerField):
        return "number"
    return "text" if (one.max_length or 0) < LONG else "longtext"


def given_of(serializer: type[serializers.Serializer], data: QueryDict, *, prefix: str = "") -> dict[str, Any]:
    """What a posted form says, under the names the serializer knows; what was left empty is left out."""
    given: dict[str, Any] = {}
    for name, one in serializer().fields.items():
        value = _given(name, f"{prefix}{name}", one, data)
        if value not in ("", None, [], {}):
            given[name] = value
    return given


def _given(name: str, dotted: str, one: serializers.Field, data: QueryDict) -> Any:
    if isinstance(one, serializers.ListSerializer):
        return _rows(type(one.child), dotted, data)
    if isinstance(one, serializers.Serializer):
        return given_of(type(one), data, prefix=f"{dotted}.")
    if isinstance(one, serializers.DictField):
        start = f"{dotted}."
        return {key.removeprefix(start): data[key].strip() for key in data if key.startswith(start)}
    if isinstance(one, serializers.ListField):
        texts = data.getlist(dotted) or [data[f"{dotted}.{index}"] for index in indexes(dotted, data)]
        if name == "officers":
            texts = [part for text in texts for part in SEPARATORS.split(text)]
        return [text.strip() for text in texts if text.strip()]
    if isinstance(one, serializers.BooleanField):
        return data.get(dotted) if one.required else True if data.get(dotted) else None
    if name.endswith(CENTS):
        return cents(data.get(dotted, "").strip())
    return data.get(dotted, "").strip()


def cents(typed: str) -> int | str:
    """An amount typed in yuan as cents; what is no amount of at most two decimals stays as typed, to be refused."""
    plain = typed.replace(",", "").replace("，", "")
    return int(Decimal(plain) * 100) if AMOUNT.fullmatch(plain) else typed


def yuan(value: Any) -> str:
    """Cents as yuan with two decimals; what was typed and is no amount as it was."""
    return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else str(value or "")


def _rows(child: type[serializers.Serializer], dotted: str, data: QueryDict) -> list[dict[str, Any]]:
    """The rows of a list of inputs; the index is the row's position where it has one, empty rows are no rows."""
    rows = []
    for index in indexes(dotted, data):
        row = given_of(child, data, prefix=f"{dotted}.{index}.")
        if not row or ("answer" in child().fields and "answer" not in row):
            continue
        if "position" in child().fields:
            row.setdefault("position", index)
        rows.append(row)
    return rows


def indexes(dotted: str, data: QueryDict) -> list[int]:
    found = {key.removeprefix(f"{dotted}.").split(".")[0] for key in data if key.startswith(f"{dotted}.")}
    return sorted(int(one) for one in found if one.isdecimal() and len(one) < 6)
