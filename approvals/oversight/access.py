"""Who sees what oversight knows, and who may act on it? The city unit, the county organ it is about, the coordinators.

What a person may not see does not exist for them. Who is held to account is seen by heads and coordinators only.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from approvals.errors import Refused
from approvals.keys import key_of
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Role

CITY_ROLES = (Role.REVIEWER, Role.CHECKER, Role.DECIDER)
COUNTY_ROLES = (Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER)
M = TypeVar("M", bound=Model)


class NothingOverseen(Refused):
    code = "nothing-overseen"
    status = 404
    title = "没有这条监督记录"


class NotOverseer(Refused):
    code = "not-overseer"
    status = 403
    title = "由市级对口单位办理"


class NotAnswerable(Refused):
    code = "not-answerable"
    status = 403
    title = "由责任单位答复"


def visible(actor: Actor, *, unit: str = "unit", organ: str = "organ", region: str = "region", item: str = "") -> Q:
    """What this actor may see, as a filter; the arguments name the columns of the model asked about."""
    if actor.kind == "SYSTEM":
        return Q()
    scope = actor.within(item) if item else Q()
    if actor.role == Role.COORDINATOR:
        return scope if actor.level == Level.CITY else scope & Q(**{region: actor.region})
    if actor.level == Level.CITY and actor.role in CITY_ROLES:
        return scope & (Q(**{unit: actor.organ}) | Q(**{organ: actor.organ}))
    if actor.level == Level.COUNTY and actor.role in COUNTY_ROLES:
        return scope & Q(**{organ: actor.organ})
    return Q(pk__in=[])


def takes_part(actor: Actor) -> bool:
    """Whether this actor has a part in oversight, on either side, and so may draw again what was drawn."""
    if actor.kind == "SYSTEM" or actor.role == Role.COORDINATOR:
        return True
    return actor.role in (CITY_ROLES if actor.level == Level.CITY else COUNTY_ROLES)


def of_case(actor: Actor) -> Q:
    """The same for rows that have a case, a unit, an organ and a region of their own."""
    return visible(actor, item="case__snapshot__item")


def sees_samples(actor: Actor) -> Q:
    """The drawn cases: the city unit that drew them, the county organ whose act it was."""
    return visible(actor, unit="draw__unit", organ="organ", region="case__region", item="case__snapshot__item")


def sees_responsibility(actor: Actor) -> Q:
    """责任追究 is between heads: of the city unit, of the organ concerned, and the coordinators."""
    if actor.role not in (Role.DECIDER, Role.COORDINATOR) and actor.kind != "SYSTEM":
        return Q(pk__in=[])
    item = "finding__case__snapshot__item"
    return visible(actor, unit="finding__unit", organ="finding__organ", region="finding__region", item=item)


def sees_take_backs(actor: Actor) -> Q:
    """收回与交还: the proposing and the confirming organ, the coordinators of city and region."""
    scope = actor.within("item")
    if actor.kind == "SYSTEM" or (actor.role == Role.COORDINATOR and actor.level == Level.CITY):
        return scope
    if actor.role == Role.COORDINATOR:
        return scope & Q(region=actor.region)
    if actor.role in CITY_ROLES and actor.level == Level.CITY:
        return scope & (Q(unit=actor.organ) | Q(second=actor.organ))
    if actor.role in (Role.DECIDER, Role.CHECKER):  # heads of the region: their power is at stake
        return scope & Q(region=actor.region)
    return Q(pk__in=[])


def found(rows: QuerySet[M], who: Q, pk: Any) -> M:
    """The row this actor may see. Raises NothingOverseen."""
    row = rows.filter(who, pk=key_of(pk)).first()
    if row is None:
        raise NothingOverseen("本单位没有这一条；从清单重新打开。")
    return row


def is_overseer(actor: Actor, unit: int) -> bool:
    """Whether this actor acts for a city unit in its oversight: its reviewers and heads, its own coordinator."""
    return actor.level == Level.CITY and actor.organ == unit and actor.role in (*CITY_ROLES, Role.COORDINATOR)


def must_oversee(actor: Actor, unit: int) -> None:
    """Let whoever oversees for a city unit pass. Raises NotOverseer."""
    if not is_overseer(actor, unit):
        name = Organ.objects.values_list("name", flat=True).get(pk=unit)
        raise NotOverseer(f"由{name}的审查岗、转报签发岗或决定岗办理。")


def may_answer(actor: Actor, organ: int, region: str) -> bool:
    """Whether this actor answers for an organ: one of its people, or the coordinator of its region."""
    if actor.role == Role.COORDINATOR:
        return actor.region == region
    return actor.organ == organ and actor.role in COUNTY_ROLES
