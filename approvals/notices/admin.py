"""Which gateways send notices, and in which words?"""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.notices.models import Channel, Wording


@admin.register(Channel)
class ChannelAdmin(ModelAdmin):
    list_display = ["kind", "endpoint", "enabled"]
    list_select_related = ["endpoint"]


@admin.register(Wording)
class WordingAdmin(ModelAdmin):
    list_display = ["occasion", "kind", "text"]
    list_filter = ["kind", "occasion"]
