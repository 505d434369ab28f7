"""Which gateways send notices, and in which words?"""

from django.contrib import admin

from approvals.notices.models import Channel, Wording


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    list_display = ("kind", "endpoint", "enabled")


@admin.register(Wording)
class WordingAdmin(admin.ModelAdmin):
    list_display = ("occasion", "kind", "text")
    list_filter = ("kind",)
