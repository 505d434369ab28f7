"""Who may change which part of the list? What is not theirs is shown to them, but not theirs to change.

An item admin edits the items of the own unit; the coordinator of the city edits and publishes editions; a second person
of the unit publishes a guide; a region keeps what its own windows say of themselves.
"""

from __future__ import annotations

import json

from django.db.models import Q

from approvals.catalogue.models import CatalogueAct, CatalogueRecord, Edition, Guide, Item
from approvals.errors import Refused
from approvals.organisations.access import Actor
from approvals.organisations.models import Level, Organ, Role

EDITORS = (Role.ITEM_ADMIN, Role.COORDINATOR)
OF_THE_REGION = (Role.ITEM_ADMIN, Role.COORDINATOR, Role.CHECKER, Role.DECIDER)


class NotYourItem(Refused):
    code = "not-your-item"
    status = 403
    title = "不是你可以改的内容"


class SamePerson(Refused):
    code = "author-may-not-publish"
    status = 403
    title = "起草和发布不能是同一人"


class EditionNotFound(Refused):
    code = "edition-not-found"
    status = 404
    title = "没有这个版本的清单"


class NoDraft(Refused):
    code = "not-a-draft"
    title = "只有草稿可以改"


def is_coordinator(actor: Actor) -> bool:
    """Whether this is the coordinator of the whole city."""
    return actor.role == Role.COORDINATOR and actor.level == Level.CITY


def may_start_edition(actor: Actor) -> None:
    """Let item admins of the city's units and the city's coordinator start a draft. Raises NotYourItem."""
    if actor.level != Level.CITY or actor.role not in EDITORS:
        raise NotYourItem("新版清单由市级单位的事项管理员或者市级协调员起草；换到那个岗位再办。")


def edits_unit(actor: Actor, unit: int) -> bool:
    return is_coordinator(actor) or (actor.role == Role.ITEM_ADMIN and actor.organ == unit)


def may_edit_item(actor: Actor, item: Item) -> None:
    """Let the item admin of the item's unit, and the city's coordinator, pass. Raises NotYourItem."""
    if not edits_unit(actor, item.city_unit_id):
        raise NotYourItem(f"事项 {item.code} 由{item.city_unit.name}的事项管理员维护。")


def may_coordinate(actor: Actor) -> None:
    """Let only the coordinator of the city pass. Raises NotYourItem."""
    if not is_coordinator(actor):
        raise NotYourItem("由市级协调员办理；换到市级协调员岗，或者请协调员办。")


def may_publish_edition(actor: Actor, edition: Edition) -> None:
    """Let the city's coordinator pass who neither drafted nor checked it. Raises NotYourItem, SamePerson."""
    may_coordinate(actor)
    if actor.user in (edition.author_id, edition.checked_by_id):
        raise SamePerson("这一版由你起草或者核对；请另一位协调员发布。")


def may_publish_guide(actor: Actor, guide: Guide) -> None:
    """Let a second person of the item's unit pass: an item admin or a decider. Raises NotYourItem, SamePerson."""
    item = guide.item
    if actor.organ != item.city_unit_id or actor.role not in (Role.ITEM_ADMIN, Role.DECIDER):
        raise NotYourItem(f"办事指南由{item.city_unit.name}的另一位事项管理员或者决定岗发布。")
    if actor.user == guide.author_id or actor.user in writers(guide):
        raise SamePerson("这份指南由你起草或者改过；请本单位另一位事项管理员或者决定岗发布。")


def subject_of(guide: Guide) -> str:
    """A draft of a guide as the records name it."""
    return f"{guide.item.code} 办事指南第 {guide.version} 版"


def writers(guide: Guide) -> set[int]:
    """Everybody who saved this draft: on its page, in the management pages or by workbook (keys of users)."""
    own, by_hand = subject_of(guide), f"{Guide._meta.verbose_name} {guide}"
    kept = CatalogueRecord.objects.filter(stream=guide.item.edition.code)
    begun = kept.filter(subject=own, act__in=(CatalogueAct.COPIED, CatalogueAct.REMOVED)).order_by("-sequence").first()
    sheet_key = f"{guide.item.edition.code}/{guide.item.code} {guide.version}"
    found = set()
    for row in kept.filter(
        Q(subject__in=(own, by_hand)) | Q(subject__startswith=f"导入{Guide._meta.verbose_name}"),
        act=CatalogueAct.SAVED,
        sequence__gt=begun.sequence if begun else 0,
    ):
        said = json.loads(row.body)
        if row.subject in (own, by_hand) or sheet_key in (said["after"] or {}):
            found.add(said["user"])
    return found


def agreements_seen(actor: Actor) -> Q:
    """The agreements a person may read with their paper: the coordinator all, the unit its own, the region its own."""
    if is_coordinator(actor):
        return Q()
    own = Q(city_unit=actor.organ)
    return own | Q(region=actor.region) if actor.level == Level.COUNTY and actor.role in OF_THE_REGION else own


def may_keep_contact(actor: Actor, window: Organ) -> None:
    """Let the clerks and the coordinator of the window's own region pass, and the city's. Raises NotYourItem."""
    own = actor.region == window.region_id and actor.role in (Role.COORDINATOR, Role.CLERK)
    if not (own or is_coordinator(actor)):
        raise NotYourItem(f"{window.name}的信息由本地区的窗口岗或者协调员维护。")
