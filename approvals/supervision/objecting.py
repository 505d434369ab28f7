"""How does a unit say "not like this", and how does every such word get an answer? 改派、补充后重推、撤销、转决定机关、驳回.

Once a push, within the claim limit; the coordinator answers within OBJECTION_ANSWER_WORKDAYS. Whatever is answered, the
decision stays with somebody: the same unit, another one, or the unit that already claims it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from approvals.audit import chain
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.models import Event, Form
from approvals.cases.words import Purpose
from approvals.errors import Invalid, Refused, said
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Role, SupervisionUnit
from approvals.supervision.access import find_objection
from approvals.supervision.actions import NotForClaim, UnitOutOfReach, confirm, for_unit, locked, reachable
from approvals.supervision.models import Objection, Push, PushThread
from approvals.supervision.placing import locked_receiving, push_to, push_what_followed
from approvals.supervision.record import append, locked_threads
from approvals.supervision.routing import withheld_rights
from approvals.supervision.words import ANSWERS, ENDED, Answer, Ground, PushAction, PushState, Subject

LONGEST = 2000
LONGEST_RULING = 60


class NoObjectionNow(Refused):
    code = "no-objection-now"
    title = "这条推送现在不能提出异议"


class ObjectionAnswered(Refused):
    code = "objection-answered"
    title = "这条异议已经答复"


def object_to(
    *, push: UUID | str, actor: Actor, at: datetime, ground: str, words: str, suggested: str = ""
) -> Objection:
    """A person of the unit objects, once, within the claim limit; the coordinator is told.

    Raises PushNotFound, NotSupervisor, NotForClaim, NoObjectionNow, Invalid.
    """
    why, words = _ground(ground), said(words, ask="写明理由，协调员据此答复。", most=LONGEST)
    with transaction.atomic(durable=True):
        found, thread = for_unit(push, actor)
        if found.purpose != Purpose.CLAIM:
            raise NotForClaim("这条推送抄送本单位知悉，不用认领，也不用提异议。")
        today = local_day(at)
        _may_object(found, today=today)
        unit = SupervisionUnit.objects.filter(code=suggested).first() if suggested else None
        if suggested and unit is None:
            raise Invalid({"suggested": [f"没有代码为 {suggested} 的监管单位。"]})
        confirm(found, thread=thread, actor=actor, at=at)
        objection = Objection.objects.create(
            push=found,
            ground=why,
            words=words,
            salt=chain.new_salt(),
            suggested=unit,
            raised_at=at,
            raised_by_id=actor.user,
            due_on=add(current_calendar(), today, settings.OBJECTION_ANSWER_WORKDAYS),
        )
        found.state = PushState.OBJECTED
        found.save(update_fields=["state"])
        append(
            thread,
            PushAction.OBJECTED,
            actor=actor,
            at=at,
            push=found,
            unit=found.unit.code,
            data={"ground": why, "suggested": suggested or None, "due_on": objection.due_on},
            text_digest=chain.salted(objection.salt, words),
        )
        tell(
            to=coordinators_for(found, at=at),
            kind="objection",
            title=f"推送异议待答复：{why.label}",
            body=f"{found.unit.name}对办件 {found.case.number} 的推送提出异议，最迟 {objection.due_on} 答复。",
            url="/supervision/objections/",
            key=f"objection-{found.pk}",
            at=at,
        )
        transaction.on_commit(nudge_register, robust=True)
    return objection


def answer_objection(
    *,
    push: UUID | str,
    actor: Actor,
    at: datetime,
    answer: str,
    words: str,
    unit: str = "",
    ruling: str = "",
    duplicate_of: str = "",
) -> Push:
    """The coordinator answers; the push that now stands (the same one, or the one that goes out instead).

    `unit`: to whom it is re-routed; `ruling`: 编办意见文号, asked for where a dispute on duty is turned down;
    `duplicate_of`: number of the case whose push the same unit already has.
    Raises NotCoordinator, PushNotFound, ObjectionAnswered, UnitOutOfReach, Invalid.
    """
    with transaction.atomic(durable=True):
        seen = find_objection(push=push, actor=actor)
        thread = locked_threads({seen.push.case_id})[seen.push.case_id]
        found = locked(seen.push)
        objection = Objection.objects.get(pk=found.pk)
        if objection.answer:
            raise ObjectionAnswered("别的协调员已经答复；刷新清单查看。")
        chosen = _answer(objection, answer)
        words, ruling = said(words, ask="写明答复的理由。", most=LONGEST), " ".join(ruling.split())
        if len(ruling) > LONGEST_RULING:
            raise Invalid({"ruling": [f"文号最多 {LONGEST_RULING} 字，现有 {len(ruling)} 字。"]})
        if chosen == Answer.REJECT and objection.ground == Ground.NOT_OURS and not ruling:
            raise Invalid({"ruling": ["职责争议须附机构编制部门的意见，填写其文号。"]})
        objection.answer, objection.answer_words, objection.ruling = chosen, words, ruling
        objection.answer_salt, objection.answered_at, objection.answered_by_id = chain.new_salt(), at, actor.user
        objection.save()
        append(
            thread,
            PushAction.ANSWERED,
            actor=actor,
            at=at,
            push=found,
            unit=found.unit.code,
            data={"ground": objection.ground, "answer": chosen, "unit": unit or None, "ruling": ruling or None},
            text_digest=chain.salted(objection.answer_salt, words),
        )
        stands = _carry_out(found, chosen, words, thread, actor=actor, at=at, unit=unit, duplicate_of=duplicate_of)
        tell(
            to=[objection.raised_by_id],
            kind="objection",
            title=f"异议已答复：{chosen.label}",
            body=f"办件 {found.case.number}：{words}",
            url=f"/supervision/?push={found.pk}",
            key=f"objection-answer-{found.pk}",
            at=at,
        )
        transaction.on_commit(nudge_exchange, robust=True)
        transaction.on_commit(nudge_register, robust=True)
    return stands


def _carry_out(
    push: Push,
    answer: Answer,
    words: str,
    thread: PushThread,
    *,
    actor: Actor,
    at: datetime,
    unit: str,
    duplicate_of: str,
) -> Push:
    match answer:
        case Answer.REROUTE:
            return _instead(push, _other_unit(unit, push, actor), thread, actor=actor, at=at)
        case Answer.SUPPLEMENT:
            return _instead(push, push.unit, thread, actor=actor, at=at, supplement=words)
        case Answer.CANCEL:
            _same_is_held(push, duplicate_of)
            push.state = PushState.CANCELLED
            push.save(update_fields=["state"])
            return push
    days = Form.objects.values_list("claim_days", flat=True).get(pk=push.case_id)
    push.state, push.forced = PushState.TO_CLAIM, True
    push.claim_due_on = add(current_calendar(), local_day(at), days)
    push.save(update_fields=["state", "forced", "claim_due_on"])
    if answer == Answer.REFER:
        decided_by = push.case.snapshot.decide_organ_id
        tell(
            to=people_in(on=local_day(at), organs=[decided_by], roles=[Role.DECIDER]),
            kind="objection",
            title="监管单位对许可有异议，请研究",
            body=f"{push.unit.name}对办件 {push.case.number} 的决定有异议；如需撤销或变更，依法定程序办理。",
            url=f"/cases/{push.case.number}/",
            key=f"objection-referred-{push.pk}",
            at=at,
        )
    return push


def _instead(
    push: Push, unit: SupervisionUnit, thread: PushThread, *, actor: Actor, at: datetime, supplement: str = ""
) -> Push:
    """The decision goes out anew on the same thread, and the push objected to has ended."""
    receiving = locked_receiving([unit.pk])[unit.pk]
    level = unit.organ.region.level
    push.state = PushState.REPLACED
    push.save(update_fields=["state"])
    made = push_to(
        receiving,
        event=Event.objects.get(case=push.case_id, sequence=push.event_sequence),
        case=push.case,
        level=level,
        copy=False,
        provisional=False,
        purpose=Purpose(push.purpose),
        thread=thread,
        actor=actor,
        at=at,
        subject=Subject(push.subject),
        result=push.result,
        rights=withheld_rights(),
        replaces=push,
        supplement=supplement,
    )
    if unit.pk != push.unit_id:
        push_what_followed(made, receiving=receiving, thread=thread, actor=actor, at=at)
    return made


def _other_unit(unit: str, push: Push, actor: Actor) -> SupervisionUnit:
    chosen = reachable(unit, actor)
    if chosen.pk == push.unit_id:
        raise UnitOutOfReach(f"{chosen.name}正是提出异议的单位；改派须选别的单位，或者驳回异议。")
    standing = Push.objects.filter(
        case=push.case_id, subject=push.subject, event_sequence=push.event_sequence, unit=chosen, purpose=Purpose.CLAIM
    ).exclude(state__in=ENDED)
    if standing.exists():
        raise UnitOutOfReach(f"{chosen.name}已有这件的待认领推送；请选别的单位，或按重复推送撤销。")
    return chosen


def _same_is_held(push: Push, number: str) -> None:
    """What is cancelled as a repetition must really be with the unit otherwise; nothing is dropped. Raises Invalid."""
    number = "".join(number.split()).upper()
    other = Push.objects.filter(unit=push.unit_id, case__number=number, purpose=Purpose.CLAIM).exclude(pk=push.pk)
    if not number or not other.exclude(state__in=[*ENDED, PushState.OBJECTED]).exists():
        raise Invalid({"duplicate_of": ["填写与它重复的办件编号；该单位须已有那一件的有效推送，否则不能撤销。"]})


def _may_object(push: Push, *, today: date) -> None:
    if push.forced or Objection.objects.filter(pk=push.pk).exists():
        raise NoObjectionNow("这条推送的异议已经答复过一次，须认领；职责争议可请协调员报机构编制部门。")
    if push.state != PushState.TO_CLAIM:
        raise NoObjectionNow(f"这条推送{push.get_state_display()}；只有待认领的可以提出异议。")
    if push.claim_due_on is not None and push.claim_due_on < today:
        raise NoObjectionNow(f"异议须在认领期限（{push.claim_due_on}）内提出；期限已过，请认领。")


def _ground(given: str) -> Ground:
    if given not in Ground.values:
        raise Invalid({"ground": [f"异议种类须为 {'、'.join(Ground.labels)} 之一。"]})
    return Ground(given)


def _answer(objection: Objection, given: str) -> Answer:
    allowed = ANSWERS[Ground(objection.ground)]
    if given not in allowed:
        raise Invalid(
            {"answer": [f"对「{objection.get_ground_display()}」可答复：{'、'.join(one.label for one in allowed)}。"]}
        )
    return Answer(given)


def coordinators_for(push: Push, *, at: datetime) -> list[int]:
    """The coordinators who look after a push: of the county it belongs to, or of the city."""
    region = push.case.region_id if push.level == Level.COUNTY else f"{push.case.region_id[:4]}00"
    organs = Organ.objects.filter(region=region).values_list("pk", flat=True)
    return people_in(on=local_day(at), organs=organs, roles=[Role.COORDINATOR])
