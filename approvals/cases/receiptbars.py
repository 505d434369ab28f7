"""May an application of this party be received now? 收件限制: imposed by supervision, opened once by a head, lifted or run out.

A bar is a warning with a lock: it names who imposed it, why, on which basis and until when. A head of the organ in whose
name is received may let one application through, with a reason; that is kept. A party is known by its number alone.
An application to cancel a licence is never barred (BARS_SPARE_EFFECTS).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet

from approvals.audit import chain, records
from approvals.audit.findings import Finding, heads_of, of_records
from approvals.calendars.workdays import local_day
from approvals.cases.models import BarRecord, Case, Party, ReceiptBar
from approvals.cases.words import BarAct
from approvals.errors import Refused
from approvals.organisations import masks
from approvals.organisations.access import Actor, is_head
from approvals.organisations.models import Level, Organ, Role, SupervisionUnit

log = structlog.get_logger(__name__)
LONGEST = 1000
KIND = "receipt-bar"


class PartyBarred(Refused):
    code = "party-barred"
    title = "限制收取这个当事人的新申请"


class BarNotFound(Refused):
    code = "receipt-bar-not-found"
    status = 404
    title = "没有这条收件限制"


# ---------------------------------------------------------------- what holds


def in_force(on: date) -> Q:
    return Q(from_on__lte=on, until_on__gte=on, lifted_at=None)


def holding(hashes: Iterable[str], *, item: str, on: date) -> QuerySet[ReceiptBar]:
    """The bars that hold on a day against these people (by search hash) for an item, the longest first."""
    wanted = [one for one in hashes if one]
    rows = ReceiptBar.objects.select_related("unit", "organ").filter(in_force(on), id_hash__in=wanted)
    return rows.filter(Q(item="") | Q(item=item)).order_by("-until_on", "pk")


def spared(effect: str) -> bool:
    """Whether applications with this effect on a licence are received all the same."""
    return effect in settings.BARS_SPARE_EFFECTS


def refusal(bars: list[ReceiptBar]) -> PartyBarred:
    said = "；".join(f"{one.imposer.name}因{one.cause}限制至 {one.until_on}，依据{one.basis}" for one in bars)
    return PartyBarred(
        f"{said}。确需收件的，写明理由请受理机关负责人放行这一件。",
        bars=[
            {"id": one.pk, "unit": one.imposer.code, "cause": one.cause, "basis": one.basis, "until_on": one.until_on}
            for one in bars
        ],
    )


def check_case(case: Case, *, actor: Actor, on: date) -> None:
    """A draft is received only if nothing bars its applicants beyond what was let through for it. Raises PartyBarred."""
    if spared(case.form.licence_effect):
        return
    hashes = case.parties.filter(role=Party.Role.APPLICANT).values_list("id_hash", flat=True)
    shut = holding(hashes, item=case.snapshot.item, on=on).exclude(passes__used_by=case)
    if found := list(shut):
        raise refusal(found)


# ---------------------------------------------------------------- imposing and lifting: on the word of a unit, or by law


def impose(
    *,
    case: Case,
    by: SupervisionUnit | Organ,
    source: str,
    cause: str,
    basis: str,
    item: str,
    until_on: date,
    actor: Actor,
    at: datetime,
) -> list[ReceiptBar]:
    """Bar the applicants of a case from today, in the caller's transaction; those without a number cannot be barred."""
    made = []
    for party in case.parties.filter(role=Party.Role.APPLICANT).exclude(id_hash="").order_by("position"):
        bar = ReceiptBar.objects.create(
            id_hash=party.id_hash,
            name=party.name,
            id_last=masks.last_four(party.id_number or ""),
            item=item,
            unit=by if isinstance(by, SupervisionUnit) else None,
            organ=by if isinstance(by, Organ) else None,
            case=case,
            source=source,
            cause=cause[:120],
            basis=basis,
            from_on=local_day(at),
            until_on=until_on,
            head=chain.GENESIS,
        )
        data = {"unit": by.code, "source": source, "item": item, "from_on": bar.from_on, "until_on": until_on}
        append(bar, BarAct.IMPOSED, actor=actor, at=at, data=data, words=f"{cause}\n{basis}")
        made.append(bar)
    return made


def lift(bars: Iterable[int], *, actor: Actor, at: datetime, words: str) -> int:
    """Lift bars in the caller's transaction, who has asked whether this actor may; how many were still in force."""
    done = 0
    for pk in sorted(bars):
        bar = locked(pk)
        if bar.lifted_at is not None:
            continue
        bar.lifted_at, bar.lifted_by_id, bar.lifting = at, actor.user, words
        bar.save(update_fields=["lifted_at", "lifted_by", "lifting"])
        append(bar, BarAct.LIFTED, actor=actor, at=at, words=words)
        done += 1
    return done


# ---------------------------------------------------------------- who sees what


def visible(actor: Actor) -> Q:
    """The bars this actor may read about, as a filter: the unit's own, those a head or clerk was concerned with.

    A bar is about the item of its case, a request to pass it about the item that was applied for.
    """
    if actor.kind == "SYSTEM":
        return Q()
    of_case, of_pass = actor.within("case__snapshot__item"), actor.within("passes__item")
    if actor.role == Role.SUPERVISOR:
        return of_case & Q(unit=actor.unit)
    if actor.role == Role.COORDINATOR:
        return of_case if actor.level == Level.CITY else of_case & Q(case__region=actor.region)
    if is_head(actor.role):
        return of_pass & Q(passes__organ=actor.organ) | of_case & Q(organ=actor.organ)
    if actor.role == Role.CLERK:
        return of_pass & Q(passes__region=actor.region)
    return Q(pk__in=[])


def bars(actor: Actor) -> QuerySet[ReceiptBar]:
    """Those in force and past, the latest first."""
    pks = ReceiptBar.objects.filter(visible(actor)).values("pk")
    rows = ReceiptBar.objects.select_related("unit", "organ", "case__snapshot", "lifted_by")
    return rows.filter(pk__in=pks).order_by("-from_on", "-pk")


# ---------------------------------------------------------------- the chain


def locked(pk: int) -> ReceiptBar:
    return ReceiptBar.objects.select_for_update(of=("self",)).get(pk=pk)


def append(
    bar: ReceiptBar,
    act: BarAct,
    *,
    actor: Actor,
    at: datetime,
    data: dict[str, Any] | None = None,
    words: str = "",
) -> None:
    """Write one record at the end of a locked bar."""
    values = {"at": at, "act": act, "data": records.plain(data)}
    records.append(BarRecord(bar=bar, **values, **records.digested(words), **actor.codes), to=bar)


def findings() -> Iterator[Finding]:
    """Is the record of every bar still what was written?"""
    heads = heads_of(ReceiptBar.objects.all(), called="收件限制", by="id")
    yield from of_records(BarRecord.objects.all(), heads, stream="bar_id", kind=KIND, called="收件限制记录")
