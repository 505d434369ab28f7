"""Who answers what a supervising unit proposes or tells, with which answer, and only once?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals.cases.exofficio import ProceedingOpen
from approvals.cases.models import Case, Concern
from approvals.errors import Invalid
from approvals.notices.models import Notice
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import Proposal, Push, PushEvent
from approvals.supervision.proposing import (
    NotApprover,
    ProposalAnswered,
    ProposalNotFound,
    adopt,
    note_lead,
    proposals,
    refuse,
    waiting_for,
)
from tests.people import somebody
from tests.supervision.conftest import (
    MONDAY,
    YUDU,
    coordinator_of,
    granted_and_pushed,
    main_push,
    supervisor,
    supervisor_of,
)

pytestmark = pytest.mark.django_db
FRAUD = {"act": "ANNUL", "ground": "FRAUD", "reasons": "以欺骗手段取得。"}
LEAD = {"about": "COMPLAINT", "content": "群众反映超量采伐。"}
AT, ANSWERED = MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=6)


@pytest.fixture
def push() -> Push:
    story = granted_and_pushed()
    return claim(push=main_push(story.case).pk, actor=supervisor(main_push(story.case)), at=story.at)


def report(push: Push, kind: str, **given: str):
    told = {"on": "2026-03-02"} | given
    return feed_back(push=push.pk, actor=supervisor(push), at=AT, kind=kind, given=told)


def told(push: Push) -> str:
    return PushEvent.objects.filter(case=push.case_id).latest("sequence").action


def of_organ(made: Proposal, role: str) -> Actor:
    return somebody(made.organ.code, role)


def test_a_lead_is_noted_and_neither_adopted_nor_refused(push):
    lead = report(push, "LEAD", **LEAD).proposal
    reviewer, head = of_organ(lead, Role.REVIEWER), of_organ(lead, Role.DECIDER)
    cases = Case.objects.count()
    with pytest.raises(Invalid, match="线索不用采纳"):
        adopt(proposal=lead.pk, actor=reviewer, at=ANSWERED)
    with pytest.raises(Invalid, match="线索不用采纳"):
        refuse(proposal=lead.pk, actor=head, at=ANSWERED, words="证据不足。")
    with pytest.raises(Invalid, match="写明怎样办理"):
        note_lead(proposal=lead.pk, actor=reviewer, at=ANSWERED, words=" ")
    lead.refresh_from_db()
    assert (lead.state, lead.asks, Case.objects.count()) == ("WAITING", "", cases)
    noted = note_lead(proposal=lead.pk, actor=reviewer, at=ANSWERED, words=" 已约谈。 ")
    assert (noted.state, noted.words, noted.answered_by_id) == ("NOTED", "已约谈。", reviewer.user)
    assert noted.answered_at == ANSWERED
    assert told(push) == "NOTED"
    with pytest.raises(ProposalAnswered, match="已阅处，不能再答复"):
        note_lead(proposal=lead.pk, actor=head, at=ANSWERED, words="再答一次")


def test_a_proposal_is_adopted_or_refused_and_not_merely_noted(push):
    made = report(push, "PROPOSAL", **FRAUD).proposal
    reviewer, head = of_organ(made, Role.REVIEWER), of_organ(made, Role.DECIDER)
    with pytest.raises(Invalid, match="采纳或者不采纳"):
        note_lead(proposal=made.pk, actor=reviewer, at=ANSWERED, words="已阅。")
    with pytest.raises(NotApprover):
        adopt(proposal=made.pk, actor=head, at=ANSWERED)
    with pytest.raises(NotApprover):
        refuse(proposal=made.pk, actor=reviewer, at=ANSWERED, words="证据不足。")
    refused = refuse(proposal=made.pk, actor=head, at=ANSWERED, words="证据不足。")
    assert (refused.state, refused.words, refused.proceeding) == ("REFUSED", "证据不足。", None)
    assert told(push) == "DECLINED"
    assert Notice.objects.filter(user=supervisor(push).user, key=f"proposal-answer-{made.pk}").exists()
    with pytest.raises(ProposalAnswered, match="不采纳，不能再答复"):
        adopt(proposal=made.pk, actor=reviewer, at=ANSWERED)


def test_adopting_opens_one_case_and_a_second_proposal_on_the_licence_waits_until_that_one_is_settled(push):
    first, second = (report(push, "PROPOSAL", **FRAUD | {"reasons": why}).proposal for why in ("甲", "乙"))
    reviewer = of_organ(first, Role.REVIEWER)
    opened = adopt(proposal=first.pk, actor=reviewer, at=ANSWERED, words="已核。")
    first.refresh_from_db()
    assert (first.state, first.proceeding_id, told(push)) == ("ADOPTED", opened.pk, "ADOPTED")
    assert Concern.objects.get(case=opened).licence_id == first.licence_id
    with pytest.raises(ProceedingOpen, match=opened.number):
        adopt(proposal=second.pk, actor=reviewer, at=ANSWERED)
    second.refresh_from_db()
    assert second.state == "WAITING"


def test_those_who_made_it_who_answer_it_and_the_coordinators_see_a_proposal_and_nobody_else(push):
    made = report(push, "PROPOSAL", **FRAUD).proposal
    reviewer = of_organ(made, Role.REVIEWER)
    seen = [supervisor(push), reviewer, coordinator_of(YUDU), coordinator_of("360700")]
    unseen = [
        supervisor_of("360731-SCJG-J"),
        coordinator_of("360702"),
        somebody("360702-SPJ", Role.REVIEWER),
        somebody(f"{YUDU}-WIN", Role.CLERK),
    ]
    assert [list(proposals(actor)) for actor in seen] == [[made]] * 4
    assert [list(proposals(actor)) for actor in unseen] == [[]] * 4
    assert [list(waiting_for(actor)) for actor in (reviewer, supervisor(push))] == [[made], []]
    for actor in unseen:
        with pytest.raises(ProposalNotFound):
            note_lead(proposal=made.pk, actor=actor, at=ANSWERED, words="已阅。")
