"""Can a unit plan, inspect and meet from the pages, does its system do the same, and do others find nothing there?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.cases.words import Role, State
from approvals.collaboration import draws, gatherings
from approvals.collaboration.models import Gathering, InspectionPlan
from approvals.oversight.actions import open_finding
from approvals.oversight.metrics import METRICS, figure
from approvals.oversight.models import Filing
from tests.api.callers import Caller, problem
from tests.collaboration.world import DRAWN, PLAN, PUBLISHED, planner, pool, taken_on
from tests.factories import driven, later, moment
from tests.oversight.world import told
from tests.people import somebody, zhong
from tests.supervision.conftest import supervisor_of
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
STRANGER = "360702-LY-J"


@pytest.fixture
def plan():
    pool(taken_on(2)[0])
    desk = at_desk(planner())
    asked = desk.post("/inspections/new/", PLAN | {"ends_on": "2099-03-31"})
    assert asked.status_code == 422  # neither share nor number
    page = desk.post("/inspections/new/", PLAN | {"ends_on": "2099-03-31", "count": "1"}).url
    assert desk.post(f"{page}publish/").status_code == 302
    InspectionPlan.objects.update(published_at=PUBLISHED)  # as if it had been published that day
    draws.draw_due(at=DRAWN)
    return InspectionPlan.objects.get()


def test_a_result_recorded_on_the_page_is_public_at_once_and_only_then(plan):
    one, desk, everybody = plan.inspections.get(), at_desk(planner()), Client()
    shown = everybody.get(f"/public/inspections/{plan.pk}/").content.decode()
    assert plan.seed in shown
    assert one.number not in everybody.get(f"/public/inspections/{plan.pk}/published.json").content.decode()
    page = f"/inspections/drawn/{one.pk}/"
    assert desk.post(f"{page}result/", {"on": "2026-03-10", "way": "ON_SITE"}).status_code == 422
    given = {"on": "2026-03-10", "way": "ON_SITE", "result": "NO_PROBLEM"}
    assert desk.post(f"{page}result/", given).status_code == 302
    shown = everybody.get(f"/public/inspections/{plan.pk}/").content.decode()
    assert "未发现问题" in shown
    assert "康泽" not in shown
    assert one.number in everybody.get(f"/public/inspections/{plan.pk}/published.json").content.decode()
    assert plan.title in everybody.get("/public/inspections/").content.decode()
    assert "重抽" in desk.get(f"/inspections/{plan.pk}/?again=1").content.decode()


def test_the_units_system_reads_what_is_drawn_and_reports_it_once(plan):
    system = Caller(planner())
    [row] = system.get("inspections").json()["results"]
    assert len(row["officers"]) == 2
    given = {"on": "2026-03-10", "way": "ON_SITE", "result": "NO_PROBLEM"}
    assert system.post(f"inspections/{row['id']}/result", given).json()["state"] == "DONE"
    problem(system.post(f"inspections/{row['id']}/result", given), 409, "already-inspected")
    [told_of] = system.get("inspection-plans").json()["results"]
    assert (told_of["drawn"], told_of["waiting"]) == (1, 0)
    stranger = Caller(supervisor_of(STRANGER))
    assert stranger.get("inspections").json()["results"] == []
    problem(stranger.post(f"inspections/{row['id']}/result", given), 404, "inspection-not-found")


def test_strangers_find_no_plan_and_recusals_are_kept_without_the_number(plan):
    stranger = at_desk(supervisor_of(STRANGER))
    assert stranger.get(f"/inspections/{plan.pk}/").status_code == 404
    assert stranger.get(f"/inspections/drawn/{plan.inspections.get().pk}/").status_code == 404
    desk = at_desk(planner())
    given = {"card": "赣B003", "id_number": "360731198001011234", "reason": "亲属"}
    assert desk.post("/inspections/officers/", given).status_code == 302
    shown = desk.get("/inspections/officers/").content.decode()
    assert "360***********1234" in shown
    assert "198001" not in shown


def test_a_consultation_with_its_papers_runs_over_the_pages_and_counts_once_concluded():
    story = driven("2-30", "360731", MONDAY, to=State.REVIEW)
    caller = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    desk, guest, stranger = at_desk(caller), at_desk(supervisor_of("360731-LY-J")), at_desk(supervisor_of(STRANGER))
    new = f"/gatherings/new/?case={story.case.number}"
    assert "360731-LY-J" in desk.get(new).content.decode()
    given = {"kind": "CONSULTATION", "topic": "占用林地", "case": story.case.number, "agenda": "意见", "place": "301"}
    given |= {"starts_at": "2099-03-04T09:30", "members": ["360731-LY-J"]}
    given["files"] = SimpleUploadedFile("说明.txt", "现场".encode())
    wrong = desk.post(new, given)
    assert wrong.status_code == 422
    assert "不收这种文件" in wrong.content.decode()
    given["files"] = SimpleUploadedFile("图.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    page = desk.post(new, given).url
    assert "占用林地" in guest.get("/gatherings/").content.decode()
    assert stranger.get(page).status_code == 404
    one = Gathering.objects.get()
    paper = f"{page}files/{one.files.get().pk}/"
    assert guest.get(paper).status_code == 200
    assert stranger.get(paper).status_code == 404
    assert guest.post(f"{page}reply/", {"coming": "true", "people": "刘建国"}).status_code == 302
    done = {"held_on": one.called_at.date().isoformat(), "minutes": "一致", "conclusion": "不占用"}
    assert guest.post(f"{page}conclude/", done).status_code == 403
    assert desk.post(f"{page}conclude/", done).status_code == 302
    assert "不占用" in guest.get(page).content.decode()
    year = {"first": one.called_at.date(), "last": one.called_at.date(), "on": one.called_at.date()}
    assert figure(METRICS["consultations"], caller, **year).value == "1"
    assert figure(METRICS["consultations"], supervisor_of(STRANGER), **year).value == "0"


def test_a_unit_answers_an_invitation_by_its_own_system():
    given = {"kind": "CONSULTATION", "topic": "采伐", "item": "1-7", "agenda": "意见", "place": "301"}
    given |= {"starts_at": "2099-03-04T09:30:00+08:00", "members": ["360731-LY-J"]}
    one = gatherings.call(actor=zhong(), at=MONDAY, given=given)
    system = Caller(planner())
    [row] = system.get("gatherings").json()["results"]
    assert (row["id"], row["members"][0]["reply"]) == (one.pk, "AWAITED")
    answered = system.post(f"gatherings/{one.pk}/reply", {"coming": False, "opinion": "书面意见已报"}).json()
    assert answered["members"][0]["reply"] == "NOT_COMING"


def test_papers_of_a_finding_are_added_by_both_sides_until_it_is_closed():
    story = driven("1-7", "360731", MONDAY, to=State.DECIDED)
    told(MONDAY)
    filing = Filing.objects.select_related("organ", "unit").get(case=story.case)
    finding = open_finding(
        filing=filing.pk,
        actor=zhong() if filing.unit.code == "360700-SPJ" else somebody(filing.unit.code, Role.REVIEWER),
        at=later(MONDAY, 1),
        given={"kind": "PAPERS", "text": "缺", "order": "补", "days": 5},
    )
    county, stranger = (
        at_desk(somebody(filing.organ.code, Role.DECIDER)),
        at_desk(somebody("360734-SPJ", Role.REVIEWER)),
    )
    page = f"/oversight/findings/{finding.pk}/"
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
    assert county.post(f"{page}attach/", {}).status_code == 422
    sent = {"files": SimpleUploadedFile("证明.pdf", pdf)}
    assert county.post(f"{page}attach/", sent).status_code == 302
    assert "证明.pdf" in county.get(page).content.decode()
    paper = f"{page}files/{finding.files.get().pk}/"
    assert county.get(paper).status_code == 200
    assert stranger.get(paper).status_code == 404
    finding.state, finding.closed_at = "CLOSED", MONDAY
    finding.save()
    assert county.post(f"{page}attach/", {"files": SimpleUploadedFile("证.pdf", pdf)}).status_code == 409
