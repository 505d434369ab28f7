"""A power moves while somebody of the county acts: one of the two comes first, and nothing is half done."""

from datetime import date, timedelta

import pytest

from approvals.cases.actions import perform
from approvals.cases.choosing import choices
from approvals.cases.models import Case, Event
from approvals.cases.rows import facts_of, terms_of
from approvals.cases.transfer import transfer
from approvals.cases.verify import verify
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.catalogue.actions import end_delegation
from approvals.catalogue.models import Delegation
from approvals.organisations.access import SYSTEM, actor_in
from approvals.organisations.models import Post
from approvals.oversight import cards
from approvals.oversight.models import Card
from tests.cases.test_concurrency import at_once
from tests.factories import driven, later, moment
from tests.oversight.world import EQUIPMENT, YUDU
from tests.people import he

pytestmark = pytest.mark.postgres
FROM = date(2026, 3, 3)
DAWN = moment(FROM, 0, 1)


def test_a_forwarding_and_a_transfer_at_once_leave_the_case_with_one_holder_and_one_story(live_db) -> None:
    stories = [driven(EQUIPMENT, YUDU, moment("2026-03-02"), to=State.CHECK) for _ in range(4)]
    numbers = [story.case.number for story in stories]
    row = Delegation.objects.get(item__code=EQUIPMENT, region=YUDU, place="", effective_to=None)
    end_delegation(delegation=row.pk, on=FROM - timedelta(days=1))

    def forwarding(number: str):
        given = {"proposal": "GRANT", "opinion": "同意转报。"}
        return lambda: perform(number=number, action=Action.FORWARD, actor=he(), at=DAWN, given=given)

    at_once(
        *(forwarding(number) for number in numbers),
        lambda: transfer(numbers=numbers, actor=SYSTEM, at=DAWN, ground="take-back:1"),
        lambda: transfer(numbers=list(reversed(numbers)), actor=SYSTEM, at=DAWN, ground="take-back:1"),
    )
    posts = Post.objects.filter(organ__region=YUDU).select_related("organ__region", "user")
    county = list({(one.organ, one.role): one for one in (actor_in(p, user=p.user) for p in posts)}.values())
    for case in Case.objects.filter(number__in=numbers).select_related("snapshot", "holder"):
        assert Event.objects.filter(case=case, action=Action.TRANSFER).count() == 1
        assert case.holder.region_id == "360700"
        assert case.state == State.REVIEW
        assert not any(list(choices(facts_of(case), terms_of(case.snapshot), one, on=FROM)) for one in county)
        assert not any(duties(one, on=FROM).filter(pk=case.pk).exists() for one in county)
        assert list(verify(case=case.number)) == []


def test_two_sweeps_at_once_show_a_card_once(live_db) -> None:
    story = driven("1-7", YUDU, moment("2026-03-02"), to=State.REVIEW)
    at = later(moment(story.case.due_on), 4)
    at_once(*(lambda: cards.sweep(at=at) for _ in range(3)))
    assert Card.objects.filter(case=story.case).count() == 2
