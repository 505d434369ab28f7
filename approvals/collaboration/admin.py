"""Where are the officers' pool, the key items and the shares of inspection kept?"""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.collaboration.models import KeyItem, Officer, ShareRule
from approvals.organisations.pinyin import PinyinSearch


@admin.register(ShareRule)
class ShareRuleAdmin(ModelAdmin):
    list_display = ["ground", "unit", "percent"]
    list_filter = ["ground"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]


@admin.register(KeyItem)
class KeyItemAdmin(ModelAdmin):
    list_display = ["item", "unit"]
    list_select_related = ["unit"]
    search_fields = ["item"]
    autocomplete_fields = ["unit"]


@admin.register(Officer)
class OfficerAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("name",)
    list_display = ["name", "card", "unit", "organ", "starts_on", "ends_on"]
    list_filter = ["unit"]
    list_select_related = ["unit", "organ"]
    search_fields = ["name", "card"]
    autocomplete_fields = ["unit", "organ", "user"]
