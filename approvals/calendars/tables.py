"""How does a year's holiday notice go out to a workbook and come back? The notice and, on a second sheet, its days."""

from __future__ import annotations

from django.db.models import QuerySet

from approvals.calendars import queries
from approvals.calendars.models import CalendarYear, DayOverride
from approvals.organisations.sheets.columns import Column, Whole, columns_of
from approvals.organisations.sheets.resource import Change, Part, PartsColumn, SheetResource

DAYS = Part("调整日", DayOverride, "year", "days", columns_of(DayOverride), order="day")
KEPT_BY_HAND = ("edited_by_hand",)


class CalendarTable(SheetResource):
    title = "放假安排"
    key = ("year",)
    parts = (DAYS,)

    class Meta(SheetResource.Meta):
        model = CalendarYear

    def columns(self) -> dict[str, Column]:
        return (
            {"year": Column("year", "年度", Whole(), required=True)}
            | columns_of(CalendarYear, leave_out=KEPT_BY_HAND)
            | {"days": PartsColumn(DAYS)}
        )

    def rows(self) -> QuerySet[CalendarYear]:
        return CalendarYear.objects.prefetch_related("days").order_by("year")

    def prepare(self, instance: CalendarYear) -> None:
        instance.edited_by_hand = True

    def saved(self, changes: list[Change]) -> None:
        queries.forget()
