"""What may an administrator look at of cases? Read-only: cases change through acts alone.

Who somebody is, and what was written in words, is read on the case page by those who see the case.
"""

from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.audit.admin import ReadOnly
from approvals.cases.models import BarPass, Case, Event, ReceiptBar
from approvals.organisations import masks
from approvals.organisations.pinyin import PinyinSearch


@admin.register(Case)
class CaseAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "item", "region", "state", "holder", "received_on", "due_on", "result")
    list_filter = ("state", "region", "result")
    list_select_related = ("snapshot", "region", "holder")
    search_fields = ("number",)
    show_full_result_count = False

    @admin.display(description="事项")
    def item(self, case: Case) -> str:
        return case.snapshot.item_name


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):
    list_display = ("case", "sequence", "action", "step", "target", "organ", "role", "at", "effective_on")
    list_filter = ("action", "step")
    list_select_related = ("case",)
    search_fields = ("case__number",)
    show_full_result_count = False


@admin.register(ReceiptBar)
class ReceiptBarAdmin(PinyinSearch, ReadOnly, ModelAdmin):
    pinyin_fields = ("name",)
    list_display = ("party", "item", "unit", "organ", "cause", "from_on", "until_on", "lifted_at")
    list_select_related = ("unit", "organ")
    search_fields = ("name", "case__number")
    fields = (
        "party", "item", "unit", "case", "source", "cause", "basis", "from_on", "until_on", "lifted_at", "lifted_by",
        "events", "head",
    )  # fmt: skip
    readonly_fields = ("party",)
    ordering = ("-from_on",)

    @admin.display(description="当事人")
    def party(self, bar: ReceiptBar) -> str:
        return masks.party(bar.name, "")


@admin.register(BarPass)
class BarPassAdmin(ReadOnly, ModelAdmin):
    list_display = ("bar", "item", "region", "organ", "state", "asked_at", "answered_at", "used_by")
    list_filter = ("state",)
    list_select_related = ("bar", "region", "organ", "used_by")
    exclude = ("words", "answer")
    ordering = ("-asked_at",)
