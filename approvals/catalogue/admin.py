"""What is in force, for the administrators' eyes: everything published is shown and nothing published can be edited.

A draft edition may be corrected here by whoever has the permission; publishing and ending are acts of `actions`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals.catalogue.adminbase import OF_A_GUIDE, FixedOnceInForce, PartOf, set_and_save
from approvals.catalogue.models import (
    Agreement,
    Annex,
    Counterpart,
    Delegation,
    Edition,
    Guide,
    Item,
    LegalDocument,
    SafetyItem,
    SupervisionCounterpart,
    SupervisionRule,
)
from approvals.catalogue.modes import Mode, SealPath
from approvals.catalogue.tables import DelegationTable, GuideTable, ItemTable, SupervisionRuleTable
from approvals.organisations.pinyin import PinyinSearch
from approvals.organisations.sheets.admin import SheetAdmin


class AnnexInline(PartOf):
    model = Annex
    ordering = ["number"]


@admin.register(LegalDocument)
class LegalDocumentAdmin(PinyinSearch, FixedOnceInForce):
    pinyin_fields = ("title",)
    list_display = ["number", "title", "issuer", "issued_on", "effective_from", "effective_to"]
    search_fields = ["number", "title"]
    list_filter = ["issuer"]
    ordering = ["-issued_on"]


@admin.register(Edition)
class EditionAdmin(PinyinSearch, FixedOnceInForce):
    pinyin_fields = ("title",)
    list_display = ["code", "title", "status", "document", "effective_from", "effective_to", "item_count"]
    list_filter = ["status"]
    list_select_related = ["document"]
    search_fields = ["code", "title", "document__number"]
    ordering = ["-effective_from"]
    inlines = [AnnexInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).annotate(printed=Count("items"))

    @admin.display(description="事项数", ordering="printed")
    def item_count(self, edition: Edition) -> int:
        return edition.printed  # type: ignore[attr-defined]


class SupervisionRuleInline(PartOf):
    model = SupervisionRule
    fields = ["level", "region", "unit", "provisional", "note"]
    autocomplete_fields = ["region", "unit"]
    ordering = ["level", "region"]


@admin.register(Item)
class ItemAdmin(SheetAdmin, FixedOnceInForce):
    resource_class = ItemTable
    actions = ["drop_drafts"]
    list_display = ["code", "main_name", "sub_name", "city_unit", "power_type", "remark", "received_in", "guide_is"]
    list_filter = [
        "edition",
        "annex",
        "power_type",
        ("city_unit", admin.RelatedOnlyFieldListFilter),
        "delegations__mode",
        "guides__provisional",
    ]
    list_select_related = ["city_unit"]
    search_fields = ["code", "main_name", "sub_name", "keywords", "initials"]
    search_help_text = "名称、常用说法或者拼音首字母，如 电梯、tzsb"
    ordering = ["edition", "annex", "seq"]
    inlines = [SupervisionRuleInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                receivers=Count("delegations__region", distinct=True),
                unfinished=Count("guides", filter=Q(guides__provisional=True), distinct=True),
            )
        )

    @admin.display(description="承接地区数", ordering="receivers")
    def received_in(self, item: Item) -> int:
        return item.receivers  # type: ignore[attr-defined]

    @admin.display(description="指南完整", boolean=True, ordering="unfinished")
    def guide_is(self, item: Item) -> bool:
        return not item.unfinished  # type: ignore[attr-defined]


@admin.register(Guide)
class GuideAdmin(SheetAdmin, FixedOnceInForce):
    resource_class = GuideTable
    actions = ["mark_complete", "mark_provisional", "drop_drafts"]
    list_display = [
        "code",
        "name",
        "version",
        "status",
        "provisional",
        "acceptance_days",
        "promised_days",
        "statutory_days",
        "clock_start",
        "material_count",
        "effective_from",
    ]
    list_filter = [
        "provisional",
        "status",
        "item__edition",
        "item__power_type",
        ("item__city_unit", admin.RelatedOnlyFieldListFilter),
        "clock_start",
        "on_the_spot",
        "tolerance",
        "commitment",
        "licence_effect",
    ]
    list_select_related = ["item"]
    search_fields = ["item__code", "item__main_name", "item__sub_name", "item__keywords", "item__initials"]
    autocomplete_fields = ["item"]
    ordering = ["item__edition", "item__annex", "item__seq", "version"]
    inlines = OF_A_GUIDE
    fieldsets = [
        (None, {"fields": ["item", "version", "status", "effective_from", "effective_to", "provisional", "note"]}),
        (
            "时限（工作日）",
            {
                "fields": [
                    ("acceptance_days", "recheck_days", "correction_days"),
                    ("statutory_days", "clock_start"),
                    ("promised_days", "stage_days"),
                    ("delivery_days", "claim_days", "feedback_days"),
                    "special_procedures",
                ]
            },
        ),
        (
            "办理方式",
            {
                "fields": [
                    ("on_the_spot", "tolerance", "on_site", "free_return"),
                    "commitment",
                    "commitment_text",
                    "fee",
                ]
            },
        ),
        (
            "结果",
            {"fields": ["result_name", "result_type", ("result_validity", "validity_months"), "licence_effect"]},
        ),
        (
            "依据与条件",
            {"fields": ["service_objects", "legal_basis", "conditions", "flow", "confidence", "raise_reason"]},
        ),
    ]

    @admin.action(description="标为已完善", permissions=["draft"])
    def mark_complete(self, request: HttpRequest, chosen: QuerySet[Guide]) -> None:
        self.each_draft(request, chosen, "已标为完善", lambda row: set_and_save(row, provisional=False))

    @admin.action(description="标为待完善", permissions=["draft"])
    def mark_provisional(self, request: HttpRequest, chosen: QuerySet[Guide]) -> None:
        self.each_draft(request, chosen, "已标为待完善", lambda row: set_and_save(row, provisional=True))

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Each table of parts knows the others: a part may name a part of another table."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        for one in formsets:
            one.beside = formsets
        return formsets, inlines

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guide]:
        return super().get_queryset(request).annotate(papers=Count("materials"))

    @admin.display(description="事项代码", ordering="item__code")
    def code(self, guide: Guide) -> str:
        return guide.item.code

    @admin.display(description="事项")
    def name(self, guide: Guide) -> str:
        return guide.item.name

    @admin.display(description="材料数", ordering="papers")
    def material_count(self, guide: Guide) -> int:
        return guide.papers  # type: ignore[attr-defined]


@admin.register(Agreement)
class AgreementAdmin(PinyinSearch, FixedOnceInForce):
    pinyin_fields = ("city_unit__name", "region__name")
    list_display = ["number", "city_unit", "region", "status", "signed_on", "effective_from", "effective_to", "covers"]
    list_filter = ["status", ("city_unit", admin.RelatedOnlyFieldListFilter), "region"]
    list_select_related = ["city_unit", "region"]
    search_fields = ["number", "city_unit__name", "region__name"]
    ordering = ["city_unit", "region__position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        return super().get_queryset(request).annotate(granted=Count("delegations"))

    @admin.display(description="所涉放权", ordering="granted")
    def covers(self, agreement: Agreement) -> int:
        return agreement.granted  # type: ignore[attr-defined]


@admin.register(Delegation)
class DelegationAdmin(SheetAdmin, FixedOnceInForce):
    resource_class = DelegationTable
    actions = ["to_direct", "to_substantive", "to_window", "drop_drafts"]
    list_display = ["item", "region", "mode", "place", "effective_from", "effective_to", "agreement", "seal_path"]
    list_filter = ["edition", "mode", "region", ("item__city_unit", admin.RelatedOnlyFieldListFilter), "seal_path"]
    list_select_related = ["item", "region", "agreement"]
    search_fields = ["item__code", "item__main_name", "item__sub_name", "item__initials", "region__name"]
    autocomplete_fields = ["item", "region", "agreement", "document"]
    ordering = ["item__annex", "item__seq", "region__position", "effective_from"]

    @admin.action(description="改为直接下放", permissions=["draft"])
    def to_direct(self, request: HttpRequest, chosen: QuerySet[Delegation]) -> None:
        self._to(request, chosen, Mode.DIRECT)

    @admin.action(description="改为下放实质性审核权", permissions=["draft"])
    def to_substantive(self, request: HttpRequest, chosen: QuerySet[Delegation]) -> None:
        self._to(request, chosen, Mode.SUBSTANTIVE)

    @admin.action(description="改为服务窗口前移", permissions=["draft"])
    def to_window(self, request: HttpRequest, chosen: QuerySet[Delegation]) -> None:
        self._to(request, chosen, Mode.WINDOW)

    def _to(self, request: HttpRequest, chosen: QuerySet[Delegation], mode: Mode) -> None:
        def change(row: Delegation) -> None:
            """A direct delegation is sealed by the region itself, any other one by the city."""
            own, was = mode == Mode.DIRECT, row.seal_path
            path = SealPath.OWN if own else SealPath.CITY if was == SealPath.OWN else was
            set_and_save(row, mode=mode, seal_path=path)

        self.each_draft(request, chosen.select_related("item"), f"已改为{mode.label}", change)


@admin.register(Counterpart)
class CounterpartAdmin(PinyinSearch, FixedOnceInForce):
    pinyin_fields = ("city_organ__name", "organ__name", "region__name")
    list_display = ["city_organ", "region", "phase", "organ"]
    list_filter = [("city_organ", admin.RelatedOnlyFieldListFilter), "region"]
    list_select_related = ["city_organ", "region", "organ"]
    search_fields = ["city_organ__name", "organ__name"]
    ordering = ["city_organ", "region__position"]


@admin.register(SupervisionRule)
class SupervisionRuleAdmin(PinyinSearch, SheetAdmin, FixedOnceInForce):
    pinyin_fields = ("item__main_name", "item__sub_name", "unit__name")
    resource_class = SupervisionRuleTable
    actions = ["confirm_units", "drop_drafts"]
    list_display = ["item", "level", "region", "unit", "provisional", "note"]
    list_filter = ["provisional", "level", ("unit", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["item__edition", "region", "unit"]
    search_fields = ["item__code", "item__main_name", "item__sub_name", "unit__name"]
    autocomplete_fields = ["item", "region", "unit"]
    ordering = ["item__annex", "item__seq"]

    @admin.action(description="确认监管单位", permissions=["draft"])
    def confirm_units(self, request: HttpRequest, chosen: QuerySet[SupervisionRule]) -> None:
        self.each_draft(request, chosen, "已确认", lambda row: set_and_save(row, provisional=False))


@admin.register(SupervisionCounterpart)
class SupervisionCounterpartAdmin(PinyinSearch, FixedOnceInForce):
    pinyin_fields = ("city_unit__name", "unit__name", "region__name")
    list_display = ["city_unit", "region", "unit"]
    list_filter = [("city_unit", admin.RelatedOnlyFieldListFilter), "region"]
    list_select_related = ["city_unit", "region", "unit"]
    search_fields = ["city_unit__name", "unit__name"]
    ordering = ["city_unit", "region__position"]


@admin.register(SafetyItem)
class SafetyItemAdmin(ModelAdmin):
    """Which items keep whoever cheats out for years: rows that may be edited."""

    list_display = ["edition", "item", "note"]
    list_filter = ["edition"]
    search_fields = ["item", "note"]
    ordering = ["edition", "item"]
