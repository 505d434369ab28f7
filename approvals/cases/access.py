"""Who sees a case, and whom does a row of the table mean? What a person may not see does not exist for them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.cases.facts import Facts, Holding, Terms
from approvals.cases.models import Sight
from approvals.cases.models.case import RowByRow
from approvals.cases.models.sight import Course
from approvals.cases.workflow import PHASE_OF, Place, Who
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role

SEEING = ("accept_organ", "name_organ", "review_organ", "decide_organ", "seal_organ", "city_organ")  # of the snapshot
HANDLERS = frozenset({Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER})


class CaseNotFound(Refused):
    code = "case-not-found"
    status = 404
    title = "没有这个办件"


def not_found(number: str) -> CaseNotFound:
    """The refusal for a number under which this person finds nothing; what is no number is not repeated at length."""
    said = number[:24].encode("utf-8", "replace").decode()
    return CaseNotFound(f"没有 {said} 这个办件；核对编号。")


class NotPermitted(Refused):
    code = "not-permitted"
    status = 403
    title = "你的岗位不能办理这一步"


def sees(actor: Actor, facts: Facts, terms: Terms, *, city_organ: int) -> bool:
    """Whether this actor may see the case; `visible` is the same as a query."""
    if actor.kind == "SYSTEM":
        return True
    if actor.kind == "APPLICANT":
        return actor.case == facts.id
    if not actor.covers(terms.item):
        return False
    if actor.role == Role.COORDINATOR:
        return actor.level == Level.CITY or actor.region in (facts.region, terms.accept.region)
    if actor.role not in HANDLERS:
        return False
    if actor.is_window:
        return actor.role == Role.CLERK and actor.region == terms.accept.region
    holders = {terms.accept.organ, terms.in_name_of.organ, terms.review.organ, terms.decide.organ, terms.seal.organ}
    return actor.organ in holders | {city_organ}


def visible(actor: Actor, *, going_on: bool | None = None, course: Course | None = None) -> Q:
    """The cases this actor may see, as a filter on Case.

    Who asks only for what is not (or is) done with, or goes between certain organs, and says so of the case, says it with
    `going_on` and `course` too: fewer rows tell.
    """
    if actor.kind == "APPLICANT":
        return Q(pk=actor.case)
    rows = sights(actor)
    if rows is None:
        return actor.within("snapshot__item")
    if going_on is not None:
        rows = rows.filter(going_on=going_on)
    if course is not None:
        rows = rows.filter(course__in=course.among)
    # A window clerk's region is where cases are accepted, a coordinator's also the one they concern; it mostly is the same,
    # which PostgreSQL does not know: it would take what is going on there for a few cases and sort them all.
    place = Q(snapshot__accept_region=actor.region) if actor.is_window else Q()
    if place and going_on:
        place = Q(RowByRow(place))
    if course is not None:  # mostly few of all: a list of keys
        return place & Q(pk__in=rows.values("case"))
    # Not a list of keys: SQLite would go through two such lists one within the other.
    return place & Q(Exists(rows.filter(case=OuterRef("pk"))))


def of_visible(actor: Actor) -> Q:
    """The same as a filter on rows that belong to a case: those of the cases this actor may see."""
    rows = sights(actor)
    if rows is None:
        return actor.within("case__snapshot__item")
    place = Q(case__snapshot__accept_region=actor.region) if actor.is_window else Q()
    return place & Q(Exists(rows.filter(case=OuterRef("case"))))


def sights(actor: Actor) -> QuerySet[Sight] | None:
    """The rows of who sees what that mean this actor's organ or region; None for who sees every case of the city."""
    if actor.kind == "SYSTEM" or (actor.role == Role.COORDINATOR and actor.level == Level.CITY):
        return None
    of_item = actor.within("item")
    if actor.role == Role.COORDINATOR or (actor.is_window and actor.role == Role.CLERK):
        return Sight.objects.filter(of_item, region=actor.region)
    if actor.role not in HANDLERS or actor.is_window:
        return Sight.objects.none()
    return Sight.objects.filter(of_item, organ=actor.organ)


def visible_rows(actor: Actor, *, region: str, terms: str) -> Q:
    """The same for rows that have the region and the terms of their cases in columns of their own."""
    if actor.kind == "SYSTEM":
        return Q()
    scope = actor.within(f"{terms}item")
    if actor.role == Role.COORDINATOR:
        mine = Q(**{region: actor.region}) | Q(**{f"{terms}accept_region": actor.region})
        return scope if actor.level == Level.CITY else scope & mine
    if actor.role not in HANDLERS:
        return Q(pk__in=[])
    if actor.is_window:
        mine = Q(**{f"{terms}accept_region": actor.region})
        return scope & mine if actor.role == Role.CLERK else Q(pk__in=[])
    anywhere = Q()
    for column in SEEING:
        anywhere |= Q(**{f"{terms}{column}": actor.organ})
    return scope & anywhere


def holding(who: Who, facts: Facts, terms: Terms) -> Holding | None:
    """The organ a row means by `who` in this case now; None for the applicant, the system and coordinators."""
    if who.place == Place.HOLDER:
        return terms.holder(PHASE_OF[facts.state])
    if who.place == Place.IN_NAME:
        return terms.in_name_of
    if isinstance(who.place, Place):
        return None
    return terms.holder(who.place)


def is_meant(actor: Actor, who: Who, facts: Facts, terms: Terms) -> bool:
    """Whether `actor` is one of those a row means by `who`."""
    if who.place == Place.SYSTEM:
        return actor.kind == "SYSTEM"
    if who.place == Place.APPLICANT:
        return actor.kind == "APPLICANT" and actor.case == facts.id
    if actor.kind not in ("USER", "CLIENT") or actor.role not in who.roles:
        return False
    if not actor.covers(terms.item):
        return False
    if who.place == Place.COORDINATOR:
        return actor.level == Level.CITY or actor.region == terms.accept.region
    organ = holding(who, facts, terms)
    if organ is None:
        return False
    if actor.is_window:
        return actor.role == Role.CLERK and actor.region == organ.region
    return actor.organ == organ.organ


def described(who: Who, facts: Facts, terms: Terms) -> str:
    """Whom a row means, in words: “市行政审批局决定岗”."""
    if who.place == Place.APPLICANT:
        return "申请人"
    if who.place == Place.SYSTEM:
        return "系统"
    roles = "或".join(Role(role).label for role in who.roles)
    organ = holding(who, facts, terms)
    return f"{organ.name}{roles}" if organ else f"本地区或市{roles}"
