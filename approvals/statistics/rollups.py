"""How do the figures follow the cases? Whatever happened to a case, it is taken out as it was counted and counted anew.

The register says which cases to look at; what is counted is the case as it stands. So a repeated entry changes nothing,
and the figures equal a recomputation from the cases as soon as everything is read (docs/decisions/0015). One writer at a time:
the row of `Reckoning` is locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from approvals.audit.register import Entry, follow
from approvals.calendars.workdays import local_day
from approvals.cases.models import Case, Event
from approvals.statistics.counting import CaseFacts, Cell, Counts, PushFacts, counts
from approvals.statistics.models import KEY, Counted, Reckoning, Slice, Tally
from approvals.supervision.models import Push, PushEvent
from approvals.supervision.promptness import deliveries_of, standing

READER = "statistics.rollups"
KINDS = ("case", "push")
ROUND = 500  # cases a transaction when days pass or everything is built anew
COLUMNS = {name: name if name == "region" else f"snapshot__{name}" for name in KEY}
FACTS = (
    "state",
    "result",
    "received_on",
    "accepted_on",
    "decided_on",
    "promise_on",
    "paused_on",
    "stops_promise",
    "returns",
    "corrections",
)
Key = tuple[int, str, date]  # slice, measure, month
Sums = dict[Key, list[int]]  # n, of these open, over, returned


def follow_register(*, at: datetime) -> int:
    """Count what the register has new; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: _place(entries, at=at), kinds=KINDS)


def _place(entries: Iterable[Entry], *, at: datetime) -> None:
    rows = [entry.row for entry in entries]
    recount({row.case_id for row in rows if isinstance(row, (Event, PushEvent))}, at=at)


def let_days_pass(*, at: datetime) -> int:
    """Count anew what the calendar alone has made late; how many cases. Repeated until 0 by the task."""
    on = local_day(at)
    with transaction.atomic(durable=True):
        reckoning = _locked(at)
        late = list(Counted.objects.filter(holds_to__lt=on).order_by("holds_to").values_list("pk", flat=True)[:ROUND])
        recount(late, at=at, on=on)
        if not late and reckoning.on < on:
            Reckoning.objects.filter(pk=reckoning.pk).update(on=on)
    return len(late)


def rebuild(*, at: datetime) -> int:
    """Throw all figures away and count every case anew, some hundred a transaction; how many cases.

    Meanwhile the figures say that they are incomplete; broken off, it is simply started again.
    """
    with transaction.atomic(durable=True):
        reckoning = _locked(at)
        Counted.objects.all().delete()
        Tally.objects.all().delete()
        Slice.objects.all().delete()
        Reckoning.objects.filter(pk=reckoning.pk).update(on=local_day(at), rebuilt_upto=0)
    number = last = 0
    while True:
        with transaction.atomic(durable=True):
            _locked(at)
            cases = list(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ROUND])
            recount(cases, at=at)
            last = cases[-1] if cases else None
            Reckoning.objects.update(rebuilt_upto=last)
        if last is None:
            return number
        number += len(cases)


def recount(cases: Collection[int], *, at: datetime, on: date | None = None) -> None:
    """Take these cases out of the figures and count them as they stand, in the caller's transaction."""
    reckoning = _locked(at)
    before = Counted.objects.in_bulk(cases)
    found = facts_of(cases)
    slices = _slices({key for key, _ in found.values()})
    changed: Sums = {}
    after = []
    for pk, (key, facts) in found.items():
        new = counts(facts, on=max(on or reckoning.on, reckoning.on))
        row = Counted(case_id=pk, slice_id=slices[key], cells=_written(new.cells), **_flags(new))
        old = before.get(pk)
        if old is not None and _same(old, row):
            continue
        if old is not None:
            _add(changed, old, -1)
        _add(changed, row, +1)
        after.append(row)
    Counted.objects.bulk_create(
        after,
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["slice", "cells", "is_open", "is_over", "is_returned", "holds_to"],
    )
    _tally(changed)
    Reckoning.objects.filter(pk=reckoning.pk).update(at=max(at, reckoning.at))


def facts_of(cases: Collection[int]) -> dict[int, tuple[tuple[Any, ...], CaseFacts]]:
    """What counts of these cases, by case: the values of KEY and the facts. Four queries."""
    pushes = standing().filter(case__in=cases).order_by("case")
    told = {pk: tuple(map(_push, rows)) for pk, rows in groupby(pushes, key=lambda push: push.case_id)}
    deliveries = deliveries_of(cases)
    found = {}
    for row in Case.objects.filter(pk__in=cases).order_by("pk").values("pk", *COLUMNS.values(), *FACTS):
        pk, paused, stops = row.pop("pk"), row.pop("paused_on"), row.pop("stops_promise")
        key = tuple(row.pop(column) for column in COLUMNS.values())
        stopped = paused is not None and stops
        facts = CaseFacts(**row, promise_stopped=stopped, pushes=told.get(pk, ()), delivery=deliveries.get(pk))
        found[pk] = (key, facts)
    return found


def _push(push: Push) -> PushFacts:
    return PushFacts(
        state=push.state,
        purpose=push.purpose,
        decided_on=push.decided_on,
        claim_due_on=push.claim_due_on,
        feedback_due_on=push.feedback_due_on,
        claimed_on=local_day(push.claimed_at) if push.claimed_at else None,
    )


def _locked(at: datetime) -> Reckoning:
    Reckoning.objects.get_or_create(pk=1, defaults={"on": local_day(at), "at": at})
    return Reckoning.objects.select_for_update().get(pk=1)


def _slices(wanted: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """The slices of these keys, made where they are new."""
    names = [Slice._meta.get_field(name).attname for name in KEY]
    items = Slice.objects.filter(item__in={key[KEY.index("item")] for key in wanted})
    known = {key: pk for pk, *rest in items.values_list("pk", *names) if (key := tuple(rest)) in wanted}
    for key in sorted(wanted - known.keys()):
        known[key] = Slice.objects.create(**dict(zip(names, key, strict=True))).pk
    return known


def _flags(new: Counts) -> dict[str, Any]:
    return {
        "is_open": new.is_open,
        "is_over": new.is_over,
        "is_returned": new.is_returned,
        "holds_to": new.holds_to,
    }


def _same(one: Counted, other: Counted) -> bool:
    return all(getattr(one, field.attname) == getattr(other, field.attname) for field in Counted._meta.concrete_fields)


def _written(cells: dict[Cell, int]) -> str:
    return " ".join(f"{measure}:{month:%Y-%m}:{n}" for (measure, month), n in sorted(cells.items()))


def _add(sums: Sums, row: Counted, sign: int) -> None:
    for cell in row.cells.split():
        measure, month, n = cell.split(":")
        held = sums.setdefault((row.slice_id, measure, date.fromisoformat(f"{month}-01")), [0, 0, 0, 0])
        for place, counted in enumerate((True, row.is_open, row.is_over, row.is_returned)):
            held[place] += sign * int(n) * counted


def _tally(changed: Sums) -> None:
    """Add these sums to the figures; what comes to nothing goes."""
    changed = {key: sums for key, sums in changed.items() if any(sums)}
    near = Tally.objects.filter(
        slice__in={key[0] for key in changed},
        measure__in={key[1] for key in changed},
        month__in={key[2] for key in changed},
    )
    rows = {key: one for one in near if (key := (one.slice_id, one.measure, one.month)) in changed}
    gone = []
    for key, (n, n_open, n_overdue, n_returned) in changed.items():
        row = rows.setdefault(
            key, Tally(slice_id=key[0], measure=key[1], month=key[2], n=0, n_open=0, n_overdue=0, n_returned=0)
        )
        row.n += n
        row.n_open += n_open
        row.n_overdue += n_overdue
        row.n_returned += n_returned
        if row.n == 0 and row.pk:
            gone.append(row.pk)
    Tally.objects.bulk_create(
        [row for row in rows.values() if row.n],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["measure", "month", "slice"],
        update_fields=["n", "n_open", "n_overdue", "n_returned"],
    )
    Tally.objects.filter(pk__in=gone).delete()
