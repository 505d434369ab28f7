"""What would the same rows cost without us? psycopg alone: lock the case, update it, insert the event and its words, commit.

It asks nothing, computes nothing (not even a digest) and checks nothing: the most a program on this database could reach
with one plain statement for each thing it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import models
from psycopg.types.json import Jsonb

from approvals.cases.models import Case, Decision, Event, EventText, PointAnswer, Service, SiteRecord
from approvals.cases.rows import WRITTEN
from approvals.cases.write import EVENT_COLUMNS, TEXT_COLUMNS
from benchmarks.acts import Planned, live

STATEMENTS = 4  # of a transition, beside BEGIN and COMMIT: lock, update, two inserts
BESIDE: tuple[type[models.Model], ...] = (PointAnswer, SiteRecord, Decision, Service)
Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """What one act wrote: the case's columns, its event, its words, and the rows beside."""

    case: Row
    event: Row
    text: Row
    beside: tuple[tuple[type[models.Model], list[Row]], ...]


def record(number: str, acts: tuple[Planned, ...]) -> list[Written]:
    """Lead a case through the acts by the real door, and note what each of them wrote."""
    case = Case.objects.get(number=number)
    known = {model: set(model._default_manager.values_list("pk", flat=True)) for model in BESIDE}
    found = []
    for _ in live(number, acts):
        state = _read(Case, ("id", *WRITTEN), pk=case.pk)[0]
        event = _read(Event, EVENT_COLUMNS, case_id=case.pk, sequence=state["events"])[0]
        text = _read(EventText, TEXT_COLUMNS, case_id=case.pk, sequence=state["events"])[0]
        beside = []
        for model in BESIDE:
            columns = tuple(field.attname for field in model._meta.concrete_fields)
            rows = [
                row for row in _read(model, columns, case_id=case.pk) if row[model._meta.pk.attname] not in known[model]
            ]
            known[model] |= {row[model._meta.pk.attname] for row in rows}
            if rows:
                beside.append((model, [_without_serial(model, row) for row in rows]))
        found.append(Written(state, event, text, tuple(beside)))
    return found


def _read(model: type[models.Model], columns: Iterable[str], **where: Any) -> list[Row]:
    """Rows as psycopg takes them."""
    as_json = {field.attname for field in model._meta.concrete_fields if isinstance(field, models.JSONField)}
    return [
        {name: Jsonb(value) if name in as_json else value for name, value in row.items()}
        for row in model._default_manager.filter(**where).order_by("pk").values(*columns)
    ]


def _without_serial(model: type[models.Model], row: Row) -> Row:
    return {
        name: value
        for name, value in row.items()
        if not (name == "id" and isinstance(model._meta.pk, models.AutoField))
    }


class Raw:
    """The program one would write by hand, over one connection; with `beside`, also the rows that stand beside the case."""

    def __init__(self, connection: psycopg.Connection[Any], *, beside: bool) -> None:
        self.connection, self.beside = connection, beside
        columns = ", ".join(f'"{name}"' for name in ("id", *WRITTEN))
        settings = ", ".join(f'"{name}" = %({name})s' for name in WRITTEN)
        self.lock = f"SELECT {columns} FROM cases_case WHERE number = %s FOR UPDATE"
        self.update = f"UPDATE cases_case SET {settings} WHERE id = %(id)s"

    def lifecycle(self, number: str, case: int, acts: list[Written]) -> None:
        """The recorded acts, written for another case, one durable commit each."""
        for act in acts:
            self.transition(number, case, act)

    def transition(self, number: str, case: int, act: Written, *, sequence: int | None = None) -> None:
        """One act: `sequence` where the case already has other events than the recorded one had."""
        events = {} if sequence is None else {"events": sequence}
        place = {"case_id": case} | ({} if sequence is None else {"sequence": sequence})
        self.connection.execute(self.lock, (number,)).fetchone()
        self.connection.execute(self.update, act.case | {"id": case} | events)
        self._insert(Event, [act.event | place])
        self._insert(EventText, [act.text | place])
        if self.beside:
            for model, rows in act.beside:
                self._insert(model, [row | {"case_id": case} for row in rows])
        self.connection.commit()

    def _insert(self, model: type[models.Model], rows: list[Row]) -> None:
        columns = ", ".join(f'"{name}"' for name in rows[0])
        places = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
        self.connection.execute(
            f"INSERT INTO {model._meta.db_table} ({columns}) VALUES {places}",
            [value for row in rows for value in row.values()],
        )
