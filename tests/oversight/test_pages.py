"""Can the city do its oversight, and the county its answering, from the pages alone; and do others find nothing there?"""

import hashlib
import re
from datetime import date

import pytest
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.words import Role, State
from approvals.catalogue.models import Delegation
from approvals.organisations.models import Post
from approvals.oversight import queries
from approvals.oversight.draws import draw_month
from approvals.oversight.models import Filing, Finding, TakeBack
from tests.factories import driven, moment
from tests.oversight.world import FELLING, MONDAY, YUDU, told
from tests.people import clerk_of, sitting, somebody, zhong
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed():
    driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    told(MONDAY)
    return Filing.objects.select_related("case", "organ", "unit").get()


def test_a_filing_becomes_a_finding_that_the_county_answers_and_the_city_closes(filed):
    city, county = at_desk(zhong()), at_desk(somebody(filed.organ.code, Role.DECIDER))
    assert filed.case.number in city.get("/oversight/filings/").content.decode()
    asked = city.post(f"/oversight/findings/new/?filing={filed.pk}", {"kind": "PAPERS", "text": "缺证明"})
    assert asked.status_code == 422
    given = {"kind": "PAPERS", "text": "缺证明", "order": "补齐", "days": "5"}
    finding = Finding.objects.get(pk=city.post(f"/oversight/findings/new/?filing={filed.pk}", given).url.split("/")[-2])
    page = f"/oversight/findings/{finding.pk}/"
    assert "答复整改情况" not in city.get(page).content.decode()
    assert "答复整改情况" in county.get(page).content.decode()
    assert county.post(f"{page}answer/", {"text": "已补齐"}).status_code == 302
    refused = county.post(f"{page}judge/", {"verdict": "自己销号", "good": "1"})
    assert refused.status_code == 403
    assert city.post(f"{page}judge/", {"verdict": "到位", "good": "1"}).status_code == 302
    assert Finding.objects.get().state == "CLOSED"
    stranger = at_desk(somebody("360734-SPJ", Role.REVIEWER))
    assert stranger.get(page).status_code == 404
    assert filed.case.number not in stranger.get("/oversight/filings/").content.decode()


def test_the_days_offered_for_mending_are_the_days_that_are_set(filed, settings):
    settings.CORRECTION_ORDER_WORKDAYS, settings.CORRECTION_AGAIN_WORKDAYS = 17, 8
    city, county = at_desk(zhong()), at_desk(somebody(filed.organ.code, Role.DECIDER))
    new = f"/oversight/findings/new/?filing={filed.pk}"
    assert offered(city, new) == "17"
    city.post(new, {"kind": "PAPERS", "text": "缺证明", "order": "补齐", "days": "3"})
    finding = Finding.objects.get()
    page = f"/oversight/findings/{finding.pk}/"
    county.post(f"{page}answer/", {"text": "还差一份"})
    assert offered(city, page) == "8"
    city.post(f"{page}judge/", {"verdict": "没有补齐"})
    finding.refresh_from_db()
    assert finding.due_on == add(current_calendar(), timezone.localdate(), 8)


def offered(client, page: str) -> str:
    """The days a form is filled with when it is opened."""
    return re.search(r'name="days"[^>]*value="([^"]*)"', client.get(page).content.decode())[1]


def test_a_draw_with_its_numbers_is_there_for_those_of_oversight_who_can_draw_again_and_for_nobody_else(filed):
    [draw] = draw_month(month=date(2026, 3, 1), at=moment("2026-04-01"), kind="DECISION")
    address = f"/oversight/draws/{draw.pk}/published.json"
    elsewhere = ("360734-SPJ", "360702-SPJ")
    inside = [somebody(filed.unit.code, Role.REVIEWER), clerk_of("360734")]
    inside += [somebody(organ, role) for organ in elsewhere for role in (Role.DECIDER, Role.COORDINATOR)]
    for actor in inside:
        d = at_desk(actor).get(address).json()
        seed = hashlib.sha256("\n".join((d["root"], d["unit"], d["population"], d["month"])).encode()).hexdigest()
        ranked = sorted(d["numbers"], key=lambda n: hashlib.sha256(f"{seed}\n{n}".encode()).hexdigest())
        assert seed == d["seed"]
        assert ranked[: -(-len(ranked) * d["percent"] // 100)] == d["drawn"] == [filed.case.number]
    others = [Role.SUPERVISOR, Role.ITEM_ADMIN, Role.SEAL_KEEPER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]
    for role in others:
        post = Post.objects.filter(role=role).select_related("user").order_by("pk")[0]
        desk = at_desk(sitting(post.user.username, role))
        assert desk.get(address).status_code == desk.get(f"/oversight/draws/{draw.pk}/").status_code == 404
        assert not queries.draws(sitting(post.user.username, role)).exists()


def test_a_take_back_is_proposed_with_its_preview_and_answered_by_the_second_organ(filed):
    story = driven("2-30", YUDU, MONDAY, to=State.CHECK)
    power = Delegation.objects.get(item__code="2-30", region=YUDU, place="", effective_to=None)
    city, second = at_desk(zhong()), at_desk(sitting("xieliqun"))
    new = f"/oversight/take-backs/new/?delegation={power.pk}"
    shown = city.get(new).content.decode()
    assert story.case.number in shown
    assert "到 赣州市行政审批局" in shown
    given = {
        "from_on": "2099-03-10",
        "open_cases": "TRANSFER",
        "reasons": "审核不实",
        "exceptions": [story.case.number],
    }
    address = city.post(new, given).url
    row = TakeBack.objects.get()
    assert not row.moves(story.case.number, accepted=True)
    assert "确认收回" not in city.get(address).content.decode()
    assert city.post(f"{address}confirm/", {"answer": "自己同意"}).status_code == 403
    assert second.post(f"{address}confirm/", {"answer": "同意"}).status_code == 302
    assert TakeBack.objects.get().state == "CONFIRMED"


@pytest.mark.parametrize(
    "address",
    ["", "draws/", "findings/", "cards/", "take-backs/", "metrics/?key=claimed", "metrics/push-in-time/?part=rest"],
)
def test_every_list_opens_for_the_city_and_the_county(address, filed):
    for actor in (zhong(), somebody(filed.organ.code, Role.DECIDER)):
        assert at_desk(actor).get(f"/oversight/{address}", follow=True).status_code == 200


def test_the_figures_leave_as_csv_with_their_denominators(filed):
    coordinator = at_desk(somebody("360700-SPJ", Role.COORDINATOR))
    told_out = b"".join(
        coordinator.get("/oversight/metrics/?format=csv&from=2026-01-01&to=2026-12-31").streaming_content
    )
    lines = told_out.decode("utf-8-sig").splitlines()
    assert lines[0] == "指标,值,分子,分母,说明"
    assert any(line.startswith("报备审阅及时率,0.0%,0,1,") for line in lines)


def test_the_county_list_of_decisions_says_whether_the_city_has_read_them(filed):
    assert "待阅" in at_desk(zhong()).get("/reported/?tab=filed").content.decode()
