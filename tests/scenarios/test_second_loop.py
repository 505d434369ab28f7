"""双回路: what supervision sends back changes what approval does (赣市府办发〔2022〕7号 四（六）)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.audit.register import enrol
from approvals.cases.models import BarRecord, Case, Event, Proceeding
from approvals.cases.receiptbars import PartyBarred, findings
from approvals.cases.registration import register
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
from tests.factories import USCC, Story, application, driven, moment
from tests.people import somebody, xie
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


BAR = {"bar_until": "2029-03-01", "bar_basis": "《药品管理法》第一百二十二条"}
PENALTY = {
    "officers": ["刘敏", "谢建明"],
    "number": "于市监罚〔2026〕8 号",
    "fact": "出租药品经营许可证",
    "penalty": "RESTRICTION",
}
SAME_NAME_OTHER_NUMBER = "91360731MA35K2X7QU"


def hand_in(item: str = DRUGS, *, number: str = USCC, at=MONDAY + timedelta(hours=6)) -> Case:
    given = application(item, YUDU)
    given["parties"][0]["id_number"] = number
    return register(actor=xie(), at=at, given=given)


def test_a_party_under_enforcement_is_not_received_until_a_head_lets_one_application_through(story, push):
    with pytest.raises(Invalid) as refused:
        report(push, "PENALTY", PENALTY | {"bar_until": "2029-03-01"})
    assert "bar_basis" in refused.value.errors
    report(push, "PENALTY", PENALTY | BAR)

    with pytest.raises(PartyBarred, match="于市监罚〔2026〕8 号") as barred:
        hand_in()
    assert barred.value.extra["bars"][0]["basis"] == "《药品管理法》第一百二十二条"
    hand_in(number=SAME_NAME_OTHER_NUMBER)  # the same name is not the same party
    hand_in("2-30")  # the bar is on this item

    clerk = Caller(xie())
    problem(clerk.register(application(DRUGS, YUDU)), 409, "party-barred")
    asking = {"item": DRUGS, "id_number": USCC, "words": "企业换发证照，停业即断药。"}
    [asked] = clerk.post("receipt-bars/passes", asking).json()["results"]
    head, stranger = somebody(asked["organ"], Role.DECIDER), somebody("360731-SPJ", Role.DECIDER)
    assert asked["organ"] == story.case.snapshot.terms["in_name_of"]["code"], (
        "the head of whoever is named on the paper"
    )
    yes = {"allow": True, "words": "整改方案已核，同意收这一件。"}
    problem(clerk.post(f"receipt-bars/passes/{asked['id']}/answer", yes), 403, "not-permitted")
    problem(Caller(stranger).post(f"receipt-bars/passes/{asked['id']}/answer", yes), 404, "receipt-bar-not-found")
    assert "放行这一件" in at_desk(head).get("/receipt-bars/").content.decode()
    at_desk(head).post(f"/receipt-bars/passes/{asked['id']}/", {"answer": "allow", "words": yes["words"]})

    let_through = hand_in(at=MONDAY + timedelta(hours=7))
    entered = Event.objects.get(case=let_through, sequence=1)
    assert entered.data["bar_passes"] == [asked["id"]]
    assert list(BarRecord.objects.order_by("sequence").values_list("act", flat=True)) == [
        "IMPOSED",
        "ASKED",
        "ALLOWED",
        "USED",
    ]
    with pytest.raises(PartyBarred):
        hand_in(at=MONDAY + timedelta(hours=7))

    bar = let_through.bar_passes.get().bar
    unit = Caller(supervisor(push))
    problem(Caller(stranger).post(f"receipt-bars/{bar.pk}/lift", {"words": "x"}), 404, "receipt-bar-not-found")
    assert unit.post(f"receipt-bars/{bar.pk}/lift", {"words": "罚款已缴清，限制解除。"}).json()["lifted_at"]
    hand_in(at=MONDAY + timedelta(hours=8))
    while enrol():
        pass
    assert list(findings()) == []


def test_an_orders_bar_ends_with_the_recheck_and_intake_shows_the_rating_and_the_bar(push):
    order = {"number": "于市监责改〔2026〕2 号", "demands": "停止出租柜台", "due_on": "2026-03-20"}
    sent = report(push, "ORDER", {"officers": PENALTY["officers"]} | order | BAR | {"bar_scope": "ALL"})
    report(push, "CREDIT", {"colour": "RED", "grounds": "屡次责令整改"})
    page = at_desk(xie()).get("/intake/on-file/", {"item": "2-30", "parties.0.id_number": USCC}).content.decode()
    assert "信用红" in page
    assert "限制收取" in page
    other = at_desk(xie()).get("/intake/on-file/", {"item": "2-30", "parties.0.id_number": SAME_NAME_OTHER_NUMBER})
    assert "限制" not in other.content.decode()
    with pytest.raises(PartyBarred):
        hand_in("2-30")
    mended = {"officers": PENALTY["officers"], "order": sent.sequence, "result": "MENDED"}
    report(push, "RECHECK", mended, at=MONDAY + timedelta(hours=6))
    hand_in("2-30", at=MONDAY + timedelta(hours=7))
