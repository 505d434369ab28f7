"""Which papers wait for a person, who may attend to them, and how do the papers of a case stand?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases import letters
from approvals.cases.access import NotPermitted
from approvals.cases.casefile import ask_for
from approvals.cases.models import Case, CaseFile, Event
from approvals.documents import queue
from approvals.documents.models import Letter, LetterOwed
from approvals.documents.models import Letter as Paper
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.workbench.regions import in_region

OF_THE_ORGAN = (Role.SEAL_KEEPER, Role.DECIDER)
ATTENDS = (*OF_THE_ORGAN, Role.COORDINATOR)
WAITS = Q(state__in=(Paper.State.FAILED, Paper.State.SECOND)) | Q(state=Paper.State.HELD, replaces__state="VOID")
MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One paper that waits: what it is, why, since when, and which acts help (name, words)."""

    pk: int
    subject: str
    what: str
    number: str
    organ: str
    why: str
    since: datetime
    acts: tuple[tuple[str, str], ...]
    case: bool = True  # whether `subject` is the number of a case


def scope(actor: Actor) -> Q:
    """Whose papers a person attends to: keeper and head those of the own organ, a coordinator those of the region."""
    if actor.role not in ATTENDS:
        raise NotPermitted("文书待办由用印岗、决定岗和协调员处理；换到那个岗位再打开。")
    if actor.role in OF_THE_ORGAN:
        return Q(organ=actor.organ)
    return Q() if actor.level == Level.CITY else Q(organ__region=actor.region)


def troubled(actor: Actor) -> QuerySet[Letter]:
    """Also a paper in place of a void one, for whoever keeps the seal it is to bear."""
    mine = scope(actor)
    if actor.role == Role.SEAL_KEEPER:
        mine |= Q(seal_holder=actor.organ)
    return Letter.objects.filter(mine, actor.within("item")).filter(WAITS)


def owed_to(actor: Actor) -> QuerySet[LetterOwed]:
    rows = LetterOwed.objects.filter(scope(actor), settled_at=None)
    if actor.item_scope:
        rows = rows.filter(subject__in=Case.objects.filter(actor.within("snapshot__item")).values("number"))
    return rows


def volumes(actor: Actor) -> QuerySet[CaseFile]:
    """The case files that could not be bound: for whoever attends to the papers of the organ that decided."""
    cases = CaseFile.objects.filter(actor.within("case__snapshot__item"), standing=CaseFile.Standing.FAILED)
    if actor.role not in ATTENDS:
        return cases.none()
    if actor.role in OF_THE_ORGAN:
        return cases.filter(case__snapshot__decide_organ=actor.organ)
    return cases if actor.level == Level.CITY else cases.filter(case__region=actor.region)


def _volume(one: CaseFile) -> Waiting:
    organ = one.case.snapshot.decide_organ.name
    acts = (("volume", "重新装订"),)
    return Waiting(one.pk, one.case.number, "卷宗", "", organ, one.reason, one.listed_at, acts)


def _all(actor: Actor, region: str) -> tuple[QuerySet[Letter], QuerySet[LetterOwed], QuerySet[CaseFile]]:
    """Everything that waits for this person, of a region or of all: papers by who issues them, files by their case."""
    return (
        in_region(troubled(actor), "organ__region", region),
        in_region(owed_to(actor), "organ__region", region),
        in_region(volumes(actor), "case__region", region),
    )


def waiting_for(actor: Actor, region: str = "") -> list[Waiting]:
    """The papers that wait for this person, of a region or of all, oldest first. Raises NotPermitted."""
    made, owed, bound = _all(actor, region)
    found = [_paper(one, actor) for one in made.select_related("organ").order_by("due_at")[:MOST]]
    found += [
        Waiting(
            one.pk, one.subject, one.kind, "未编号", one.organ.name, one.reason, one.noticed_at, (("owed", "补发"),)
        )
        for one in owed.select_related("organ").order_by("noticed_at")[:MOST]
    ]
    found += [_volume(one) for one in bound.select_related("case__snapshot__decide_organ")[:MOST]]
    return sorted(found, key=lambda one: one.since)


def _paper(one: Letter, actor: Actor) -> Waiting:
    if one.state == Paper.State.SECOND:
        why = f"{one.sealed_by_name}已用印，待另一人确认"
        acts = (("confirm", "确认用印"),) if actor.user != one.sealed_by and actor.role in OF_THE_ORGAN else ()
    elif one.state == Paper.State.HELD:
        why = f"代替作废的{one.content['letter'].get('replaces', '文书')}，待用印"
        acts = (("seal", "用印"),) if _keeps(actor, one) else ()
    else:
        of_a_case = (("collect", "按办件现在的登记重新采集"),) if one.item else ()
        why, acts = one.reason, (("retry", "重试"), *of_a_case)
    return Waiting(one.pk, one.subject, one.title, one.number, one.organ.name, why, one.issued_at, acts, bool(one.item))


def _keeps(actor: Actor, one: Letter) -> bool:
    return actor.role == Role.SEAL_KEEPER and actor.organ == (one.seal_holder_id or one.organ_id)


def may_void(actor: Actor, one: Letter) -> bool:
    """Whether this person may declare a paper void: a head of the organ in whose name it stands, while it is good."""
    made = one.state == Paper.State.MADE and not one.ended(timezone.localdate())
    return made and actor.role == Role.DECIDER and actor.organ == one.organ_id


def put_right(actor: Actor, *, case: Case, pk: int, words: str, at: datetime) -> Letter:
    """Void a paper of a case and issue another; the new one. Raises NotPermitted, LetterNotGood, Invalid, LetterIncomplete."""
    found = Letter.objects.filter(pk=pk, subject=case.number).first()
    if found is None or not may_void(actor, found):
        raise NotPermitted("由发文机关的决定岗作废仍然有效的文书；换到那个岗位，或刷新后再看。")
    return letters.put_right(letter=pk, user=actor.user or 0, words=words, at=at)


def act_on(actor: Actor, *, pk: int, act: str, at: datetime) -> str:
    """Do one act on a waiting paper; what to tell the person. Raises NotPermitted, LetterNotWaiting, SamePerson."""
    if act == "owed":
        owed = owed_to(actor).filter(pk=pk).first()
        if owed is None:
            raise queue.LetterNotWaiting("这份欠发文书已经处理；刷新后再看。")
        given = letters.collect_again(key=owed.key, at=at)
        return f"已补发 {given.number}，正在制作。" if given else "内容还不全，原因见清单。"
    if act == "volume":
        volume = volumes(actor).select_related("case").filter(pk=pk).first()
        if volume is None:
            raise queue.LetterNotWaiting("别人已经处理过，或者卷宗已经装订；刷新后再看。")
        ask_for(case=volume.case, at=at)
        return f"{volume.case.number} 的卷宗已列入重新装订。"
    letter = troubled(actor).filter(pk=pk).first()
    if letter is None:
        raise queue.LetterNotWaiting("别人已经处理过；刷新后再看。")
    if act == "confirm":
        if actor.role not in OF_THE_ORGAN:
            raise NotPermitted("第二人确认用印由本单位的用印岗或决定岗办理。")
        queue.confirm(letter=pk, user=actor.user or 0, name=actor.name, at=at)
        return f"{letter.number} 已确认用印，正在制作。"
    if act == "seal":
        if not _keeps(actor, letter):
            raise NotPermitted("由保管这枚印章的用印岗用印。")
        queue.seal_again(letter=pk, user=actor.user or 0, name=actor.name, at=at)
        return f"{letter.number} 已用印，正在制作。"
    if act == "collect":
        letters.collect_again(key=letter.key, at=at)
        return f"{letter.number} 已重新采集，正在制作。"
    queue.retry(letter=pk, at=at)
    return f"{letter.number} 已重试，正在制作。"


def papers_of(case: Case) -> list[Letter]:
    """The papers of a case, newest first."""
    return list(
        Letter.objects.filter(subject=case.number).select_related("organ", "seal", "replaced_by").order_by("-pk")
    )


def made_paper(case: Case, event: Event) -> Letter | None:
    """The signed paper of an act's letter, where it is made."""
    own = Q(kind=event.letter) | Q(kind="NOT_REQUIRED")
    found = Letter.objects.select_related("file").filter(own, key__startswith=f"{case.number}/{event.sequence}/")
    return found.filter(state=Paper.State.MADE).order_by("-pk").first()


def standing(actor: Actor, region: str = "") -> tuple[int, date | None]:
    """How many papers wait for a coordinator, of a region or of all, and since when."""
    since = ("issued_on", "noticed_at", "listed_at")
    every = zip(_all(actor, region), since, strict=True)
    made, owed, bound = (rows.aggregate(count=Count("pk"), since=Min(day)) for rows, day in every)
    days = [made["since"], *(local_day(one["since"]) for one in (owed, bound) if one["since"])]
    return made["count"] + owed["count"] + bound["count"], min((day for day in days if day), default=None)
