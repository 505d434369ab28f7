"""When is a push done with? 闭环: the first check was made (of a commitment, where one was given), nothing ordered is open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from approvals.audit.tasks import nudge as nudge_register
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.supervision.actions import for_unit
from approvals.supervision.consequences import open_follow_ups
from approvals.supervision.models import Feedback, Proposal, Push
from approvals.supervision.record import append
from approvals.supervision.words import FeedbackKind, ProposalState, PushAction, PushState

CHECKS = {FeedbackKind.INSPECTION, FeedbackKind.COMMITMENT_CHECK}


class NotYetClosable(Refused):
    code = "push-not-yet-closable"
    title = "这条推送还不能闭环"


def close(*, push: UUID | str, actor: Actor, at: datetime) -> Push:
    """A person of the unit closes a push. Raises PushNotFound, NotSupervisor, NotYetClosable."""
    with transaction.atomic(durable=True):
        found, thread = for_unit(push, actor)
        if what := still_open(found):
            raise NotYetClosable(what)
        found.state = PushState.CLOSED
        found.save(update_fields=["state"])
        append(thread, PushAction.CLOSED, actor=actor, at=at, push=found, unit=found.unit.code)
        transaction.on_commit(nudge_register, robust=True)
    return found


def still_open(push: Push) -> str:
    """What keeps a push from being closed, in words; empty where nothing does."""
    if push.state != PushState.FED_BACK:
        return f"这条推送{push.get_state_display()}；认领并反馈之后才能闭环。"
    kinds = set(Feedback.objects.filter(push=push).values_list("kind", flat=True))
    if push.on_commitment and FeedbackKind.COMMITMENT_CHECK not in kinds:
        return "这件凭告知承诺办理，还没有登记告知承诺核查的结果；核查承诺的内容之后再闭环。"
    if not kinds & CHECKS:
        return "还没有登记首次检查的结果。"
    if todo := open_follow_ups(push).first():
        return f"{todo.about.get_kind_display()}（{todo.about.done_on}）之后还要{todo.get_task_display()}，最迟 {todo.due_on}。"
    if waiting := Proposal.objects.filter(push=push, state=ProposalState.WAITING).first():
        return f"{waiting.get_asks_display() or '线索'}还在等审批单位答复，最迟 {waiting.due_on}。"
    return ""
