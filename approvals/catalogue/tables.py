"""Which tables of the catalogue go out to a workbook and come back? Only what is not in force yet is ever changed.

An item admin changes what belongs to the items of the own unit; the city's coordinator changes all drafts.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from approvals.catalogue import actions
from approvals.catalogue.guideshape import amiss
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
    Place,
    ReviewPoint,
    StandardPhrase,
    SupervisionRule,
)
from approvals.catalogue.modes import HOLDS, Mode, SealPath
from approvals.catalogue.seeds.printed import code_of
from approvals.organisations.models import Post, Role, User
from approvals.organisations.pinyin import initials
from approvals.organisations.sheets.columns import Column, Note, Reference, Words, columns_of
from approvals.organisations.sheets.resource import Change, Part, PartsColumn, SheetResource
from approvals.organisations.tables import organ_by_name, region_by_name, unit_by_name

PUBLISHED = "已经发布，不能由导入增改；请在草拟的版本里改"
CHECKED = "这一版已经核对，先退回草拟再改"


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

    def closed(self, row: Any) -> str:
        """Why a row may not be changed any more; empty for a draft."""
        edition = self.item_of(row).edition
        return PUBLISHED if edition.is_fixed else CHECKED if edition.status == Edition.Status.CHECKED else ""

    def refuse(self, instance: Any, original: Any | None) -> str | dict[str, str]:
        for row in (instance, original):
            if row is not None and (why := self.closed(row)):
                return why
            if row is not None and self.units is not None and self.item_of(row).city_unit_id not in self.units:
                return "不是本单位的事项"
        return ""

    def saved(self, changes: list[Change]) -> None:
        """Every cell that changed is on the chain of its edition too, before and after."""
        by_edition: dict[str, list[Change]] = {}
        for one in changes:
            by_edition.setdefault(self.item_of(one.instance).edition.code, []).append(one)
        for edition, rows in sorted(by_edition.items()):
            actions.record_by_hand(
                edition=edition,
                subject=f"导入{self.title} {len(rows)} 行",
                user=self.user,
                at=timezone.now(),
                before={one.key: {name: was for name, was, _ in one.values} for one in rows if one.kind == "修改"},
                after={one.key: {name: now for name, _, now in one.values} for one in rows},
            )
        if changes:
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

    def refuse(self, instance: Item, original: Item | None) -> str | dict[str, str]:
        return super().refuse(instance, original) or place_amiss(instance)

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
PHRASES = Part("常用语", StandardPhrase, "guide", "phrases", columns_of(StandardPhrase))


class GuideTable(CatalogueTable):
    """Guides with their papers, form fields and review points. Only a draft version is ever written."""

    title = "办事指南"
    key = ("item", "version")
    parts = (MATERIALS, FORM_FIELDS, REVIEW_POINTS, INTERMEDIARIES, PHRASES)

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

    def refuse(self, instance: Guide, original: Guide | None) -> str | dict[str, str]:
        if why := super().refuse(instance, original):
            return why
        columns = {"fee_options": "fee"}
        return {columns.get(name, name): texts[0].removesuffix("。") for name, texts in amiss(instance).items()}

    def closed(self, row: Guide) -> str:
        if row.status != Guide.Status.DRAFT:
            return PUBLISHED
        return CHECKED if row.item.edition.status == Edition.Status.CHECKED else ""


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

    def refuse(self, instance: Delegation, original: Delegation | None) -> str | dict[str, str]:
        if instance.item.edition_id != instance.edition_id:
            return {"item": "事项不在这个清单版本里"}
        if why := super().refuse(instance, original):
            return why
        return terms_amiss(instance) or days_amiss(instance)


def place_amiss(row: Item) -> dict[str, str]:
    """What does not fit in where an item stands: its annex, its code; under the column to mend."""
    if not row.edition.annexes.filter(number=row.annex).exists():
        return {"annex": f"这一版没有附件 {row.annex}"}
    code = code_of(row.edition, row.annex, row.seq)
    return {} if row.code == code else {"code": f"附件 {row.annex} 第 {row.seq} 项的代码应为 {code}"}


def days_amiss(row: Delegation) -> dict[str, str]:
    """Another delegation of the same item, region and place on one of its days."""
    same = Delegation.objects.filter(item=row.item, region=row.region, place=row.place)
    until = Q() if row.effective_to is None else Q(effective_from__lte=row.effective_to)
    still = Q(effective_to__isnull=True) | Q(effective_to__gte=row.effective_from)
    if other := same.filter(until & still).exclude(pk=row.pk).first():
        return {"effective_from": f"与 {other.effective_from} 起的一条日期重叠，请先定前一条的终止日期"}
    return {}


def terms_amiss(row: Delegation) -> dict[str, str]:
    """What does not fit in one delegation: its dates, its seal, its place, its agreement; under the column to mend."""
    if row.effective_to is not None and row.effective_to < row.effective_from:
        return {"effective_to": f"早于起始日期 {row.effective_from}"}
    if (row.mode == Mode.DIRECT) != (row.seal_path == SealPath.OWN):
        return {"seal_path": "直接下放由决定单位用印，其他方式用市级章或者县级保管的2号章"}
    if row.place and not Place.objects.filter(code=row.place, region=row.region).exists():
        return {"place": f"{row.region.name}没有代码为「{row.place}」的限定范围"}
    if not HOLDS[row.mode].needs_agreement:
        return {}
    if row.agreement is None:
        return {"agreement": "下放实质性审核权须填承接协议"}
    parties = (row.agreement.city_unit_id, row.agreement.region_id)
    if parties != (row.item.city_unit_id, row.region_id):
        return {"agreement": "不是这个单位与这个地区的协议"}
    if row.agreement.status == Agreement.Status.DRAFT:
        return {"agreement": "协议还没有签订，先签订再据此放权"}
    starts = row.agreement.effective_from
    return {"agreement": f"协议自 {starts} 起生效，放权不能早于它"} if row.effective_from < starts else {}


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
