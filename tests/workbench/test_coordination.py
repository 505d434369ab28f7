"""What does a coordinator look after, in whose cases, and does every number open the list it counts?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.audit.register import enrol
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.actions import settle_due
from approvals.cases.models import Case, Handover, Standstill
from approvals.cases.words import Action, State
from approvals.documents.models import LetterOwed
from approvals.organisations.models import Organ, Role
from approvals.supervision.models import Objection, Orphan, Push
from approvals.supervision.placing import follow_cases
from approvals.workbench.public.models import Complaint
from tests import people
from tests.factories import driven, moment, received, remedies_against
from tests.people import clerk_of, somebody
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
YUDU, ZHANGGONG = "360731", "360702"


def coordinator(region: str = "360700"):
    return somebody(f"{region}-SPJ", Role.COORDINATOR)


def back(workdays: int):
    return moment(add(current_calendar(), timezone.localdate(), -workdays))


def told() -> None:
    while enrol():
        pass
    while follow_cases(at=timezone.now()):
        pass


def matters(actor, **query: str) -> dict[str, int]:
    groups = at_desk(actor).get(reverse("coordination"), query).context["groups"]
    return {one.matter.label: one.count for _, group in groups for one in group}


def test_a_case_past_its_promise_is_found_where_it_waits():
    late = driven("3-25", YUDU, back(40), to=State.REVIEW).case
    driven("3-25", YUDU, timezone.now(), to=State.REVIEW)
    found = matters(coordinator())
    assert found["超承诺期限"] == 1
    assert found["到了没人签收"] == 1
    page = at_desk(coordinator()).get("/", {"tab": "promise"}).content.decode()
    assert late.number in page


def test_a_paused_case_is_not_late():
    story = driven("3-25", YUDU, back(40), to=State.REVIEW)
    Case.objects.filter(pk=story.case.pk).update(paused_on=timezone.localdate(), stops_promise=True, stops_statute=True)
    found = matters(coordinator())
    assert found["超承诺期限"] == found["超法定期限"] == 0


def test_what_is_decided_is_no_longer_late():
    driven("3-25", YUDU, back(40), to=State.SEALED)
    assert matters(coordinator())["超承诺期限"] == 0


def test_a_deemed_acceptance_reaches_the_coordinator():
    received("3-38", YUDU, back(12))
    settle_due(at=timezone.now())
    assert matters(coordinator(YUDU))["视为受理"] == 1


def test_what_came_about_by_law_and_could_not_be_written_reaches_the_coordinator():
    story = received("3-38", YUDU, back(12))
    Standstill.objects.create(case=story.case, reason="程序出错（KeyError）", noticed_at=timezone.now())
    assert matters(coordinator(YUDU))["效力未写入"] == 1
    assert matters(coordinator(ZHANGGONG))["效力未写入"] == 0
    page = at_desk(coordinator(YUDU)).get("/", {"tab": "standstill"}).content.decode()
    assert story.case.number in page
    assert "程序出错（KeyError）" in page


def test_a_proposal_to_void_waits_for_the_coordinator_of_the_region():
    story = received("3-38", YUDU, timezone.now())
    story.do(clerk_of(YUDU), Action.VOID, reasons="重复登记。")
    assert matters(coordinator(YUDU))["等你确认"] == 1
    assert matters(coordinator(ZHANGGONG))["等你确认"] == 0


def test_a_region_s_coordinator_counts_the_own_region_and_the_city_s_may_narrow_to_one():
    driven("3-25", YUDU, back(40), to=State.REVIEW)
    driven("3-25", ZHANGGONG, back(40), to=State.REVIEW)
    assert matters(coordinator())["超承诺期限"] == 2
    assert matters(coordinator(), region=YUDU)["超承诺期限"] == 1
    assert matters(coordinator(YUDU))["超承诺期限"] == 1
    assert matters(coordinator(YUDU), region=ZHANGGONG)["超承诺期限"] == 0


def test_late_and_orphaned_pushes_are_matters():
    story = driven("3-25", YUDU, back(10), to=State.DECIDED)
    told()
    Orphan.objects.create(
        case=story.case,
        event_sequence=1,
        purpose="CLAIM",
        decided_on=story.case.decided_on,
        due_on=timezone.localdate(),
        listed_at=timezone.now(),
    )
    found = matters(coordinator())
    assert found["无主推送"] == 1
    assert found["超推送期限"] == found["未确认收到"] == 2  # the unit that answers, and the county's copy


@pytest.mark.parametrize("region", ["", YUDU])
def test_every_number_opens_the_list_it_counts(region):
    driven("3-25", YUDU, back(40), to=State.REVIEW)
    driven("3-25", YUDU, back(10), to=State.DECIDED)
    received("3-38", YUDU, back(12))
    settle_due(at=timezone.now())
    told()
    client = at_desk(coordinator())
    groups = client.get(reverse("coordination"), {"region": region}).context["groups"]
    counted = 0
    for _, group in groups:
        for one in group:
            page = client.get(one.address)
            assert page.status_code == 200
            assert f"region={region}" in one.address or not region
            if one.count and "tab=orphans" not in one.address and "count" in page.context:
                assert page.context["count"] == one.count
                counted += 1
    assert counted >= 4


def test_what_is_counted_in_a_region_is_what_its_list_shows():
    """Also where the list is no tab of the desk: what waits elsewhere is neither counted nor shown."""
    today = timezone.localdate()
    for region in (YUDU, ZHANGGONG):
        case = driven("3-25", region, back(10), to=State.DECIDED).case
        told()
        push = Push.objects.get(case=case, copy=False)
        by = {"raised_at": back(5), "raised_by_id": people.xie().user, "due_on": today, "salt": "x"}
        Objection.objects.create(push=push, ground="NOT_OURS", words="不属于。", **by)
        organ, city = Organ.objects.get(code=f"{region}-SPJ"), case.snapshot.decide_organ
        handed = {"way": "HAND", "handed_name": "谢", "handed_at": back(9)}
        Handover.objects.create(case=case, giver=case.snapshot.accept_organ, taker=city, **handed)
        noticed = {"kind": "DELIVERY", "reason": "缺", "noticed_at": back(3)}
        LetterOwed.objects.create(key=case.number, subject=case.number, organ=organ, **noticed)
        Complaint.objects.create(
            number=case.number[-20:], region=case.region, kind="QUESTION", text="问", created_at=back(2)
        )
    client = at_desk(coordinator())
    for region, wanted in ((YUDU, 1), (ZHANGGONG, 1), ("360733", 0), ("", 2)):
        groups = client.get(reverse("coordination"), {"region": region}).context["groups"]
        found = {one.matter.label: one for _, group in groups for one in group}
        for label in ("推送异议待答复", "文书待办", "原件移交逾期未签收", "咨询投诉待答复"):
            page = client.get(found[label].address)
            shown = page.context["shown" if "咨询" in label else "rows"]
            assert (label, found[label].count, len(list(shown))) == (label, wanted, wanted)
            assert ("看全部地区" in page.content.decode()) == bool(region)
        assert ("政策文件逾期未签收" in found) == (not region)


def test_what_a_matter_says_about_a_limit_is_the_limit_that_is_set(settings):
    settings.PUSH_WITHIN_WORKDAYS, settings.ORIGINALS_SIGN_WORKDAYS = 4, 6
    shown = at_desk(coordinator()).get(reverse("coordination")).content.decode()
    assert "决定后 4 个工作日内应当推到" in shown
    assert "移交 6 个工作日后没有人签收" in shown


def test_nobody_else_coordinates():
    for actor in (people.xie(), people.zeng(), somebody("360700-SCJG", Role.SUPERVISOR)):
        answer = at_desk(actor).get(reverse("coordination"))
        assert answer.status_code == 403
        assert "协调员" in answer.content.decode()


def test_the_page_asks_the_same_number_of_questions_for_many_cases():
    client = at_desk(coordinator())
    client.get(reverse("coordination"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("coordination"))
    for _ in range(5):
        driven("3-25", YUDU, back(40), to=State.REVIEW)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("coordination"))
    assert len(many) <= len(few) + 1 <= 33


def shown(actor, route: str, tab: str) -> dict[str, str]:
    """What the page says of each case beside its holder, by number."""
    page = at_desk(actor).get(reverse(route), {"tab": tab}).context
    return {line.case.number: page["told"][line.case.pk] for line in page["lines"]}


def test_a_window_case_is_followed_from_the_push_to_the_city_s_answer():
    day = timezone.localdate()
    story = driven("3-25", YUDU, timezone.now(), to=State.REVIEW)
    assert shown(people.xie(), "pushed", "waiting") == {story.case.number: f"{day:%m-%d}"}
    story.do(people.zhong(), Action.TAKE)
    assert shown(people.xie(), "pushed", "city") == {story.case.number: f"{day:%m-%d} 接收"}
    assert shown(people.huang(), "pushed", "city") == {}


def test_the_city_s_answer_stands_beside_what_a_county_reported():
    day = timezone.localdate()
    waiting = driven("2-30", YUDU, timezone.now(), to=State.KEY_POINTS).case.number
    decided = driven("2-30", YUDU, timezone.now(), to=State.DECIDED).case.number
    filed = driven("1-7", YUDU, timezone.now(), to=State.DECIDED).case.number
    for actor in (coordinator(), coordinator(YUDU)):
        assert shown(actor, "reported", "city") == {waiting: "未签收"}
        assert shown(actor, "reported", "decided") == {decided: f"{day:%m-%d} 准予"}
        assert filed in shown(actor, "reported", "filed")


def test_what_a_county_ended_without_the_city_is_listed_for_the_city():
    story = received("2-30", YUDU, timezone.now())
    given = {"ground": "NOT_THIS_ORGAN", "reasons": "不属于", "right_organ": "省级机关"}
    story.do(clerk_of(YUDU), Action.REFUSE, **given, remedies=remedies_against(story.case, "ACCEPT"))
    story.do(somebody(story.case.snapshot.terms["accept"]["code"], Role.CHECKER), "CONFIRM")
    driven("2-30", YUDU, timezone.now(), to=State.DECIDED)
    reviewer = somebody(story.case.snapshot.terms["decide"]["code"], Role.REVIEWER)
    for actor in (reviewer, coordinator()):
        assert shown(actor, "reported", "unheard") == {story.case.number: "不予受理"}
