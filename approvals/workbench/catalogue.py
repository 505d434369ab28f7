"""What do those who keep the list see? Editions with their stage, an edition's items, and what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from approvals.catalogue.access import EDITORS, EditionNotFound, edits_unit, is_coordinator
from approvals.catalogue.models import Delegation, Edition, Guide, Item, SupervisionRule
from approvals.catalogue.modes import Mode
from approvals.errors import Refused
from approvals.organisations.access import Actor


class NotAnEditor(Refused):
    code = "not-a-catalogue-editor"
    status = 404
    title = "没有这一页"


def must_edit(actor: Actor) -> None:
    """Only item admins and coordinators see these pages; for others they do not exist. Raises NotAnEditor."""
    if actor.role not in EDITORS:
        raise NotAnEditor("清单管理由事项管理员和协调员使用；换到那个岗位再打开。")


def edition_named(code: str) -> Edition:
    """Raises EditionNotFound."""
    found = Edition.objects.select_related("document", "place", "author", "checked_by", "published_by", "copied_from")
    edition = found.filter(code=code).first()
    if edition is None:
        raise EditionNotFound(f"没有版本“{code[:20]}”的清单。")
    return edition


def stage(edition: Edition, *, on: date) -> str:
    """Where an edition stands on a day, in words: the dates decide, not the label."""
    if not edition.is_fixed:
        return str(edition.get_status_display())
    if on < edition.effective_from:
        return f"已发布，{edition.effective_from} 起施行"
    if edition.effective_to is None:
        return "施行中"
    return f"施行至 {edition.effective_to}" if on <= edition.effective_to else "已被取代"


@dataclass(frozen=True)
class Shelf:
    """One edition on the list of editions."""

    edition: Edition
    stage: str
    items: int
    grants: int

    @property
    def current(self) -> bool:
        return self.stage.startswith("施行")


def shelves(*, on: date) -> list[Shelf]:
    """All editions, the newest first."""
    found = Edition.objects.select_related("document", "place", "author").annotate(
        number=Count("items", distinct=True), granted=Count("delegations", distinct=True)
    )
    return [
        Shelf(one, stage(one, on=on), one.number, one.granted)  # type: ignore[attr-defined]
        for one in found.order_by("-effective_from", "-pk")
    ]


@dataclass(frozen=True)
class Line:
    """One item of an edition as the list shows it."""

    item: Item
    modes: str
    regions: int
    mine: bool
    unfinished: bool


def lines_of(edition: Edition, actor: Actor, *, text: str = "", unit: str = "", mode: str = "") -> list[Line]:
    """The items of an edition that match, in print order."""
    items = Item.objects.filter(edition=edition).select_related("city_unit").order_by("annex", "seq")
    for word in text.lower().split():
        items = items.filter(
            Q(code=word)
            | Q(main_name__icontains=word)
            | Q(sub_name__icontains=word)
            | Q(keywords__icontains=word)
            | Q(initials__contains=word)
        )
    if unit:
        items = items.filter(city_unit__code=unit)
    modes: dict[int, dict[str, int]] = {}
    for item, kind, number in (
        Delegation.objects.filter(edition=edition).values_list("item", "mode").annotate(number=Count("pk"))
    ):
        modes.setdefault(item, {})[kind] = number
    unfinished = set(Guide.objects.filter(item__edition=edition, provisional=True).values_list("item", flat=True))
    return [
        Line(
            item=item,
            modes="、".join(str(Mode(kind).label) for kind in Mode.values if kind in modes.get(item.pk, {})),
            regions=sum(modes.get(item.pk, {}).values()),
            mine=edits_unit(actor, item.city_unit_id),
            unfinished=item.pk in unfinished,
        )
        for item in items
        if not mode or mode in modes.get(item.pk, {})
    ]


def open_guides(actor: Actor) -> QuerySet[Guide]:
    """Draft guides of published items that this person, or a colleague, may take on."""
    drafts = Guide.objects.filter(status=Guide.Status.DRAFT, item__edition__status="PUBLISHED")
    if not is_coordinator(actor):
        drafts = drafts.filter(item__city_unit=actor.organ)
    return drafts.select_related("item__city_unit", "author").order_by("item__annex", "item__seq")


def unfinished_guides(actor: Actor) -> QuerySet[Guide]:
    """Provisional guides in force: work to be done, of the own unit; the coordinator sees all."""
    found = Guide.objects.filter(
        provisional=True, status=Guide.Status.PUBLISHED, effective_to=None, item__edition__status="PUBLISHED"
    )
    if not is_coordinator(actor):
        found = found.filter(item__city_unit=actor.organ)
    return found.select_related("item__city_unit", "item__edition").order_by(
        "item__edition", "item__annex", "item__seq"
    )


def unconfirmed_rules(actor: Actor) -> QuerySet[SupervisionRule]:
    """Supervising units still marked 待确认, line by line."""
    found = SupervisionRule.objects.filter(provisional=True, item__edition__status="PUBLISHED")
    if not is_coordinator(actor):
        found = found.filter(item__city_unit=actor.organ)
    return found.select_related("item__city_unit", "item__edition", "unit").order_by(
        "item__edition", "item__annex", "item__seq"
    )


def acts_of(edition: Edition, actor: Actor) -> dict[str, Any]:
    """Which acts this person may take on the edition as it stands."""
    editor = actor.level == "CITY" and actor.role in EDITORS
    draft, checked = edition.status == Edition.Status.DRAFT, edition.status == Edition.Status.CHECKED
    another = actor.user not in (edition.author_id, edition.checked_by_id)
    return {
        "save": editor and draft,
        "check": editor and draft,
        "reopen": editor and checked,
        "publish": checked and is_coordinator(actor) and another,
        "not_by_you": checked and is_coordinator(actor) and not another,
        "drop": draft and (actor.user == edition.author_id or is_coordinator(actor)),
        "grant": (editor and draft) or (edition.is_fixed and is_coordinator(actor)),
    }
