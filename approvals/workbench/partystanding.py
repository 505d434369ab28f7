"""How does a party stand with its supervisors? The ratings and the receipt bars that hold, for intake, case and push pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from approvals.audit.fields import search_hash
from approvals.cases.licensing import applicants
from approvals.cases.models import Case, ReceiptBar
from approvals.cases.parties import one_way
from approvals.cases.receiptbars import holding
from approvals.supervision.credit import credit_of
from approvals.supervision.models import PartyCredit

SHORTEST = 15  # characters of a number that is looked for


@dataclass(frozen=True)
class PartyStanding:
    """What a person with the right to the case is shown; empty where nobody said anything."""

    credits: list[PartyCredit]
    bars: list[ReceiptBar]

    def __bool__(self) -> bool:
        return bool(self.credits or self.bars)


def standing_of(hashes: Iterable[str], *, item: str, on: date) -> PartyStanding:
    known = list(hashes)
    return PartyStanding(credit_of(known, on=on), list(holding(known, item=item, on=on)))


def standing_of_case(case: Case, *, on: date) -> PartyStanding:
    return standing_of(applicants(case), item=case.snapshot.item, on=on)


def standing_of_number(number: str, *, item: str, on: date) -> PartyStanding:
    """Of whoever is being entered at the window."""
    plain = one_way(number)
    return standing_of([search_hash(plain)] if len(plain) >= SHORTEST else [], item=item, on=on)
