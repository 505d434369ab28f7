"""Which papers of an applicant lie on file already, and who may attach which file?

A paper is on file where the same applicant handed in a material of the same name as a file in an earlier case this
person may see, no longer ago than `PAPERS_STAY_VALID_DAYS`. Files are attached by their digest; knowing one is not
enough: the actor brought the content in, or may see a case that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from approvals.audit.fields import search_hash
from approvals.calendars.workdays import local_day
from approvals.cases.access import visible
from approvals.cases.models import Case, File, Material, Party
from approvals.documents.queries import brought_in
from approvals.organisations.access import Actor

MOST_FILES = 5  # of one paper


@dataclass(frozen=True)
class OnFile:
    """A paper handed in earlier: its files as (digest, name), in which case and on which day."""

    name: str
    number: str
    on: date
    files: tuple[tuple[str, str], ...]


def papers_on_file(*, id_number: str, names: Iterable[str], actor: Actor, on: date) -> dict[str, OnFile]:
    """By material name, the newest paper of this applicant on file; of voided cases none."""
    if not id_number.strip():
        return {}
    found: dict[str, list[File]] = {}
    files = _files(actor, search_hash(id_number), on=on).filter(material__name__in=list(names))
    for one in files.select_related("material__case", "stored").order_by("-added_at", "-pk"):
        same = found.setdefault(one.material.name, [])
        if len(same) < MOST_FILES and (not same or same[0].material_id == one.material_id):
            same.append(one)
    return {
        name: OnFile(
            name,
            same[0].material.case.number,
            local_day(same[0].added_at),
            tuple((one.stored.digest, one.name) for one in reversed(same)),
        )
        for name, same in found.items()
    }


def digests_from(number: str, material: Material, actor: Actor, *, on: date) -> set[str]:
    """The files of a paper of the same name that may be used again from case `number` for an applicant of this one."""
    applicants = Party.objects.filter(case=material.case_id, role=Party.Role.APPLICANT).exclude(id_hash="")
    found: set[str] = set()
    for id_hash in applicants.values_list("id_hash", flat=True):
        files = _files(actor, id_hash, on=on).filter(material__case__number=number, material__name=material.name)
        found |= set(files.values_list("stored__digest", flat=True))
    return found


def attachable(actor: Actor, digests: Iterable[str]) -> set[str]:
    """Those of `digests` this actor may attach: brought in by them, or standing in a case they may see."""
    asked = set(digests)
    if not asked or actor.kind == "SYSTEM":
        return asked
    found = brought_in(actor, asked)
    if rest := asked - found:
        seen = File.objects.filter(stored__digest__in=rest, material__case__in=Case.objects.filter(visible(actor)))
        found |= set(seen.values_list("stored__digest", flat=True))
    return found


def _files(actor: Actor, id_hash: str, *, on: date) -> QuerySet[File]:
    since = on - timedelta(days=settings.PAPERS_STAY_VALID_DAYS)
    cases = Case.objects.filter(visible(actor), parties__id_hash=id_hash, parties__role=Party.Role.APPLICANT)
    return File.objects.filter(
        material__case__in=cases.exclude(state="VOIDED"),
        material__status="FILE",
        replaced_at=None,
        added_at__date__gte=since,
    )
