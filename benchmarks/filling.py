"""How do a hundred thousand cases come about in a minute? The told ones are copied as rows, on other days, under other names.

First some thousand copies one by one, each on days of its own; then these are doubled by SQL within the database.
Nineteen in twenty are finished, as in an archive of some years, and nineteen in twenty of their pushes claimed and
answered: the limits are days. A number says when a case was received, a name which
copy it is, so that a search finds few among many.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from approvals.cases.models import Case, Decision, Form, Party, Snapshot
from approvals.cases.words import State
from approvals.exchange.models import Message
from approvals.supervision.models import Push
from approvals.supervision.words import PushState

SEED = 20220701
OPEN_SHARE = 0.05
SPREAD_DAYS = 700  # finished copies lie so many days back at most
ROUND = 1000
BY_HAND = 4000
NAMES = ("康泽", "绿源", "锦江", "梅川", "濂水", "仁济", "桃江", "宏达", "客源", "顺捷")


def values(row: models.Model, *without: str) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def moved(found: dict[str, Any], days: int) -> dict[str, Any]:
    """All days and moments of a row so many days earlier."""
    back = timedelta(days=days)
    return {name: value - back if isinstance(value, date) else value for name, value in found.items()}


def fill(wanted: int) -> None:
    """Copies of the told cases until there are `wanted`; goes on where an earlier call was broken off."""
    if Case.objects.count() < BY_HAND:
        copy_by_hand(wanted)
    while (there := Case.objects.count()) < wanted:
        double(offset=there, upto=min(there, wanted - there))


def copy_by_hand(wanted: int) -> None:
    """Copies one by one, in rounds of a thousand cases."""
    chance = random.Random(SEED)
    originals = list(
        Case.objects.select_related("snapshot", "form", "decision").prefetch_related("parties", "pushes__message")
    )
    ended = [one for one in originals if one.state == State.DELIVERED]
    running = [one for one in originals if one.state != State.DELIVERED]
    claimant = Push.objects.exclude(claimed_by=None).values_list("claimed_by", flat=True)[0]
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    serials = dict(Push.objects.values_list("unit").annotate(models.Max("unit_sequence")))
    copies = iter(range(first, first + min(wanted, BY_HAND) - len(originals)))
    while numbers := list(islice(copies, ROUND)):
        rows: dict[type[models.Model], list[Any]] = {
            kind: [] for kind in (Case, Snapshot, Form, Party, Decision, Message, Push)
        }
        for pk in numbers:
            is_open = chance.random() < OPEN_SHARE
            like = chance.choice(running if is_open else ended)
            for row in copy_of(like, pk, 0 if is_open else chance.randrange(SPREAD_DAYS), chance, serials, claimant):
                rows[type(row)].append(row)
        with transaction.atomic():
            for kind, made in rows.items():
                kind._default_manager.bulk_create(made, batch_size=500)


def double(*, offset: int, upto: int) -> None:
    """Copy the cases with ids up to `upto` once more, `offset` higher, each with its rows, by SQL."""
    connection.ensure_connection()
    key = f"md5({{}}::text || '{offset}')::uuid"
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "copied", 1, lambda old: hashlib.md5(f"{old}{offset}".encode()).hexdigest()
        )
        key = "copied({})"
    number = f"substr(number, 1, 14) || substr(cast(1000000 + id + {offset} as text), 2)"
    of_case = {"case_id": f"case_id + {offset}"}
    mine = f"case_id <= {upto}"
    named = {"name": f"name || '{offset}'", "id": None}
    pushed = f"id in (select message_id from {Push._meta.db_table} where {mine})"
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 0")
        for kind, changes, which in (
            (Case, {"id": f"id + {offset}", "number": number}, f"id <= {upto}"),
            (Snapshot, of_case, mine),
            (Form, of_case, mine),
            (Party, of_case | named, mine),
            (Decision, of_case, mine),
            (Message, {"id": key.format("id"), "thread": f"thread || '-{offset}'", "body": "''"}, pushed),
            (
                Push,
                of_case
                | {"id": key.format("id"), "message_id": key.format("message_id")}
                | {"unit_sequence": f"unit_sequence + {offset * 10}", "replaces_id": None},
                mine,
            ),
        ):
            names = [field.column for field in kind._meta.concrete_fields if changes.get(field.column, "") is not None]
            taken = ", ".join(changes.get(name) or f'"{name}"' for name in names)
            table, columns = kind._meta.db_table, ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {taken} FROM {table} WHERE {which}")


def copy_of(
    like: Case, pk: int, days: int, chance: random.Random, serials: dict[int, int], claimant: int
) -> Iterator[models.Model]:
    case = moved(values(like, "id"), days)
    number = f"GZ{like.region_id}{case['received_on'] or case['arrived_on']:%y%m%d}{pk % 10**6:06d}"
    yield Case(id=pk, **case | {"number": number})
    yield Snapshot(case_id=pk, **values(like.snapshot, "case_id"))
    yield Form(case_id=pk, **values(like.form, "case_id") | {"duplicate_key": f"{pk:064x}"})
    for party in like.parties.all():
        name = f"{chance.choice(NAMES)}{pk}有限公司" if party.role == Party.Role.APPLICANT else party.name
        yield Party(case_id=pk, **values(party, "id", "case_id") | {"name": name, "id_hash": f"{pk:064x}"})
    if hasattr(like, "decision"):
        yield Decision(case_id=pk, **values(like.decision, "case_id"))
    for push in like.pushes.all():
        serials[push.unit_id] += 1
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        yield Message(id=key, **values(push.message, "id") | {"thread": number})
        sent = values(push, "id", "case_id", "message_id", "unit_sequence", "replaces_id")
        if days and push.state in (PushState.TO_CLAIM, PushState.CLAIMED) and chance.random() >= OPEN_SHARE:
            claimed = {"claimed_at": push.pushed_at, "claimed_by_id": claimant}
            sent |= {"state": PushState.FED_BACK} | (claimed if push.claimed_at is None else {})
        yield Push(
            id=key,
            **moved(sent, days),
            case_id=pk,
            message_id=key,
            unit_sequence=serials[push.unit_id],
        )
