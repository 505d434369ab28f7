"""In which order did committed records happen, and how does a consumer follow them?

`enrol` moves pending rows into the register, one writer at a time. `follow` hands a consumer what is new to it and moves
its cursor in the same transaction as the consumer's own effect, so that a crash repeats or keeps both, never one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from approvals.audit.chain import GENESIS, canonical, link
from approvals.audit.models import ChainedRow, Cursor, Pending, RegisterEntry, RegisterHead
from approvals.audit.sources import source, sources

__all__ = ["Entry", "enrol", "entry_text", "follow", "rows_of", "source"]


@dataclass(frozen=True)
class Entry:
    """One register entry with its row, as a consumer sees it."""

    position: int
    kind: str
    row: ChainedRow


def rows_of(kind: str, ids: Sequence[int]) -> dict[int, ChainedRow]:
    model = apps.get_model(sources[kind])
    return {row.pk: row for row in model._default_manager.filter(pk__in=ids)}


def enrol(*, limit: int = 500) -> int:
    """Take up to `limit` committed rows into the register, in the order of the pending list; how many were taken."""
    with transaction.atomic(durable=True):
        head, _ = RegisterHead.objects.select_for_update().get_or_create(pk=1, defaults={"digest": GENESIS})
        pending = list(Pending.objects.order_by("pk")[:limit])
        digests: dict[tuple[str, int], str] = {}
        for kind in {entry.kind for entry in pending}:
            wanted = [entry.row for entry in pending if entry.kind == kind]
            digests |= {(kind, pk): row.digest for pk, row in rows_of(kind, wanted).items()}
        entries = []
        for entry in pending:
            row_digest = digests[entry.kind, entry.row]
            position = head.position + 1
            digest = link(head.digest, entry_text(position, entry.kind, entry.row, row_digest))
            entries.append(
                RegisterEntry(
                    position=position,
                    kind=entry.kind,
                    row=entry.row,
                    row_digest=row_digest,
                    previous=head.digest,
                    digest=digest,
                )
            )
            head.position, head.digest = position, digest
        if entries:
            RegisterEntry.objects.bulk_create(entries)
            Pending.objects.filter(pk__in=[entry.pk for entry in pending]).delete()
            head.save(update_fields=["position", "digest"])
    return len(entries)


def entry_text(position: int, kind: str, row: int, row_digest: str) -> str:
    """The canonical text of a register entry."""
    return canonical({"position": position, "kind": kind, "row": row, "digest": row_digest})


def follow(name: str, handle: Callable[[list[Entry]], None], *, kinds: Sequence[str], limit: int = 200) -> int:
    """Hand `handle` the next entries of `kinds` after the cursor `name`; how many positions the cursor moved.

    Runs in one durable transaction with the cursor locked: two consumers of one name take turns.
    """
    with transaction.atomic(durable=True):
        Cursor.objects.get_or_create(name=name)
        cursor = Cursor.objects.select_for_update().get(name=name)
        found = list(RegisterEntry.objects.filter(position__gt=cursor.position).order_by("position")[:limit])
        if not found:
            return 0
        rows = {
            kind: rows_of(kind, [entry.row for entry in found if entry.kind == kind])
            for kind in {entry.kind for entry in found} & set(kinds)
        }
        handle([Entry(e.position, e.kind, rows[e.kind][e.row]) for e in found if e.kind in rows])
        Cursor.objects.filter(pk=cursor.pk).update(position=found[-1].position)
    return len(found)
