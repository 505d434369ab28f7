"""How does a licence come to be, and how does it change? Only as the effect of a decided case, in its transaction.

Both doors demand the caller's transaction: the licence and the decision exist together or not at all. Called by
`cases.licensing`; nobody else writes the register.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from approvals.audit import chain
from approvals.audit.tasks import nudge
from approvals.errors import Refused
from approvals.licences.changes import CHANGES, Kind, after, end_of, why_not
from approvals.licences.content import Paper, scope_and_place, text_of
from approvals.licences.models import Holder, Licence, LicenceEvent, LicenceType, LicenceVersion
from approvals.licences.numbers import identifier_of, next_serial, number_of, with_version
from approvals.licences.record import append
from approvals.licences.words import LicenceEffect, LicenceRecord, Status
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10


class LicenceNotChangeable(Refused):
    code = "licence-not-changeable"
    title = "证照现在的状态不允许这样变动"


class LicenceNumberTaken(Refused):
    code = "licence-number-taken"
    title = "这个证照编号已经在册"


@dataclass(frozen=True)
class Cause:
    """What brings a change about: the case, the record of its decision, by whom, when, effective on which legal day."""

    case_number: str
    case_sequence: int
    actor: Actor
    at: datetime
    on: date


@dataclass(frozen=True)
class Grant:
    """What is granted: of which type, by which organ, for which item, with which words; days as the decider wrote them."""

    kind: LicenceType
    organ: Organ
    city_organ: int
    region: str
    edition: str
    item: str
    paper: Paper
    holders: tuple[dict[str, Any], ...]
    valid_from: date | None = None
    valid_to: date | None = None


def grant(what: Grant, *, cause: Cause, number: str = "", issued_on: date | None = None) -> Licence:
    """Enter a new licence; with a `number`, one that was issued before the platform is taken up under it.

    Raises LicenceNumberTaken, LicenceSeriesFull.
    """
    _in_transaction()
    if number and Licence.objects.filter(number=number).exists():
        raise LicenceNumberTaken(f"{number} 已经在册，请在受理时选择这本证照。", number=number)
    serial = next_serial(kind=what.kind, region=what.region, on=cause.on)
    first, last = (what.valid_from, what.valid_to) if number else validity(what, on=cause.on)
    scope, place = scope_and_place(what.kind, what.paper)
    licence = Licence(
        number=number or number_of(what.kind, region=what.region, on=cause.on, serial=serial),
        identifier=identifier_of(
            what.kind,
            organ=what.organ.uscc or what.organ.code.replace("-", ""),
            region=what.region,
            on=cause.on,
            serial=serial,
            version=1,
        ),
        type=what.kind,
        name=what.kind.name,
        region_id=what.region,
        organ=what.organ,
        city_organ_id=what.city_organ,
        edition=what.edition,
        item=what.item,
        case_number=cause.case_number,
        taken_up=bool(number),
        holder_name=what.holders[0]["name"],
        scope=scope,
        place=place,
        issued_on=issued_on or cause.on,
        valid_from=first,
        valid_to=last,
        verify_code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        head=chain.GENESIS,
    )
    licence.save(force_insert=True)
    Holder.objects.bulk_create(Holder(licence=licence, **one) for one in what.holders)
    digest = _print(licence, what.paper, what.holders, on=licence.issued_on)
    _note(licence, LicenceRecord.TAKEN_UP if number else LicenceRecord.GRANTED, cause, digest)
    return licence


def validity(what: Grant, *, on: date) -> tuple[date | None, date | None]:
    """From when to when a new licence is good: as decided, else as its form says, else its type's months."""
    kind = what.kind
    first = what.valid_from or _day(what.paper.form.get(kind.valid_from_field)) or on
    last = what.valid_to or _day(what.paper.form.get(kind.valid_to_field))
    if last is None and kind.validity_months:
        last = end_of(first, kind.validity_months)
    if last is not None and last < first:
        last = None if not kind.validity_months else end_of(first, kind.validity_months)
    return first, last


def change(
    *,
    licence: int,
    kind: Kind,
    cause: Cause,
    paper: Paper | None = None,
    holders: tuple[dict[str, Any], ...] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
    until: date | None = None,
    deemed: bool = False,
    data: dict[str, Any] | None = None,
) -> Licence:
    """Change a licence (by key) under its lock. `paper` and `holders` are what the case decided anew, where it did.

    Raises LicenceNotChangeable: it may have moved on since the case looked at it.
    """
    _in_transaction()
    row = Licence.objects.select_for_update(of=("self",), no_key=True).select_related("type", "organ").get(pk=licence)
    if refusal := why_not(kind, row.standing, on=cause.on):
        raise LicenceNotChangeable(f"{row.number}：{refusal}", number=row.number, status=row.status)
    step = CHANGES[kind]
    months = row.type.validity_months
    now = after(kind, row.standing, on=cause.on, months=months, valid_from=valid_from, valid_to=valid_to, until=until)
    row.status, row.valid_from, row.valid_to = now.status, now.valid_from, now.valid_to
    row.suspended_until = now.suspended_until
    if step.reissues:
        row.version += 1
        row.identifier = with_version(row.identifier, row.version)
        digest = _reissue(row, kind, paper, holders, on=cause.on)
    else:
        digest = LicenceEvent.objects.values_list("content_digest", flat=True).get(licence=row, sequence=row.events)
    record = LicenceRecord.DEEMED_RENEWED if deemed else step.record
    _note(row, record, cause, digest, {"until": until, "act": kind.value, **(data or {})})
    return row


def _reissue(row: Licence, kind: Kind, paper: Paper | None, holders: tuple[dict[str, Any], ...], *, on: date) -> str:
    """A new version of the paper. A renewal and a replacement keep what stands; only an amendment brings new words."""
    if kind == LicenceEffect.AMEND and holders:
        Holder.objects.filter(licence=row).delete()
        Holder.objects.bulk_create(Holder(licence=row, **one) for one in holders)
        row.holder_name = holders[0]["name"]
    if kind == LicenceEffect.AMEND and paper is not None:
        scope, place = scope_and_place(row.type, paper)
        row.scope, row.place = scope or row.scope, place or row.place
    return _print(row, paper if kind == LicenceEffect.AMEND else None, (), on=on)


def _print(licence: Licence, paper: Paper | None, holders: tuple[dict[str, Any], ...], *, on: date) -> str:
    """Write the version that goes on paper; its digest. What a case did not decide is carried over."""
    before = LicenceVersion.objects.filter(licence=licence).order_by("-version").first()
    shown = holders or tuple(Holder.objects.filter(licence=licence).order_by("position").values())
    text = text_of(licence, paper, shown, before=before.content if before else "")
    salt = chain.new_salt()
    LicenceVersion.objects.create(
        licence=licence,
        version=licence.version,
        identifier=licence.identifier,
        content=text,
        salt=salt,
        issued_on=on,
    )
    return chain.salted(salt, text)


def _note(
    licence: Licence, record: LicenceRecord, cause: Cause, digest: str, data: dict[str, Any] | None = None
) -> None:
    append(
        licence,
        record,
        case_number=cause.case_number,
        case_sequence=cause.case_sequence,
        actor=cause.actor,
        organ=cause.actor.organ_code or licence.organ.code,
        at=cause.at,
        effective_on=cause.on,
        content_digest=digest,
        data=data,
    )
    licence.save()
    transaction.on_commit(nudge, robust=True)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a licence changes in the transaction of its decision")


__all__ = ["Cause", "Grant", "LicenceNotChangeable", "LicenceNumberTaken", "Status", "change", "grant", "validity"]
