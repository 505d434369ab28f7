"""Who of a city unit answers the counties? Item admins keep the roster of their own unit, the city's coordinator any."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from approvals.guidance.models import Advisor
from approvals.organisations.access import posts_of
from approvals.organisations.models import Level, Organ, Role
from approvals.organisations.pinyin import PinyinSearch


@admin.register(Advisor)
class AdvisorAdmin(PinyinSearch, ModelAdmin):
    pinyin_fields = ("user__name", "organ__name")
    list_display = ["organ", "user", "deputy", "away_from", "away_to", "starts_on", "ends_on"]
    list_filter = ["organ"]
    list_select_related = ["organ", "user", "deputy"]
    search_fields = ["user__name", "organ__name"]
    autocomplete_fields = ["user", "deputy"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Advisor]:
        return super().get_queryset(request).filter(organ__in=keeps(request))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "organ":
            kwargs["queryset"] = keeps(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def keeps(request: HttpRequest) -> QuerySet[Organ]:
    """The city units whose roster this person keeps; an auditor looks at all."""
    organs = Organ.objects.filter(region__kind="CITY")
    mine = posts_of(request.user, on=timezone.localdate())
    if any(post.role in (Role.AUDITOR, Role.COORDINATOR) and post.organ.region.level == Level.CITY for post in mine):
        return organs
    return organs.filter(pk__in=[post.organ_id for post in mine if post.role == Role.ITEM_ADMIN])
