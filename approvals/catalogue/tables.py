"""Which tables of the catalogue go out to a workbook and come back? Only what is not in force yet is ever changed.

An item admin changes what belongs to the items of the own unit; the city's coordinator changes all drafts.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.models import (
    Agreement,
    Delegation,
    Edition,
    FormField,
    Guide,
    IntermediaryService,
    Item,
    LegalDocument,
    Material,
    ReviewPoint,
    SupervisionRule,
)
from approvals.organisations.models import Post, Role, User
from approvals.organisations.pinyin import initials
from approvals.organisations.sheets.columns import Column, Note, Reference, Words, columns_of
from approvals.organisations.sheets.resource import Part, PartsColumn, SheetResource
from approvals.organisations.tables import organ_by_name, region_by_name, unit_by_name

FIXED = (Edition.Status.PUBLISHED, Edition.Status.SUPERSEDED)


def units_of(user: User) -> set[int] | None:
    """The city organs whose items a person may edit today; None for all of them."""
    if user.is_superuser:
        return None
    posts = Post.objects.in_force(timezone.localdate()).filter(user=user).select_related("organ__region")
    if any(post.role == Role.COORDINATOR and post.organ.region.kind == "CITY" for post in posts):
        return None
    return {post.organ_id for post in posts if post.role == Role.ITEM_ADMIN}


class ItemReference(Reference):
    """An item of an edition, written 2022/2-30."""

    def __init__(self) -> None:
        super().__init__(Item.objects.select_related("edition", "city_unit"), "place", "事项")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if self.known is None:
            self.known = {place_of(item): item for item in self.rows.all()}
        return super().clean(value, row)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else place_of(value)


def place_of(item: Item) -> str:
    return f"{item.edition.code}/{item.code}"


def edition_by_code() -> Reference:
    return Reference(Edition.objects.all(), "code", "清单版本")


class CatalogueTable(SheetResource):
    """What all tables of the catalogue have in common: drafts only, own items only, and a new stamp at the end."""

    def __init__(self, *, user: User) -> None:
        super().__init__(user=user)
        self.units = units_of(user)

    def item_of(self, row: Any) -> Item:
        return row.item

    def fixed(self, row: Any) -> bool:
        return self.item_of(row).edition.status in FIXED

    def refuse(self, instance: Any, original: Any | None) -> str:
        for row in (instance, original):
            if row is not None and self.fixed(row):
                return "已经发布，不能由导入增改；请在草拟的版本里改"
            if row is not None and self.units is not None and self.item_of(row).city_unit_id not in self.units:
                return "不是本单位的事项"
        return ""

    def saved(self, instances: list[Any]) -> None:
        if instances:
            actions.touch()


class ItemTable(CatalogueTable):
    title = "事项"
    key = ("edition", "code")

    class Meta(SheetResource.Meta):
        model = Item

    def columns(self) -> dict[str, Column]:
        return columns_of(Item, references={"edition": edition_by_code(), "city_unit": organ_by_name()})

    def rows(self) -> QuerySet[Item]:
        return Item.objects.select_related("edition", "city_unit").order_by("edition", "annex", "seq")

    def item_of(self, row: Item) -> Item:
        return row

    def prepare(self, instance: Item) -> None:
        instance.initials = initials(f"{instance.main_name}{instance.sub_name}")


MATERIALS = Part("申请材料", Material, "guide", "materials", columns_of(Material))
FORM_FIELDS = Part(
    "申请表字段",
    FormField,
    "guide",
    "form_fields",
    columns_of(FormField) | {"choices": Column("choices", "选项", Words("|"))},
)
REVIEW_POINTS = Part("审查要点", ReviewPoint, "guide", "review_points", columns_of(ReviewPoint))
INTERMEDIARIES = Part("中介服务", IntermediaryService, "guide", "intermediaries", columns_of(IntermediaryService))


class GuideTable(CatalogueTable):
    """Guides with their papers, form fields and review points. Only a draft version is ever written."""

    title = "办事指南"
    key = ("item", "version")
    parts = (MATERIALS, FORM_FIELDS, REVIEW_POINTS, INTERMEDIARIES)

    class Meta(SheetResource.Meta):
        model = Guide

    def columns(self) -> dict[str, Column]:
        return (
            {"item": Column("item", "事项", ItemReference(), required=True)}
            | {"item__name": Note("item__name", "事项名称")}
            | columns_of(Guide)
            | {part.related: PartsColumn(part) for part in self.parts}
        )

    def rows(self) -> QuerySet[Guide]:
        return (
            Guide.objects.select_related("item__edition", "item__city_unit")
            .prefetch_related(*(part.related for part in self.parts))
            .order_by("item__edition", "item__annex", "item__seq", "version")
        )

    def fixed(self, row: Guide) -> bool:
        return row.status != Guide.Status.DRAFT


class DelegationTable(CatalogueTable):
    title = "放权"
    key = ("item", "region", "place", "effective_from")

    class Meta(SheetResource.Meta):
        model = Delegation

    def columns(self) -> dict[str, Column]:
        references = {
            "edition": edition_by_code(),
            "item": ItemReference(),
            "region": region_by_name(),
            "document": Reference(LegalDocument.objects.all(), "number", "文件"),
            "agreement": Reference(Agreement.objects.all(), "number", "承接协议"),
        }
        columns = columns_of(Delegation, references=references)
        columns["place"] = Column("place", "限定范围")
        return {"item": columns.pop("item"), "item__name": Note("item__name", "事项名称")} | columns

    def rows(self) -> QuerySet[Delegation]:
        return Delegation.objects.select_related(
            "edition", "item__edition", "item__city_unit", "region", "document", "agreement"
        ).order_by("edition", "item__annex", "item__seq", "region__position", "effective_from")

    def refuse(self, instance: Delegation, original: Delegation | None) -> str:
        if instance.item.edition_id != instance.edition_id:
            return "事项不在这个清单版本里"
        if why := super().refuse(instance, original):
            return why
        same = Delegation.objects.filter(item=instance.item, region=instance.region, place=instance.place)
        until = Q() if instance.effective_to is None else Q(effective_from__lte=instance.effective_to)
        still = Q(effective_to__isnull=True) | Q(effective_to__gte=instance.effective_from)
        if other := same.filter(until & still).exclude(pk=instance.pk).first():
            return f"与 {other.effective_from} 起的一条日期重叠，请先定前一条的终止日期"
        return ""


class SupervisionRuleTable(CatalogueTable):
    title = "监管分工"
    key = ("item", "level", "region")

    class Meta(SheetResource.Meta):
        model = SupervisionRule

    def columns(self) -> dict[str, Column]:
        references = {"item": ItemReference(), "region": region_by_name(), "unit": unit_by_name()}
        columns = columns_of(SupervisionRule, references=references)
        return {"item": columns.pop("item"), "item__name": Note("item__name", "事项名称")} | columns

    def rows(self) -> QuerySet[SupervisionRule]:
        return SupervisionRule.objects.select_related("item__edition", "item__city_unit", "region", "unit").order_by(
            "item__edition", "item__annex", "item__seq", "level"
        )
