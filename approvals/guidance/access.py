"""Who may ask, who may answer, who sees what of it? What a person may not see does not exist for them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from approvals.cases.access import HANDLERS
from approvals.errors import Refused
from approvals.guidance.models import Advisor, Question
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role

ANSWERERS = frozenset({Role.REVIEWER, Role.DECIDER, Role.ITEM_ADMIN})
PEOPLE = ("USER", "CLIENT")  # a person in a post, or a connected system that speaks for one
READERS = HANDLERS | {Role.COORDINATOR, Role.ITEM_ADMIN, Role.SUPERVISOR}


class QuestionNotFound(Refused):
    code = "question-not-found"
    status = 404
    title = "没有这条业务咨询"


class MayNotAsk(Refused):
    code = "may-not-ask"
    status = 403
    title = "这个岗位不能提问"


class MayNotAnswer(Refused):
    code = "may-not-answer"
    status = 403
    title = "这条咨询不由你的岗位答复"


def may_ask(actor: Actor) -> bool:
    """The counties ask: whoever handles cases there, and their coordinator."""
    return actor.kind in PEOPLE and actor.level == Level.COUNTY and actor.role in HANDLERS | {Role.COORDINATOR}


def may_answer(actor: Actor, question: Question, *, on: date) -> bool:
    """The city unit asked answers: its reviewers, deciders, item admins, and whoever the roster names that day."""
    if actor.kind not in PEOPLE or actor.organ != question.city_organ_id:
        return False
    if not actor.covers(question.item):
        return False
    return actor.role in ANSWERERS or actor.user in {one.answers_on(on).pk for one in advisors(question, on=on)}


def may_publish(actor: Actor) -> bool:
    """Knowledge and training come from the city: from its item admins, deciders, reviewers and its coordinator."""
    return actor.kind == "USER" and actor.level == Level.CITY and actor.role in ANSWERERS | {Role.COORDINATOR}


def may_read(actor: Actor) -> bool:
    """Everybody of the staff who handles, coordinates, supervises or keeps items reads what is known."""
    return actor.kind in PEOPLE and actor.role in READERS


def visible(actor: Actor) -> Q:
    """The questions this actor may see, as a filter on Question."""
    if actor.kind not in PEOPLE or actor.role not in READERS - {Role.SUPERVISOR}:
        return Q(pk__in=[])
    scope = actor.within("item")
    if actor.level == Level.COUNTY:
        return scope & Q(region=actor.region)
    return scope if actor.role == Role.COORDINATOR else scope & Q(city_organ=actor.organ)


def advisors(question: Question, *, on: date) -> list[Advisor]:
    """The roster of the city unit for the item on a day: those named for the item before those for all items."""
    return roster(question.city_organ_id, question.item, on=on)


def roster(organ: int, item: str, *, on: date) -> list[Advisor]:
    """The advisors of a city unit for an item on a day, the most particular first."""
    listed = Advisor.objects.in_force(on).filter(organ=organ).select_related("user", "deputy").order_by("pk")
    fitting = [one for one in listed if not one.items or item in one.items]
    return sorted(fitting, key=lambda one: not one.items)
