"""Which permits were granted? 行政许可法第四十条: grants are open to the public; names of applicants are masked.

Only permits (行政许可): what is registered, confirmed or filed is not covered. Published once the sealed paper exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from approvals.cases.models import Case, Party
from approvals.cases.words import Result, State
from approvals.catalogue.models import PowerType
from approvals.organisations.masks import party as masked_party

PUBLISHED = (State.SEALED, State.DELIVERED, State.ARCHIVED)


@dataclass(frozen=True)
class Grant:
    item: str
    item_name: str
    applicant: str
    result_name: str
    organ: str
    region: str
    decided_on: date
    valid: str


@dataclass(frozen=True)
class Page:
    grants: list[Grant]
    after: str  # the cursor of the next page, empty on the last


def granted(*, items: list[str] | None, region: str, after: str, size: int) -> Page:
    """One page of grants, the newest first; `items` narrows to item codes, `after` is where the last page ended."""
    rows = (
        Case.objects.filter(
            decided_on__isnull=False,
            result=Result.GRANTED,
            state__in=PUBLISHED,
            snapshot__power_type=PowerType.PERMIT,
        )
        .select_related("snapshot__decide_organ", "region", "form", "decision")
        .prefetch_related(
            Prefetch(
                "parties", Party.objects.filter(role=Party.Role.APPLICANT).order_by("position"), to_attr="applicants"
            )
        )
        .order_by("-decided_on", "-id")
    )
    if items is not None:
        rows = rows.filter(snapshot__item__in=items)
    if region:
        rows = rows.filter(region=region)
    if (cursor := _cursor(after)) is not None:
        day, key = cursor
        rows = rows.filter(Q(decided_on__lt=day) | Q(decided_on=day, id__lt=key))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page([_grant(case) for case in found[:size]], f"{last.decided_on}.{last.pk}" if last else "")


def _cursor(text: str) -> tuple[date, int] | None:
    """The place a cursor stands for; None for what is none: an address somebody made up begins at the beginning."""
    day, _, key = text.partition(".")
    try:
        return date.fromisoformat(day), int(key[:18])
    except ValueError:
        return None


def _grant(case: Case) -> Grant:
    first, *others = case.applicants
    decision, form = case.decision, case.form
    valid = form.result_validity
    if decision.valid_to:
        valid = f"{decision.valid_from or case.decided_on} 至 {decision.valid_to}"
    return Grant(
        item=case.snapshot.item,
        item_name=case.snapshot.item_name,
        applicant=masked_party(first.name, first.kind) + (f" 等 {len(others) + 1} 个申请人" if others else ""),
        result_name=form.result_name,
        organ=case.snapshot.decide_organ.name,
        region=case.region.name,
        decided_on=case.decided_on,
        valid=valid,
    )
