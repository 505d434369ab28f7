"""What was brought in and taken out by workbook? For the auditor and the security administrator to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals.audit.models import ManagementRecord


@admin.register(ManagementRecord)
class ManagementRecordAdmin(ModelAdmin):
    list_display = ["at", "user", "act", "subject", "sequence"]
    list_filter = ["act", "subject"]
    search_fields = ["=user", "subject"]
    date_hierarchy = "at"
    ordering = ["-at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
