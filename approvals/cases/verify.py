"""Is the record of every case still what was written? Checks chains, counts, heads, words, the register and its daily roots.

Reads rows as they stand and recomputes everything from the canonical texts; each finding names the row it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Any

from approvals.audit import chain
from approvals.audit.findings import Finding, against_register, of_all_rooms
from approvals.audit.models import DailyRoot, RegisterEntry, RegisterHead
from approvals.audit.register import entry_text
from approvals.cases.models import Case, Event, EventText
from approvals.cases.words import Step
from approvals.cases.write import CHAINED, plain

KIND = "case"


@dataclass(frozen=True)
class Standing:
    """What a case row says of itself."""

    number: str
    events: int = 0
    head: str = ""
    state: str = ""
    result: str = ""
    due_on: date | None = None
    promise_on: date | None = None
    statute_on: date | None = None


def verify(*, case: str = "") -> Iterator[Finding]:
    """Every finding, cases first, then the register and every other room (only the one case, where its number is given)."""
    yield from cases(case=case)
    if not case:
        yield from register()
        yield from roots()
        yield from of_all_rooms()


def cases(*, case: str = "") -> Iterator[Finding]:
    """Check each case's chain against its rows, its words, and the count and head on the case row."""
    rows = Case.objects.order_by("pk")
    if case:
        rows = rows.filter(number=case)
    known = {pk: Standing(*values) for pk, *values in rows.values_list("pk", *(one.name for one in fields(Standing)))}
    events = Event.objects.order_by("case_id", "sequence")
    texts = EventText.objects.order_by("case_id", "sequence")
    if case:
        events, texts = events.filter(case_id__in=known), texts.filter(case_id__in=known)
    words = groupby(texts.iterator(chunk_size=2000), key=lambda one: one.case_id)
    current: tuple[int, dict[int, EventText]] = (0, {})
    seen: set[int] = set()
    for pk, group in groupby(events.iterator(chunk_size=2000), key=lambda one: one.case_id):
        while current[0] < pk:
            found = next(words, None)
            if found is None:
                current = (2**62, {})
                break
            current = (found[0], {one.sequence: one for one in found[1]})
        standing = known.get(pk, Standing(f"#{pk}"))
        seen.add(pk)
        of_case = list(group)
        yield from _chain(standing, of_case, current[1] if current[0] == pk else {})
        yield from _row(standing, of_case)
    for pk in sorted(set(known) - seen):
        yield Finding("case-without-record", known[pk].number, "办件没有任何记录。")


def _row(standing: Standing, events: list[Event]) -> Iterator[Finding]:
    """Check what the case row says against what its record led to: state, result, due days."""
    last = events[-1]
    if standing.state != last.target:
        yield Finding("state-differs", standing.number, f"办件停在 {standing.state}，末条记录到 {last.target}。")
    result = next((event.result for event in reversed(events) if event.result), "")
    if standing.result != result:
        yield Finding(
            "result-differs", standing.number, f"办件结果 {standing.result or '空'}，记录为 {result or '空'}。"
        )
    moved = next((event for event in reversed(events) if event.step in (Step.ACT, Step.CONFIRM)), last)
    for name in ("due_on", "promise_on", "statute_on"):
        day = getattr(standing, name)
        if (day.isoformat() if day else None) != moved.data.get(name):
            yield Finding("clock-differs", standing.number, f"办件的 {name} 与第 {moved.sequence} 条记录不符。")


def _chain(standing: Standing, events: list[Event], words: dict[int, EventText]) -> Iterator[Finding]:
    number, count, head = standing.number, standing.events, standing.head
    previous, expected = chain.GENESIS, 1
    for event in events:
        where = f"{number} 第 {event.sequence} 条"
        if event.sequence != expected:
            yield Finding("event-missing", where, f"缺第 {expected} 条至第 {event.sequence - 1} 条。")
        if event.previous != previous:
            yield Finding("chain-broken", where, "与前一条接不上。")
        if chain.link(event.previous, event.body) != event.digest:
            yield Finding("event-changed", where, "规范文本与摘要不符。")
        if chain.canonical(_columns(event)) != event.body:
            yield Finding("event-changed", where, f"列与规范文本不符：{_differing(event)}。")
        yield from _words(where, event, words.get(event.sequence))
        previous, expected = event.digest, event.sequence + 1
    last = events[-1]
    if last.sequence != count:
        yield Finding("count-differs", number, f"办件记着 {count} 条，实有末条为第 {last.sequence} 条。")
    if last.digest != head:
        yield Finding("head-differs", number, "办件所记末条摘要与末条不符。")


def _words(where: str, event: Event, stored: EventText | None) -> Iterator[Finding]:
    if stored is None:
        yield Finding("words-missing", where, "文字行不见了；依法删除应留下空行。")
    elif stored.erased_at is None and chain.salted(stored.salt, stored.text) != event.text_digest:
        yield Finding("words-changed", where, "文字与记录里的摘要不符。")


def _columns(event: Event) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in CHAINED}
    return values | {"at": event.at.astimezone(_zone(event.body)), "data": plain(event.data)}


def _zone(body: str) -> Any:
    """The zone in which the moment was written down, so that the same text comes out again."""
    return datetime.fromisoformat(json.loads(body)["at"]).tzinfo


def _differing(event: Event) -> str:
    written = json.loads(event.body)
    stands = json.loads(chain.canonical(_columns(event)))
    return "、".join(sorted(name for name in set(written) | set(stands) if written.get(name) != stands.get(name)))


def register() -> Iterator[Finding]:
    """Check the register: no gap, each linked to the one before, each row there once with the digest it had."""
    previous, expected = chain.GENESIS, 1
    entries = RegisterEntry.objects.order_by("position")
    for entry in entries.iterator(chunk_size=5000):
        where = f"总册第 {entry.position} 位"
        if entry.position != expected:
            yield Finding("register-gap", where, f"缺第 {expected} 位至第 {entry.position - 1} 位。")
        text = entry_text(entry.position, entry.kind, entry.row, entry.row_digest)
        if entry.previous != previous or chain.link(entry.previous, text) != entry.digest:
            yield Finding("register-changed", where, "与前一位接不上，或内容被改。")
        previous, expected = entry.digest, entry.position + 1
    head = RegisterHead.objects.filter(pk=1).first()
    if head is not None and (head.position, head.digest) != (expected - 1, previous):
        yield Finding(
            "register-cut", f"总册第 {head.position} 位", f"册尾记到第 {head.position} 位，实有 {expected - 1} 位。"
        )
    digests = dict(Event.objects.values_list("pk", "digest"))
    yield from against_register(KIND, digests, called="办理记录")


def roots() -> Iterator[Finding]:
    """Check the daily roots against the register: a register rewritten as a whole still betrays itself."""
    for root in DailyRoot.objects.order_by("day"):
        entry = RegisterEntry.objects.filter(position=root.position).first()
        if root.position and (entry is None or entry.digest != root.digest):
            yield Finding("root-differs", f"{root.day} 日根", f"总册第 {root.position} 位已不是当日导出的样子。")
    ordered = list(DailyRoot.objects.order_by("day").values_list("day", "position"))
    for (_, before), (day, after) in pairwise(ordered):
        if after < before:
            yield Finding("root-differs", f"{day} 日根", "日根倒退。")
