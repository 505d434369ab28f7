"""What does the text of a cell mean, and how does a value read in a cell? A mistake is told in Chinese."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Choices, Model, QuerySet
from import_export.fields import Field
from import_export.widgets import Widget


class BadCell(ValueError):
    """What is wrong with one cell, in Chinese."""


class Text(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return value or ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class Whole(Text):
    """A whole number, not below zero; empty is None where the column allows it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if not value:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 9:
            raise BadCell(f"应为整数，现为「{value}」")
        return int(value)


class Day(Text):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if not value:
            return None
        try:
            return date.fromisoformat(value.replace("/", "-").replace("年", "-").replace("月", "-").removesuffix("日"))
        except ValueError:
            raise BadCell(f"应为日期，如 2022-06-01，现为「{value}」") from None


class YesNo(Text):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if value not in ("是", "否"):
            raise BadCell(f"应为 是 或 否，现为「{value}」")
        return bool(value == "是")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "是" if value else "否"


class OneOf(Text):
    """One of a closed list, by its Chinese label."""

    def __init__(self, choices: type[Choices] | list[tuple[str, str]]) -> None:
        super().__init__()
        pairs = choices.choices if isinstance(choices, type) else choices
        self.labels = {str(value): str(label) for value, label in pairs}
        self.values = {label: value for value, label in self.labels.items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        if not value:
            return ""
        if value not in self.values:
            raise BadCell(f"没有「{value}」，应为 {'、'.join(filter(None, self.values))} 之一")
        return self.values[value]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(str(value or ""), "")


class Reference(Text):
    """Another row by its code; all of them are read once."""

    def __init__(self, rows: QuerySet[Any], key: str, what: str) -> None:
        super().__init__()
        self.rows, self.key, self.what = rows, key, what
        self.known: dict[str, Model] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Model | None:
        if not value:
            return None
        if self.known is None:
            self.known = {str(getattr(one, self.key)): one for one in self.rows.all()}
        if value not in self.known:
            raise BadCell(f"没有{self.what}「{value}」")
        return self.known[value]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(getattr(value, self.key))


class Words(Text):
    """A list of short words with a separator between them."""

    def __init__(self, separator: str = " ") -> None:
        super().__init__()
        self.separator = separator

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        parts = (value or "").split() if self.separator == " " else (value or "").split(self.separator)
        return [part.strip() for part in parts if part.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.separator.join(str(one) for one in value or ())


class Structure(Text):
    """What has an inner structure, as JSON: exact on the way out and back."""

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            found = json.loads(value) if value else self.kind()
        except json.JSONDecodeError as error:
            raise BadCell(f"不是完整的 JSON（第 {error.colno} 个字附近）") from None
        if not isinstance(found, self.kind):
            raise BadCell("应为 JSON 列表" if self.kind is list else "应为 JSON 对象")
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


class Column(Field):
    """A column under its Chinese heading; `required` refuses an empty cell."""

    def __init__(self, attribute: str, heading: str, widget: Widget | None = None, *, required: bool = False) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=widget or Text())
        self.required = required

    def clean(self, row: Any, **kwargs: Any) -> Any:
        value = row[self.column_name]
        if self.required and value in ("", None):
            raise BadCell("不能为空")
        return self.widget.clean(value, row=row)


class Note(Column):
    """A column that only helps the reader: written out, never read back."""

    def __init__(self, attribute: str, heading: str) -> None:
        super().__init__(attribute, f"{heading}（仅供参考）")
        self.readonly = True


def column_of(field: Any, references: dict[str, Reference]) -> Column:
    """The column of a model field: its label is the heading, its type says how a cell is read."""
    heading, required = str(field.verbose_name), not field.blank and not field.has_default()
    if field.name in references:
        return Column(field.name, heading, references[field.name], required=not field.null)
    if field.choices:
        return Column(field.name, heading, OneOf(field.choices), required=required)
    if isinstance(field, models.BooleanField):
        return Column(field.name, heading, YesNo(), required=True)
    if isinstance(field, models.DateField):
        return Column(field.name, heading, Day(), required=not field.null)
    if isinstance(field, models.IntegerField):
        return Column(field.name, heading, Whole(), required=not field.null)
    if isinstance(field, models.JSONField):
        return Column(field.name, heading, Structure(field.default))
    return Column(field.name, heading, required=required)


def columns_of(
    model: type[Model], *, leave_out: tuple[str, ...] = (), references: dict[str, Reference] | None = None
) -> dict[str, Column]:
    """A column for every field of a model that a person fills in, in the order of the model.

    A foreign key without an entry in `references` is left out.
    """
    references = references or {}
    return {
        field.name: column_of(field, references)
        for field in model._meta.concrete_fields
        if field.name not in leave_out and not field.primary_key and field.editable
        if not isinstance(field, models.DateTimeField)  # moments are noted by the platform, never typed
        if not field.is_relation or field.name in references
    }
