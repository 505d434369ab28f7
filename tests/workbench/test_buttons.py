"""Does the page of a case offer each person exactly what the workflow table gives them, in every state of every mode?

One case of each mode goes through all states its table rows reach, with its detours: correction, return to the window,
special procedure proposed and running, return to the county. At each stop everybody looks at its page.
"""

from collections.abc import Iterable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.cases.actions import settled
from approvals.cases.choosing import choices
from approvals.cases.models import Case
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, State
from approvals.cases.workflow import OPEN
from approvals.organisations.access import Actor
from approvals.organisations.models import Post, Role
from tests.factories import Cast, Story, cast_of, onward, received, remedies_against
from tests.people import clerk_of, sitting, somebody
from tests.workbench.desks import acts_on, at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages and rows, the same on any engine

YUDU, ZHANGGONG = "360731", "360702"
MODES = {"direct": "1-7", "substantive": "2-30", "window": "3-38", "filing": "3-16"}
HANDLING = {State.REVIEW, State.CHECK, State.KEY_POINTS, State.DECISION}
DEFECTS = [{"defect": "缺页", "remedy": "补全"}]


class Desks:
    """The desks of some people; who holds two posts has one session and changes post."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.actors = list(actors)
        self.clients: dict[int, Client] = {}

    def page(self, actor: Actor, number: str) -> HttpResponse:
        if actor.user not in self.clients:
            self.clients[actor.user] = at_desk(actor)
        client = self.clients[actor.user]
        session = client.session
        session["post"] = actor.post
        session.save()
        return client.get(reverse("case", args=[number]))


def everybody(case: Case) -> Iterator[Actor]:
    """One person of each role in each organ that has to do with the case, and those who watch over it."""
    terms = case.snapshot.terms
    yield clerk_of(YUDU)
    organs = {terms[phase]["code"] for phase in ("accept", "in_name_of", "review", "decide", "seal")}
    for organ in sorted(code for code in organs if not code.endswith("-WIN")):
        for role in (Role.REVIEWER, Role.CHECKER, Role.DECIDER, Role.SEAL_KEEPER):
            yield somebody(organ, role)
    yield somebody("360700-SPJ", Role.COORDINATOR)
    yield sitting("yangwenhua", Role.COORDINATOR)


def strangers() -> Iterator[Actor]:
    """A window and a reviewer of another county, a supervision unit, an administrator of items."""
    supervisor = Post.objects.filter(role=Role.SUPERVISOR).select_related("user").order_by("pk")[0]
    yield clerk_of(ZHANGGONG)
    yield somebody(f"{ZHANGGONG}-SPJ", Role.REVIEWER)
    yield sitting(supervisor.user.username, Role.SUPERVISOR)
    yield sitting("xiaojiangnan", Role.ITEM_ADMIN)


def compare(story: Story, desks: Desks) -> None:
    case = story.refresh()
    on = timezone.localdate()
    terms = terms_of(case.snapshot)
    facts = settled(case, terms, at=timezone.now(), on=on)
    for actor in desks.actors:
        wanted = {str(choice.name) for choice in choices(facts, terms, actor, on=on)}
        page = desks.page(actor, case.number)
        assert page.status_code == 200
        assert acts_on(page.content.decode()) == wanted, (case.state, case.paused_on, case.proposal, actor)


def detours(story: Story, who: Cast) -> Iterator[None]:
    """What may happen in this state besides the next step; stops where the page must be looked at, and comes back."""
    terms = story.case.snapshot.terms
    if story.state == State.RECEIVED:
        story.do(who.clerk, Action.REQUEST_CORRECTION, defects=DEFECTS)
        yield
        story.do(who.clerk, Action.RESUBMIT, answers=["已补"])
    if story.state == State.REVIEW and terms["accept"]["organ"] != terms["review"]["organ"]:
        story.do(who.reviewer, Action.RETURN_TO_WINDOW, reasons="第三份材料缺页。")
        yield
        story.do(who.clerk, Action.RESUME, reply="已补。")
    procedures = terms_of(story.case.snapshot).procedures
    if story.state in HANDLING and procedures:
        code = story.case.holder.code
        reviewer = somebody(code, Role.REVIEWER)
        head = somebody(code, Role.DECIDER, other_than=(reviewer,))
        story.do(reviewer, Action.PAUSE, kind=procedures[0].kind, days=5, reasons="专家评审")
        yield
        story.do(head, "CONFIRM")
        yield
        story.do(reviewer, Action.UNPAUSE, outcome="评审通过")
    if story.state == State.KEY_POINTS:
        story.do(who.city_reviewer, Action.RETURN, reasons="没有写明设备编号。")
        yield
        onward(story)
        onward(story)


@pytest.mark.parametrize("mode", MODES)
def test_the_buttons_equal_the_workflow_table_for_every_role_in_every_state(mode):
    story = received(MODES[mode], YUDU, timezone.now())
    desks = Desks(everybody(story.case))
    seen = set()
    while True:
        compare(story, desks)
        seen.add(story.state)
        for _ in detours(story, cast_of(story.case)):
            compare(story, desks)
            seen.add(story.state)
        if story.state == State.ARCHIVED:
            break
        onward(story)
    reached = set(OPEN) - {State.DRAFT}
    if mode != "substantive":
        reached -= {State.CHECK, State.KEY_POINTS}
    if mode == "filing":
        reached -= {State.DECISION}
    assert reached - seen <= {State.MENDING}  # only where the window and the review are two houses


def test_a_draft_and_the_ends_offer_what_the_table_gives():
    at = timezone.now()
    draft = received("3-38", YUDU, at, draft=True)
    desks = Desks(everybody(draft.case))
    compare(draft, desks)
    who = cast_of(draft.case)
    draft.do(who.clerk, Action.VOID, reasons="录入错误")
    withdrawn = received("3-38", YUDU, at)
    withdrawn.do(who.clerk, Action.WITHDRAW, confirmed=True)
    refused = received("3-38", YUDU, at)
    reasons = {"ground": "NOT_THIS_ORGAN", "reasons": "属于省级权限。", "right_organ": "省住房和城乡建设厅"}
    refused.do(who.clerk, Action.REFUSE, **reasons, remedies=remedies_against(refused.case, "ACCEPT"))
    compare(refused, desks)
    head = somebody(refused.case.snapshot.terms["in_name_of"]["code"], Role.DECIDER)
    refused.do(head, "CONFIRM")
    for story, state in ((draft, State.VOIDED), (withdrawn, State.WITHDRAWN), (refused, State.REFUSED)):
        assert story.state == state
        compare(story, desks)


def test_for_strangers_a_case_does_not_exist_in_any_state():
    desks = Desks(strangers())
    story = received("2-30", YUDU, timezone.now())
    while story.state != State.ARCHIVED:
        for actor in desks.actors:
            assert desks.page(actor, story.case.number).status_code == 404, (story.state, actor)
        onward(story)
