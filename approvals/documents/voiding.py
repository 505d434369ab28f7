"""When does a paper that left the house stop being good? Replaced, ended with what it stood for, or void for a mistake.

A paper is never taken out of the register of letters: whoever holds it finds there that it was ours, since when it is no
longer good, why, and which one replaced it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

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
    """Since which day a paper is no longer good, why, and what stands in its place."""

    since: date
    because: str
    replaced_by: Letter | None = None

    @property
    def words(self) -> str:
        place = f"，由 {self.replaced_by.number} 代替" if self.replaced_by else ""
        return f"自 {self.since.isoformat()} 起不再有效：{self.because}{place}"


def ending_of(letter: Letter, *, on: date) -> Ending | None:
    """How a paper stands on a day; None while it is good. A licence runs out by itself."""
    if letter.ended_on is not None:
        return Ending(letter.ended_on, letter.ended_because, letter.replaced_by)
    if letter.kind == LetterKind.LICENCE and (last := letter.content.get("valid_to")):
        over = date.fromisoformat(last) + timedelta(days=1)
        return Ending(over, "有效期已满") if over <= on else None
    return None


def end(letters: QuerySet[Letter], *, by: str, because: str, on: date, replaced_by: Letter | None = None) -> int:
    """Let papers end that are still good, and say what replaced those that ended the same way before; how many ended."""
    if replaced_by is not None:
        letters.filter(ended_by=by, replaced_by=None).exclude(pk=replaced_by.pk).update(replaced_by=replaced_by)
        letters = letters.exclude(pk=replaced_by.pk)
    return letters.filter(ended_on=None).update(
        ended_on=on, ended_by=by, ended_because=because[:300], replaced_by=replaced_by
    )


def good_again(letters: QuerySet[Letter], *, ended_by: str) -> int:
    """Papers that ended for a time only (暂停) are good again; how many."""
    return letters.filter(ended_by=ended_by).update(ended_on=None, ended_by="", ended_because="", replaced_by=None)


def void(*, letter: int, user: int, words: str, at: datetime, on: date) -> Letter:
    """Declare a made paper void for a mistake, in the caller's transaction. Raises Invalid, LetterNotGood."""
    if not connection.in_atomic_block:
        raise RuntimeError("a paper is voided in the transaction that issues the one in its place")
    said = words.replace("\x00", "").strip()
    if not said or len(said) > MOST_WORDS:
        raise Invalid({"reason": [f"写明作废的理由，{MOST_WORDS} 字以内。"]})
    found = Letter.objects.select_for_update(of=("self",)).select_related("organ").get(pk=letter)
    if found.state != Letter.State.MADE or found.ended_on is not None:
        raise LetterNotGood("只有制成、仍然有效的文书可以作废；刷新后再看。")
    found.state, found.ended_on, found.ended_by = Letter.State.VOID, on, MISTAKE
    found.ended_because = f"文书有误，已作废：{said.rstrip('。；')}"
    found.save(update_fields=["state", "ended_on", "ended_by", "ended_because"])
    User.objects.select_for_update().get(pk=user)  # a person's records are one chain
    data = {"letter": found.pk, "kind": found.kind, "data_digest": found.data_digest}
    record(user=user, act=ManagementRecord.Act.VOID, subject=found.number, data=data, at=at)
    return found
