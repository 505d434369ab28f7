"""Are the records of a kind still what was written? What every room's proof has in common.

A room says what its chains hang on, and under which kind its rows stand in the register; each finding names the row it
is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from approvals.audit import chain
from approvals.audit.models import ColumnsRow, Pending, RegisterEntry
from approvals.audit.sources import verifiers


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written: a stable code, where, and what it means."""

    code: str
    where: str
    text: str


@dataclass(frozen=True)
class Head:
    """What the row that a stream hangs on says of it."""

    name: str
    events: int
    head: str


def of_all_rooms() -> Iterator[Finding]:
    """The findings of every room that has said how it is proved."""
    for function in verifiers:
        yield from import_string(function)()


def heads_of(streams: QuerySet[Any], *, by: str, called: str = "") -> dict[int, Head]:
    """What each of these streams (see `Stream`) says of itself, by its key; `by` is the column that names it."""
    known = streams.values_list("pk", by, "events", "head")
    return {pk: Head(f"{called} {name}".strip(), events, head) for pk, name, events, head in known}


def of_records(
    rows: QuerySet[Any], heads: dict[int, Head], *, stream: str, kind: str, called: str
) -> Iterator[Finding]:
    """Everything about the records of a kind: their chains (`stream` is the column of what they hang on) and the register."""
    yield from chained(rows.order_by(stream, "sequence").iterator(chunk_size=2000), heads, stream=stream)
    yield from against_register(kind, dict(rows.values_list("pk", "digest")), called=called)


def of_words(texts: QuerySet[Any], *, called: str) -> Iterator[Finding]:
    """Are the words beside these records (see `ErasableText`), as far as they were not erased, still what was digested?"""
    kept = texts.filter(erased_at=None).values_list("record", "record__text_digest", "salt", "text")
    for pk, digest, salt, text in kept.iterator(chunk_size=2000):
        if chain.salted(salt, text) != digest:
            yield Finding("words-changed", f"{called} {pk}", "文字与记录里的摘要不符。")


def chained(rows: Iterable[ColumnsRow], heads: dict[int, Head], *, stream: str) -> Iterator[Finding]:
    """Check chains, columns, counts and heads. `rows` ordered by stream, then sequence; `stream`: its column."""
    seen: set[int] = set()
    for key, group in groupby(rows, key=lambda row: getattr(row, stream)):
        head = heads.get(key, Head(f"#{key}", 0, ""))
        seen.add(key)
        previous, last = chain.GENESIS, 0
        for row in group:
            where = f"{head.name} 第 {row.sequence} 条"
            if row.sequence != last + 1:
                yield Finding("event-missing", where, f"缺第 {last + 1} 条至第 {row.sequence - 1} 条。")
            if row.previous != previous:
                yield Finding("chain-broken", where, "与前一条接不上。")
            if chain.link(row.previous, row.body) != row.digest:
                yield Finding("event-changed", where, "规范文本与摘要不符。")
            if row.text() != row.body:
                yield Finding("event-changed", where, "列与规范文本不符。")
            previous, last = row.digest, row.sequence
        if last != head.events:
            yield Finding("count-differs", head.name, f"记着 {head.events} 条，实有末条为第 {last} 条。")
        if previous != head.head:
            yield Finding("head-differs", head.name, "所记末条摘要与末条不符。")
    for key in sorted(set(heads) - seen):
        if heads[key].events:
            yield Finding("record-missing", heads[key].name, f"记着 {heads[key].events} 条，一条也没有。")


def against_register(kind: str, digests: dict[int, str], *, called: str) -> Iterator[Finding]:
    """Rows (digest by key) that vanished or changed after they were registered, or never went through the front door."""
    left = dict(digests)
    for position, row, digest in RegisterEntry.objects.filter(kind=kind).values_list("position", "row", "row_digest"):
        if left.get(row) is None:
            yield Finding("row-removed", f"总册第 {position} 位", f"{called} {row} 已不存在。")
        elif left.pop(row) != digest:
            yield Finding("row-changed", f"总册第 {position} 位", f"{called} {row} 与入册时不同。")
    waiting = set(Pending.objects.filter(kind=kind).values_list("row", flat=True))
    for row in sorted(set(left) - waiting):
        yield Finding("row-inserted", f"{called} {row}", "不在总册，也不在待入册清单。")
