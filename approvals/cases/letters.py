"""Which letters does each act owe, and in whose name? Follows the register; every act's letters are issued exactly once.

The act itself waits for none of this. The cursor moves in the transaction that writes the numbered letters, so a crash
repeats or keeps both. What cannot be issued (words erased, something missing) is listed as owed, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from approvals.audit.register import Entry, follow
from approvals.calendars.workdays import local_day
from approvals.cases import licencepaper
from approvals.cases.facts import Holding
from approvals.cases.lettercontent import WRITERS, About
from approvals.cases.models import Case, Event, EventText, LicencePaper
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, Letter, State, Step
from approvals.cases.workflow import ACCEPTING
from approvals.documents import letters as papers
from approvals.documents.kinds import LetterKind
from approvals.documents.models import Letter as Paper
from approvals.documents.models import LetterOwed
from approvals.documents.queue import refreeze, release
from approvals.documents.voiding import void
from approvals.organisations.models import Level, Organ, SupervisionUnit

READER = "cases.letters"
LICENCE, SLIP = LetterKind.LICENCE, LetterKind.PUSH_SLIP
AGAIN = "~"  # before the count of papers an act has given in place of each other
POSITIONS = 50  # a transaction
TAKEN = (Step.ACT, Step.CONFIRM)


@dataclass(frozen=True)
class Owed:
    """One letter an act owes: its kind, the organ in whose name, and a suffix where an act owes several of a kind."""

    kind: str
    organ: Holding
    keeper: int | None = None  # the organ that holds the seal, where that is another
    part: str = ""
    unit: dict[str, Any] | None = None


def follow_cases(*, at: datetime) -> int:
    """Issue what the register has new; how many positions were read. Repeated until 0 by the task."""
    return follow(READER, lambda entries: collect(entries, at=at), kinds=["case"], limit=POSITIONS)


def collect(entries: Sequence[Entry], *, at: datetime) -> None:
    """Issue the letters of these entries, and release what a seal keeper has sealed, in the caller's transaction."""
    events = [entry.row for entry in entries if isinstance(entry.row, Event) and entry.row.step in TAKEN]
    wanted = [event for event in events if event.letter or event.push or event.action == Action.SEAL]
    if not wanted:
        return
    cases = Case.objects.select_related("snapshot", "form", "region").in_bulk({one.case_id for one in wanted})
    organs = Organs()
    for event in wanted:
        about = about_of(cases[event.case_id], event)
        given = {owed.kind: give(about, owed, organs, at=at) for owed in owed_by(about)}
        if event.result:
            licencepaper.follow(about, given.get(LICENCE))
        if event.action == Action.SEAL:
            release(subject=about.case.number, user=event.user, name=about.said.get("name", ""), at=at)


def about_of(case: Case, event: Event) -> About:
    """An act with its words."""
    stored = EventText.objects.filter(case=event.case_id, sequence=event.sequence).first()
    said = json.loads(stored.text) if stored and stored.text else {}
    return About(case, event, said, terms_of(case.snapshot))


class Organs:
    """Organ rows by key, each read once."""

    def __init__(self) -> None:
        self.known: dict[int, Organ] = {}

    def __getitem__(self, pk: int) -> Organ:
        if pk not in self.known:
            self.known[pk] = Organ.objects.select_related("region").get(pk=pk)
        return self.known[pk]


def owed_by(about: About) -> Iterator[Owed]:
    """The letters an act owes, the letter of the act first: its number stands in the others."""
    event, terms = about.event, about.terms
    if event.letter:
        organ = organ_of(about)
        keeper = terms.seal.organ if event.letter in DECISIONS else None
        if event.letter in AT_THE_COUNTER and terms.accept.organ != organ.organ:
            keeper = terms.accept.organ
        yield Owed(kind_of(about), organ, keeper)
        if event.letter in DECISIONS and licencepaper.printed(about.case, event.sequence):
            yield Owed(LICENCE, organ, keeper)
    if event.data.get("site") or about.said.get("site"):
        yield Owed("SITE_RECORD", terms.holder_at(State(event.source)))
    if event.push and terms.decide.level == Level.COUNTY and about.case.snapshot.city_organ_id != terms.decide.organ:
        yield Owed("REPORT_SLIP", terms.decide)


def slip_for(about: About, unit: SupervisionUnit, round: int) -> Owed:
    """The slip of a push to a unit; `round`: how often the unit had the same before."""
    part = f"/push-{unit.pk}" + (f"-{round}" if round else "")
    return Owed(SLIP, about.terms.decide, part=part, unit={"unit_name": unit.name})


def give_slip(case: Case, event: Event, *, unit: SupervisionUnit, round: int, at: datetime) -> Paper | None:
    """Issue the slip of a push that went out, dated on that day; for whoever pushes, in their transaction."""
    about = about_of(case, event)
    return give(about, slip_for(about, unit, round), Organs(), at=at, issued_at=at)


DECISIONS = frozenset({Letter.GRANT, Letter.DENIAL, Letter.FILING, Letter.FILING_DECLINED, Letter.LICENCE_ORDER})
AT_THE_COUNTER = frozenset(
    {
        Letter.RECEIPT,
        Letter.CORRECTION_NOTICE,
        Letter.CORRECTION_RECEIPT,
        Letter.ACCEPTANCE_NOTICE,
        Letter.REFUSAL,
        Letter.SERVICE_RECORD,
    }
)


def kind_of(about: About) -> str:
    """The kind of paper for the act's letter: whoever needs no licence is told so (第三十二条第一款第一项)."""
    if about.event.letter == Letter.REFUSAL and about.event.data.get("ground") == "NO_LICENCE_NEEDED":
        return "NOT_REQUIRED"
    return about.event.letter


def organ_of(about: About) -> Holding:
    """In whose name the letter of an act stands, read off who holds which phase."""
    letter, terms = about.event.letter, about.terms
    source = State(about.event.source) if about.event.source else State.RECEIVED
    if letter in AT_THE_COUNTER:
        return terms.in_name_of
    if letter in DECISIONS or letter == Letter.EXTENSION_NOTICE:
        return terms.decide
    if letter in (Letter.WITHDRAWAL, Letter.TERMINATION) and source in ACCEPTING:
        return terms.in_name_of
    return terms.holder_at(source)


def give(about: About, owed: Owed, organs: Organs, *, at: datetime, issued_at: datetime | None = None) -> Paper | None:
    """Issue one owed letter, or list it as owed with the reason. Runs in the caller's transaction.

    It bears the day of the act, or of `issued_at`.
    """
    key, organ = key_of(about, owed), organs[owed.organ.organ]
    try:
        return _issue(about, owed, organ, organs, key, at=issued_at)
    except (papers.LetterIncomplete, ObjectDoesNotExist, LookupError, ValueError) as trouble:
        # One act that cannot be told must not keep all later ones waiting: it is listed, and can be collected again.
        why = (
            trouble.detail if isinstance(trouble, papers.LetterIncomplete) else f"办件里缺少这份文书要的登记：{trouble}"
        )
        said = {"reason": why[:300]}
        facts = {"kind": owed.kind, "organ": organ, "subject": about.case.number, "noticed_at": at}
        LetterOwed.objects.update_or_create(key=key, defaults=said, create_defaults=facts | said)
        return None


def _issue(
    about: About, owed: Owed, organ: Organ, organs: Organs, key: str, *, at: datetime | None = None, replaces: str = ""
) -> Paper:
    keeper = organs[owed.keeper] if owed.keeper not in (None, organ.pk) else None
    at = at or about.event.at
    return papers.issue(
        kind=owed.kind,
        organ=organ,
        subject=about.case.number,
        data=WRITERS[owed.kind](about, organ, owed.unit or {}),
        at=at,
        on=local_day(at),
        key=key,
        item=about.terms.item,
        seal_holder=keeper,
        replaces=replaces,
    )


def key_of(about: About, owed: Owed) -> str:
    """What owes a letter: the act, the kind, and for several of a kind the part."""
    return f"{about.case.number}/{about.event.sequence}/{owed.kind}{owed.part}"


def collect_again(*, key: str, at: datetime) -> Paper | None:
    """Issue an owed letter after all, or freeze a failed one anew from the case as it stands now; the number stays.

    None where it is still not complete (the reason is kept). A paper that was made once is never collected again.
    """
    with transaction.atomic():
        about, organs = _owing(key), Organs()
        owed = _which(about, key)
        paper = Paper.objects.filter(key=key).first()
        if paper is not None:
            content = WRITERS[owed.kind](about, organs[owed.organ.organ], owed.unit or {})
            return refreeze(letter=paper.pk, data=content, at=at)
        if owed.kind == LICENCE:
            licencepaper.hold(about)
        given = give(about, owed, organs, at=at)
        if given is not None:
            LetterOwed.objects.filter(key=key).update(settled_at=at)
            if owed.kind == LICENCE:
                licencepaper.follow(about, given)
            sealed = Event.objects.filter(case=about.case, action=Action.SEAL).first()
            if given.state == Paper.State.HELD and sealed is not None:
                name = about_of(about.case, sealed).said.get("name", "")
                release(subject=about.case.number, user=sealed.user, name=name, at=at)
    return given


def put_right(*, letter: int, user: int, words: str, at: datetime) -> Paper:
    """Void a made paper for a mistake and issue another in its place, from the case as it stands now, in one transaction.

    The new one bears a number and a date of its own and names the old; a decision waits for the seal keeper again.
    Raises LetterNotGood, Invalid, LetterIncomplete (then nothing is void).
    """
    with transaction.atomic():
        old = void(letter=letter, user=user, words=words, at=at, on=local_day(at))
        about, organs = _owing(old.key), Organs()
        owed = _which(about, old.key)
        stem = old.key.partition(AGAIN)[0]
        key = f"{stem}{AGAIN}{Paper.objects.filter(key__startswith=stem + AGAIN).count() + 2}"
        new = _issue(about, owed, organs[owed.organ.organ], organs, key, at=at, replaces=old.number)
        Paper.objects.filter(pk=old.pk).update(replaced_by=new)
        if (was := LicencePaper.objects.filter(letter=old).first()) is not None:
            LicencePaper.objects.create(letter=new, licence_id=was.licence_id, version=was.version)
            licencepaper.settle(was.licence_id)
    return new


def _owing(key: str) -> About:
    """The act that owes a letter, by the letter's key."""
    number, sequence, _ = key.split("/", 2)
    case = Case.objects.select_related("snapshot", "form", "region").get(number=number)
    return about_of(case, Event.objects.get(case=case, sequence=int(sequence)))


def _which(about: About, key: str) -> Owed:
    stem = key.partition(AGAIN)[0]
    if f"/{SLIP}/push-" in stem:
        unit, _, round = stem.partition(f"/{SLIP}/push-")[2].partition("-")
        return slip_for(about, SupervisionUnit.objects.get(pk=unit), int(round or 0))
    return next(one for one in owed_by(about) if key_of(about, one) == stem)
