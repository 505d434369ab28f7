"""How do units come together about a case or an item? Called, answered, concluded or called off.

会商 and 联合踏勘 share everything but their end (`visiting`). Replies are due in GATHERING_REPLY_WORKDAYS working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from approvals.audit.tasks import nudge
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.inputs import SiteRecord, clean
from approvals.cases.models import Case
from approvals.catalogue.queries import item_on
from approvals.collaboration import inputs
from approvals.collaboration.access import (
    MEETING,
    MayNotCall,
    NotInvited,
    calls_it,
    case_seen,
    gathering_for,
    may_call,
    place_of,
)
from approvals.collaboration.models import Gathering, GatheringFile, Member
from approvals.collaboration.record import append, locked_ledger
from approvals.collaboration.words import GatheringKind, GatheringState, JointAction, Reply
from approvals.documents.beside import Files, put_beside
from approvals.errors import Invalid, Refused
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Organ, Role, SupervisionUnit


class GatheringSettled(Refused):
    code = "gathering-settled"
    title = "这次会商或踏勘已经了结"


@transaction.atomic
def call(*, actor: Actor, at: datetime, given: Any, files: Files = ()) -> Gathering:
    """Call units together about a case or an item. Raises MayNotCall, Invalid, UnknownItem."""
    told = clean(inputs.CallInput, given)
    if not may_call(actor):
        raise MayNotCall("由办件岗位、监管岗或协调员召集。")
    on, kind = local_day(at), told["kind"]
    case = _case(actor, kind, told)
    item = case.snapshot.item if case else told["item"]
    name = case.snapshot.item_name if case else item_on(item, on).name
    if told["starts_at"] <= at:
        raise Invalid({"starts_at": ["时间须在现在之后。"]})
    invited = _invited(told["members"], actor)
    ledger = locked_ledger(actor.organ or 0)
    one = Gathering.objects.create(
        kind=kind,
        topic=told["topic"],
        agenda=told["agenda"],
        case=case,
        item=item,
        item_name=name[:200],
        region_id=case.region_id if case else actor.region,
        organ_id=actor.organ,
        unit_id=actor.unit,
        called_by_id=actor.user,
        called_at=at,
        starts_at=told["starts_at"],
        place=told["place"],
    )
    due_on = add(current_calendar(), on, settings.GATHERING_REPLY_WORKDAYS)
    Member.objects.bulk_create(
        Member(gathering=one, organ_id=organ, unit_id=unit, due_on=due_on) for organ, unit in invited
    )
    put_beside(files, GatheringFile, actor=actor, at=at, gathering=one)
    codes = {"kind": kind, "item": item, "members": sorted(told["members"]), "starts_at": one.starts_at.isoformat()}
    texts = {"topic": one.topic, "agenda": one.agenda}
    subject, pk = f"gathering:{one.pk}", case.pk if case else None
    append(ledger, JointAction.CALLED, subject, actor=actor, at=at, case=pk, data=codes, texts=texts)
    title = f"{actor.organ_name}请参加{one.get_kind_display()}，{due_on} 前答复：{one.topic}"
    _tell(one, title, "called", at=at, on=on)
    transaction.on_commit(nudge, robust=True)
    return one


def _case(actor: Actor, kind: str, told: dict[str, Any]) -> Case | None:
    number = told.get("case", "").strip().upper()
    if not number:
        if kind == GatheringKind.JOINT_VISIT:
            raise Invalid({"case": ["联合踏勘是为一个办件的；填办件编号。"]})
        if not told.get("item"):
            raise Invalid({"item": ["填办件编号或事项代码。"]})
        return None
    case = case_seen(actor, number)
    if case is None:
        raise Invalid({"case": ["没有这个办件，或不归本单位；核对编号。"]})
    return case


def _invited(codes: Sequence[str], actor: Actor) -> list[tuple[int, int | None]]:
    """(organ, unit) of each code, none of them the caller's own. Raises Invalid."""
    wanted = dict.fromkeys(code.strip() for code in codes if code.strip())
    units = {one.code: one for one in SupervisionUnit.objects.filter(code__in=wanted)}
    organs = {one.code: one for one in Organ.objects.filter(code__in=wanted)}
    found: list[tuple[int, int | None]] = []
    for code in wanted:
        if code in units:
            found.append((units[code].organ_id, units[code].pk))
        elif code in organs:
            found.append((organs[code].pk, None))
        else:
            raise Invalid({"members": [f"没有代码为 {code} 的单位；从列表里选。"]})
    found = [pair for pair in found if pair != (actor.organ, actor.unit)]
    if not found:
        raise Invalid({"members": ["至少请一个别的单位。"]})
    return found


@transaction.atomic
def reply(*, gathering: Any, actor: Actor, at: datetime, given: Any, files: Files = ()) -> Member:
    """An invited unit says whether it comes, who comes and what it thinks; it may say so anew until there is a conclusion.

    Raises GatheringNotFound, NotInvited, GatheringSettled, Invalid.
    """
    told = clean(inputs.InvitationReply, given)
    one, ledger = _locked(gathering, actor)
    mine = place_of(actor, one)
    if mine is None or not may_call(actor):
        raise NotInvited("由被邀请的单位答复。")
    people = _names(told)
    if told["coming"] and not people:
        raise Invalid({"people": ["写明参加人。"]})
    if not told["coming"] and not told.get("opinion", "").strip():
        raise Invalid({"opinion": ["不参加的，写明意见或原因。"]})
    mine.reply = Reply.COMING if told["coming"] else Reply.NOT_COMING
    mine.people, mine.opinion = people, told.get("opinion", "")
    mine.replied_at, mine.replied_by_id = at, actor.user
    mine.save(update_fields=["reply", "people", "opinion", "replied_at", "replied_by"])
    put_beside(files, GatheringFile, actor=actor, at=at, gathering=one)
    data = {"member": mine.pk, "reply": mine.reply, "in_time": local_day(at) <= mine.due_on}
    texts = {"people": "、".join(mine.people), "opinion": mine.opinion}
    append(
        ledger,
        JointAction.ANSWERED,
        f"gathering:{one.pk}",
        actor=actor,
        at=at,
        case=one.case_id,
        data=data,
        texts=texts,
    )
    tell(
        to=[one.called_by_id],
        kind="gathering",
        title=f"{mine}{mine.get_reply_display()}：{one.topic}",
        url=address(one),
        key=f"gathering:{one.pk}:reply:{mine.pk}:{at:%Y%m%d%H%M%S}",
        at=at,
    )
    transaction.on_commit(nudge, robust=True)
    return mine


@transaction.atomic
def attach(*, gathering: Any, actor: Actor, at: datetime, files: Files) -> int:
    """The caller or an invited unit adds papers; how many. Raises GatheringNotFound, NotInvited, GatheringSettled, Invalid."""
    one, ledger = _locked(gathering, actor)
    if place_of(actor, one) is None and not calls_it(actor, one):
        raise NotInvited("由召集单位或参加单位上传附件。")
    if not files:
        raise Invalid({"files": ["选择文件。"]})
    put_beside(files, GatheringFile, actor=actor, at=at, gathering=one)
    data = {"files": [stored.digest for stored, _ in files]}
    append(ledger, JointAction.ATTACHED, f"gathering:{one.pk}", actor=actor, at=at, case=one.case_id, data=data)
    transaction.on_commit(nudge, robust=True)
    return len(files)


@transaction.atomic
def conclude(*, gathering: Any, actor: Actor, at: datetime, given: Any, files: Files = ()) -> Gathering:
    """The caller writes down what was said and agreed. Raises GatheringNotFound, NotInvited, GatheringSettled, Invalid."""
    told = clean(inputs.ConclusionInput, given)
    one, ledger = _locked(gathering, actor)
    if not calls_it(actor, one):
        raise NotInvited("由召集单位登记纪要和结论。")
    on = local_day(at)
    if told["held_on"] > on or told["held_on"] < local_day(one.called_at):
        raise Invalid({"held_on": ["日期须在召集之日到今天之间。"]})
    if people := _names(told):  # the caller's own, beside those whom the others named
        Member.objects.create(
            gathering=one,
            organ_id=one.organ_id,
            unit_id=one.unit_id,
            due_on=told["held_on"],
            reply=Reply.COMING,
            people=people,
            replied_at=at,
            replied_by_id=actor.user,
        )
    one.state, one.held_on, one.minutes, one.conclusion = (
        GatheringState.HELD,
        told["held_on"],
        told["minutes"],
        told["conclusion"],
    )
    if one.kind == GatheringKind.JOINT_VISIT:
        _fit_for_the_case(one)
    one.follow_up_on, one.concluded_at, one.concluded_by_id = told.get("follow_up_on"), at, actor.user
    one.save(
        update_fields=["state", "held_on", "minutes", "conclusion", "follow_up_on", "concluded_at", "concluded_by"]
    )
    put_beside(files, GatheringFile, actor=actor, at=at, gathering=one)
    data = {"held_on": one.held_on, "follow_up_on": one.follow_up_on}
    texts = {"people": "、".join(_names(told)), "minutes": one.minutes, "conclusion": one.conclusion}
    subject = f"gathering:{one.pk}"
    append(ledger, JointAction.CONCLUDED, subject, actor=actor, at=at, case=one.case_id, data=data, texts=texts)
    _tell(one, f"{one.get_kind_display()}已有结论：{one.topic}", "concluded", at=at, on=on)
    transaction.on_commit(nudge, robust=True)
    return one


@transaction.atomic
def call_off(*, gathering: Any, actor: Actor, at: datetime, given: Any) -> Gathering:
    """The caller calls it off. Raises GatheringNotFound, NotInvited, GatheringSettled, Invalid."""
    told = clean(inputs.ReasonInput, given)
    one, ledger = _locked(gathering, actor)
    if not calls_it(actor, one):
        raise NotInvited("由召集单位取消。")
    one.state, one.called_off_why = GatheringState.CALLED_OFF, told["reasons"]
    one.save(update_fields=["state", "called_off_why"])
    append(ledger, JointAction.CALLED_OFF, f"gathering:{one.pk}", actor=actor, at=at, case=one.case_id, texts=told)
    _tell(one, f"{one.get_kind_display()}取消：{one.topic}", "off", at=at, on=local_day(at))
    transaction.on_commit(nudge, robust=True)
    return one


def _fit_for_the_case(one: Gathering) -> None:
    """What a visit found can stand whole in a site record of the case (`visiting`). Raises Invalid."""
    if len(officers_of(one)) < 2:
        raise Invalid({"minutes": ["检查人员不足两人；写明本单位的参加人，或先请各单位答复。"]})
    longest = SiteRecord().fields["findings"].max_length
    if (over := len(findings_of(one)) - longest) > 0:
        raise Invalid({"minutes": [f"现场情况和结论一起记入办件，最多 {longest} 字；请缩短 {over} 字，详情作为附件。"]})


def findings_of(one: Gathering) -> str:
    """What a joint visit found, as the site record of the case has it."""
    return f"{one.minutes}\n结论：{one.conclusion}"


def _names(told: dict[str, Any]) -> list[str]:
    """The people typed in one line, each once."""
    parts = told.get("people", "").replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(name.strip()[:40] for name in parts if name.strip()))


def officers_of(one: Gathering) -> list[str]:
    """Who of the units that come was named, each once."""
    coming = one.members.filter(reply=Reply.COMING).order_by("pk").values_list("people", flat=True)
    return list(dict.fromkeys(name for people in coming for name in people))


def address(one: Gathering) -> str:
    return f"/gatherings/{one.pk}/"


def _locked(gathering: Any, actor: Actor) -> tuple[Gathering, Any]:
    """The gathering as it stands, with the ledger of whoever called, while there is no end to it."""
    seen = gathering_for(actor, gathering)
    ledger = locked_ledger(seen.organ_id)
    one = Gathering.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if one.state != GatheringState.CALLED:
        raise GatheringSettled(f"{one.get_state_display()}，不再改动。")
    return one, ledger


def _tell(one: Gathering, title: str, what: str, *, at: datetime, on: date) -> None:
    members = list(one.members.values_list("organ", "unit"))
    organs = [organ for organ, unit in members if unit is None]
    people = set(people_in(on=on, organs=organs, roles=MEETING - {Role.CLERK, Role.SEAL_KEEPER})) if organs else set()
    units = [unit for _, unit in members if unit is not None]
    people |= set(people_in(on=on, units=units, roles=[Role.SUPERVISOR])) if units else set()
    key = f"gathering:{one.pk}:{what}"
    tell(to=people - {one.called_by_id}, kind="gathering", title=title, url=address(one), key=key, at=at)
