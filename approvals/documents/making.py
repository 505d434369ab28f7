"""How does a letter become a signed PDF? Lease, commit; set, sign, store; then one short transaction records it.

A worker that dies in between leaves a lease that runs out, and the next one makes the letter again: the number stays, and of
two finished files only the one whose claim still stands is recorded. Such a letter is then taken alone, and counted: what
kills its worker again and again becomes a task for a person, like what nobody foresaw.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from approvals.audit import records
from approvals.audit.tasks import nudge as nudge_register
from approvals.documents.actions import store
from approvals.documents.kinds import KINDS
from approvals.documents.models import Letter, LetterTemplate, Seal, SealUse, StoredFile
from approvals.documents.sealing import Face, service
from approvals.documents.typesetting import NotTypeset, Sheet, typeset
from approvals.errors import Refused

log = structlog.get_logger(__name__)
WAIT_SECONDS = 30  # doubled with each try


class NoSeal(Refused):
    code = "no-seal-in-force"
    title = "没有可用的印章"


class NoTemplate(Refused):
    code = "no-letter-template"
    title = "没有已发布的文书模板"


@dataclass(frozen=True)
class Made:
    """A finished paper, not yet recorded."""

    template: LetterTemplate
    seal: Seal
    page: int
    pages: int
    plain_digest: str
    file: StoredFile


def make_due(*, clock: Callable[[], datetime]) -> int:
    """Make what is due, one lease's worth; how many letters were tried. What nobody foresaw goes on to the error log."""
    letters = lease(at=clock(), most=settings.LETTER_ROUND)
    for letter in letters:
        with noticed(partial(_unforeseen, letter, clock)):
            _try(letter, clock)
    return len(letters)


def _try(letter: Letter, clock: Callable[[], datetime]) -> None:
    if letter.attempts >= settings.LETTER_TRIES:
        reason = f"制作时后台进程中断了 {letter.attempts} 次；请系统管理员看后台日志，再“重试”。"
        fail(letter, "interrupted", reason, at=clock(), lasting=True)
        return
    try:
        made = make(letter, at=clock())
    except Refused as refusal:
        fail(letter, refusal.code, refusal.detail, at=clock(), lasting=_lasts(refusal))
    except OSError as error:
        fail(letter, "storage", f"文件库或密钥目录出错：{error.strerror or error}", at=clock(), lasting=False)
    else:
        record(letter, made, at=clock())


@contextmanager
def noticed(tell: Callable[[Exception], None]) -> Iterator[None]:
    """Let no fault of ours pass untold: `tell` learns of it, then it goes on to the error log."""
    with ExitStack() as stack:
        stack.push(lambda kind, error, trace: tell(error) if isinstance(error, Exception) else None)
        yield


def in_the_database(error: Exception) -> bool:
    """Whether what failed was the database and not what was made: it may be back in a minute."""
    return isinstance(error, OperationalError | InterfaceError)


def _unforeseen(letter: Letter, clock: Callable[[], datetime], error: Exception) -> None:
    """A task with a reason for the letter that met a fault of ours; those leased with it are free again at once."""
    reason = f"制作程序出错（{type(error).__name__}）；请系统管理员看后台日志，修好后“重试”。"
    fail(letter, "unforeseen", reason, at=clock(), lasting=not in_the_database(error))
    Letter.objects.filter(claim=letter.claim, state=Letter.State.DUE).update(claim="", claimed_until=None)


def _lasts(refusal: Refused) -> bool:
    """Whether trying again by itself is of no use: what is wrong is in the data, the template or the register of seals."""
    return isinstance(refusal, NotTypeset | NoSeal | NoTemplate)


def lease(*, at: datetime, most: int) -> list[Letter]:
    """Take up to `most` due letters for ourselves, committed before anything is set.

    One whose last worker died comes after all others and alone, and that counts as a try.
    """
    due = Letter.objects.filter(state=Letter.State.DUE, due_at__lte=at).order_by("due_at", "id")
    fresh, died = due.filter(claimed_until=None), due.filter(claimed_until__lt=at)
    claim = secrets.token_hex(16)
    until = at + timedelta(seconds=settings.LETTER_LEASE_SECONDS)
    if wanted := list(fresh.values_list("pk", flat=True)[:most]):
        fresh.filter(pk__in=wanted).update(claim=claim, claimed_until=until)
    elif wanted := list(died.values_list("pk", flat=True)[:1]):
        died.filter(pk__in=wanted).update(claim=claim, claimed_until=until, attempts=F("attempts") + 1)
    else:
        return []
    return list(
        Letter.objects.select_related("organ", "template", "seal").filter(pk__in=wanted, claim=claim).order_by("pk")
    )


def make(letter: Letter, *, at: datetime) -> Made:
    """Set, seal and store a leased letter; no transaction is open. Raises NotTypeset, NoSeal, NoTemplate, NotSealed."""
    template = letter.template or published(letter.kind)
    if template is None:
        raise NoTemplate(f"《{letter.title}》还没有已发布的模板；请系统管理员发布后重试。")
    sheet = typeset(template.source, json.loads(letter.data))
    kind = KINDS[letter.kind].seal
    seal = letter.seal or seal_of(letter, kind)
    visible = seal.kind != Seal.Kind.PLATFORM and sheet.spot is not None
    content = signed(sheet, seal, reason=f"{letter.title} {letter.number}", visible=visible, at=at)
    file = store(file=io.BytesIO(content), name=f"{letter.pk}.pdf")
    page = sheet.spot.page if visible and sheet.spot else 0
    return Made(template, seal, page, sheet.pages, hashlib.sha256(sheet.pdf).hexdigest(), file)


def signed(sheet: Sheet, seal: Seal, *, reason: str, visible: bool, at: datetime) -> bytes:
    """The sheet under a seal, by this installation's seal service."""
    words = "行政审批2号章" if seal.kind == Seal.Kind.NUMBER_TWO else f"行政{Seal.Kind(seal.kind).label}"
    words = "行政审批受理专用章" if seal.kind == Seal.Kind.ACCEPTANCE else words
    face = Face(seal.code, seal.owner.name, words, seal.name)
    return service().seal(sheet, face, visible=visible, reason=reason, at=at)


def published(kind: str) -> LetterTemplate | None:
    return LetterTemplate.objects.filter(kind=kind, status=LetterTemplate.Status.PUBLISHED).first()


def seal_of(letter: Letter, kind: Seal.Kind) -> Seal:
    """The seal this letter is to bear: of its organ, kept by the organ or by whom the letter names. Raises NoSeal."""
    seals = Seal.objects.select_related("owner").in_force(letter.issued_on).order_by("code")
    if kind == Seal.Kind.PLATFORM:
        found = seals.filter(kind=kind).first()
    else:
        kinds = [kind]
        if kind == Seal.Kind.APPROVAL and letter.seal_holder_id not in (None, letter.organ_id):
            kinds = [Seal.Kind.NUMBER_TWO]
        held = [one for one in seals.filter(owner=letter.organ_id, kind__in=kinds) if one.covers(letter.item)]
        of_holder = (one for one in held if one.holder_id == (letter.seal_holder_id or letter.organ_id))
        # A window that holds no acceptance seal of the organ gives the letter under the organ's own.
        own = (one for one in held if one.holder_id == letter.organ_id and kind == Seal.Kind.ACCEPTANCE)
        found = next(of_holder, None) or next(own, None)
    if found is None:
        raise NoSeal(f"{letter.organ.name}在 {letter.issued_on} 没有有效的{kind.label}；请在印章登记里补录后重试。")
    return found


def record(letter: Letter, made: Made, *, at: datetime) -> bool:
    """Write down that a letter is made, with its seal's use; whether it was ours to record."""
    with transaction.atomic():
        ours = Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=Letter.State.DUE).update(
            state=Letter.State.MADE,
            template=made.template,
            seal=made.seal,
            file=made.file,
            pages=made.pages,
            made_at=at,
            attempts=letter.attempts + 1,
            claimed_until=None,
            failure="",
            reason="",
        )
        if not ours:
            log.warning("letter_made_twice", letter=letter.pk)
            return False
        append_use(letter, made, at=at)
        transaction.on_commit(nudge_register, robust=True)
    return True


def append_use(letter: Letter, made: Made, *, at: datetime) -> SealUse:
    """One more record on a letter, chained to its last."""
    use = SealUse(
        letter=letter,
        at=at,
        seal=made.seal,
        page=made.page,
        user=letter.sealed_by,
        second=letter.second_by,
        plain_digest=made.plain_digest,
        file_digest=made.file.digest,
    )
    records.insert_last(use, of=SealUse.objects.filter(letter=letter))
    return use


def fail(letter: Letter, code: str, reason: str, *, at: datetime, lasting: bool) -> None:
    """Write down why a letter could not be made: again later by itself, or a task for a person."""
    tries = letter.attempts + 1
    over = lasting or tries >= settings.LETTER_TRIES
    log.warning("letter_failed", letter=letter.pk, code=code, lasting=over)
    Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=Letter.State.DUE).update(
        state=Letter.State.FAILED if over else Letter.State.DUE,
        attempts=tries,
        due_at=at + timedelta(seconds=WAIT_SECONDS * 2**tries),
        claimed_until=None,
        claim="",
        failure=code,
        reason=reason[:300],
    )
