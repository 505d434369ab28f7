"""Who sees a push, and who may act on it? What a person may not see does not exist for them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Role
from approvals.supervision.models import Objection, Orphan, Push


class PushNotFound(Refused):
    code = "push-not-found"
    status = 404
    title = "没有这条推送"


class NotSupervisor(Refused):
    code = "not-supervisor"
    status = 403
    title = "只有监管岗可以认领和反馈"


class OrphanNotFound(Refused):
    code = "orphan-not-found"
    status = 404
    title = "无主清单里没有这一条"


class NotCoordinator(Refused):
    code = "not-coordinator"
    status = 403
    title = "只有协调员可以指定监管单位"


def visible(actor: Actor) -> Q:
    """The pushes this actor may see, as a filter on Push: a supervisor the own unit's, a coordinator the region's."""
    if actor.kind == "SYSTEM":
        return Q()
    scope = actor.within("case__snapshot__item")
    if actor.role == Role.SUPERVISOR:
        return scope & Q(unit=actor.unit)
    if actor.role == Role.COORDINATOR:
        mine = Q(case__region=actor.region) | Q(unit__organ__region=actor.region)
        return scope if actor.level == Level.CITY else scope & mine
    return Q(pk__in=[])


def visible_orphans(actor: Actor) -> Q:
    """The orphans this actor may see, as a filter on Orphan: coordinators only."""
    if actor.kind == "SYSTEM":
        return Q()
    if actor.role != Role.COORDINATOR:
        return Q(pk__in=[])
    scope = actor.within("case__snapshot__item")
    return scope if actor.level == Level.CITY else scope & Q(case__region=actor.region)


def find(*, push: UUID | str, actor: Actor) -> Push:
    """The push, with its case, unit and message. Raises PushNotFound where it does not exist for this actor."""
    found = (
        Push.objects.select_related("case__snapshot", "case__region", "unit", "message__endpoint", "claimed_by")
        .filter(visible(actor), pk=_uuid(push))
        .first()
    )
    if found is None:
        raise PushNotFound("本单位没有这条推送；从推送清单重新打开，或核对推送编号。")
    return found


def find_for_unit(*, push: UUID | str, actor: Actor) -> Push:
    """The push for somebody who acts for its unit. Raises PushNotFound, NotSupervisor."""
    found = find(push=push, actor=actor)
    if actor.role != Role.SUPERVISOR:
        raise NotSupervisor(f"这条推送由{found.unit.name}的监管岗认领和反馈；你可以查看和催办。")
    return found


def find_orphan(*, orphan: int, actor: Actor) -> Orphan:
    """An orphan for a coordinator of its region or of the city. Raises NotCoordinator, OrphanNotFound."""
    if actor.role != Role.COORDINATOR:
        raise NotCoordinator("请协调员在无主清单里指定监管单位。")
    found = Orphan.objects.select_related("case__snapshot").filter(visible_orphans(actor), pk=orphan).first()
    if found is None:
        raise OrphanNotFound("无主清单里没有这一条；刷新清单后再选。")
    return found


def find_objection(*, push: UUID | str, actor: Actor) -> Objection:
    """An objection for a coordinator of the push's region or of the city. Raises NotCoordinator, PushNotFound."""
    if actor.role != Role.COORDINATOR:
        raise NotCoordinator("异议由协调员答复；请联系本级行政审批局。")
    found = (
        Objection.objects.select_related("push__case__snapshot", "push__unit")
        .filter(push__in=Push.objects.filter(visible(actor)).values("pk"), pk=_uuid(push))
        .first()
    )
    if found is None:
        raise PushNotFound("没有这条异议；从异议清单重新打开。")
    return found


def _uuid(given: UUID | str) -> UUID:
    if isinstance(given, UUID):
        return given
    try:
        return UUID(given)
    except ValueError as error:
        raise PushNotFound("推送编号不对；从推送清单重新打开。") from error
