"""待办 says exactly what may be done: held for every state, mode and person, and for proposals."""

from datetime import date, datetime

import pytest

from approvals.cases.choosing import choices
from approvals.cases.facts import Facts, Terms
from approvals.cases.models import Case
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.words import Action, State, Step
from approvals.cases.worklists import duties
from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Post, Role
from tests.factories import driven, moment, received
from tests.people import clerk_of, he, li, somebody, xie, zhong

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")
ON = date(2026, 3, 2)
MAIN = {
    "1-7": (State.RECEIVED, State.REVIEW, State.DECISION, State.DECIDED, State.SEALED, State.DELIVERED),
    "2-30": (State.RECEIVED, State.REVIEW, State.CHECK, State.KEY_POINTS, State.DECISION, State.DECIDED, State.SEALED),
    "3-25": (State.RECEIVED, State.REVIEW, State.DECISION, State.DECIDED, State.SEALED, State.ARCHIVED),
    "2-21": (State.RECEIVED, State.REVIEW, State.CHECK, State.KEY_POINTS, State.DECIDED),
    "3-16": (State.RECEIVED, State.REVIEW, State.DECIDED),
}


def everybody_around(case: Case) -> list[Actor]:
    """Everyone in a post of an organ of this case, its windows, its coordinators; and strangers from another county."""
    terms = terms_of(case.snapshot)
    organs = {terms.accept.organ, terms.in_name_of.organ, terms.review.organ, terms.decide.organ, terms.seal.organ}
    near = Post.objects.filter(organ__in=organs) | Post.objects.filter(
        organ__region__in=[terms.region, "360734", "360700"], role__in=[Role.CLERK, Role.COORDINATOR]
    )
    far = Post.objects.filter(organ__code="360734-SPJ")
    posts = (near | far).select_related("organ__region", "user").distinct()
    return [actor_in(post, user=post.user) for post in posts]


def has_duty(facts: Facts, terms: Terms, actor: Actor) -> bool:
    return any(
        choice.row.duty if choice.step in (Step.ACT, Step.PROPOSE) else choice.step == Step.CONFIRM
        for choice in choices(facts, terms, actor, on=ON)
    )


def assert_lists_tell_the_truth(case: Case) -> None:
    facts, terms = facts_of(case), terms_of(case.snapshot)
    people = everybody_around(case)
    assert len(people) > 10
    for actor in people:
        listed = duties(actor, on=ON).filter(pk=case.pk).exists()
        assert listed == has_duty(facts, terms, actor), f"{actor.organ_name} {actor.role} {actor.name}: {case.state}"


@pytest.mark.parametrize(("item", "state"), [(item, state) for item, states in MAIN.items() for state in states])
def test_a_case_is_on_a_list_exactly_when_a_duty_is_that_persons(item: str, state: State) -> None:
    assert_lists_tell_the_truth(driven(item, "360731", MONDAY, to=state).case)


def test_a_proposal_is_on_the_list_of_whoever_may_confirm_and_of_nobody_else() -> None:
    story = driven("2-30", "360731", MONDAY, to=State.REVIEW)
    for action, given in {
        Action.EXTEND: {"days": 3, "reasons": "复杂"},
        Action.TERMINATE: {"ground": "OBJECT_GONE", "reasons": "已报废"},
    }.items():
        story.do(li(), action, **given)
        assert_lists_tell_the_truth(story.case)
        story.do(li(), "RETRACT")
    assert_lists_tell_the_truth(story.case)


def test_a_paused_case_waits_only_to_be_resumed() -> None:
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)
    kind = story.case.snapshot.terms["procedures"][0]["kind"]
    story.do(zhong(), Action.PAUSE, kind=kind, days=5, reasons="整改")
    assert_lists_tell_the_truth(story.case)
    story.do(somebody("360700-SPJ", Role.DECIDER), "CONFIRM")
    assert story.case.paused_on == ON
    assert_lists_tell_the_truth(story.case)


def test_returned_and_corrected_cases_are_where_they_should_be() -> None:
    story = driven("2-30", "360731", MONDAY, to=State.KEY_POINTS)
    story.do(zhong(), Action.RETURN, reasons="补充说明")
    assert_lists_tell_the_truth(story.case)
    other = received("3-25", "360731", MONDAY, xie())
    other.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    assert_lists_tell_the_truth(other.case)
    other.do(xie(), Action.RESUBMIT, answers=["补全"])
    other.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "又缺页", "remedy": "补全", "why_new": "补交的"}])
    assert_lists_tell_the_truth(other.case)


def test_an_item_scope_narrows_the_list() -> None:
    story = driven("2-30", "360731", MONDAY, to=State.CHECK)
    narrowed = Actor(**{**he().__dict__, "item_scope": ("1-7",)})
    assert duties(he(), on=ON).filter(pk=story.case.pk).exists()
    assert not duties(narrowed, on=ON).filter(pk=story.case.pk).exists()


def test_a_list_is_one_query_whatever_the_number_of_cases_and_a_window_looks_up_its_organs(
    django_assert_num_queries,
) -> None:
    clerk, checker = clerk_of("360731"), he()
    for _ in range(5):
        received("2-30", "360731", MONDAY, clerk)
    with django_assert_num_queries(2):
        assert len(list(duties(clerk, on=ON)[:50])) >= 5
    driven("2-30", "360731", MONDAY, to=State.CHECK)
    with django_assert_num_queries(1):
        assert len(list(duties(checker, on=ON)[:50])) == 1


def test_moments_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        received("2-30", "360731", datetime(2026, 3, 2, 10, 0))  # noqa: DTZ001
