"""Who sees a licence? Who issued it, the city's unit it comes under, the windows and coordinators of its region."""

from __future__ import annotations

from django.db.models import Q

from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role

HANDLERS = frozenset({Role.CLERK, Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER, Role.ITEM_ADMIN})
NOBODY = Q(pk__in=[])


def visible(actor: Actor) -> Q:
    """The licences this actor may see, as a condition; what is not visible does not exist for them."""
    if actor.kind == "SYSTEM":
        return Q()
    if actor.kind not in ("USER", "CLIENT"):
        return NOBODY
    scope = actor.within("item")
    if actor.role == Role.COORDINATOR:
        return scope if actor.level == Level.CITY else scope & Q(region=actor.region)
    if actor.role not in HANDLERS:
        return NOBODY
    if actor.is_window:
        return scope & (Q() if actor.level == Level.CITY else Q(region=actor.region))
    return scope & (Q(organ=actor.organ) | Q(city_organ=actor.organ))
