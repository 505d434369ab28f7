"""Does the city's coordinator report a month once, with the figures of the statistics, under the bureau's seal?"""

import pytest
from django.utils import timezone

from approvals.cases.access import NotPermitted
from approvals.cases.words import Role, State
from approvals.documents import authority, making
from approvals.documents.models import Letter
from approvals.errors import Invalid
from approvals.statistics.questions import shift
from approvals.statistics.reporting import HEADS, report
from tests.factories import driven, moment
from tests.people import somebody
from tests.statistics.test_rollups import counted
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


def test_a_month_is_reported_once_by_the_citys_coordinator():
    now = timezone.now()
    month = shift(timezone.localdate(now).replace(day=1), -1)
    driven("1-7", "360731", moment(f"{month:%Y-%m}-03"), to=State.DECIDED)
    counted(now)
    authority.make(at=now)
    coordinator = somebody("360700-SPJ", Role.COORDINATOR)
    desk = at_desk(coordinator)

    assert desk.post("/statistics/monthly/", {"month": f"{now:%Y-%m}"}).status_code == 422
    given = {"month": f"{month:%Y-%m}", "notes": "超时办件均已说明理由。"}
    assert desk.post("/statistics/monthly/", given).status_code == 302
    again = report(month=month, notes="", actor=coordinator, at=now)
    making.make_due(clock=timezone.now)

    paper = Letter.objects.get(kind="MONTHLY_REPORT")
    assert (again.pk, paper.state, paper.organ.code) == (paper.pk, "MADE", "360700-SPJ"), paper.reason
    lines = {line[0]: dict(zip(HEADS, line, strict=True)) for line in paper.content["rows"]}
    assert (lines["于都县"]["受理"], lines["于都县"]["办结"], lines["合计"]["受理"]) == ("1", "1", "1")
    assert lines["章贡区"]["按时办结率"] == "—"
    assert f"{paper.number}" in desk.get("/statistics/monthly/").content.decode()
    assert desk.get(f"/statistics/monthly/{paper.pk}/")["Content-Type"] == "application/pdf"


def test_nobody_else_reports_for_the_city_and_no_month_before_it_is_over():
    county = somebody("360731-SPJ", Role.COORDINATOR)
    assert at_desk(county).get("/statistics/monthly/").status_code == 404
    with pytest.raises(NotPermitted):
        report(month=timezone.localdate().replace(day=1), notes="", actor=county, at=timezone.now())
    city = somebody("360700-SPJ", Role.COORDINATOR)
    with pytest.raises(Invalid):
        report(month=timezone.localdate().replace(day=1), notes="", actor=city, at=timezone.now())
