"""Which questions wait, for whom and how long, and how quickly does the city answer?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

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


@dataclass(frozen=True)
class Standing:
    """How a city unit answers: asked, answered in time of those due, still open, open past their day."""

    organ: str
    asked: int
    due: int
    in_time: int
    waiting: int
    late: int


def standings(actor: Actor, *, on: date) -> list[Standing]:
    """By city unit, over what this actor may see; a question not yet due and not yet answered is in no denominator."""
    found: dict[str, list[Question]] = {}
    for one in Question.objects.filter(visible(actor)).select_related("city_organ"):
        found.setdefault(one.city_organ.short_name, []).append(one)
    rows = []
    for organ, asked in sorted(found.items()):
        answered = [one for one in asked if one.answered_at]
        waiting = [one for one in asked if not one.answered_at]
        late = [one for one in waiting if one.due_on < on]
        in_time = [one for one in answered if not one.late]
        rows.append(Standing(organ, len(asked), len(answered) + len(late), len(in_time), len(waiting), len(late)))
    return rows
