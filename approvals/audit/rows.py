"""How are many rows written in one statement on either engine? Values travel as one JSON document.

One document, one round trip: the number of statements does not grow with the number of rows. PostgreSQL reads it with
jsonb_to_recordset, SQLite with json_each; both put the values through the model's own column types.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

Values = dict[str, Any]


@cache  # the engine and the models of a process stay what they are
def insert_sql(model: type[models.Model], names: tuple[str, ...]) -> str:
    """INSERT of rows given as one JSON parameter; `names` are attribute names such as `case_id`."""
    table, columns = _table(model), [_column(model, name) for name in names]
    listed = ", ".join(columns)
    return f"INSERT INTO {table} ({listed}) SELECT {', '.join(_read(model, n) for n in names)} FROM {_source(model, names)}"


@cache
def update_sql(model: type[models.Model], names: tuple[str, ...]) -> str:
    """UPDATE of rows given as one JSON parameter, matched on `id`; `names` excludes `id`."""
    settings = ", ".join(f"{_column(model, name)} = {_read(model, name)}" for name in names)
    table = _table(model)
    return (
        f"UPDATE {table} SET {settings} FROM {_source(model, ['id', *names])} WHERE {table}.id = {_read(model, 'id')}"
    )


def document(model: type[models.Model], rows: Sequence[Values]) -> str:
    """The JSON parameter of the rows."""
    return json.dumps([{name: _value(model, name, value) for name, value in row.items()} for row in rows])


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(_field(model, name).column)


def _source(model: type[models.Model], names: Sequence[str]) -> str:
    if connection.vendor == "postgresql":
        typed = ", ".join(f'"{name}" {_type(model, name)}' for name in names)
        return f"jsonb_to_recordset(%s::jsonb) AS given({typed})"
    return "json_each(%s) AS given"


def _type(model: type[models.Model], name: str) -> str:
    kind = str(_field(model, name).db_type(connection))
    return {"serial": "integer", "bigserial": "bigint"}.get(kind, kind)


def _read(model: type[models.Model], name: str) -> str:
    return f'given."{name}"' if connection.vendor == "postgresql" else f"json_extract(given.value, '$.{name}')"


def _value(model: type[models.Model], name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        if connection.vendor == "postgresql":
            return value.isoformat()
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value) if connection.vendor == "postgresql" else value.hex
    if isinstance(value, dict | list):
        return value if connection.vendor == "postgresql" else json.dumps(value, ensure_ascii=False)
    return value
