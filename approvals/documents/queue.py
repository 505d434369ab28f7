"""What may a person or the seal keeper do about a letter that waits? Release, confirm as the second, retry, freeze anew.

None of these touches a paper that was made: what has left the house is never set again under the same number.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.documents.kinds import KINDS
from approvals.documents.letters import checked, digest_of, frozen
from approvals.documents.making import NoSeal, seal_of
from approvals.documents.models import Letter, Seal
from approvals.documents.tasks import nudge
from approvals.errors import Refused

State = Letter.State


class LetterNotWaiting(Refused):
    code = "letter-not-waiting"
    title = "这份文书不在等待处理"


class SamePerson(Refused):
    code = "letter-same-person"
    status = 403
    title = "用印须两人，不能自己确认自己"


def release(*, subject: str, user: int | None, name: str, at: datetime) -> int:
    """The seal keeper has sealed the held letters of a subject; how many. In the caller's transaction."""
    held = list(
        Letter.objects.select_for_update(of=("self",)).select_related("organ").filter(subject=subject, state=State.HELD)
    )
    for letter in held:
        _sealed(letter, user, name, at)
    if held:
        transaction.on_commit(nudge, robust=True)
    return len(held)


def seal_again(*, letter: int, user: int, name: str, at: datetime) -> Letter:
    """The seal keeper seals the paper that stands in for a void one; its case has long been sealed. Raises LetterNotWaiting."""
    with transaction.atomic():
        found = _locked(letter, State.HELD)
        _sealed(found, user, name, at)
        transaction.on_commit(nudge, robust=True)
    return found


def _sealed(letter: Letter, user: int | None, name: str, at: datetime) -> None:
    letter.sealed_by, letter.sealed_by_name, letter.due_at = user, name[:40], at
    letter.state = State.SECOND if _two_persons(letter) else State.DUE
    letter.save(update_fields=["sealed_by", "sealed_by_name", "due_at", "state"])


def _two_persons(letter: Letter) -> bool:
    """Whether the seal of this letter takes two; one that is not found is the maker's trouble, not the keeper's."""
    try:
        return seal_of(letter, Seal.Kind(KINDS[letter.kind].seal)).two_persons
    except NoSeal:
        return False


def confirm(*, letter: int, user: int, name: str, at: datetime) -> Letter:
    """A second person confirms the use of the seal. Raises LetterNotWaiting, SamePerson."""
    with transaction.atomic():
        found = _locked(letter, State.SECOND)
        if found.sealed_by == user:
            raise SamePerson("请由本单位另一位有用印或签发岗位的人确认。")
        found.second_by, found.second_by_name, found.due_at, found.state = user, name[:40], at, State.DUE
        found.save(update_fields=["second_by", "second_by_name", "due_at", "state"])
        transaction.on_commit(nudge, robust=True)
    return found


def retry(*, letter: int, at: datetime) -> Letter:
    """Try a failed letter again, with the template and the seal of today. Raises LetterNotWaiting."""
    with transaction.atomic():
        found = _locked(letter, State.FAILED)
        _due(found, at)
        found.save()
    return found


def refreeze(*, letter: int, data: dict[str, Any], at: datetime) -> Letter:
    """Freeze a failed letter's content anew; number and date stay. Raises LetterNotWaiting, LetterIncomplete."""
    with transaction.atomic():
        found = _locked(letter, State.FAILED)
        content, before = checked(KINDS[found.kind], data), json.loads(found.data)["letter"]
        found.data = frozen(
            content,
            number=found.number,
            title=found.title,
            organ=before["organ"],
            on=found.issued_on,
            code=found.code,
            replaces=before.get("replaces", ""),
        )
        found.data_digest = digest_of(found.data)
        _due(found, at)
        found.save()
    return found


def _due(letter: Letter, at: datetime) -> None:
    letter.state, letter.attempts, letter.due_at = State.DUE, 0, at
    letter.claim, letter.claimed_until, letter.failure, letter.reason = "", None, "", ""
    transaction.on_commit(nudge, robust=True)


def _locked(pk: int, state: Letter.State) -> Letter:
    found = Letter.objects.select_for_update(of=("self",)).select_related("organ").get(pk=pk)
    if found.state != state:
        raise LetterNotWaiting("别人已经处理过；刷新后再看。")
    return found
