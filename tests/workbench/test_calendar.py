"""Who sees on the calendar page which cases stand otherwise than the calendar, and what does looking cost?"""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import recalendar
from approvals.cases.access import NotPermitted
from approvals.cases.models import Case
from approvals.cases.recalendar import may_ask
from approvals.cases.words import State
from approvals.organisations.models import Post
from approvals.workbench import views_calendar
from tests.factories import driven, moment
from tests.supervision.conftest import coordinator_of
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved() -> list[str]:
    """Two open cases whose promise is not what the calendar says."""
    cases = [driven("3-38", "360731", moment("2026-03-02"), to=State.REVIEW).case for _ in range(2)]
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(promise_on=date(2026, 12, 30))
    return [case.number for case in cases]


def test_only_who_looks_after_every_case_of_the_city_is_shown_them_and_only_when_asking(moved, monkeypatch):
    city, county = coordinator_of("360700"), coordinator_of("360702")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert moved[0] not in at_desk(city).get("/calendar/").content.decode()
    assert not any("cases_case" in one["sql"] for one in asked)
    page = at_desk(city).get("/calendar/", {"check": "1"}).content.decode()
    assert moved[0] in page
    assert "按现行日历调整" in page
    assert moved[0] not in at_desk(county).get("/calendar/", {"check": "1"}).content.decode()
    Post.objects.filter(pk=city.post).update(item_scope=["1-7"])
    assert moved[0] not in at_desk(city).get("/calendar/", {"check": "1"}).content.decode()
    with pytest.raises(NotPermitted):
        may_ask(replace(city, item_scope=("1-7",)))


def test_one_press_counts_so_many_cases_and_the_next_goes_on_behind_them(moved, monkeypatch):
    for module in (recalendar, views_calendar):
        monkeypatch.setattr(module, "PAGE", 1)
    monkeypatch.setattr(views_calendar, "CHECKED", 1)
    desk = at_desk(coordinator_of("360700"))
    before = max(Case.objects.filter(number__lt=moved[0]).values_list("number", flat=True), default="")
    first = desk.get("/calendar/", {"check": "1", "after": before}).content.decode()
    assert moved[0] in first
    assert moved[1] not in first
    assert f"?check=1&amp;after={moved[0]}" in first
    assert moved[1] in desk.get("/calendar/", {"check": "1", "after": moved[0]}).content.decode()
