"""Whom does fraud keep out, for how long? The approver's side of the receipt bars, written with the decision itself.

Of items that directly concern public safety, health or the safety of life and property (catalogue.SafetyItem): false papers
keep an applicant out for a year (行政许可法第七十八条), a licence got by fraud and annulled its holder for three (第七十九条).
A head may let one application through, as with every receipt bar, and that is kept.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from approvals.cases import receiptbars
from approvals.cases.models import Case, Proceeding
from approvals.cases.words import Result
from approvals.catalogue.models import SafetyItem
from approvals.licences.words import Ground, OfficialAct
from approvals.organisations.models import Organ

if TYPE_CHECKING:
    from approvals.cases.step import Outcome

FRAUD = "以欺骗、贿赂等不正当手段取得许可，被依法撤销"
FALSE_PAPERS = "隐瞒有关情况或者提供虚假材料申请许可"


def ban(given: dict[str, Any], case: Case, sequence: int, outcome: Outcome) -> None:
    """Bar the parties where this decision finds fraud in a matter of safety; otherwise nothing."""
    found = _fraud(given, case, outcome.event.result)
    if found is None or not SafetyItem.objects.filter(edition=case.snapshot.edition, item=case.snapshot.item).exists():
        return
    cause, basis, years = found
    actor = outcome.event.actor
    by = case.snapshot.name_organ_id if outcome.event.result == Result.REFUSED else case.snapshot.decide_organ_id
    receiptbars.impose(
        case=case,
        by=Organ.objects.get(pk=by),
        source=f"{case.number}#{sequence}",
        cause=cause,
        basis=basis,
        item=case.snapshot.item,
        until_on=years_after(outcome.event.effective_on, years),
        actor=actor,
        at=outcome.event.at,
    )


def _fraud(given: dict[str, Any], case: Case, result: str) -> tuple[str, str, int] | None:
    """The cause, the basis and the years of a ban, if there is one."""
    if result == Result.ORDERED:
        proceeding = Proceeding.objects.get(pk=case.pk)
        annulled = proceeding.act == OfficialAct.ANNUL and proceeding.ground == Ground.FRAUD
        return (FRAUD, "《中华人民共和国行政许可法》第七十九条", settings.FRAUD_BAN_YEARS) if annulled else None
    if given.get("false_papers") or given.get("ground") == "FALSE_PAPERS":
        return (FALSE_PAPERS, "《中华人民共和国行政许可法》第七十八条", settings.FALSE_PAPERS_BAN_YEARS)
    return None


def years_after(on: date, years: int) -> date:
    """The same day some years later; 28 February for the 29th where the year has none."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)
