"""When does a paper that left the house stop being good? Replaced, ended with what it stood for, or void for a mistake.

A paper is never taken out of the register of letters: whoever holds it finds there that it was ours, since when it is no
longer good, why, and which one replaced it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from approvals.audit.management_record import record
from approvals.audit.models import ManagementRecord
from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter
from approvals.errors import Invalid, Refused
from approvals.organisations.models import User

MISTAKE = "MISTAKE"
MOST_WORDS = 200


class LetterNotGood(Refused):
    code = "letter-not-good"
    title = "这份文书不能作废"


@dataclass(frozen=True)
class Ending:
    """Since which day a paper is no longer good, why, and what stands in its place; `yet`: until that day it is not good yet."""

    since: date
    because: str
    replaced_by: Letter | None = None
    yet: bool = False

    @property
    def words(self) -> str:
        if self.yet:
            return f"自 {self.since.isoformat()} 起才有效：{self.because}"
        place = f"，由 {self.replaced_by.number} 代替" if self.replaced_by else ""
        return f"自 {self.since.isoformat()} 起不再有效：{self.because}{place}"


def ending_of(letter: Letter, *, on: date) -> Ending | None:
    """How a paper stands on a day; None while it is good. The term of a licence begins and runs out by itself."""
    if letter.ended_on is not None and letter.ended(on):
        return Ending(letter.ended_on, letter.ended_because, letter.replaced_by)
    if letter.kind != LetterKind.LICENCE:
        return None
    content = letter.content
    if (first := content.get("valid_from")) and (begins := date.fromisoformat(first)) > on:
        return Ending(begins, "尚未生效", yet=True)
    if last := content.get("valid_to"):
        over = date.fromisoformat(last) + timedelta(days=1)
        return Ending(over, "有效期已满") if over <= on else None
    return None


def stand(
    letter: Letter,
    *,
    by: str = "",
    because: str = "",
    on: date | None = None,
    until: date | None = None,
    replaced_by: Letter | None = None,
) -> None:
    """Let a paper end like this, or (without a day) be good; one that was void for a mistake stays void.

    `until`: the last day of an ending for a time.
    """
    now = {
        "ended_on": on,
        "ended_until": until,
        "ended_by": by,
        "ended_because": because[:300],
        "replaced_by": replaced_by,
    }
    if letter.ended_by != MISTAKE and any(getattr(letter, name) != value for name, value in now.items()):
        Letter.objects.filter(pk=letter.pk).exclude(ended_by=MISTAKE).update(**now)


def void(*, letter: int, user: int, words: str, at: datetime, on: date) -> Letter:
    """Declare a made paper void for a mistake, in the caller's transaction. Raises Invalid, LetterNotGood."""
    if not connection.in_atomic_block:
        raise RuntimeError("a paper is voided in the transaction that issues the one in its place")
    said = words.replace("\x00", "").strip()
    if not said or len(said) > MOST_WORDS:
        raise Invalid({"reason": [f"写明作废的理由，{MOST_WORDS} 字以内。"]})
    found = Letter.objects.select_for_update(of=("self",)).select_related("organ").get(pk=letter)
    if found.state != Letter.State.MADE or found.ended(on):
        raise LetterNotGood("只有制成、仍然有效的文书可以作废；刷新后再看。")
    found.state, found.ended_on, found.ended_until, found.ended_by = Letter.State.VOID, on, None, MISTAKE
    found.ended_because = f"文书有误，已作废：{said.rstrip('。；')}"
    found.save(update_fields=["state", "ended_on", "ended_until", "ended_by", "ended_because"])
    User.objects.select_for_update().get(pk=user)  # a person's records are one chain
    data = {"letter": found.pk, "kind": found.kind, "data_digest": found.data_digest}
    record(user=user, act=ManagementRecord.Act.VOID, subject=found.number, data=data, at=at)
    return found
