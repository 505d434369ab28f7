"""What may people do with a push? Open, claim, feed back, find an owner: one transaction, one chained record each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals.audit import chain
from approvals.audit.tasks import nudge as nudge_register
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.inputs import flat
from approvals.cases.models import Event, Form
from approvals.cases.words import Purpose
from approvals.errors import Invalid, Refused
from approvals.exchange import actions as exchange
from approvals.exchange.models import Endpoint
from approvals.exchange.tasks import nudge as nudge_exchange
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, SupervisionUnit
from approvals.supervision import consequences
from approvals.supervision.access import NotSupervisor, PushNotFound, find, find_for_unit, find_orphan
from approvals.supervision.inputs import INPUTS
from approvals.supervision.models import Feedback, Orphan, Push, PushThread, RefusedFeedback
from approvals.supervision.placing import locked_receiving, push_to, push_what_followed
from approvals.supervision.receipts import note
from approvals.supervision.record import append, locked_threads
from approvals.supervision.routing import withheld_rights
from approvals.supervision.words import ENDED, FeedbackKind, PushAction, PushState


class NotForClaim(Refused):
    code = "push-not-for-claim"
    title = "这条推送只供知悉，不用认领"


class UnderObjection(Refused):
    code = "push-under-objection"
    title = "这条推送不在待认领状态"


class AlreadyClaimed(Refused):
    code = "push-already-claimed"
    title = "这条推送已经认领"


class NotClaimed(Refused):
    code = "push-not-claimed"
    title = "这条推送还没有认领"


class NoCommitment(Refused):
    code = "no-commitment"
    title = "这件不是告知承诺办理的"


class FeedbackRepeated(Refused):
    code = "feedback-repeated"
    title = "同样的反馈已经登记过"


class AlreadyAssigned(Refused):
    code = "orphan-already-assigned"
    title = "这一条已经指定了监管单位"


class UnitOutOfReach(Refused):
    code = "unit-out-of-reach"
    status = 422
    title = "不能指定这个监管单位"


def open_push(*, push: UUID | str, actor: Actor, at: datetime) -> Push:
    """Show a push to somebody. For a unit's inbox, the first named person of that unit who opens it confirms it.

    Raises PushNotFound.
    """
    with transaction.atomic(durable=True):
        found = find(push=push, actor=actor)
        if found.confirmed_at is None and _confirms(found, actor):
            thread = locked_threads({found.case_id})[found.case_id]
            found = locked(found)
            confirm(found, thread=thread, actor=actor, at=at)
            transaction.on_commit(nudge_register, robust=True)
    return found


def claim(*, push: UUID | str, actor: Actor, at: datetime) -> Push:
    """A person of the unit takes a push on. Raises PushNotFound, NotSupervisor, NotForClaim, UnderObjection, AlreadyClaimed."""
    with transaction.atomic(durable=True):
        found, thread = for_unit(push, actor)
        if found.purpose != Purpose.CLAIM:
            raise NotForClaim("这条推送抄送本单位知悉，打开看过即可；认领由牵头的监管单位办理。")
        if found.state in (PushState.OBJECTED, *ENDED):
            raise UnderObjection(f"这条推送{found.get_state_display()}，不能认领；异议由协调员答复后再办。")
        if found.state != PushState.TO_CLAIM:
            who = found.claimed_by.name if found.claimed_by else ""
            raise AlreadyClaimed(
                f"{who}已于 {local_day(found.claimed_at or at)} 代本单位认领，不用再认领；直接办理检查和反馈。",
                claimed_at=found.claimed_at,
            )
        confirm(found, thread=thread, actor=actor, at=at)
        days = Form.objects.values_list("feedback_days", flat=True).get(pk=found.case_id)
        found.state, found.claimed_at, found.claimed_by_id = PushState.CLAIMED, at, actor.user
        found.feedback_due_on = add(current_calendar(), local_day(at), days)
        found.save(update_fields=["state", "claimed_at", "claimed_by", "feedback_due_on"])
        data = {"claim_due_on": found.claim_due_on, "feedback_due_on": found.feedback_due_on}
        append(thread, PushAction.CLAIMED, actor=actor, at=at, push=found, unit=found.unit.code, data=data)
        transaction.on_commit(nudge_register, robust=True)
    return found


def feed_back(
    *,
    push: UUID | str,
    actor: Actor,
    at: datetime,
    kind: str,
    given: Any,
    also: Callable[[Feedback], None] | None = None,
) -> Feedback:
    """A person of the unit that claimed a push reports what was found or done; what it sets going is `consequences`.

    `also` runs last inside the transaction: what a caller writes there is kept with the feedback or not at all. What is
    repeated, out of turn or about somebody else's push is refused, and that it was is kept.
    Raises PushNotFound, NotSupervisor, NotForClaim, NotClaimed, NoCommitment, FeedbackRepeated, Invalid.
    """
    try:
        with transaction.atomic(durable=True):
            return _fed_back(push, actor, at=at, kind=kind, given=given, also=also)
    except (PushNotFound, NotSupervisor, NotForClaim, NotClaimed, NoCommitment, FeedbackRepeated) as refused:
        RefusedFeedback.objects.create(
            at=at,
            push=str(push)[:64],
            kind=str(kind)[:20],
            reason=refused.code,
            digest=chain.salted("", chain.canonical(repr(given))),
            unit=SupervisionUnit.objects.filter(pk=actor.unit).values_list("code", flat=True).first() or "",
            organ=actor.organ_code,
            user=actor.user,
            client=actor.client,
        )
        raise


def _fed_back(
    push: UUID | str, actor: Actor, *, at: datetime, kind: str, given: Any, also: Callable[[Feedback], None] | None
) -> Feedback:
    found, thread = for_unit(push, actor)
    if found.purpose != Purpose.CLAIM:
        raise NotForClaim("这条推送抄送本单位知悉，反馈由牵头的监管单位登记。")
    if found.state not in (PushState.CLAIMED, PushState.FED_BACK, PushState.CLOSED):
        raise NotClaimed("先认领这条推送，再登记反馈。")
    feedback = _feedback(found, actor, at=at, **_cleaned(found, kind, given, today=local_day(at)))
    consequences.check(feedback, found, on=local_day(at))
    feedback.sequence = thread.events + 1
    feedback.save(force_insert=True)
    codes = {name: feedback.content.get(name) for name in INPUTS[FeedbackKind(feedback.kind)].codes}
    append(
        thread,
        PushAction.FED_BACK,
        actor=actor,
        at=at,
        push=found,
        unit=found.unit.code,
        data={"kind": feedback.kind, "done_on": feedback.done_on} | codes,
        text_digest=chain.salted(feedback.salt, chain.canonical(feedback.content)),
    )
    Push.objects.filter(pk=found.pk).update(state=PushState.FED_BACK)
    consequences.carry_out(feedback, found, actor=actor, at=at)
    if also is not None:
        also(feedback)
    transaction.on_commit(nudge_register, robust=True)
    return feedback


def assign(*, orphan: int, unit: str, actor: Actor, at: datetime) -> Push:
    """A coordinator gives an orphan to a unit (by its code), which is pushed at once.

    Raises NotCoordinator, OrphanNotFound, AlreadyAssigned, UnitOutOfReach.
    """
    with transaction.atomic(durable=True):
        seen = find_orphan(orphan=orphan, actor=actor)
        thread = locked_threads({seen.case_id})[seen.case_id]
        found = Orphan.objects.select_related("case__snapshot", "case__region").get(pk=seen.pk)
        if found.push_id is not None:
            raise AlreadyAssigned("别的协调员已经指定了监管单位；刷新清单查看。")
        chosen = reachable(unit, actor)
        if Push.objects.filter(case=found.case_id, event_sequence=found.event_sequence, unit=chosen).exists():
            raise UnitOutOfReach(f"{chosen.name}已收到这件的抄送；请指定牵头的监管单位，或请市协调员商定。")
        event = Event.objects.get(case=found.case_id, sequence=found.event_sequence)
        receiving = locked_receiving([chosen.pk])[chosen.pk]
        append(thread, PushAction.ASSIGNED, actor=actor, at=at, unit=chosen.code)
        push = push_to(
            receiving,
            event=event,
            case=found.case,
            level=chosen.organ.region.level,
            copy=False,
            provisional=False,
            purpose=Purpose(found.purpose),
            thread=thread,
            actor=actor,
            at=at,
            rights=withheld_rights(),
        )
        push_what_followed(push, receiving=receiving, thread=thread, actor=actor, at=at)
        found.push, found.assigned_at, found.assigned_by_id = push, at, actor.user
        found.save(update_fields=["push", "assigned_at", "assigned_by"])
        transaction.on_commit(nudge_exchange, robust=True)
        transaction.on_commit(nudge_register, robust=True)
    return push


def for_unit(push: UUID | str, actor: Actor) -> tuple[Push, PushThread]:
    """The push and its thread, both locked, for somebody of its unit. Raises PushNotFound, NotSupervisor."""
    seen = find_for_unit(push=push, actor=actor)
    thread = locked_threads({seen.case_id})[seen.case_id]
    return locked(seen), thread


def locked(seen: Push) -> Push:
    """The push as it stands now, after whoever held its thread."""
    return (
        Push.objects.select_for_update(of=("self",))
        .select_related("case__snapshot", "unit", "message__endpoint", "claimed_by")
        .get(pk=seen.pk)
    )


def _confirms(push: Push, actor: Actor) -> bool:
    """Whether this actor's opening confirms: a person of the unit, and only where there is no system to confirm."""
    return (
        push.message.endpoint.transport == Endpoint.Transport.INBOX
        and actor.kind == "USER"
        and actor.unit == push.unit_id
    )


def confirm(push: Push, *, thread: PushThread, actor: Actor, at: datetime) -> None:
    """Opening an inbox push confirms it; who claims has opened, by the interface too."""
    if push.confirmed_at is not None or push.message.endpoint.transport != Endpoint.Transport.INBOX:
        return
    exchange.open_message(push.message, by=actor.name, at=at)
    note(push, thread=thread, actor=actor, at=at)


def _cleaned(push: Push, kind: str, given: Any, *, today: date) -> dict[str, Any]:
    if kind not in FeedbackKind.values:
        raise Invalid({"kind": [f"反馈种类须为 {'、'.join(FeedbackKind.labels)} 之一。"]})
    known = FeedbackKind(kind)
    if known == FeedbackKind.COMMITMENT_CHECK and not push.on_commitment:
        raise NoCommitment("这件没有凭告知承诺办理，没有承诺可核查；检查情况请登记为检查结果。")
    form = INPUTS[known](data=given or {}, context={"today": today, "decided_on": push.decided_on})
    if not form.is_valid():
        raise Invalid(flat(form.errors))
    content = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in form.validated_data.items()
    }
    return {"kind": known, "done_on": form.validated_data["on"], "content": content}


def _feedback(
    push: Push, actor: Actor, *, at: datetime, kind: FeedbackKind, done_on: date, content: dict[str, Any]
) -> Feedback:
    for earlier in Feedback.objects.filter(push=push, kind=kind, done_on=done_on):
        if earlier.content == content:
            raise FeedbackRepeated(f"{earlier.created_by.name}已登记过内容相同的反馈；如确是另一次，请写明区别。")
    return Feedback(
        push=push,
        kind=kind,
        done_on=done_on,
        content=content,
        salt=chain.new_salt(),
        created_at=at,
        created_by_id=actor.user,
    )


def reachable(unit: str, actor: Actor) -> SupervisionUnit:
    """The unit of this code that a coordinator may name: of the own region or of the city. Raises UnitOutOfReach."""
    found = SupervisionUnit.objects.select_related("organ__region").filter(code=unit).first()
    if found is None:
        raise UnitOutOfReach(f"没有代码为 {unit} 的监管单位；从单位列表里选。")
    if actor.level != Level.CITY and found.organ.region_id not in (actor.region, found.organ.region_id[:4] + "00"):
        raise UnitOutOfReach(f"{found.name}不在本地区；可指定本地区或市级的监管单位，或请市协调员指定。")
    return found
