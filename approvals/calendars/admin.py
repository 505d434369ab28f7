"""Who may change the calendar, and what happens then? An administrator here; an edited year survives the next load."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from approvals.calendars import queries
from approvals.calendars.models import CalendarYear, DayOverride
from approvals.calendars.tables import CalendarTable
from approvals.organisations.sheets.admin import SheetAdmin


class DayOverrideInline(TabularInline):
    model = DayOverride
    fields = ["day", "kind", "name"]
    ordering = ["day"]
    extra = 0


@admin.register(CalendarYear)
class CalendarYearAdmin(SheetAdmin, ModelAdmin):
    resource_class = CalendarTable
    list_display = ["year", "document", "title", "published_on", "moved_days", "edited_by_hand"]
    list_filter = ["edited_by_hand"]
    search_fields = ["year", "document"]
    ordering = ["-year"]
    readonly_fields = ["edited_by_hand", "updated_at"]
    inlines = [DayOverrideInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarYear]:
        return super().get_queryset(request).annotate(moved=Count("days"))

    @admin.display(description="调整日数", ordering="moved")
    def moved_days(self, year: CalendarYear) -> int:
        return year.moved  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        obj.edited_by_hand = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        queries.forget()

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarYear | None = None) -> list[str]:
        return [*self.readonly_fields, "year"] if obj else list(self.readonly_fields)
