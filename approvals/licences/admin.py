"""Which licences are in the register, of which types? To look at only: a licence changes by a decided case and no other way."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals.audit.admin import ReadOnly
from approvals.licences.models import Licence, LicenceType
from approvals.licences.queries import with_holder_kind
from approvals.organisations import masks
from approvals.organisations.pinyin import PinyinSearch


@admin.register(Licence)
class LicenceAdmin(ReadOnly, ModelAdmin):
    list_display = ["number", "name", "holder", "organ", "status", "valid_to", "version"]
    list_filter = ["status", "type"]
    list_select_related = ["organ"]
    search_fields = ["number", "=case_number"]
    ordering = ["-pk"]
    fields = [
        "number", "identifier", "type", "name", "holder", "organ", "city_organ", "region", "edition", "item", "case_number",
        "taken_up", "status", "issued_on", "valid_from", "valid_to", "suspended_until", "version", "events", "head",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Licence]:
        return with_holder_kind(super().get_queryset(request))

    @admin.display(description="持证主体")
    def holder(self, one: Licence) -> str:
        return masks.name(one.holder_name, one.holder_kind)  # type: ignore[attr-defined]


@admin.register(LicenceType)
class LicenceTypeAdmin(PinyinSearch, ReadOnly, ModelAdmin):
    pinyin_fields = ("name",)
    list_display = ["code", "name", "number_pattern", "validity_months", "renew_days", "warn_days", "library_code"]
    search_fields = ["code", "name"]
    ordering = ["code"]
