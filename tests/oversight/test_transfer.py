"""What becomes of a case whose power moves while it is under way? One event, and everything follows it."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from approvals.cases.access import CaseNotFound, NotPermitted
from approvals.cases.actions import perform
from approvals.cases.choosing import choices
from approvals.cases.management.commands.check_cases import wrong_with
from approvals.cases.models import Case, Event
from approvals.cases.needs import Incomplete
from approvals.cases.registration import register
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.transfer import NotTransferable, SameHolders, transfer
from approvals.cases.verify import verify
from approvals.cases.words import Action, Role, State
from approvals.cases.worklists import duties
from approvals.catalogue.actions import end_delegation, grant_again
from approvals.catalogue.models import Delegation
from approvals.organisations.access import SYSTEM, Actor, actor_in
from approvals.organisations.models import Organ, Post
from tests.cases.test_worklist import assert_lists_tell_the_truth
from tests.factories import REMEDIES, Story, application, driven, moment, received
from tests.people import he, li, sitting, somebody, wen, xie, zeng, zhong

pytestmark = pytest.mark.django_db
YUDU = "360731"
MONDAY = moment("2026-03-02")
TUESDAY = date(2026, 3, 3)
SHOP, FELLING, EQUIPMENT, GAS, SEEDS = "3-25", "1-7", "2-30", "3-38", "2-21"


def taken_back(item: str, *, from_on: date = TUESDAY, region: str = YUDU) -> Delegation:
    """The delegation of an item ends the day before."""
    row = Delegation.objects.get(item__code=item, region=region, place="")
    return end_delegation(delegation=row.pk, on=from_on - timedelta(days=1))


def moved(story: Story, *, at=None, ground: str = "take-back:1") -> Case:
    (tried,) = transfer(numbers=[story.case.number], actor=SYSTEM, at=at or moment(TUESDAY, 0, 5), ground=ground)
    if tried.refused:
        raise tried.refused
    story.at = moment(TUESDAY, 9)
    return story.refresh()


def county_people() -> list[Actor]:
    posts = Post.objects.filter(organ__region=YUDU).select_related("organ__region", "user")
    return [actor_in(post, user=post.user) for post in posts]


def holders_with_the_case_to_do(case: Case) -> set[int]:
    """The organs in whose worklists a case lies (a window counts for the organ it receives for)."""
    near = Q(organ=case.holder_id) | Q(organ__region=YUDU) | Q(organ__code="360700-WIN")
    posts = Post.objects.filter(near).select_related("organ__region", "user")
    people = {(one.organ, one.role): one for one in (actor_in(post, user=post.user) for post in posts)}.values()
    listed = [one for one in people if duties(one, on=TUESDAY).filter(pk=case.pk).exists()]
    return {case.holder_id if one.is_window else one.organ for one in listed if one.organ}


@pytest.mark.parametrize(
    ("item", "state", "lands"),
    [
        (FELLING, State.RECEIVED, State.RECEIVED),
        (EQUIPMENT, State.CHECK, State.REVIEW),
        (EQUIPMENT, State.KEY_POINTS, State.REVIEW),
        (GAS, State.RECEIVED, State.RECEIVED),
    ],
)
def test_after_a_transfer_one_organ_has_the_case_to_do_and_nobody_of_the_county_may_act(item, state, lands):
    story = driven(item, YUDU, MONDAY, to=state)
    before = story.case
    taken_back(item)
    case = moved(story)
    facts, terms = facts_of(case), terms_of(case.snapshot)
    assert case.state == lands
    assert holders_with_the_case_to_do(case) == {case.holder_id}
    assert Organ.objects.get(pk=case.holder_id).region_id == "360700"
    assert not [one for one in county_people() if list(choices(facts, terms, one, on=TUESDAY))]
    assert (case.promise_on, case.statute_on) == (before.promise_on, before.statute_on)
    assert list(wrong_with_recorded(case)) == []
    assert list(verify(case=case.number)) == []
    assert_lists_tell_the_truth(case)


def wrong_with_recorded(case: Case):
    case.recorded = case.state
    return wrong_with(case)


def test_whoever_accepted_in_the_countys_name_still_sees_the_case_and_is_told_that_it_is_no_longer_theirs():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    taken_back(EQUIPMENT)
    moved(story)
    with pytest.raises(NotPermitted):
        perform(number=story.case.number, action=Action.RECOMMEND, actor=li(), at=story.at, given={})


def test_a_window_that_accepted_in_the_citys_name_no_longer_finds_it():
    story = received(GAS, YUDU, MONDAY, xie())
    taken_back(GAS)
    moved(story)
    with pytest.raises(CaseNotFound):
        story.do(xie(), Action.ACCEPT)


def test_the_city_finishes_what_it_took_over_with_its_own_window_name_and_remedies():
    story = driven(FELLING, YUDU, MONDAY, to=State.REVIEW)
    city = story.case.snapshot.city_organ.code
    taken_back(FELLING)
    moved(story)
    reviewer, decider = somebody(city, Role.REVIEWER), somebody(city, Role.DECIDER)
    story.recommended(reviewer)
    story.do(decider, Action.APPROVE, content="准予。")
    assert story.case.snapshot.decide_level == "CITY"
    assert story.case.form.remedies["DECIDE"]["reconsideration"] == "赣州市人民政府"
    assert [one["level"] for one in story.case.snapshot.supervisors][:1] == ["CITY"]
    story.do(somebody(city, Role.SEAL_KEEPER), Action.SEAL)
    story.do(sitting("linxiaoyan", Role.CLERK), Action.DELIVER, way="COUNTER", receipt="刘敏")
    assert story.state == State.DELIVERED


def test_who_reviewed_at_the_county_is_still_known_and_an_open_proposal_lapses():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    story.recommended(li())
    story.do(he(), Action.SEND_BACK, reasons="补充说明")
    story.do(li(), Action.EXTEND, days=3, reasons="情况复杂")
    assert story.case.proposal == Action.EXTEND
    taken_back(EQUIPMENT)
    case = moved(story)
    assert f",{li().user}," in case.reviewed_by
    assert case.proposal == ""
    assert case.consents.get().outcome == "LAPSED"


def test_a_paused_clock_stands_still_through_a_transfer_and_the_new_holder_resumes_it():
    story = driven(SHOP, YUDU, MONDAY, to=State.REVIEW)
    kind = story.case.snapshot.terms["procedures"][0]["kind"]
    story.do(zhong(), Action.PAUSE, kind=kind, days=5, reasons="整改")
    story.do(zeng(), "CONFIRM")
    taken_back(SHOP)
    case = moved(story)
    assert case.paused_on == MONDAY.date()
    assert case.state == State.REVIEW
    story.do(zhong(), Action.UNPAUSE, outcome="整改完成")
    assert story.case.paused_on is None


def test_what_is_decided_is_finished_where_it_was_decided_and_a_draft_is_not_moved():
    decided = driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    draft = register(actor=xie(), at=MONDAY, given=application(FELLING, YUDU) | {"draft": True})
    taken_back(FELLING)
    tried = transfer(
        numbers=[decided.case.number, draft.number], actor=SYSTEM, at=moment(TUESDAY, 0, 5), ground="take-back:1"
    )
    assert [type(one.refused) for one in tried] == [NotTransferable, NotTransferable]
    assert decided.refresh().state == State.DECIDED


def test_without_a_change_of_power_nothing_is_transferred_and_no_form_can_do_it():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    with pytest.raises(SameHolders):
        moved(story)
    with pytest.raises(Incomplete):
        perform(number=story.case.number, action=Action.TRANSFER, actor=SYSTEM, at=story.at, given={})
    with pytest.raises(NotPermitted):
        transfer(numbers=[story.case.number], actor=wen(), at=story.at, ground="x")


def test_of_two_cases_one_may_be_refused_and_the_other_still_moves():
    decided, open_one = (driven(FELLING, YUDU, MONDAY, to=state) for state in (State.DECIDED, State.REVIEW))
    taken_back(FELLING)
    tried = transfer(
        numbers=[decided.case.number, open_one.case.number, "GZ000000000000000000"],
        actor=SYSTEM, at=moment(TUESDAY, 0, 5), ground="take-back:1",
    )  # fmt: skip
    assert [bool(one.done) for one in tried] == [False, True, False]


def test_given_back_a_case_is_the_countys_again_and_the_four_eyes_remember_the_city():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.REVIEW)
    ended = taken_back(EQUIPMENT)
    case = moved(story)
    city = case.holder.code
    story.recommended(somebody(city, Role.REVIEWER))
    assert story.state == State.DECISION
    grant_again(delegation=ended.pk, from_on=date(2026, 3, 4), actor=SYSTEM, at=moment(TUESDAY))
    moved(story, at=moment(date(2026, 3, 4), 0, 5), ground="give-back:2")
    terms = terms_of(story.case.snapshot)
    assert terms.review.level == "COUNTY"
    assert story.state == State.DECISION
    assert story.case.holder.code == city
    story.at = moment(date(2026, 3, 4))
    reviewer = somebody(city, Role.REVIEWER)
    assert f",{reviewer.user}," in story.case.reviewed_by
    story.do(somebody(city, Role.DECIDER), Action.DENY, reasons="不符合法定条件。", remedies=REMEDIES)
    assert story.state == State.DECIDED


def test_a_later_clock_does_not_write_into_the_past():
    story = driven(EQUIPMENT, YUDU, moment("2026-03-03", 9), to=State.REVIEW)
    taken_back(EQUIPMENT)
    case = moved(story, at=moment(TUESDAY, 0, 5))
    assert case.last_at >= moment("2026-03-03", 9)


def test_the_record_says_who_had_each_phase_before_and_who_has_it_now():
    story = driven(EQUIPMENT, YUDU, MONDAY, to=State.CHECK)
    taken_back(EQUIPMENT)
    case = moved(story)
    event = Event.objects.get(case=case, action=Action.TRANSFER)
    assert event.data["was"]["REVIEW"] == f"{YUDU}-SPJ"
    assert event.data["now"] == dict.fromkeys(("ACCEPT", "REVIEW", "DECIDE", "SEAL"), case.holder.code)
    assert event.effective_on == TUESDAY
    assert event.data["ground"] == "take-back:1"
