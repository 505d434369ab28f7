"""Where does the city's coordinator change how much is drawn, and when a card is shown?"""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.oversight.models import CardRule, SampleRate


@admin.register(SampleRate)
class SampleRateAdmin(ModelAdmin):
    list_display = ["population", "unit", "percent"]
    list_filter = ["population"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]


@admin.register(CardRule)
class CardRuleAdmin(ModelAdmin):
    list_display = ["code", "trigger", "colour", "workdays", "active"]
    list_filter = ["trigger", "colour", "active"]
