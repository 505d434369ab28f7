"""会商与联合踏勘: county, city and supervision units meet about a case, and what a visit found stands in the case."""

import pytest

from approvals.cases.models import SiteRecord
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, Role, State
from approvals.collaboration import gatherings, queries, visiting
from approvals.collaboration.access import GatheringNotFound, NotInvited
from approvals.collaboration.models import JointRecord
from approvals.errors import Invalid
from approvals.organisations.models import SupervisionUnit
from tests.factories import driven, later, moment, yes_to_all
from tests.people import somebody
from tests.supervision.conftest import supervisor_of

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
EQUIPMENT = "2-30"
UNIT = "360731-LY-J"


@pytest.fixture
def story():
    return driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)


def asked(story, **changes):
    return {
        "kind": "CONSULTATION",
        "topic": "压力管道走向与林地是否冲突",
        "case": story.case.number,
        "agenda": "一、现状；二、意见",
        "starts_at": "2026-03-04T09:30:00+08:00",
        "place": "县政务中心 301",
        "members": [UNIT, story.case.snapshot.city_organ.code],
    } | changes


def test_units_are_called_answer_and_read_the_conclusion_and_nobody_else_does(story):
    caller = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    one = gatherings.call(actor=caller, at=later(MONDAY, 1), given=asked(story))
    forester = supervisor_of(UNIT)
    city = somebody(story.case.snapshot.city_organ.code, Role.REVIEWER)
    stranger = supervisor_of("360702-LY-J")
    with pytest.raises(GatheringNotFound):
        gatherings.reply(gathering=one.pk, actor=stranger, at=later(MONDAY, 1), given={"coming": False, "opinion": "x"})
    with pytest.raises(Invalid):
        gatherings.reply(gathering=one.pk, actor=forester, at=later(MONDAY, 1), given={"coming": True})
    told = {"coming": True, "people": "刘建国，曾伟"}
    member = gatherings.reply(gathering=one.pk, actor=forester, at=later(MONDAY, 1), given=told)
    assert member.people == ["刘建国", "曾伟"]
    done = {"held_on": "2026-03-04", "minutes": "各方陈述", "conclusion": "不冲突", "follow_up_on": "2026-03-10"}
    with pytest.raises(NotInvited):
        gatherings.conclude(gathering=one.pk, actor=city, at=later(MONDAY, 3), given=done)
    gatherings.conclude(gathering=one.pk, actor=caller, at=later(MONDAY, 3), given=done)
    with pytest.raises(gatherings.GatheringSettled):
        gatherings.reply(gathering=one.pk, actor=city, at=later(MONDAY, 3), given=told)
    acts = list(JointRecord.objects.filter(subject=f"gathering:{one.pk}").values_list("action", flat=True))
    assert acts == ["CALLED", "ANSWERED", "CONCLUDED"]


def test_a_joint_visit_becomes_a_site_record_of_the_case_and_meets_its_need(story, monkeypatch):
    reviewer = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    given = asked(story, kind="JOINT_VISIT", place="贡江镇厂区")
    one = gatherings.call(actor=reviewer, at=later(MONDAY, 1), given=given)
    done = {"held_on": "2026-03-04", "minutes": "管道离林地 30 米", "conclusion": "符合"}
    with pytest.raises(Invalid, match="两人"):
        gatherings.conclude(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3), given=done)
    coming = {"coming": True, "people": "刘建国"}
    gatherings.reply(gathering=one.pk, actor=supervisor_of(UNIT), at=later(MONDAY, 1), given=coming)
    with pytest.raises(visiting.NotAVisit):
        visiting.enter(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3))
    with pytest.raises(Invalid, match="两人"):
        gatherings.conclude(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3), given=done)
    both = done | {"people": "曾伟"}
    long = both | {"minutes": "情" * 1500, "conclusion": "论" * 500}
    with pytest.raises(Invalid, match="缩短 4 字"):
        gatherings.conclude(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3), given=long)
    whole = both | {"minutes": "管道离林地 30 米" + "。" * 1490, "conclusion": "论" * 495 + "符"}
    gatherings.conclude(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3), given=whole)
    seen_before_the_other = visiting.gathering_for(reviewer, one.pk)
    one = visiting.enter(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3))
    record = SiteRecord.objects.get(case=story.case)
    assert record.sequence == one.entered_as
    assert record.officers == ["刘建国", "曾伟"]
    assert "30 米" in record.findings
    assert record.findings.endswith("符"), "the conclusion is entered to its last word"
    assert story.events()[-1] == Action.RECORD_VISIT
    acts = len(story.events())
    monkeypatch.setattr(visiting, "gathering_for", lambda actor, pk: seen_before_the_other)
    with pytest.raises(visiting.NotAVisit, match="别人刚"):
        visiting.enter(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3))
    assert len(story.events()) == acts, "what is refused leaves nothing in the case"
    monkeypatch.undo()
    with pytest.raises(visiting.NotAVisit):
        visiting.enter(gathering=one.pk, actor=reviewer, at=later(MONDAY, 3))


def test_where_the_item_asks_for_a_visit_the_one_on_record_is_enough(story):
    snapshot = story.case.snapshot
    snapshot.terms["on_site"] = True
    snapshot.save(update_fields=["terms"])
    reviewer = somebody(snapshot.terms["review"]["code"], Role.REVIEWER)
    opinion = {"proposal": "GRANT", "opinion": "符合", "points": yes_to_all(story.case)}
    with pytest.raises(Incomplete, match="现场核查"):
        story.do(reviewer, Action.RECOMMEND, **opinion)
    site = {"officers": ["甲", "乙"], "on": story.day.isoformat(), "place": "厂区", "findings": "相符"}
    with pytest.raises(Incomplete, match="两名以上"):
        story.do(reviewer, Action.RECORD_VISIT, site=site | {"officers": ["甲"]})
    story.do(reviewer, Action.RECORD_VISIT, site=site)
    story.do(reviewer, Action.RECOMMEND, **opinion)
    assert story.state != State.REVIEW


def test_the_list_begins_with_what_comes_next_and_goes_on_with_what_was_last(story):
    caller = somebody(story.case.snapshot.terms["review"]["code"], Role.REVIEWER)
    held, off, far, near = (
        gatherings.call(actor=caller, at=MONDAY, given=asked(story, starts_at=f"2026-03-{day}T09:30:00+08:00"))
        for day in ("03", "04", "20", "10")
    )
    done = {"held_on": "2026-03-03", "minutes": "各方陈述", "conclusion": "不冲突"}
    gatherings.conclude(gathering=held.pk, actor=caller, at=later(MONDAY, 3), given=done)
    gatherings.call_off(gathering=off.pk, actor=caller, at=MONDAY, given={"reasons": "改期"})
    assert list(queries.gatherings(caller)) == [near, far, off, held]


def test_a_supervisor_calls_about_a_case_it_was_pushed_and_not_about_others(story):
    with pytest.raises(Invalid, match="没有这个办件"):
        gatherings.call(actor=supervisor_of(UNIT), at=MONDAY, given=asked(story, members=["360700-SPJ"]))
    given = asked(story, item="1-7", members=["360700-SPJ", "没有"])
    del given["case"]
    with pytest.raises(Invalid, match="没有代码"):
        gatherings.call(actor=supervisor_of(UNIT), at=MONDAY, given=given)
    one = gatherings.call(actor=supervisor_of(UNIT), at=MONDAY, given=given | {"members": ["360700-SPJ"]})
    assert one.unit == SupervisionUnit.objects.get(code=UNIT)
    gatherings.call_off(gathering=one.pk, actor=supervisor_of(UNIT), at=MONDAY, given={"reasons": "改期"})
    assert gatherings.gathering_for(somebody("360700-SPJ", Role.REVIEWER), one.pk).state == "CALLED_OFF"
