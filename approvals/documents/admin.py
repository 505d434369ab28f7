"""Who keeps seals, marks and templates, and looks at files and letters? An administrator; what was issued is for looking only.

A template is edited as a draft, tried, and published here; a published one is never edited, a new draft is made from it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin

from approvals.audit.admin import ReadOnly
from approvals.documents import drafts
from approvals.documents.models import Letter, LetterMark, LetterTemplate, Seal, SealUse, StoredFile
from approvals.errors import Refused
from approvals.organisations.pinyin import PinyinSearch


class LookingOnly(ReadOnly, ModelAdmin):
    show_full_result_count = False


@admin.register(StoredFile)
class StoredFileAdmin(LookingOnly):
    list_display = ["digest", "extension", "size", "content_type", "created_at"]
    list_filter = ["extension"]
    search_fields = ["digest"]
    ordering = ["-pk"]


@admin.register(Seal)
class SealAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("name", "owner__name")
    list_display = ["code", "name", "kind", "owner", "holder", "valid_from", "valid_to", "two_persons", "is_simulated"]
    list_filter = ["kind", "is_simulated", "owner__region"]
    list_select_related = ["owner", "holder"]
    search_fields = ["code", "name", "owner__name", "holder__name"]
    autocomplete_fields = ["owner", "holder"]
    ordering = ["code"]


@admin.register(LetterMark)
class LetterMarkAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("organ__name",)
    list_display = ["organ", "mark"]
    list_select_related = ["organ"]
    search_fields = ["organ__name", "mark"]
    autocomplete_fields = ["organ"]
    ordering = ["organ__code"]


@admin.register(Letter)
class LetterAdmin(LookingOnly):
    """What a letter says is for those who see its case, never for whoever keeps the platform; its digest is shown."""

    list_display = ["number", "title", "organ", "subject", "issued_on", "state", "reason"]
    list_filter = ["state", "kind"]
    list_select_related = ["organ"]
    search_fields = ["number", "subject"]
    exclude = ["data"]
    ordering = ["-pk"]


@admin.register(SealUse)
class SealUseAdmin(LookingOnly):
    list_display = ["at", "seal", "letter", "page", "user", "second", "file_digest"]
    list_select_related = ["seal", "letter"]
    search_fields = ["letter__number", "seal__code", "file_digest"]
    ordering = ["-pk"]


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ModelAdmin):
    list_display = ["kind", "version", "status", "shipped", "published_at", "basis"]
    list_filter = ["status", "kind"]
    ordering = ["kind", "-version"]
    fields = ["kind", "version", "status", "basis", "source"]
    readonly_fields = ["kind", "version", "status"]
    actions = ["new_draft", "try_out", "publish"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        fixed = isinstance(obj, LetterTemplate) and obj.status != LetterTemplate.Status.DRAFT
        return not fixed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description="从已发布的新建一版草稿", permissions=["change"])
    def new_draft(self, request: HttpRequest, chosen: QuerySet[LetterTemplate]) -> None:
        for kind in sorted(set(chosen.values_list("kind", flat=True))):
            self.message_user(request, f"已新建 {drafts.draft_of(kind)}。")

    @admin.action(description="用样本内容试排（打开 PDF）", permissions=["view"])
    def try_out(self, request: HttpRequest, chosen: QuerySet[LetterTemplate]) -> HttpResponse | None:
        template: Any = chosen.order_by("pk").first()
        try:
            return HttpResponse(drafts.tried(template).pdf, content_type="application/pdf")
        except Refused as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return None

    @admin.action(description="发布", permissions=["change"])
    def publish(self, request: HttpRequest, chosen: QuerySet[LetterTemplate]) -> None:
        for template in chosen:
            try:
                drafts.publish(template, at=timezone.now())
            except Refused as refusal:
                self.message_user(request, f"{template}：{refusal.detail}", messages.ERROR)
            else:
                self.message_user(request, f"{template}已发布。")
