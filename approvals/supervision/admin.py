"""Where do units receive, and what happened to their pushes? The mapping is kept here; all else is only looked at.

What people wrote about a case, its reasons and answers, is read on the case page alone.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from approvals.audit.admin import ReadOnly
from approvals.organisations.pinyin import PinyinSearch
from approvals.supervision.models import (
    ContentRight,
    Feedback,
    FollowUp,
    Objection,
    Orphan,
    PolicyNotice,
    Proposal,
    Push,
    PushEvent,
    PushRule,
    Reconciliation,
    RefusedFeedback,
    UnitEndpoint,
)


@admin.register(UnitEndpoint)
class UnitEndpointAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("unit__name",)
    list_display = ["unit", "endpoint", "pushed"]
    list_filter = ["endpoint__transport", "unit__organ__region"]
    list_select_related = ["unit", "endpoint"]
    search_fields = ["unit__code", "unit__name", "endpoint__code"]
    autocomplete_fields = ["unit", "endpoint"]
    readonly_fields = ["pushed"]
    ordering = ["unit__code"]

    def get_readonly_fields(self, request: HttpRequest, obj: UnitEndpoint | None = None) -> list[str]:
        return ["unit", "pushed"] if obj else ["pushed"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FeedbackInline(ReadOnly, TabularInline):
    model = Feedback
    fields = ["sequence", "kind", "done_on", "created_at", "created_by"]
    ordering = ["sequence"]
    extra = 0


@admin.register(Push)
class PushAdmin(ReadOnly, ModelAdmin):
    list_display = ["case", "unit", "unit_sequence", "purpose", "state", "decided_on", "confirmed_at", "claim_due_on"]
    list_filter = ["state", "purpose", "copy", "provisional", "level"]
    list_select_related = ["case", "unit"]
    search_fields = ["=id", "=case__number", "unit__code", "unit__name"]
    date_hierarchy = "decided_on"
    ordering = ["-pushed_at"]
    inlines = [FeedbackInline]


@admin.register(Orphan)
class OrphanAdmin(ReadOnly, ModelAdmin):
    list_display = ["case", "purpose", "decided_on", "due_on", "push", "assigned_at", "assigned_by"]
    list_select_related = ["case", "push__unit", "push__case", "assigned_by"]
    search_fields = ["=case__number"]
    ordering = ["due_on"]


@admin.register(PushEvent)
class PushEventAdmin(ReadOnly, ModelAdmin):
    list_display = ["case", "sequence", "at", "action", "unit", "actor_kind", "user", "role"]
    list_filter = ["action", "role"]
    list_select_related = ["case"]
    search_fields = ["=case__number", "unit"]
    ordering = ["-at"]


@admin.register(PushRule)
class PushRuleAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("unit__name",)
    list_display = ["item", "region", "accept", "review", "decide", "unit", "valid_from", "valid_to", "note"]
    list_filter = ["region", "decide"]
    list_select_related = ["region", "unit"]
    search_fields = ["item", "unit__code", "unit__name", "note"]
    autocomplete_fields = ["unit", "people", "copies"]
    ordering = ["item", "region", "-valid_from"]


@admin.register(ContentRight)
class ContentRightAdmin(ModelAdmin):
    list_display = ["audience", "part", "allowed"]
    list_editable = ["allowed"]
    list_filter = ["audience"]
    ordering = ["audience", "part"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Objection)
class ObjectionAdmin(ReadOnly, ModelAdmin):
    list_display = ["push", "ground", "raised_at", "due_on", "answer", "answered_at"]
    list_filter = ["ground", "answer"]
    list_select_related = ["push__case", "push__unit"]
    exclude = ["words", "salt", "answer_words", "answer_salt"]
    ordering = ["-raised_at"]


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly, ModelAdmin):
    list_display = ["unit", "day", "count", "their_count", "state", "asked", "repaired"]
    list_filter = ["state"]
    list_select_related = ["unit"]
    date_hierarchy = "day"
    ordering = ["-day"]


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnly, ModelAdmin):
    list_display = ["push", "task", "due_on", "ended_at"]
    list_filter = ["task"]
    list_select_related = ["push__case", "push__unit"]
    ordering = ["due_on"]


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, ModelAdmin):
    list_display = ["case", "asks", "organ", "state", "made_on", "due_on", "answered_at", "proceeding"]
    list_filter = ["state", "asks"]
    list_select_related = ["case", "organ", "proceeding"]
    search_fields = ["=case__number"]
    exclude = ["words", "salt"]
    ordering = ["due_on"]


@admin.register(PolicyNotice)
class PolicyNoticeAdmin(PinyinSearch, ReadOnly, ModelAdmin):
    pinyin_fields = ("title",)
    list_display = ["number", "title", "level", "organ", "issued_on", "due_on", "notified_on"]
    list_filter = ["level"]
    list_select_related = ["organ"]
    search_fields = ["number", "title"]
    ordering = ["-notified_on"]
    fields = [
        "level", "issuer", "number", "title", "summary", "url", "file", "file_name", "items", "issued_on", "received_on",
        "due_on", "organ", "unit", "region", "notified_on", "notified_at", "notified_by", "events", "head",
    ]  # fmt: skip


@admin.register(RefusedFeedback)
class RefusedFeedbackAdmin(ReadOnly, ModelAdmin):
    list_display = ["at", "push", "kind", "reason", "unit", "organ", "user", "client"]
    list_filter = ["reason", "kind"]
    search_fields = ["=push", "unit"]
    ordering = ["-at"]
