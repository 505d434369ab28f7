"""Is every decided case provably received? Recomputed from what was sent, the receipts and the chained records alone.

No column that says "confirmed" is believed. A decision counts as received when each unit responsible for it has a receipt
for exactly the text that was sent: the receipt names the push, its digest stands in the chained record, and its signature,
where there is one, holds. Days: the push is due on the third working day (赣市府办发〔2022〕7号 四（六）); one that goes out
instead of it after an objection, on the third working day after that. In time is what arrived in time the first time: in an
inbox by being listed, at a unit's system by its first receipt.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from approvals.audit import chain
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Event
from approvals.exchange.models import Endpoint
from approvals.exchange.proof import OWN, SHARED, Asked, holds
from approvals.supervision.models import Push, PushEvent
from approvals.supervision.words import PushAction, PushState, Subject

AT_ONCE = 500  # decisions read together

RECEIVED, LATE, NOT_YET, BROKEN = "RECEIVED", "LATE", "NOT_YET", "BROKEN"
FIRST = "FIRST"  # beside the actions: the first record of a receipt
WORDS = {RECEIVED: "有回执可证", LATE: "逾期未达", NOT_YET: "未到期", BROKEN: "与留痕不符"}


@dataclass(frozen=True)
class Line:
    """One decision as the ledger sees it; `how`: what its weakest receipt is worth (OWN, SHARED, PLAIN, OPENED)."""

    case: str
    event_sequence: int
    decided_on: date
    due_on: date
    state: str
    in_time: bool
    how: str
    units: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Sum:
    """The ledger in numbers. `received` includes what came late; `late` is still missing."""

    decided: int
    received: int
    received_late: int
    late: int
    not_yet: int
    broken: int

    @property
    def words(self) -> str:
        return (
            f"{self.decided} 件决定中 {self.received} 件有回执可证（其中 {self.received_late} 件晚于时限），"
            f"逾期未达 {self.late} 件，未到期 {self.not_yet} 件，与留痕不符 {self.broken} 件。"
        )

    @property
    def sound(self) -> bool:
        return not self.late and not self.broken

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"words": self.words}


def lines(
    *,
    on: date,
    unit: str = "",
    case: str = "",
    region: str = "",
    items: Collection[str] = (),
    since: date | None = None,
    most: int | None = None,
) -> Iterator[Line]:
    """Every decision that has to be pushed, in the order of the cases; only of a unit, a case, a region, some items.

    With `since`, those of cases decided from that day on, in the order of their days; with `most`, the first so many.
    """
    events = Event.objects.exclude(push="").select_related("case").order_by("case_id", "sequence")
    if case:
        events = events.filter(case__number=case)
    if unit:
        events = events.filter(
            Exists(
                Push.objects.filter(
                    case=OuterRef("case"),
                    event_sequence=OuterRef("sequence"),
                    subject=Subject.DECISION,
                    copy=False,
                    unit__code=unit,
                ).exclude(state=PushState.REPLACED)
            )
        )
    if region:
        events = events.filter(case__region=region)
    if items:
        events = events.filter(case__snapshot__item__in=items)
    if since:
        events = events.filter(case__decided_on__gte=since).order_by("case__decided_on", "case_id", "sequence")
    rows = events[:most].iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        yield from _lines(batch, on=on, unit=unit)


def summed(found: Iterable[Line]) -> Sum:
    counts: dict[str, int] = defaultdict(int)
    for line in found:
        counts[line.state] += 1
        counts["received late"] += line.state == RECEIVED and not line.in_time
        counts["all"] += 1
    return Sum(counts["all"], counts[RECEIVED], counts["received late"], counts[LATE], counts[NOT_YET], counts[BROKEN])


def _lines(events: list[Event], *, on: date, unit: str) -> Iterator[Line]:
    pushes: dict[tuple[int, int], list[Push]] = defaultdict(list)
    firsts: dict[tuple[int, int], list[Push]] = defaultdict(list)
    asked = Push.objects.filter(case__in={event.case_id for event in events}, subject=Subject.DECISION, copy=False)
    for push in asked.select_related("unit", "message__endpoint").order_by("unit_sequence"):
        if push.state != PushState.REPLACED and unit in ("", push.unit.code):
            pushes[push.case_id, push.event_sequence].append(push)
        if push.replaces_id is None:
            firsts[push.case_id, push.event_sequence].append(push)
    records = records_of({push for each in (*pushes.values(), *firsts.values()) for push in each})
    for event in events:
        found = pushes[event.case_id, event.sequence]
        if found or not unit:
            measured = found if unit else firsts[event.case_id, event.sequence]
            yield _line(event, found, measured, records, on=on)


def records_of(pushes: Iterable[Push]) -> dict[Any, dict[str, PushEvent]]:
    """The record of each push's going out, the last one of its receipt and, as FIRST, the first."""
    kept: dict[Any, dict[str, PushEvent]] = defaultdict(dict)
    wanted = (PushAction.PUSHED, PushAction.CONFIRMED)
    rows = PushEvent.objects.filter(push__in=[push.pk for push in pushes], action__in=wanted)
    for row in rows.order_by("case_id", "sequence"):
        kept[row.push_id][row.action] = row
        if row.action == PushAction.CONFIRMED:
            kept[row.push_id].setdefault(FIRST, row)
    return kept


def delivered_on(push: Push, records: Mapping[str, PushEvent]) -> date | None:
    """When a push first arrived, by its records: in an inbox when it went out, at a system with its first receipt."""
    sent, first = records.get(PushAction.PUSHED), records.get(FIRST)
    if sent is None or first is None:
        return None
    if (push.message.receipt or {}).get("receipt") == "opened":
        return local_day(sent.at)
    told = first.data.get("delivered_on")
    return date.fromisoformat(told) if told else local_day(first.at)


def due_day_of(push: Push, records: Mapping[str, PushEvent], event: Event) -> date:
    """The last day on which a push may arrive; what goes out in another's place has its days from then on."""
    sent = records.get(PushAction.PUSHED)
    since = local_day(sent.at) if sent is not None and push.replaces_id is not None else event.effective_on
    return add(current_calendar(), since, settings.PUSH_WITHIN_WORKDAYS)


def _line(
    event: Event,
    pushes: list[Push],
    measured: list[Push],
    records: Mapping[Any, Mapping[str, PushEvent]],
    *,
    on: date,
) -> Line:
    first_due_on = add(current_calendar(), event.effective_on, settings.PUSH_WITHIN_WORKDAYS)
    due_on = max([due_day_of(push, records.get(push.pk, {}), event) for push in pushes], default=first_due_on)
    in_time = all(
        (day := delivered_on(push, told)) is not None and day <= due_day_of(push, told, event)
        for push in measured
        for told in (records.get(push.pk, {}),)
    )
    found = [judged(push, records.get(push.pk, {})) for push in pushes]
    why = next((one.trouble for one in found if one.trouble), "")
    if why:
        state = BROKEN
    elif found and all(one.received_on for one in found):
        state = RECEIVED
    else:
        state = LATE if due_on < on else NOT_YET
        why = "没有回执" if found else "还没有牵头的监管单位"
    return Line(
        case=event.case.number,
        event_sequence=event.sequence,
        decided_on=event.effective_on,
        due_on=due_on,
        state=state,
        in_time=state == RECEIVED and in_time,
        how=min((one.how for one in found), key=_WORTH.index, default="") if state == RECEIVED else "",
        units=tuple(push.unit.code for push in pushes),
        why=why,
    )


_WORTH = ("", "PLAIN", "OPENED", "SHARED", "OWN")


@dataclass(frozen=True)
class Judged:
    """What one push's receipt is worth. `trouble`: what does not fit, in words."""

    received_on: date | None
    how: str = ""
    trouble: str = ""


def judged(push: Push, records: Mapping[str, PushEvent]) -> Judged:
    """Judge a push by the text sent, its receipt, and its two records."""
    sent, confirmed, message = records.get(PushAction.PUSHED), records.get(PushAction.CONFIRMED), push.message
    if sent is None or not _untouched(sent):
        return Judged(None, trouble="推送没有完好的留痕")
    digest = hashlib.sha256(message.body.encode()).hexdigest()
    if sent.data.get("body_sha256") != digest:
        return Judged(None, trouble="送出的内容与留痕不符")
    receipt = message.receipt
    if not receipt or confirmed is None:
        return Judged(None)
    if not _untouched(confirmed):
        return Judged(None, trouble="回执的留痕被改动")
    if receipt.get("id") != str(push.pk):
        return Judged(None, trouble="回执说的是另一条推送")
    if confirmed.data.get("receipt_sha256") != hashlib.sha256(chain.canonical(receipt).encode()).hexdigest():
        return Judged(None, trouble="回执与留痕不符")
    how, holds_good = worth_of(receipt, body_sha256=digest, endpoint=message.endpoint)
    if not holds_good:
        return Judged(None, trouble="回执签名不符")
    return Judged(local_day(confirmed.at), how)


def worth_of(receipt: Mapping[str, Any], *, body_sha256: str, endpoint: Endpoint) -> tuple[str, bool]:
    """What kind of receipt it is, and whether its signature holds as far as there is a key to check it with."""
    version = str(receipt.get("signature", "")).partition(",")[0] if receipt.get("key") else ""
    if version == OWN:
        return "OWN", holds(receipt, body_sha256=body_sha256, asked=Asked(OWN, receipt["key"]))
    if version == SHARED:
        asked = Asked(SHARED, endpoint.secret)
        known = bool(endpoint.secret) and asked.shown == receipt["key"]  # else the secret was changed since
        return "SHARED", not known or holds(receipt, body_sha256=body_sha256, asked=asked)
    return ("OPENED" if receipt.get("receipt") == "opened" else "PLAIN"), True


def _untouched(record: PushEvent) -> bool:
    return record.text() == record.body and chain.link(record.previous, record.body) == record.digest
