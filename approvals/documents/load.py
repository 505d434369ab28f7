"""Bring seals, marks of organs and templates of letters up to this release; in a demonstration, the local authority too."""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from approvals.documents import authority
from approvals.documents.drafts import load_templates
from approvals.documents.models import LetterMark, Seal
from approvals.organisations.models import Organ
from approvals.organisations.seedfile import read_csv, unique

COLUMNS = ("code", "name", "kind", "owner", "holder", "item_scope", "valid_from", "valid_to")


def load() -> int:
    """Load `seeds/organisations/seals.csv`; how many seals stand as in the seed. Raises SeedMalformed."""
    return load_seals(settings.BASE_DIR / "seeds" / "organisations" / "seals.csv")


def load_letters(*, demo: bool) -> int:
    """Load marks and templates; how many kinds of letter can be set. Raises SeedMalformed.

    In production the authority is made by hand (`manage.py make_ca`), by whoever keeps its key.
    """
    load_marks(settings.BASE_DIR / "seeds" / "organisations" / "marks.csv")
    if demo:
        authority.make(at=timezone.now())
    return load_templates(at=timezone.now())


def load_marks(path: Path) -> int:
    """Add the marks that are missing, by organ; what was changed here stays. Raises SeedMalformed."""
    organs = {organ.code: organ for organ in Organ.objects.all()}
    rows = unique(read_csv(path, ("organ", "mark")), "organ")
    marks = [LetterMark(organ=row.reference("organ", organs), mark=row.text("mark", most=20)) for row in rows]
    LetterMark.objects.bulk_create(marks, ignore_conflicts=True)
    return len(marks)


def load_seals(path: Path) -> int:
    """Create or update the seals of a file, by their code; removes none. Idempotent. Raises SeedMalformed."""
    organs = {organ.code: organ for organ in Organ.objects.all()}
    seals = []
    for row in unique(read_csv(path, COLUMNS), "code"):
        seal = Seal(
            code=row.text("code", most=40),
            name=row.text("name", most=80),
            kind=row.choice("kind", Seal.Kind.values),
            owner=row.reference("owner", organs),
            holder=row.reference("holder", organs),
            item_scope=row.codes("item_scope"),
            valid_from=row.day("valid_from"),
            valid_to=row.day_or_none("valid_to"),
        )
        if seal.kind == Seal.Kind.APPROVAL and seal.owner_id != seal.holder_id:
            row.refuse("holder", "审批专用章由所属机构自己保管；交县级保管的是2号章")
        if seal.valid_to is not None and seal.valid_to < seal.valid_from:
            row.refuse("valid_to", "停用日早于启用日")
        seals.append(seal)
    with transaction.atomic():
        Seal.objects.bulk_create(
            seals,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "kind", "owner", "holder", "item_scope", "valid_from", "valid_to"],
        )
    return len(seals)
