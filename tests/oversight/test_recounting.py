"""When holidays are published, do the open days of supervision, oversight and collaboration move, with a record each?"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.conf import settings

from approvals.calendars import queries as calendars
from approvals.calendars.models import CalendarYear
from approvals.calendars.notice import from_text
from approvals.calendars.workdays import add
from approvals.cases.recalendar import ask
from approvals.cases.words import Role, State
from approvals.collaboration import gatherings
from approvals.collaboration import recounting as of_collaboration
from approvals.collaboration.models import JointRecord, Member
from approvals.organisations.access import SYSTEM
from approvals.oversight import record
from approvals.oversight import recounting as of_oversight
from approvals.oversight.actions import open_finding
from approvals.oversight.models import Filing, Finding, Record
from approvals.supervision import policies, policyrecord, recounting, verify
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import FollowUp, Objection, Orphan, Push, PushEvent
from approvals.supervision.objecting import object_to
from tests.factories import driven, moment
from tests.oversight.world import FELLING, YUDU
from tests.oversight.world import told as told_of
from tests.people import somebody
from tests.supervision.conftest import granted, granted_and_pushed, main_push, pushed, supervisor

pytestmark = pytest.mark.django_db
DECIDED = moment("2026-12-30")
AFTER = moment("2026-12-31")
NOTICE = {
    "year": "2027",
    "document": "国办发明电〔2026〕9号",
    "title": "国务院办公厅关于2027年部分节假日安排的通知",
    "url": "",
    "published_on": "2026-11-04",
    "lines": "2027-01-01 至 2027-01-03 放假 元旦\n2027-02-05 至 2027-02-11 放假 春节",
}


@pytest.fixture
def unpublished():
    """The holidays of 2027 are not published yet: 1 January counts as a working day."""
    CalendarYear.objects.filter(year=2027).delete()
    calendars.forget()
    yield
    calendars.forget()


def published(at: datetime = AFTER) -> None:
    ask(actor=SYSTEM, at=at, ground="2027 年放假安排", notice=from_text(**NOTICE))


def counted(since: date, days: int) -> date:
    return add(calendars.current_calendar(), since, days)


def told(push: Push) -> list[dict]:
    rows = PushEvent.objects.filter(push=push, action="RECOUNTED").order_by("sequence")
    return [{name: value for name, value in row.data.items() if name != "calendar"} for row in rows]


def test_pushing_and_claiming_move_with_the_holidays_and_leave_a_record(unpublished):
    story = granted_and_pushed(at=DECIDED)
    push = main_push(story.case)
    before = (push.due_on, push.claim_due_on)
    published()
    assert recounting.go_on(at=AFTER) == 1
    push.refresh_from_db()
    due = counted(DECIDED.date(), 3)
    assert before < (push.due_on, push.claim_due_on) == (due, due)
    assert told(push) == [{"due_on": due.isoformat(), "claim_due_on": due.isoformat()}]
    assert list(verify.findings()) == []


def test_what_has_moved_moves_no_more_until_something_is_published_again(unpublished):
    story = granted_and_pushed(at=DECIDED)
    published()
    assert [recounting.go_on(at=AFTER), recounting.go_on(at=AFTER)] == [1, 0]
    ask(actor=SYSTEM, at=AFTER, ground="再核对一遍")
    assert recounting.go_on(at=AFTER) == 0
    assert len(told(main_push(story.case))) == 1


def test_what_is_claimed_keeps_its_claim_limit_and_its_first_feedback_moves(unpublished):
    story = granted_and_pushed(at=DECIDED)
    push = main_push(story.case)
    claim(push=push.pk, actor=supervisor(push), at=DECIDED)
    push.refresh_from_db()
    claim_by, feedback_by = push.claim_due_on, push.feedback_due_on
    published()
    recounting.go_on(at=AFTER)
    push.refresh_from_db()
    assert push.claim_due_on == claim_by
    assert push.feedback_due_on == counted(DECIDED.date(), story.case.form.feedback_days) > feedback_by


def test_orphans_objections_and_what_a_feedback_leaves_to_do_move_too(unpublished):
    objected = main_push(granted_and_pushed(at=DECIDED).case)
    object_to(push=objected.pk, actor=supervisor(objected), at=DECIDED, ground="NOT_OURS", words="不是本单位职责")
    checked = main_push(granted_and_pushed(at=DECIDED).case)
    person = supervisor(checked)
    claim(push=checked.pk, actor=person, at=DECIDED)
    problem = {"on": "2026-12-30", "officers": ["甲某", "乙某"], "way": "ON_SITE", "result": "PROBLEM"}
    problem["findings"] = "未更新造林"
    feed_back(push=checked.pk, actor=person, at=DECIDED, kind="INSPECTION", given=problem)
    lost = granted(at=DECIDED)
    type(lost.case.snapshot).objects.filter(pk=lost.case.pk).update(supervisors=[])
    pushed(DECIDED)
    published()
    recounting.go_on(at=AFTER)
    assert Objection.objects.get(push=objected).due_on == counted(DECIDED.date(), 3)
    assert FollowUp.objects.get(push=checked).due_on == counted(DECIDED.date(), 10)
    assert Orphan.objects.get(case=lost.case).due_on == counted(DECIDED.date(), 3)
    assert "objection_due_on" in told(objected)[0]
    assert PushEvent.objects.filter(case=lost.case, action="RECOUNTED", push=None).count() == 1
    assert list(verify.findings()) == []


def test_what_is_to_be_signed_for_moves_with_a_record_in_the_documents_chain(unpublished):
    unit = supervisor(main_push(granted_and_pushed(at=DECIDED).case))
    document = {
        "level": "PROVINCE",
        "issuer": "江西省林业局",
        "number": "赣林规〔2026〕9号",
        "title": "关于采伐许可的通知",
        "issued_on": "2026-12-29",
        "items": ["1-7"],
        "summary": "自明年起改用新格式。",
    }
    notice = policies.notify(actor=unit, at=DECIDED, given=document)
    published()
    recounting.go_on(at=AFTER)
    due = counted(DECIDED.date(), settings.POLICY_READ_WORKDAYS)
    assert set(notice.readings.values_list("due_on", flat=True)) == {due}
    assert notice.records.filter(act="RECOUNTED").get().data["read_by"] == due.isoformat()
    assert list(policyrecord.findings()) == []


def test_filings_and_corrections_that_were_ordered_move_and_a_correction_never_to_an_earlier_day(unpublished):
    first, second = (driven(FELLING, YUDU, DECIDED, to=State.DECIDED) for _ in range(2))
    told_of(DECIDED)
    filing = Filing.objects.get(case=first.case)
    city = somebody(filing.unit.code, Role.REVIEWER)
    order = {"kind": "PAPERS", "text": "缺少权属证明。", "order": "补齐并说明。", "days": 3}
    finding = open_finding(actor=city, at=DECIDED, filing=filing.pk, given=order)
    later_day = date(2027, 2, 1)
    other = open_finding(actor=city, at=DECIDED, case=second.case.number, given=order)
    Finding.objects.filter(pk=other.pk).update(due_on=later_day)
    published()
    assert of_oversight.go_on(at=AFTER) == 2
    unread = Filing.objects.get(case=second.case)
    assert unread.due_on == counted(DECIDED.date(), settings.FILING_READ_WORKDAYS)
    finding.refresh_from_db()
    assert finding.due_on == counted(DECIDED.date(), 3)
    assert Finding.objects.get(pk=other.pk).due_on == later_day
    moved = Record.objects.filter(action="RECOUNTED")
    assert set(moved.values_list("subject", flat=True)) == {f"filing:{unread.pk}", f"finding:{finding.pk}"}
    assert list(record.findings()) == []


def test_an_invitation_that_waits_for_an_answer_moves(unpublished):
    story = driven("2-30", YUDU, DECIDED, to=State.REVIEW)
    caller = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    given = {
        "kind": "CONSULTATION",
        "topic": "管道走向",
        "case": story.case.number,
        "agenda": "意见",
        "starts_at": "2027-01-12T09:30:00+08:00",
        "place": "301",
        "members": ["360731-LY-J"],
    }
    one = gatherings.call(actor=caller, at=AFTER, given=given)
    published()
    assert of_collaboration.go_on(at=AFTER) == 1
    assert Member.objects.get(gathering=one).due_on == date(2027, 1, 4)
    assert JointRecord.objects.filter(subject=f"gathering:{one.pk}", action="RECOUNTED").exists()
