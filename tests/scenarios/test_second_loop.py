"""双回路: what supervision sends back changes what approval does (赣市府办发〔2022〕7号 四（六）)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.cases.models import Proceeding
from approvals.cases.words import Role, State
from approvals.errors import Invalid
from approvals.notices.models import Notice
from approvals.organisations.access import Actor
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.models import Proposal, Push, PushEvent
from approvals.supervision.proposing import (
    NotApprover,
    ProposalAnswered,
    ProposalNotFound,
    adopt,
    note_lead,
    refuse,
    waiting_for,
)
from tests.api.callers import Caller, problem
from tests.factories import Story, driven, moment
from tests.people import somebody
from tests.supervision.conftest import main_push, pushed, supervisor, supervisor_of
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
YUDU, DRUGS = "360731", "3-25"
MONDAY = moment("2026-03-02")
FRAUD = {
    "on": "2026-03-02",
    "act": "ANNUL",
    "ground": "FRAUD",
    "reasons": "验收时所示设备系临时借用，现场已无该设备。",
}


@pytest.fixture
def story() -> Story:
    """A drug shop's licence, granted by the city, claimed by its supervisor."""
    found = driven(DRUGS, YUDU, MONDAY, to=State.DELIVERED)
    pushed(found.at)
    push = main_push(found.case)
    claim(push=push.pk, actor=supervisor(push), at=found.at)
    return found


@pytest.fixture
def push(story) -> Push:
    return main_push(story.case)


def report(push: Push, kind: str, given: dict, *, at=MONDAY + timedelta(hours=5)):
    return feed_back(push=push.pk, actor=supervisor(push), at=at, kind=kind, given={"on": "2026-03-02"} | given)


def organ_of(proposal: Proposal, role: str) -> Actor:
    return somebody(proposal.organ.code, role)


def test_a_proposal_that_is_adopted_becomes_the_organs_own_case_and_the_unit_sees_it_on_the_same_thread(story, push):
    with pytest.raises(Invalid):
        report(push, "PROPOSAL", FRAUD | {"ground": "HOLDER_DIED"})
    made = report(push, "PROPOSAL", FRAUD).proposal
    assert made.due_on == date(2026, 3, 9), "five working days"
    reviewer, head = organ_of(made, Role.REVIEWER), organ_of(made, Role.DECIDER)
    assert list(waiting_for(reviewer)) == [made]
    assert Notice.objects.filter(user=head.user, key=f"proposal-{made.pk}").exists()
    with pytest.raises(NotYetClosable):
        close(push=push.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=6))
    with pytest.raises(NotApprover):
        adopt(proposal=made.pk, actor=supervisor(push), at=MONDAY + timedelta(hours=6))
    with pytest.raises(ProposalNotFound):
        adopt(proposal=made.pk, actor=somebody("360702-SPJ", Role.REVIEWER), at=MONDAY + timedelta(hours=6))

    page = at_desk(reviewer).get("/supervision/proposals/").content.decode()
    assert "采纳并立案" in page
    opened = adopt(proposal=made.pk, actor=reviewer, at=MONDAY + timedelta(hours=6), words="已调取验收影像。")
    proceeding = Proceeding.objects.get(case=opened)
    assert (proceeding.act, proceeding.ground) == ("ANNUL", "FRAUD")
    assert "临时借用" in proceeding.facts
    assert "已调取验收影像" in proceeding.facts

    thread = PushEvent.objects.filter(case=story.case).order_by("-sequence").first()
    assert (thread.action, thread.push_id, thread.data["proceeding"]) == ("ADOPTED", push.pk, opened.number)
    assert Notice.objects.filter(user=supervisor(push).user, key=f"proposal-answer-{made.pk}").exists()
    answer = Caller(supervisor(push)).get(f"pushes/{push.pk}").json()["feedback"][-1]["answer"]
    assert (answer["state"], answer["proceeding"]) == ("ADOPTED", opened.number)
    with pytest.raises(ProposalAnswered):
        refuse(proposal=made.pk, actor=head, at=MONDAY + timedelta(hours=7), words="重复")


def test_a_proposal_is_refused_by_the_head_with_reasons_and_a_lead_is_answered_by_what_was_done(push):
    made = report(push, "PROPOSAL", FRAUD).proposal
    reviewer, head = organ_of(made, Role.REVIEWER), organ_of(made, Role.DECIDER)
    problem(Caller(reviewer).post(f"proposals/{made.pk}/refuse", {"words": "证据不足"}), 403, "not-approver")
    problem(Caller(head).post(f"proposals/{made.pk}/refuse", {"words": " "}), 422, "invalid")
    told = Caller(head).post(f"proposals/{made.pk}/refuse", {"words": "设备已另行购置，条件仍然具备。"}).json()
    assert (told["state"], told["proceeding"]) == ("REFUSED", None)
    page = at_desk(supervisor(push)).get(f"/supervision/?push={push.pk}").content.decode()
    assert "不采纳" in page
    assert "条件仍然具备" in page

    lead = report(push, "LEAD", {"about": "COMPLAINT", "content": "群众反映夜间销售处方药。"}).proposal
    note_lead(proposal=lead.pk, actor=reviewer, at=MONDAY + timedelta(hours=8), words="已约谈企业。")
    assert [one.state for one in Proposal.objects.order_by("pk")] == ["REFUSED", "NOTED"]
    assert not waiting_for(reviewer).exists()
    problem(Caller(supervisor_of("360731-SCJG-J")).get(f"proposals/{made.pk}"), 404, "proposal-not-found")
