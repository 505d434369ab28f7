"""How does an organ issue a letter? Checked, numbered and frozen in the caller's transaction; the PDF follows by itself.

The number comes from the series of organ, kind and year, whose row stays locked until the commit: no gap, no double. What
happens to the PDF afterwards (`making`) never touches the number.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from rest_framework import serializers

from approvals.audit.chain import canonical
from approvals.documents.kinds import KINDS, Kind
from approvals.documents.models import Letter, LetterMark
from approvals.documents.tasks import nudge
from approvals.errors import Refused
from approvals.organisations.models import Organ

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 16  # 31 ** 16: nobody finds a paper by trying


class LetterIncomplete(Refused):
    code = "letter-incomplete"
    status = 422
    title = "文书内容不全，不能出具"


def issue(
    *,
    kind: str,
    organ: Organ,
    subject: str,
    data: dict[str, Any],
    at: datetime,
    key: str,
    on: date | None = None,
    item: str = "",
    seal_holder: Organ | None = None,
    replaces: str = "",
) -> Letter:
    """Issue a letter of `kind` in the name of `organ`, inside the caller's transaction.

    `data` must fit the kind's contract; `key` names what owes the letter and is never issued twice (the same letter comes
    back); `on` is the date it bears, `seal_holder` who keeps the seal where that is not the organ itself, `replaces` the
    number of the paper it stands in for. A kind that is `held` is made only after `release`.
    Raises LetterIncomplete (nothing is written, no number is used).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("issue needs the transaction of whoever owes the letter")
    rule = KINDS[kind]
    content = checked(rule, data)
    found = Letter.objects.filter(key=key).first()
    if found is not None:
        return found
    day = on or timezone.localtime(at).date()
    serial = next_serial(organ=organ.pk, kind=kind, year=day.year)
    number = f"{mark_of(organ)}{rule.series}字〔{day.year}〕{serial}号"
    title = rule.titled(data)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    text = frozen(content, number=number, title=title, organ=organ.name, on=day, code=code, replaces=replaces)
    letter = Letter.objects.create(
        kind=kind,
        organ=organ,
        year=day.year,
        serial=serial,
        number=number,
        key=key,
        subject=subject,
        title=title,
        item=item,
        issued_at=at,
        issued_on=day,
        data=text,
        data_digest=digest_of(text),
        code=code,
        seal_holder=seal_holder,
        state=Letter.State.HELD if rule.held else Letter.State.DUE,
        due_at=at,
    )
    transaction.on_commit(nudge, robust=True)
    return letter


def checked(rule: Kind, data: dict[str, Any]) -> dict[str, Any]:
    """The content in its declared types. Raises LetterIncomplete, naming what is missing."""
    try:
        return dict(rule.contract().run_validation(data))
    except serializers.ValidationError as wrong:
        said = "；".join(sentences(wrong.detail))
        raise LetterIncomplete(f"《{rule.titled({})}》不能出具：{said}"[:300], kind=rule.code) from wrong


def sentences(errors: Any, where: str = "") -> list[str]:
    """What is wrong, each with the name of its field."""
    if isinstance(errors, dict):
        return [one for name, inner in errors.items() for one in sentences(inner, f"{where}{name} ")]
    if any(isinstance(inner, dict) for inner in errors):
        return [one for number, inner in enumerate(errors, 1) for one in sentences(inner, f"{where}{number} ") if inner]
    return [f"{where}{text}" for text in errors]


def frozen(
    content: dict[str, Any], *, number: str, title: str, organ: str, on: date, code: str, replaces: str = ""
) -> str:
    """The content with the letter's own particulars, as canonical JSON."""
    letter = {
        "number": number,
        "title": title,
        "organ": organ,
        "on": on,
        "code": code,
        "verify_url": f"{settings.PUBLIC_URL.rstrip('/')}/verify/{code}/",
    }
    return canonical({**content, "letter": letter | ({"replaces": replaces} if replaces else {})})


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def next_serial(*, organ: int, kind: str, year: int) -> int:
    """The next serial of a series, its row locked until the caller commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_letterseries (organ_id, kind, year, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (organ_id, kind, year) DO UPDATE SET last = documents_letterseries.last + 1 RETURNING last",
            [organ, kind, year],
        )
        return int(cursor.fetchone()[0])


def mark_of(organ: Organ) -> str:
    """How the organ's letter numbers begin; its short name where no mark is set."""
    mark = LetterMark.objects.filter(pk=organ.pk).first()
    return mark.mark if mark else organ.short_name
