"""What does a decision that missed its limit owe? A reason, which the applicant reads with the progress of the case."""

import pytest
from django.test import Client

from approvals.cases.models import Decision
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, Role, State
from approvals.organisations.models import User
from approvals.workbench.rows import marks
from tests.factories import REMEDIES, Story, cast_of, driven, later, moment, received, remedies_against
from tests.people import somebody, zeng

pytestmark = pytest.mark.django_db
YUDU, FELLING, SHOP, FILING = "360731", "1-7", "3-25", "1-13"
MONDAY = moment("2026-03-02")
WHY = "专家评审延误两周，已电话告知申请人。"


def to_decide(item: str = SHOP) -> Story:
    return driven(item, YUDU, MONDAY, to=State.DECISION)


def progress(story: Story) -> str:
    answer = Client().post("/public/progress/", {"number": story.case.number, "code": story.case.form.query_code})
    return answer.content.decode()


def test_after_the_promised_day_nobody_decides_without_saying_why() -> None:
    story = to_decide()
    for action, given in (
        (Action.APPROVE, {"content": "准予。"}),
        (Action.DENY, {"reasons": "不符", "remedies": REMEDIES}),
    ):
        with pytest.raises(Incomplete) as refusal:
            story.do(zeng(), action, at=later(moment(story.case.promise_on), 1), **given)
        assert [one.field for one in refusal.value.blockers] == ["lateness"]
        assert f"承诺期限到 {story.case.promise_on} 已过" in refusal.value.detail


def test_on_the_last_day_itself_no_reason_is_owed_and_none_is_kept() -> None:
    story = to_decide()
    story.do(zeng(), Action.APPROVE, at=moment(story.case.promise_on, 23), content="准予。", lateness=WHY)
    assert Decision.objects.get(case=story.case).lateness == ""
    assert "超承诺期限办结" not in marks(story.case)


def test_the_reason_is_read_by_the_applicant_and_by_everybody_on_the_case() -> None:
    story = to_decide()
    story.do(zeng(), Action.APPROVE, at=later(moment(story.case.promise_on), 1), content="准予。", lateness=WHY)
    assert Decision.objects.get(case=story.case).lateness == WHY
    assert f"超期原因：{WHY}" in progress(story)
    assert marks(story.case) == ("超承诺期限办结",)
    desk = Client()
    desk.force_login(User.objects.get(pk=zeng().user))
    shown = desk.get(f"/cases/{story.case.number}/?tab=opinions").content.decode()
    assert WHY in shown
    assert "超承诺期限办结" in shown


def test_past_the_statutory_day_it_is_the_statute_that_was_missed() -> None:
    story = to_decide(FELLING)
    decider = somebody(story.case.snapshot.terms["decide"]["code"], Role.DECIDER)
    at = later(moment(story.case.statute_on), 1)
    given = {"reasons": "不符合法定条件。", "remedies": remedies_against(story.case)}
    with pytest.raises(Incomplete, match="第四十二条"):
        story.do(decider, Action.DENY, at=at, **given)
    story.do(decider, Action.DENY, at=at, lateness=WHY, **given)
    assert "超法定期限办结" in marks(story.case)


def test_a_filing_that_is_late_says_why_too() -> None:
    story = received(FILING, "360702", MONDAY)
    who = cast_of(story.case)
    story.complete(who.clerk)
    story.do(who.clerk, Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(who.clerk, Action.RESUBMIT, at=moment("2026-03-03"), answers=["已补"])
    if story.case.snapshot.promised is None:
        pytest.fail("the filing has no limit to miss")
    at = later(moment("2026-03-03"), story.case.snapshot.promised + 1)
    with pytest.raises(Incomplete, match="超期原因"):
        story.do(who.city_reviewer, Action.RECORD, at=at, content="备案")
    story.do(who.city_reviewer, Action.RECORD, at=at, content="备案", lateness=WHY)
    assert Decision.objects.get(case=story.case).lateness == WHY
