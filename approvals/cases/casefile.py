"""How does a closed case become one PDF? Follows the register: lease, commit; bind, sign, store; then one short transaction.

Cover, table of contents, our letters, the applicant's files as pages, the chain of events with its last digest (行政许可法
第六十一条 asks for records of supervision, 档案法第十三条 and 国务院令第716号第十二条 for electronic files kept as
archives). What cannot become pages is listed with its digest and the reason.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Case as DbCase
from django.db.models import F, Q, When
from django.utils import timezone

from approvals.audit.models import Cursor, RegisterEntry
from approvals.audit.register import Entry, follow
from approvals.cases import letters
from approvals.cases.models import Case, CaseFile, Event, EventText, File
from approvals.cases.words import Action, Result, Step
from approvals.cases.workflow import ENDS
from approvals.documents.actions import store
from approvals.documents.authority import NoAuthority
from approvals.documents.binding import MEGABYTE, Binder, Note
from approvals.documents.glyphs import replaced
from approvals.documents.making import in_the_database, noticed, signed
from approvals.documents.models import Letter, Seal, StoredFile
from approvals.documents.sealing import NotSealed
from approvals.documents.typesetting import Sheet, typeset
from approvals.errors import Refused

log = structlog.get_logger(__name__)
READER = "cases.case_files"
POSITIONS = 200
MOST_FRONT_PAGES = 400
WAIT = timedelta(minutes=1)
FOR_LETTERS = timedelta(seconds=5)
Standing = CaseFile.Standing
DIED = DbCase(When(claimed_until=None, then=0), default=1)


class CaseNotClosed(Refused):
    code = "case-not-closed"
    status = 409
    title = "办件还没有办结"


@dataclass
class Piece:
    """One entry of the table of contents; `stored` None where there is no file (yet)."""

    title: str
    on: date
    stored: StoredFile | None
    kind: str
    note: str = ""
    count: int = 0


def follow_cases(*, at: datetime) -> int:
    """List the cases the register says are closed; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: list_closed(entries, at=at), kinds=["case"], limit=POSITIONS)


def known(digest: str) -> str:
    """What the file of this SHA-256 is, where it is a case file we bound and signed; else nothing."""
    number = CaseFile.objects.filter(file__digest=digest).values_list("case__number", flat=True).first()
    return f"办件 {number} 的卷宗" if number else ""


def list_closed(entries: Collection[Entry], *, at: datetime) -> None:
    """Put each case that these events closed on the list, once; what closed long ago is made when it is asked for."""
    events = [entry.row for entry in entries if isinstance(entry.row, Event)]
    recent = timedelta(days=settings.CASE_FILE_DAYS)
    closed = [e for e in events if e.target in ENDS and e.step in (Step.ACT, Step.CONFIRM) and at - e.at <= recent]
    rows = [CaseFile(case_id=e.case_id, sequence=e.sequence, listed_at=at, due_at=at) for e in closed]
    CaseFile.objects.bulk_create(rows, ignore_conflicts=True)


def ask_for(*, case: Case, at: datetime) -> CaseFile:
    """Put a closed case on the list (again, where binding failed); for old cases and for retries. Raises CaseNotClosed."""
    if case.state not in ENDS:
        raise CaseNotClosed(f"办件 {case.number} 办结或归档之后才装订卷宗。")
    facts = {"sequence": case.events, "listed_at": at, "due_at": at}
    found, _ = CaseFile.objects.get_or_create(case=case, defaults=facts)
    failed = CaseFile.objects.filter(pk=found.pk, standing=Standing.FAILED)
    failed.update(standing=Standing.DUE, due_at=at, attempts=0, reason="", claim="", claimed_until=None)
    found.refresh_from_db()
    return found


def make_due(*, clock: Callable[[], datetime]) -> int:
    """Bind one case file that is due; how many were tried (0 or 1). What nobody foresaw goes on to the error log."""
    found = lease(at=clock())
    if found is None:
        return 0
    if letters_to_come(found, at=clock()):
        _ours(found).update(due_at=clock() + FOR_LETTERS, claimed_until=None, claim="")
        return 1
    if found.attempts >= settings.LETTER_TRIES:
        fail(found, f"装订时后台进程中断了 {found.attempts} 次；请系统管理员看后台日志，再“重新装订”。", at=clock())
        return 1
    with noticed(partial(_unforeseen, found, clock)):
        _try(found, clock)
    return 1


def _try(found: CaseFile, clock: Callable[[], datetime]) -> None:
    try:
        facts = bind(found.case, at=clock())
    except (Refused, OSError) as wrong:
        detail = wrong.detail if isinstance(wrong, Refused) else f"文件库出错：{wrong.strerror or wrong}"
        fail(found, detail, at=clock())
        return
    made = {"made_at": clock(), "reason": "", "attempts": found.attempts + 1, "claimed_until": None}
    _ours(found).update(standing=Standing.MADE, **facts, **made)


def _unforeseen(found: CaseFile, clock: Callable[[], datetime], error: Exception) -> None:
    reason = f"装订程序出错（{type(error).__name__}）；请系统管理员看后台日志，修好后“重新装订”。"
    fail(found, reason, at=clock(), lasting=not in_the_database(error))


def lease(*, at: datetime) -> CaseFile | None:
    """Take the next due one for ourselves, committed before anything is opened; a worker that died on it counts as a try."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    due = CaseFile.objects.filter(free, standing=Standing.DUE, due_at__lte=at)
    order = (F("claimed_until").asc(nulls_first=True), "due_at", "pk")
    wanted = due.order_by(*order).values_list("pk", flat=True).first()
    claim = secrets.token_hex(16)
    until = at + timedelta(seconds=2 * settings.CASE_FILE_SECONDS + settings.CASE_FILE_JOIN_SECONDS)
    if wanted is None or not due.filter(pk=wanted).update(
        claim=claim, claimed_until=until, attempts=F("attempts") + DIED
    ):
        return None
    return CaseFile.objects.select_related("case__snapshot__decide_organ", "case__region").get(pk=wanted)


def _ours(found: CaseFile) -> Any:
    return CaseFile.objects.filter(pk=found.pk, claim=found.claim, standing=Standing.DUE)


def fail(found: CaseFile, reason: str, *, at: datetime, lasting: bool = False) -> None:
    """Write down why it could not be bound: again by itself, then a task for a person."""
    tries = found.attempts + 1
    over = lasting or tries >= settings.LETTER_TRIES
    log.warning("case_file_failed", case=found.pk, over=over)
    _ours(found).update(
        standing=Standing.FAILED if over else Standing.DUE,
        attempts=tries,
        due_at=at + WAIT * 2**tries,
        claimed_until=None,
        claim="",
        reason=reason[:300],
    )


def letters_to_come(found: CaseFile, *, at: datetime) -> bool:
    """Whether a letter of the case is still to be issued or made, and it is worth waiting for."""
    if at - found.listed_at > timedelta(minutes=settings.CASE_FILE_WAIT_MINUTES):
        return False
    read = Cursor.objects.filter(pk=letters.READER).values_list("position", flat=True).first() or 0
    closing = Event.objects.filter(case=found.case, sequence=found.sequence).values("pk")
    if RegisterEntry.objects.filter(kind="case", row__in=closing, position__gt=read).exists():
        return True
    return Letter.objects.filter(subject=found.case.number, state=Letter.State.DUE).exists()


def bind(case: Case, *, at: datetime) -> dict[str, Any]:
    """Make, sign and keep the PDF; no transaction is open. What the row is to say of it. Raises NotTypeset, NotBound."""
    pieces = pieces_of(case)
    events = list(Event.objects.filter(case=case).order_by("sequence"))
    with Binder() as binder:
        for piece in pieces:
            if piece.stored is not None:
                piece.count, note = binder.add_file(piece.stored)
                piece.note = str(Note(note).label) if note else piece.note
        chain = binder.add_own(typeset(template(), chain_of(case, events), most=MOST_FRONT_PAGES).pdf)
        front = typeset(template(), front_of(case, pieces, events, chain=chain, begin=1), most=MOST_FRONT_PAGES).pages
        contents = front_of(case, pieces, events, chain=chain, begin=front + 1)
        binder.add_own(typeset(template(), contents, most=MOST_FRONT_PAGES).pdf, first=True)
        rows = contents["rows"]
        marks = [("封面与目录", 1)] + [(row["title"][:80], row["begin"]) for row in rows if row["begin"]]
        volume = binder.joined(label=case.number, title=f"卷宗 {case.number}", marks=marks)
        content = volume.read_bytes()
    pages = front + sum(piece.count for piece in pieces) + chain
    content, is_signed = sealed(content, pages, case, at=at)
    with_room = (settings.CASE_FILE_MB + 200) * MEGABYTE
    file = store(file=ContentFile(content), name=f"{case.number}.pdf", most=with_room)
    return {"file": file, "pages": pages, "contents": rows, "head": events[-1].digest, "signed": is_signed}


def sealed(content: bytes, pages: int, case: Case, *, at: datetime, what: str = "") -> tuple[bytes, bool]:
    """A volume (or `what` else) under the platform's signature; unsigned, and said so, where nobody can sign."""
    seal = Seal.objects.select_related("owner").in_force(timezone.localdate(at)).filter(kind=Seal.Kind.PLATFORM).first()
    if seal is None:
        return content, False
    try:
        return signed(
            Sheet(content, pages, None), seal, reason=what or f"卷宗 {case.number}", visible=False, at=at
        ), True
    except (NoAuthority, NotSealed) as refusal:
        log.warning("case_file_unsigned", case=case.pk, code=refusal.code)
        return content, False


def pieces_of(case: Case) -> list[Piece]:
    """Letters by date, then the applicant's files by material; replaced ones too, and said so."""
    pieces = []
    for letter in Letter.objects.select_related("file").filter(subject=case.number).order_by("issued_at", "pk"):
        note = "" if letter.file else str(Note.UNMADE.label)
        void = "（已作废）" if letter.state == Letter.State.VOID else ""
        pieces.append(Piece(f"{letter.title}（{letter.number}）{void}", letter.issued_on, letter.file, "文书", note))
    files = File.objects.select_related("stored", "material").filter(material__case=case)
    for file in files.order_by("material__position", "added_at", "pk"):
        old = "（已被后来的文件替换）" if file.replaced_at else ""
        title = f"{file.material.name}：{file.name}{old}"
        pieces.append(Piece(title, timezone.localdate(file.added_at), file.stored, "材料"))
    return pieces


def front_of(case: Case, pieces: list[Piece], events: list[Event], *, chain: int, begin: int) -> dict[str, Any]:
    """What cover and table of contents say; the first piece begins on page `begin`."""
    rows: list[dict[str, Any]] = []
    record = Piece(f"办理记录（{len(events)} 条）", timezone.localdate(events[-1].at), None, "记录", "", chain)
    for number, piece in enumerate([*pieces, record], 1):
        last = begin + piece.count - 1
        rows.append(
            {
                "no": number,
                "title": replaced(piece.title),
                "on": piece.on.isoformat(),
                "note": piece.note,
                "digest": f"SHA-256 {piece.stored.digest}" if piece.stored else "",
                "pages": "—" if not piece.count else str(begin) if piece.count == 1 else f"{begin}–{last}",
                "begin": begin if piece.count else 0,
            }
        )
        begin += piece.count
    missing = [row for row, piece in zip(rows, pieces, strict=False) if piece.note]
    remarks = [f"目录第 {'、'.join(str(row['no']) for row in missing)} 件未编入页面，原因见目录。"] if missing else []
    papers = case.materials.filter(status="PAPER").count()
    if papers:
        remarks.append(f"另有纸质材料 {papers} 种，实物交接见纸质材料交接记录。")
    return {
        "part": "front",
        "number": case.number,
        "on": record.on.isoformat(),
        "organ": replaced(case.snapshot.decide_organ.name),
        "facts": _facts(case, events, pages=sum(piece.count for piece in pieces)),
        "head": events[-1].digest,
        "remarks": remarks,
        "rows": rows,
    }


def _facts(case: Case, events: list[Event], *, pages: int) -> list[list[str]]:
    applicants = case.parties.filter(role="APPLICANT").order_by("position").values_list("name", flat=True)
    days = (("收件", case.received_on), ("受理", case.accepted_on), ("决定", case.decided_on))
    facts = [
        ["办件编号", case.number],
        ["事项", case.snapshot.item_name],
        ["申请人", "、".join(applicants)],
        ["地区", case.region.name],
        ["日期", "，".join(f"{on.isoformat()} {name}" for name, on in days if on)],
        ["结果", Result(case.result).label if case.result else ""],
        ["办结", f"{timezone.localdate(events[-1].at).isoformat()}，办理记录 {len(events)} 条"],
        ["卷内页数", f"文书与材料 {pages} 页"],
    ]
    return [[name, replaced(said)] for name, said in facts if said]


def chain_of(case: Case, events: list[Event]) -> dict[str, Any]:
    """What the pages of the event chain say; names as far as they were not erased."""
    texts = dict(EventText.objects.filter(case=case, erased_at=None).values_list("sequence", "text"))
    rows = []
    for event in events:
        said = json.loads(texts.get(event.sequence) or "{}")
        who = "，".join(filter(None, (said.get("name"), said.get("organ")))) or event.organ or "系统"
        step = "" if event.step == Step.ACT else f"（{Step(event.step).label}）"
        rows.append(
            {
                "no": event.sequence,
                "at": timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
                "action": Action(event.action).label + step,
                "who": replaced(who),
                "digest": event.digest,
                "on": event.effective_on.strftime("%m-%d"),
            }
        )
    on = timezone.localdate(events[-1].at).isoformat()
    return {"part": "chain", "number": case.number, "on": on, "rows": rows}


@cache
def template() -> str:
    return Path(__file__).with_name("casefile.typ").read_text(encoding="utf-8")
