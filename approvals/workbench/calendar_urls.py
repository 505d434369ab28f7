"""Which addresses answer about the working calendar?"""

from django.urls import path

from approvals.workbench import views_calendar

urlpatterns = [
    path("calendar/", views_calendar.calendar, name="calendar"),
    path("calendar/confirm/", views_calendar.confirm, name="calendar-confirm"),
    path("calendar/again/", views_calendar.again, name="calendar-again"),
]
