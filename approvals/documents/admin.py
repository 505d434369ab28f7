"""Who may look at stored files and keep the register of seals? An administrator; files are for looking only."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from approvals.documents.models import Seal, StoredFile
from approvals.organisations.pinyin import PinyinSearch


@admin.register(StoredFile)
class StoredFileAdmin(ModelAdmin):
    list_display = ["digest", "extension", "size", "content_type", "created_at"]
    list_filter = ["extension"]
    search_fields = ["digest"]
    ordering = ["-pk"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StoredFile | None = None) -> bool:
        return False


@admin.register(Seal)
class SealAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("name", "owner__name")
    list_display = ["code", "name", "kind", "owner", "holder", "valid_from", "valid_to", "is_simulated"]
    list_filter = ["kind", "is_simulated", "owner__region"]
    list_select_related = ["owner", "holder"]
    search_fields = ["code", "name", "owner__name", "holder__name"]
    autocomplete_fields = ["owner", "holder"]
    ordering = ["code"]
