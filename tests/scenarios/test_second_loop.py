"""双回路: what supervision sends back changes what approval does (赣市府办发〔2022〕7号 四（六）)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.audit.register import enrol
from approvals.cases.models import BarPass, BarRecord, Case, Event, Proceeding
from approvals.cases.receiptbars import PartyBarred, findings
from approvals.cases.registration import register
from approvals.cases.words import Role, State
from approvals.errors import Invalid
from approvals.exchange.models import Message
from approvals.notices.models import Notice
from approvals.organisations.access import Actor
from approvals.oversight.metrics import METRICS, figure
from approvals.supervision import policies
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.closing import NotYetClosable, close
from approvals.supervision.models import Proposal, Push, PushEvent
from approvals.supervision.policyrecord import findings as policy_findings
from approvals.supervision.proposing import (
    NotApprover,
    ProposalAnswered,
    ProposalNotFound,
    adopt,
    note_lead,
    refuse,
    waiting_for,
)
from approvals.supervision.remindings import remind
from tests.api.callers import Caller, problem
from tests.factories import USCC, Story, application, driven, moment
from tests.people import clerk_of, somebody, xie
from tests.supervision.conftest import main_push, pushed, receives_at, supervisor, supervisor_of
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


def test_a_proposal_that_is_adopted_becomes_the_organs_own_case_and_the_unit_sees_it_on_the_same_thread(
    story, push, settings
):
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

    settings.PROPOSAL_ANSWER_WORKDAYS = 7
    page = at_desk(reviewer).get("/supervision/proposals/").content.decode()
    assert "采纳并立案" in page
    assert "最迟 7 个工作日答复" in page, "the limit is a setting"
    with pytest.raises(Invalid, match="最多写"):
        adopt(proposal=made.pk, actor=reviewer, at=MONDAY + timedelta(hours=6), words="长" * 1990)
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
    with pytest.raises(Invalid, match="现有 2001 字"):
        refuse(proposal=made.pk, actor=head, at=MONDAY + timedelta(hours=6), words="长" * 2001)
    receives_at(push.unit.code, "http://127.0.0.1:9/")
    told = Caller(head).post(f"proposals/{made.pk}/refuse", {"words": "设备已另行购置，条件仍然具备。"}).json()
    message = Message.objects.get(topic="push.answer")
    assert '"state":"REFUSED"' in message.body
    assert message.thread != push.message.thread, "refused by the system, it must not stop the pushes that follow"
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

    for reader, told in ((xie(), True), (supervisor(push), True), (clerk_of("360702"), False)):
        page = at_desk(reader).get("/receipt-bars/").content.decode()
        assert (yes["words"] in page, page.count("<h1")) == (told, 1)

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
    too_long = at_desk(supervisor(push)).post(f"/receipt-bars/{bar.pk}/lift/", {"words": "长" * 1001})
    assert (too_long.status_code, "现有 1001 字" in too_long.content.decode()) == (422, True)
    assert unit.post(f"receipt-bars/{bar.pk}/lift", {"words": "罚款已缴清，限制解除。"}).json()["lifted_at"]
    hand_in(at=MONDAY + timedelta(hours=8))
    while enrol():
        pass
    assert list(findings()) == []


def test_the_window_asks_for_a_pass_where_the_receipt_was_refused_and_loses_nothing_typed(push):
    report(push, "PENALTY", PENALTY | BAR)
    desk = at_desk(xie())
    typed = {
        "item": DRUGS,
        "region": YUDU,
        "address": "贡江镇长征大道118号",
        "parties.0.role": "APPLICANT",
        "parties.0.kind": "COMPANY",
        "parties.0.name": "于都县康泽医疗器械有限公司",
        "parties.0.id_number": USCC,
        "parties.1.name": "刘敏",
        "parties.1.mobile": "13800004417",
    }
    refused = desk.post("/intake/", typed | {"go": "RECEIVE"})
    assert refused.status_code == 409
    assert "请负责人放行" in refused.content.decode()
    nothing_said = desk.post("/intake/", typed | {"go": "ASK"})
    assert (nothing_said.status_code, "写明为什么确需收件" in nothing_said.content.decode()) == (422, True)
    assert desk.post("/intake/", typed | {"go": "ASK", "pass_words": "停业即断药。"}).status_code == 302
    asked = BarPass.objects.get()
    assert (asked.state, asked.words) == ("ASKED", "停业即断药。")
    assert "康泽医疗器械" in desk.get(f"/intake/?item={DRUGS}").content.decode()
    keeper = at_desk(somebody("360700-SPJ", Role.SEAL_KEEPER))
    overheard = keeper.post("/intake/on-file/", {"item": DRUGS, "parties.0.id_number": USCC})
    assert "限制" not in overheard.content.decode(), "not for who does not receive"


def test_an_orders_bar_ends_with_the_recheck_and_intake_shows_the_rating_and_the_bar(push):
    order = {"number": "于市监责改〔2026〕2 号", "demands": "停止出租柜台", "due_on": "2026-03-20"}
    sent = report(push, "ORDER", {"officers": PENALTY["officers"]} | order | BAR | {"bar_scope": "ALL"})
    report(push, "CREDIT", {"colour": "RED", "grounds": "屡次责令整改"})
    page = at_desk(xie()).post("/intake/on-file/", {"item": "2-30", "parties.0.id_number": USCC}).content.decode()
    assert "信用红" in page
    assert "限制收取" in page
    other = at_desk(xie()).post("/intake/on-file/", {"item": "2-30", "parties.0.id_number": SAME_NAME_OTHER_NUMBER})
    assert "限制" not in other.content.decode()
    with pytest.raises(PartyBarred):
        hand_in("2-30")
    mended = {"officers": PENALTY["officers"], "order": sent.sequence, "result": "MENDED"}
    report(push, "RECHECK", mended, at=MONDAY + timedelta(hours=6))
    hand_in("2-30", at=MONDAY + timedelta(hours=7))


DOCUMENT = {
    "level": "PROVINCE",
    "issuer": "江西省药品监督管理局",
    "number": "赣药监规〔2026〕3 号",
    "title": "关于药品零售许可有关事项的通知",
    "issued_on": "2026-02-13",
    "items": [DRUGS],
    "summary": "自 2026 年 4 月 1 日起，执业药师注册证明改为网上核验，不再提交。",
}


def test_a_policy_document_is_made_known_in_time_or_marked_late_signed_for_and_the_item_is_changed():
    unit = supervisor_of("360700-SCJG-J")
    in_time = policies.notify(actor=unit, at=moment("2026-02-27"), given=DOCUMENT)
    assert (in_time.due_on, in_time.late) == (date(2026, 2, 27), False), "春节 is left out, the Saturday made up counts"
    received = DOCUMENT | {"number": "赣药监规〔2026〕4 号", "received_on": "2026-02-25"}
    assert not policies.notify(actor=unit, at=moment("2026-03-03"), given=received).late, "from the receipt, if later"
    late = policies.notify(
        actor=unit, at=MONDAY, given=DOCUMENT | {"number": "国药监〔2026〕9 号", "level": "NATIONAL"}
    )
    assert late.late
    with pytest.raises(policies.PolicyKnown):
        policies.notify(actor=unit, at=MONDAY, given=DOCUMENT)
    with pytest.raises(policies.NotNotifier):
        policies.notify(actor=xie(), at=MONDAY, given=DOCUMENT)

    organs = set(in_time.readings.values_list("organ__code", flat=True))
    assert {"360700-SPJ", "360731-WIN", "360702-WIN"} <= organs, (
        "who reviews and decides, and every window that receives"
    )
    clerk, reviewer, admin = xie(), somebody("360700-SPJ", Role.REVIEWER), somebody("360700-SPJ", Role.ITEM_ADMIN)
    assert in_time.pk in policies.unread_by(clerk).values_list("notice", flat=True)
    assert "代表于都县" in at_desk(clerk).get(f"/policies/{in_time.pk}/").content.decode()
    signed = Caller(clerk).post(f"policies/{in_time.pk}/read").json()
    assert signed["organ"] == "360731-WIN"
    problem(Caller(clerk).post(f"policies/{in_time.pk}/read"), 409, "policy-already-read")
    problem(Caller(unit).post(f"policies/{in_time.pk}/read"), 403, "not-reader")

    told = {"changed": True, "note": "指南第 2 版取消该材料。"}
    with pytest.raises(policies.NotItemAdmin):
        policies.close_task(policy=in_time.pk, item=DRUGS, actor=reviewer, at=MONDAY, given=told)
    assert (
        at_desk(admin).post(f"/policies/{in_time.pk}/items/{DRUGS}/", {"changed": "true", "note": "已改。"}).status_code
        == 302
    )
    assert in_time.tasks.get().state == "CHANGED"
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31), "on": date(2026, 3, 5)}
    found = figure(METRICS["policies-in-time"], somebody("360700-SPJ", Role.COORDINATOR), **year)
    assert (found.top, found.bottom) == (2, 3)
    while enrol():
        pass
    assert list(policy_findings()) == []


def test_what_is_left_undone_is_recalled_each_working_day_up_the_line(push):
    made = report(push, "PROPOSAL", FRAUD).proposal
    reviewer, head = organ_of(made, Role.REVIEWER), organ_of(made, Role.DECIDER)

    def told(actor: Actor, on: str) -> bool:
        remind(at=moment(on))
        return Notice.objects.filter(user=actor.user, key=f"proposal-{made.pk}-{on}").exists()

    assert not told(reviewer, "2026-03-05")
    assert told(reviewer, "2026-03-06")
    assert not told(reviewer, "2026-03-07"), "a Saturday"
    assert not told(head, "2026-03-09")
    assert told(head, "2026-03-11")
    assert remind(at=moment("2026-03-11")) == 0
    figures = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    city = somebody("360700-SPJ", Role.COORDINATOR)
    before = figure(METRICS["proposals-adopted"], city, on=date(2026, 3, 9), **figures)
    after = figure(METRICS["proposals-adopted"], city, on=date(2026, 3, 10), **figures)
    assert ((before.top, before.bottom), (after.top, after.bottom)) == ((0, 0), (0, 1))
