"""What does a feedback set going? The unit's next duty, the approver's answer, the party's rating; in the same transaction.

Follow-ups close themselves: a re-check, and nothing else, ends the order's; an order, a penalty, a proposal or a later
clean inspection ends what was found. Due days: a re-check RECHECK_WITHIN_WORKDAYS after the order's own limit, an answer
to what was found RESPOND_WITHIN_WORKDAYS after the feedback, the approver's PROPOSAL_ANSWER_WORKDAYS after the proposal.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.licensing import applicants, concerned
from approvals.cases.models import Form
from approvals.errors import Invalid
from approvals.licences.changes import why_not
from approvals.licences.words import OfficialAct
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision import barring
from approvals.supervision.models import Feedback, FollowUp, PartyCredit, Proposal, Push
from approvals.supervision.placing import locked_receiving
from approvals.supervision.words import FeedbackKind, InspectionResult, RecheckResult, Task

RESPONSES = (FeedbackKind.ORDER, FeedbackKind.PENALTY, FeedbackKind.PROPOSAL, FeedbackKind.LEAD)


def open_follow_ups(push: Push) -> QuerySet[FollowUp]:
    """What the unit still has to do on a push, the most urgent first."""
    rows = FollowUp.objects.filter(push=push, ended_by=None).select_related("about", "feedback")
    return rows.order_by("due_on", "pk")


def check(feedback: Feedback, push: Push, *, on: date) -> None:
    """Whether this feedback fits what went before, ahead of its being written. Raises Invalid."""
    content = feedback.content
    if feedback.kind == FeedbackKind.RECHECK:
        waiting = open_follow_ups(push).filter(task=Task.RECHECK)
        if not waiting.filter(about__sequence=content["order"]).exists():
            known = "、".join(str(one.about.sequence) for one in waiting) or "没有"
            raise Invalid({"order": [f"没有等复查的第 {content['order']} 次反馈；等复查的：{known}。"]})
    if feedback.kind == FeedbackKind.PROPOSAL:
        _fits_licence(push, OfficialAct(content["act"]), on=on)
    if feedback.kind == FeedbackKind.CREDIT:
        _is_latest_rating(feedback, push)


def carry_out(feedback: Feedback, push: Push, *, actor: Actor, at: datetime) -> None:
    """What follows a feedback that was just written; push and thread are locked by the caller."""
    on = local_day(at)
    _end(feedback, push, at=at)
    barring.lift_what_is_mended(feedback, push, actor=actor, at=at)
    barring.impose_from(feedback, push, actor=actor, at=at)
    match FeedbackKind(feedback.kind):
        case FeedbackKind.ORDER:
            limit = date.fromisoformat(feedback.content["due_on"])
            _follow(feedback, push, Task.RECHECK, add(current_calendar(), limit, settings.RECHECK_WITHIN_WORKDAYS))
        case FeedbackKind.RECHECK if feedback.content["result"] == RecheckResult.NOT_MENDED:
            again = date.fromisoformat(feedback.content["due_on"])
            order = Feedback.objects.get(push=push, sequence=feedback.content["order"])
            _follow(feedback, push, Task.RECHECK, again, about=order)
        case FeedbackKind.INSPECTION if feedback.content["result"] == InspectionResult.PROBLEM:
            _follow(feedback, push, Task.RESPOND, add(current_calendar(), on, settings.RESPOND_WITHIN_WORKDAYS))
        case FeedbackKind.COMMITMENT_CHECK if not feedback.content["kept"]:
            _follow(feedback, push, Task.RESPOND, add(current_calendar(), on, settings.RESPOND_WITHIN_WORKDAYS))
        case FeedbackKind.CREDIT:
            _rate(feedback, push, at=at)
        case FeedbackKind.PROPOSAL | FeedbackKind.LEAD:
            _put_to_approver(feedback, push, on=on, at=at)


def _follow(feedback: Feedback, push: Push, task: Task, due_on: date, *, about: Feedback | None = None) -> None:
    FollowUp.objects.create(feedback=feedback, about=about or feedback, push=push, task=task, due_on=due_on)


def _end(feedback: Feedback, push: Push, *, at: datetime) -> None:
    """Close the duties this feedback answers."""
    kind, content = feedback.kind, feedback.content
    if kind == FeedbackKind.RECHECK:
        ended = Q(task=Task.RECHECK, about__sequence=content["order"])
    elif kind == FeedbackKind.INSPECTION and content["result"] == InspectionResult.NO_PROBLEM:
        ended = Q(task=Task.RESPOND, feedback__done_on__lte=feedback.done_on)
    elif kind in RESPONSES:
        ended = Q(task=Task.RESPOND)
    else:
        return
    pks = list(open_follow_ups(push).filter(ended).values_list("pk", flat=True))
    FollowUp.objects.filter(pk__in=pks).update(ended_by=feedback, ended_at=at)


def _is_latest_rating(feedback: Feedback, push: Push) -> None:
    """No rating goes behind one of a later day by the same unit. Raises Invalid.

    What the unit receives with is locked, so that ratings of one party on two cases come one after the other.
    """
    locked_receiving([push.unit_id])
    later = PartyCredit.objects.filter(
        unit=push.unit_id, id_hash__in=applicants(push.case), replaced_at=None, rated_on__gt=feedback.done_on
    )
    if newer := later.order_by("-rated_on").first():
        told = f"本单位 {newer.rated_on} 已评为{newer.get_colour_display()}，更早的评价不再登记；"
        raise Invalid({"on": [f"{told}等级有变化的，按今天的日期重新评价。"]})


def _rate(feedback: Feedback, push: Push, *, at: datetime) -> None:
    """Rate the parties of the case; an earlier rating by the same unit is replaced."""
    hashes = sorted(applicants(push.case))
    if not hashes:
        return
    PartyCredit.objects.filter(unit=push.unit_id, id_hash__in=hashes, replaced_at=None).update(replaced_at=at)
    PartyCredit.objects.bulk_create(
        PartyCredit(
            feedback=feedback,
            unit_id=push.unit_id,
            id_hash=one,
            colour=feedback.content["colour"],
            rated_on=feedback.done_on,
            valid_to=feedback.content.get("valid_to"),
        )
        for one in hashes
    )


def _fits_licence(push: Push, act: OfficialAct, *, on: date) -> None:
    """A proposal is about a licence that is in the register and can still be acted on so. Raises Invalid."""
    push.case.form = Form.objects.get(pk=push.case_id)
    licence = concerned(push.case)
    if licence is None:
        raise Invalid({"act": ["这件没有登记证照，不能建议处理证照；情况请作为线索告知审批单位。"]})
    if refusal := why_not(act, licence.standing, on=on):
        raise Invalid({"act": [f"{licence.number}：{refusal}"]})


def _put_to_approver(feedback: Feedback, push: Push, *, on: date, at: datetime) -> None:
    """Hand a proposal or a lead to the organ that issued the licence (that decided), and tell its reviewers and heads."""
    push.case.form = Form.objects.get(pk=push.case_id)
    licence = concerned(push.case)
    asks = feedback.content["act"] if feedback.kind == FeedbackKind.PROPOSAL else ""
    made = Proposal.objects.create(
        feedback=feedback,
        push=push,
        case_id=push.case_id,
        licence=licence,
        organ_id=licence.organ_id if licence else push.case.snapshot.decide_organ_id,
        asks=asks,
        ground=feedback.content["ground"] if asks else "",
        made_on=on,
        due_on=add(current_calendar(), on, settings.PROPOSAL_ANSWER_WORKDAYS),
    )
    what = f"{OfficialAct(asks).label}的建议" if asks else "监管线索"
    tell(
        to=people_in(on=on, organs=[made.organ_id], roles=[Role.REVIEWER, Role.DECIDER]),
        kind="proposal",
        title=f"{what}待答复，最迟 {made.due_on}",
        body=f"{push.unit.name}就办件 {push.case.number} 提出，请在期限内答复。",
        url=f"/supervision/proposals/?proposal={made.pk}",
        key=f"proposal-{made.pk}",
        at=at,
    )
