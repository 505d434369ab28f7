"""Who looked at full numbers? For the auditor to read; nobody adds, changes or removes a line."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from approvals.audit.admin import ReadOnly
from approvals.workbench.models import Unmasking


@admin.register(Unmasking)
class UnmaskingAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "name", "post", "case_number", "party_position", "ground"]
    list_filter = ["ground"]
    search_fields = ["name", "user__username", "=case_number"]
    date_hierarchy = "at"
    ordering = ["-at"]
