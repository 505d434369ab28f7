"""When does enforcement keep new applications of a party out, and when not again? Said with a feedback, lifted by the unit.

The bar itself, its days and its chain are kept by `cases.receiptbars`, since receipt asks there; here is only who says so.
A bar of an order is lifted by the re-check that finds it mended, one of a red rating by a better rating.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from approvals.audit.tasks import nudge as nudge_register
from approvals.cases import receiptbars
from approvals.cases.licensing import applicants
from approvals.cases.models import ReceiptBar
from approvals.cases.receiptbars import BarNotFound
from approvals.errors import Refused, said
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.access import NotSupervisor
from approvals.supervision.models import Feedback, Push
from approvals.supervision.record import append, locked_threads
from approvals.supervision.words import BarScope, CreditColour, FeedbackKind, PushAction, RecheckResult


class BarLifted(Refused):
    code = "receipt-bar-lifted"
    title = "这条收件限制已经解除"


def source_of(push: Push, sequence: int) -> str:
    """How a bar names the feedback it came from."""
    return f"{push.pk}#{sequence}"


def impose_from(feedback: Feedback, push: Push, *, actor: Actor, at: datetime) -> None:
    """Bar the parties where the feedback says so, in its transaction."""
    told: dict[str, Any] = feedback.content
    if not told.get("bar_until"):
        return
    what = " ".join(filter(None, (feedback.get_kind_display(), told.get("number", ""))))
    if feedback.kind == FeedbackKind.CREDIT:
        what = f"{what}为红：{told['grounds']}"
    receiptbars.impose(
        case=push.case,
        by=push.unit,
        source=source_of(push, feedback.sequence),
        cause=what,
        basis=told["bar_basis"],
        item="" if told.get("bar_scope") == BarScope.ALL else push.case.snapshot.item,
        until_on=date.fromisoformat(told["bar_until"]),
        actor=actor,
        at=at,
    )


def lift_what_is_mended(feedback: Feedback, push: Push, *, actor: Actor, at: datetime) -> None:
    """What a feedback itself puts right: the order that is mended, the red rating that is no more."""
    told: dict[str, Any] = feedback.content
    found = ReceiptBar.objects.filter(unit=push.unit_id, lifted_at=None)
    if feedback.kind == FeedbackKind.RECHECK and told["result"] == RecheckResult.MENDED:
        again = Feedback.objects.filter(push=push, kind=FeedbackKind.RECHECK, content__order=told["order"])
        sequences = {told["order"], *again.values_list("sequence", flat=True)}
        found = found.filter(source__in=[source_of(push, one) for one in sequences])
    elif feedback.kind == FeedbackKind.CREDIT and told["colour"] != CreditColour.RED:
        hashes = applicants(push.case)  # who is rated; a feedback may have barred others too, whose bars stay
        rated = Feedback.objects.filter(kind=FeedbackKind.CREDIT, credits__id_hash__in=hashes, push__unit=push.unit_id)
        sources = [source_of(one.push, one.sequence) for one in rated.select_related("push").distinct()]
        found = found.filter(source__in=sources, id_hash__in=hashes)
    else:
        return
    receiptbars.lift(found.values_list("pk", flat=True), actor=actor, at=at, words=feedback.get_kind_display())


def may_lift(bar: ReceiptBar, actor: Actor) -> bool:
    """Whether this actor speaks for whoever imposed a bar: the unit's supervisor, the organ's decider."""
    if bar.unit_id is not None:
        return actor.role == Role.SUPERVISOR and actor.unit == bar.unit_id
    return actor.role == Role.DECIDER and actor.organ == bar.organ_id


def lift(*, bar: Any, actor: Actor, at: datetime, words: str) -> ReceiptBar:
    """A person of the unit (or organ) that imposed a bar lifts it before its day; a unit's stands on the push's thread.

    Raises BarNotFound, NotSupervisor, BarLifted, Invalid.
    """
    seen = receiptbars.bars(actor).filter(pk=key_of(bar)).first()
    if seen is None:
        raise BarNotFound("没有这条收件限制；从清单重新打开。")
    if not may_lift(seen, actor):
        raise NotSupervisor(f"由作出限制的{seen.imposer.name}解除。")
    kept = said(words, ask="写明解除的理由。", most=receiptbars.LONGEST)
    with transaction.atomic(durable=True):
        thread = locked_threads({seen.case_id})[seen.case_id]
        if not receiptbars.lift([seen.pk], actor=actor, at=at, words=kept):
            raise BarLifted("已经解除过；刷新后查看。")
        if seen.unit is not None:
            push = Push.objects.filter(pk=seen.source.partition("#")[0]).first()
            data = {"bar": seen.pk}
            append(thread, PushAction.BAR_LIFTED, actor=actor, at=at, push=push, unit=seen.unit.code, data=data)
        transaction.on_commit(nudge_register, robust=True)
    return receiptbars.bars(actor).get(pk=seen.pk)
