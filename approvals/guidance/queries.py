"""Which questions wait, for whom and how long, and how quickly does the city answer?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from approvals.guidance.access import QuestionNotFound, visible
from approvals.guidance.models import Question
from approvals.organisations.access import Actor

STATES = {"open": Question.State.OPEN, "answered": Question.State.ANSWERED, "closed": Question.State.CLOSED}


def questions(actor: Actor, *, state: str = "", item: str = "", text: str = "") -> QuerySet[Question]:
    """What this actor may see; the open ones first, by deadline, then the newest."""
    found = Question.objects.filter(visible(actor)).select_related("city_organ", "region", "asked_by", "advisor")
    if state in STATES:
        found = found.filter(state=STATES[state])
    if item:
        found = found.filter(item=item)
    for word in text.split():
        found = found.filter(title__icontains=word)
    waiting = Case(When(state=Question.State.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    first = Case(When(state=Question.State.OPEN, then=F("due_on")), default=None)
    return found.order_by(waiting, first, "-asked_at", "-pk")


def question_for(actor: Actor, pk: int) -> Question:
    """One of them with its thread read. Raises QuestionNotFound."""
    seen = (
        questions(actor).filter(pk=pk).select_related("case", "organ").prefetch_related("sayings__attachments__stored")
    )
    if (one := seen.first()) is None:
        raise QuestionNotFound("没有这条业务咨询；从列表里打开。")
    return one


def overdue(on: date) -> Q:
    """The questions that wait for an answer past their day."""
    return Q(state=Question.State.OPEN, due_on__lt=on)


@dataclass(frozen=True)
class Standing:
    """How a city unit answers: asked, of those answered or due the ones never late, still open, open past their day."""

    organ: str
    asked: int
    due: int
    in_time: int
    waiting: int
    late: int


def standings(actor: Actor, *, on: date) -> list[Standing]:
    """By city unit, over what this actor may see; a question not yet due and not yet answered is in no denominator."""
    answered = Q(answered_at__isnull=False)
    counts = {
        "asked": Count("pk"),
        "due": Count("pk", filter=answered | Q(late=True) | overdue(on)),
        "in_time": Count("pk", filter=answered & Q(late=False) & ~overdue(on)),
        "waiting": Count("pk", filter=Q(state=Question.State.OPEN)),
        "late_now": Count("pk", filter=overdue(on)),
    }
    units = Question.objects.filter(visible(actor)).order_by().values_list("city_organ__short_name")
    return [Standing(*row) for row in sorted(units.annotate(**counts))]
