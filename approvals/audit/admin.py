"""What was brought in and taken out by workbook? For the auditor and the security administrator to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from approvals.audit.models import ManagementRecord

MOST_ROWS = 200


class ReadOnly:
    """Beside a ModelAdmin or an inline: nobody adds, changes or deletes these by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _cell(cell: Any) -> str:
    """地址：甲 → 乙; records of earlier releases name the column only."""
    if isinstance(cell, str):
        return cell
    heading, was, now = cell
    return f"{heading}：{was or '空'} → {now or '空'}"


@admin.register(ManagementRecord)
class ManagementRecordAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "user", "act", "subject", "sequence"]
    list_filter = ["act", "subject"]
    search_fields = ["=user", "subject"]
    date_hierarchy = "at"
    ordering = ["-at"]
    fields = ["at", "user", "act", "subject", "told", "digest"]

    @admin.display(description="逐格前后")
    def told(self, row: ManagementRecord) -> SafeString | str:
        """Each row an import wrote, each cell before and after; of other acts the facts as they stand."""
        rows = row.data.get("rows")
        if not isinstance(rows, list):
            return "，".join(f"{key} {value}" for key, value in row.data.items())
        lines = [(kind, key, "；".join(_cell(cell) for cell in cells)) for kind, key, cells in rows[:MOST_ROWS]]
        more = f"还有 {len(rows) - MOST_ROWS} 行，见 data" if len(rows) > MOST_ROWS else ""
        return format_html("{}{}", format_html_join("", "<p>{} {}　{}</p>", lines), more)
