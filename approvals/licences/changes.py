"""May this happen to a licence, and how does it stand afterwards? Pure: facts and a day in, facts or a sentence out.

One row a change: from which standings it is possible, where it leads, which record it leaves. A licence whose time has
run out can only be struck off or annulled (行政许可法 第七十条第一项、第六十九条); it cannot be renewed any more. A suspension
until a day ends by itself the day after, as validity does: neither end is written down.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from approvals.licences.words import LicenceEffect, LicenceRecord, OfficialAct, Status

Kind = LicenceEffect | OfficialAct
RUNNING = (Status.VALID, Status.SUSPENDED)


@dataclass(frozen=True)
class Standing:
    """How a licence stands: its stored status and the days between which it is good."""

    status: Status
    valid_from: date | None
    valid_to: date | None
    suspended_until: date | None = None

    def on(self, day: date) -> Status:
        """The status on a day: papers expire by themselves the day after `valid_to`, a suspension after its own end."""
        if self.status not in RUNNING:
            return self.status
        if self.valid_to is not None and day > self.valid_to:
            return Status.EXPIRED
        served = self.suspended_until is not None and day > self.suspended_until
        return Status.VALID if served else self.status

    def in_force(self, day: date) -> bool:
        """Whether its holder may rely on it on a day."""
        return self.on(day) == Status.VALID and (self.valid_from is None or self.valid_from <= day)


@dataclass(frozen=True)
class Change:
    """One thing that can happen: from which statuses, to which (None: the same), with which record and new version."""

    sources: tuple[Status, ...]
    target: Status | None
    record: LicenceRecord
    reissues: bool = False  # a new version of the paper goes out, the old one is void


S = Status
ENDED_OTHERWISE = (S.EXPIRED, S.WITHDRAWN, S.ANNULLED, S.REVOKED)

# fmt: off
CHANGES: dict[Kind, Change] = {
    LicenceEffect.AMEND:   Change((S.VALID,), None, LicenceRecord.AMENDED, reissues=True),
    LicenceEffect.RENEW:   Change((S.VALID,), None, LicenceRecord.RENEWED, reissues=True),
    LicenceEffect.REPLACE: Change(RUNNING, None, LicenceRecord.REPLACED, reissues=True),
    LicenceEffect.CANCEL:  Change((*RUNNING, *ENDED_OTHERWISE), S.CANCELLED, LicenceRecord.CANCELLED),
    OfficialAct.SUSPEND:   Change((S.VALID,), S.SUSPENDED, LicenceRecord.SUSPENDED),
    OfficialAct.LIFT:      Change((S.SUSPENDED,), S.VALID, LicenceRecord.LIFTED),
    OfficialAct.WITHDRAW:  Change(RUNNING, S.WITHDRAWN, LicenceRecord.WITHDRAWN),
    OfficialAct.ANNUL:     Change((*RUNNING, S.EXPIRED), S.ANNULLED, LicenceRecord.ANNULLED),
    OfficialAct.STRIKE:    Change((*RUNNING, *ENDED_OTHERWISE), S.CANCELLED, LicenceRecord.CANCELLED),
    OfficialAct.REVOKE:    Change(RUNNING, S.REVOKED, LicenceRecord.REVOKED),
}
# fmt: on

ADVICE = {
    Status.EXPIRED: "有效期已满，请按新办申请",
    Status.SUSPENDED: "先解除暂停",
    Status.CANCELLED: "证照已经注销，需要的按新办申请",
}


def why_not(kind: Kind, standing: Standing, *, on: date) -> str:
    """Why a change is not possible on a day, and what to do instead; empty when it is possible."""
    change = CHANGES.get(kind)
    if change is None:
        return "" if kind in (LicenceEffect.CREATE, LicenceEffect.NONE) else "没有这种变动"
    now = standing.on(on)
    if now in change.sources:
        return ""
    advice = ADVICE.get(now, "")
    return f"证照现为“{now.label}”，不能{kind.label}" + (f"；{advice}。" if advice else "。")


def after(
    kind: Kind,
    standing: Standing,
    *,
    on: date,
    months: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    until: date | None = None,
) -> Standing:
    """The standing after a change that is possible. A renewal runs on from the old end, `months` or to `valid_to`.

    `until`: the last day of a suspension. A replaced paper stays suspended until the day it was.
    """
    change = CHANGES[kind]
    status = change.target or standing.on(on)
    until = until if kind == OfficialAct.SUSPEND else standing.suspended_until if status == S.SUSPENDED else None
    if kind == LicenceEffect.RENEW:
        start = valid_from or (standing.valid_to + timedelta(days=1) if standing.valid_to else on)
        return Standing(status, start, valid_to or (end_of(start, months) if months else None), until)
    if change.reissues and (valid_from or valid_to):
        return Standing(status, valid_from or standing.valid_from, valid_to or standing.valid_to, until)
    return replace(standing, status=status, suspended_until=until)


def end_of(start: date, months: int) -> date:
    """The last day of so many months from `start`: five years from 2026-03-02 end on 2031-03-01."""
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if start.day > last:  # the last of February for a licence of the 29th
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - timedelta(days=1)


def renewal_due_on(standing: Standing, *, days: int) -> date | None:
    """The last day on which a renewal may be asked for in time: `days` calendar days before the end (第五十条)."""
    return standing.valid_to - timedelta(days=days) if standing.valid_to else None
