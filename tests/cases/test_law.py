"""What the law asks of every case, whatever its mode: four eyes, consent, tolerance, drafts, ends, who sees what."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction

from approvals.cases.access import CaseNotFound, NotPermitted
from approvals.cases.actions import perform
from approvals.cases.choosing import ActionUnavailable, Barred
from approvals.cases.models import Case, Event, Fee, Material, Snapshot
from approvals.cases.needs import Incomplete
from approvals.cases.queries import find, offers, timeline
from approvals.cases.registration import DuplicateCase, NotDelegated, TermsChanged, WrongRegion, register
from approvals.cases.reminding import remind
from approvals.cases.verify import verify
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.catalogue.actions import publish_guide, save_guide, start_guide, touch
from approvals.catalogue.models import Delegation, Guide, Item
from approvals.errors import Refused
from approvals.organisations.access import Actor, actor_for, actor_for_client
from approvals.organisations.models import Client, Post, Role, Substitution, User
from tests.factories import REMEDIES, Story, all_papers, application, driven, filled, moment, received, yes_to_all
from tests.people import TODAY, chen, clerk_of, he, huang, li, sitting, somebody, wen, xie, zeng, zhong

pytestmark = pytest.mark.django_db
DEVICES, EQUIPMENT, FELLING, DRUGS = "3-25", "2-30", "1-7", "3-31"
MONDAY = moment("2026-03-02")


def tolerated(story: Story) -> int:
    """The position of a material that may follow later."""
    return story.case.materials.filter(necessity="TOLERABLE").order_by("position")[0].position


def but(story: Story, position: int, status: str) -> list[dict[str, Any]]:
    return [one | {"status": status} if one["position"] == position else one for one in all_papers(story.case)]


def replaced(code: str, at: datetime, **head: Any) -> None:
    """The item's own unit publishes a new version of its guide, in force the same day."""
    xiao = sitting("xiaojiangnan", Role.ITEM_ADMIN)
    item = Item.objects.get(code=code, edition__code="2022")
    version = start_guide(item=item.pk, effective_from=at.date(), actor=xiao, at=at)
    save_guide(guide=version.pk, head=head, actor=xiao, at=at)
    publish_guide(guide=version.pk, actor=zeng(), at=at)


# ---------------------------------------------------------------- drafts


def test_a_draft_is_received_later_and_the_term_runs_from_then() -> None:
    story = received(DEVICES, "360731", MONDAY, xie(), draft=True)
    assert (story.state, story.case.received_on, story.case.due_on) == (State.DRAFT, None, None)
    story.do(xie(), Action.RECEIVE, at=moment("2026-03-05"))
    assert (story.state, story.case.received_on, story.case.due_on) == (
        State.RECEIVED, date(2026, 3, 5), date(2026, 3, 12),
    )  # fmt: skip


def test_a_draft_can_be_voided_by_the_clerk_alone() -> None:
    story = received(DEVICES, "360731", MONDAY, xie(), draft=True)
    story.do(xie(), Action.VOID, reasons="录入错误")
    assert story.state == State.VOIDED


def test_a_draft_is_not_received_under_a_guide_that_was_replaced_meanwhile() -> None:
    draft = received(FELLING, "360731", MONDAY, xie(), draft=True)
    replaced(FELLING, MONDAY)
    with pytest.raises(TermsChanged, match="重新登记"):
        draft.do(xie(), Action.RECEIVE)
    assert draft.refresh().state == State.DRAFT


def test_a_draft_is_not_received_once_the_delegation_has_ended_but_an_open_case_goes_on() -> None:
    draft = received(DEVICES, "360731", MONDAY, xie(), draft=True)
    opened = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    Delegation.objects.filter(pk=draft.case.snapshot.delegation).update(effective_to=date(2026, 3, 3))
    touch()
    with pytest.raises(NotDelegated, match="引导申请人到"):
        draft.do(xie(), Action.RECEIVE, at=moment("2026-03-04"))
    assert draft.refresh().state == State.DRAFT
    with pytest.raises(NotDelegated):
        received(DEVICES, "360731", moment("2026-03-04"), xie())
    opened.at = moment("2026-03-04")
    opened.recommended(zhong())
    opened.do(zeng(), Action.APPROVE, content="准予")
    assert opened.case.result == "GRANTED"


# ---------------------------------------------------------------- four eyes


def sitting_in(actor: Actor, *, person: Actor) -> Actor:
    """Another person in the same post."""
    return replace(actor, user=person.user, name=person.name)


def test_one_person_with_two_posts_does_not_decide_what_they_reviewed() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.recommended(zhong())
    both = sitting_in(zeng(), person=zhong())
    for action, given in ((Action.APPROVE, {"content": "准予"}), (Action.SEND_BACK, {"reasons": "再看"})):
        with pytest.raises(Barred) as refusal:
            story.do(both, action, **given)
        assert refusal.value.code == "same-person"


def test_a_connected_system_is_the_person_in_whose_post_it_acts() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.recommended(zhong())
    post = Post.objects.create(
        user_id=zhong().user, organ_id=zhong().organ, role=Role.DECIDER, valid_from=date(2026, 1, 1)
    )
    client = Client.objects.create(
        name="统一受理平台", client_type="confidential", authorization_grant_type="client-credentials", post=post
    )
    actor = actor_for_client(client, on=TODAY)
    with pytest.raises(Barred) as refusal:
        story.do(actor, Action.APPROVE, content="准予")
    assert refusal.value.code == "same-person"


def test_a_county_checker_does_not_sign_what_they_reviewed_nor_does_the_county_check_itself_at_the_city() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.CHECK)
    signing = sitting_in(he(), person=replace(li(), user=int(story.case.reviewed_by.strip(","))))
    with pytest.raises(Barred):
        story.do(signing, Action.FORWARD, proposal="GRANT", opinion="同意")
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意")
    moved_up = sitting_in(zhong(), person=he())
    with pytest.raises(Barred):
        story.do(moved_up, Action.CONFIRM_POINTS, opinion="同意", points=yes_to_all(story.case))


def test_whoever_reviewed_does_not_grant_on_a_commitment_either() -> None:
    story = received(DRUGS, "360731", MONDAY, xie())
    story.complete(xie())
    story.do(xie(), Action.ACCEPT, committed=True)
    story.recommended(zhong())
    story.do(zeng(), Action.SEND_BACK, reasons="再看")
    with pytest.raises(Barred) as refusal:
        story.do(sitting_in(zeng(), person=zhong()), Action.GRANT_ON_COMMITMENT, content="准予")
    assert refusal.value.code == "same-person"


def test_a_substitute_acts_under_the_own_name_on_the_days_given_and_counts_as_the_person_they_are() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    absent, substitute = Post.objects.get(pk=zeng().post), User.objects.get(pk=zhong().user)
    Substitution.objects.create(post=absent, user=substitute, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 3))
    standing_in = actor_for(substitute, on=date(2026, 3, 3), post=absent.pk)
    assert (standing_in.name, standing_in.role) == (substitute.name, Role.DECIDER)
    story.recommended(zhong())
    with pytest.raises(Barred):
        story.do(standing_in, Action.APPROVE, content="准予")
    with pytest.raises(Refused):
        actor_for(substitute, on=date(2026, 3, 4), post=absent.pk)


def test_who_proposed_does_not_confirm_from_another_post_and_only_they_take_it_back() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.do(zhong(), Action.EXTEND, days=3, reasons="复杂")
    promoted = sitting_in(zeng(), person=zhong())
    with pytest.raises(NotPermitted):
        story.do(promoted, "CONFIRM")
    with pytest.raises(NotPermitted):
        story.do(promoted, "DECLINE", reasons="不同意")
    substitute = sitting_in(zhong(), person=li())
    with pytest.raises(NotPermitted, match="只有提出人"):
        story.do(substitute, "RETRACT")
    story.do(promoted, "RETRACT")
    assert story.case.proposal == ""
    assert story.case.consents.get().outcome == "RETRACTED"


def test_declining_needs_reasons_and_puts_the_proposal_down() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.do(zhong(), Action.EXTEND, days=3, reasons="复杂")
    with pytest.raises(Refused, match="不同意的理由"):
        story.do(zeng(), "DECLINE")
    story.do(zeng(), "DECLINE", reasons="不复杂")
    assert (story.case.proposal, story.case.extended) == ("", 0)
    with pytest.raises(ActionUnavailable):
        story.do(zeng(), "CONFIRM")


def test_what_no_longer_holds_is_not_confirmed() -> None:
    """A ground that was true when an end was proposed is looked at again when it is confirmed."""
    story = received(DEVICES, "360731", MONDAY, xie())
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    remind(on=date(2026, 3, 23), at=moment("2026-03-23", 8))
    late = moment("2026-03-24")
    story.do(xie(), Action.TERMINATE, at=late, ground="NO_CORRECTION", reasons="未补")
    term = story.case.due_on
    Case.objects.filter(pk=story.case.pk).update(due_on=late.date())  # as when holidays are published meanwhile
    with pytest.raises(Incomplete, match="补正期限还没有过"):
        story.do(zeng(), "CONFIRM", at=late)
    Case.objects.filter(pk=story.case.pk).update(due_on=term)
    story.do(zeng(), "CONFIRM", at=late)
    assert story.state == State.TERMINATED


# ---------------------------------------------------------------- tolerance and commitment


def test_a_promised_paper_bars_the_grant_until_the_window_has_it() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    position = tolerated(story)
    story.complete(xie(), papers=but(story, position, "PROMISED"))
    with pytest.raises(Incomplete, match="写明补齐日期"):
        story.do(xie(), Action.ACCEPT)
    story.do(xie(), Action.ACCEPT, promised_by="2026-03-06", promise="三日内补齐")
    assert story.case.tolerance_open
    assert story.case.form.promised_on == date(2026, 3, 6)
    story.recommended(zhong())
    with pytest.raises(Barred) as refusal:
        story.do(zeng(), Action.APPROVE, content="准予")
    assert refusal.value.code == "tolerance-open"
    story.do(xie(), Action.SUPPLY, papers=[{"position": position, "status": "PAPER"}])
    assert not story.case.tolerance_open
    story.do(zeng(), Action.APPROVE, content="准予")


@pytest.mark.parametrize("status", ["MISSING", "PROMISED", "NOT_APPLICABLE"])
def test_a_promised_paper_is_supplied_by_bringing_it_and_in_no_other_way(status: str) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    position = tolerated(story)
    story.complete(xie(), papers=but(story, position, "PROMISED"))
    story.do(xie(), Action.ACCEPT, promised_by="2026-03-06")
    with pytest.raises(Incomplete):
        story.do(xie(), Action.SUPPLY, papers=[{"position": position, "status": status}])
    assert Material.objects.get(case=story.case, position=position).status == "PROMISED"
    assert story.refresh().tolerance_open


@pytest.mark.parametrize("day", ["2026-02-27", "2026-03-17", "9999-12-31"])
def test_a_paper_is_promised_for_a_day_between_today_and_the_day_of_the_decision(day: str) -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    story.complete(xie(), papers=but(story, tolerated(story), "PROMISED"))
    with pytest.raises(Incomplete) as refusal:
        story.do(xie(), Action.ACCEPT, promised_by=day)
    assert [blocker.field for blocker in refusal.value.blockers] == ["promised_by"]
    story.do(xie(), Action.ACCEPT, promised_by="2026-03-16")


def test_a_core_paper_cannot_be_promised_nor_anything_where_the_item_does_not_tolerate_it() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    core = story.case.materials.filter(necessity="REQUIRED").order_by("position")[0].position
    story.complete(xie(), papers=but(story, core, "PROMISED"))
    with pytest.raises(Incomplete, match="核心材料"):
        story.do(xie(), Action.ACCEPT, promised_by="2026-03-06")
    other = received(EQUIPMENT, "360731", MONDAY, xie())
    other.complete(xie())
    with pytest.raises(Incomplete, match="不允许容缺"):
        other.do(xie(), Action.ACCEPT, promised_by="2026-03-06")


def test_what_came_back_to_the_window_cannot_be_turned_into_a_promise() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.do(zhong(), Action.RETURN_TO_WINDOW, reasons="不清")
    for action, more in ((Action.AMEND, {}), (Action.RESUME, {"reply": "已补"})):
        for status in ("PROMISED", "MISSING"):
            with pytest.raises(Incomplete):
                story.do(xie(), action, papers=[{"position": 1, "status": status}], **more)
    story.do(xie(), Action.RESUME, reply="已换", papers=[{"position": 1, "status": "FILE"}])


def test_a_commitment_is_granted_at_once_and_marked_for_the_check() -> None:
    story = received(DRUGS, "360731", MONDAY, xie())
    story.complete(xie())
    story.do(xie(), Action.ACCEPT, committed=True)
    done = story.do(zeng(), Action.GRANT_ON_COMMITMENT, content="准予")
    assert (story.state, done.event.push) == (State.DECIDED, "CLAIM")
    assert story.case.decision.on_commitment


def test_without_a_commitment_there_is_no_grant_on_one() -> None:
    story = driven(DRUGS, "360731", MONDAY, to=State.REVIEW)
    with pytest.raises(Barred):
        story.do(zeng(), Action.GRANT_ON_COMMITMENT, content="准予")
    other = received(DEVICES, "360731", MONDAY, xie())
    other.complete(xie())
    with pytest.raises(Incomplete, match="不实行告知承诺"):
        other.do(xie(), Action.ACCEPT, committed=True)


# ---------------------------------------------------------------- on the spot, filings


def test_what_may_be_decided_on_the_spot_is_accepted_and_decided_the_same_day() -> None:
    replaced(FELLING, MONDAY, on_the_spot=True)
    story = received(FELLING, "360731", MONDAY, xie())
    decider = somebody("360731-SPJ", Role.DECIDER)
    with pytest.raises(Incomplete):
        story.do(decider, Action.DECIDE_ON_THE_SPOT, content="准予")
    story.complete(xie())
    done = story.do(decider, Action.DECIDE_ON_THE_SPOT, content="准予")
    assert (story.state, story.case.accepted_on, story.case.decided_on) == (State.DECIDED, TODAY, TODAY)
    assert (done.event.result, done.event.push) == ("GRANTED", "CLAIM")


def test_a_filing_with_county_review_is_recorded_by_the_city() -> None:
    story = driven("2-21", "360731", MONDAY, to=State.KEY_POINTS)
    terms = story.case.snapshot.terms
    reviewer = somebody(terms["decide"]["code"], Role.REVIEWER)
    with pytest.raises(ActionUnavailable):
        story.do(reviewer, Action.CONFIRM_POINTS, opinion="同意", points=yes_to_all(story.case))
    story.do(reviewer, Action.RECORD, content="备案")
    assert story.case.result == "RECORDED"


def test_a_filing_nobody_looked_at_is_deemed_accepted_and_still_recorded() -> None:
    story = received("1-13", "360702", MONDAY, huang())
    reviewer = somebody("360702-ZJ", Role.REVIEWER)
    with pytest.raises(Incomplete, match="缺材料"):
        story.do(reviewer, Action.RECORD, at=moment("2026-03-11"), lateness="收件时漏登待办。")
    story.do(huang(), Action.SUPPLY, papers=all_papers(story.case), form=filled(story.case))
    story.do(reviewer, Action.RECORD, lateness="收件时漏登待办。")
    assert story.events()[-3:] == ["DEEM_ACCEPTED", "SUPPLY", "RECORD"]


# ---------------------------------------------------------------- what the law accepted with papers missing


def deemed() -> Story:
    """Nobody answered in time: accepted by law with nothing of it in hand."""
    story = received(DEVICES, "360731", MONDAY, xie())
    story.do(zhong(), Action.TAKE, at=moment("2026-03-11"))
    assert (story.state, story.case.deemed) == (State.REVIEW, True)
    return story


def test_what_the_law_accepted_is_not_granted_before_papers_and_form_are_there() -> None:
    story = deemed()
    story.recommended(zhong())
    with pytest.raises(Incomplete) as refusal:
        story.do(zeng(), Action.APPROVE, content="准予")
    lacking = story.case.materials.exclude(necessity="CONDITIONAL").count()
    asked = sum(one["required"] for one in story.case.form.fields)
    assert len(refusal.value.blockers) == lacking + asked

    some = [one for one in all_papers(story.case) if one["position"] != 1]
    story.do(xie(), Action.SUPPLY, papers=[*some, {"position": 1, "status": "MISSING"}], form=filled(story.case))
    with pytest.raises(Incomplete) as refusal:
        story.do(zeng(), Action.APPROVE, content="准予")
    assert [one.text.split("《")[0] for one in refusal.value.blockers] == ["缺材料 1"]
    story.do(xie(), Action.SUPPLY, papers=[{"position": 1, "status": "PAPER"}])
    story.do(zeng(), Action.APPROVE, content="准予")
    assert story.case.result == "GRANTED"


def test_what_the_law_accepted_may_be_denied_for_what_is_missing() -> None:
    story = deemed()
    story.recommended(zhong(), proposal="DENY")
    story.do(zeng(), Action.DENY, reasons="申请材料不齐，不符合法定条件。", remedies=REMEDIES)
    assert story.case.result == "DENIED"


def test_after_an_acceptance_by_law_only_what_was_missing_comes_in() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    form = filled(story.case)
    key = next(one["key"] for one in story.case.form.fields if one["kind"] == "TEXT" and not one["choices"])
    story.do(xie(), Action.AMEND, form={key: form[key]}, papers=[{"position": 1, "status": "PAPER"}])
    story.do(zhong(), Action.TAKE, at=moment("2026-03-11"))

    for given, sentence in (
        ({"papers": [{"position": 1, "status": "FILE"}]}, "材料 1 不是待补齐"),
        ({"papers": [{"position": 2, "status": "NOT_APPLICABLE"}]}, "材料 2 还没有补齐"),
        ({"papers": [{"position": 2, "status": "MISSING"}]}, "选择补齐了哪些材料"),
        ({"form": {key: "另一个"}}, "受理后不能再改"),
    ):
        with pytest.raises(Incomplete, match=sentence):
            story.do(xie(), Action.SUPPLY, **given)
    story.do(xie(), Action.SUPPLY, form=form, papers=[{"position": 2, "status": "PAPER"}])
    assert story.case.form.data == form


def test_what_was_accepted_by_the_window_is_not_supplied_later() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    with pytest.raises(Barred, match="没有待补齐的材料"):
        story.do(xie(), Action.SUPPLY, papers=[{"position": 1, "status": "PAPER"}])


# ---------------------------------------------------------------- returns, hands, items


def test_after_two_returns_the_city_must_decide() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.KEY_POINTS)
    reviewer = somebody("360700-SPJ", Role.REVIEWER)
    for _ in range(2):
        story.do(reviewer, Action.RETURN, reasons="说明")
        story.recommended(li())
        story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意")
    with pytest.raises(Barred) as refusal:
        story.do(reviewer, Action.RETURN, reasons="再说明")
    assert refusal.value.code == "returned-too-often"


def test_a_case_is_assigned_only_to_a_colleague_in_a_post_that_day() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    reviewer = li()
    story.do(he(), Action.ASSIGN, user=reviewer.user)
    assert story.case.in_hand_id == reviewer.user
    Post.objects.filter(user=reviewer.user).update(valid_to=date(2026, 3, 1))
    with pytest.raises(Incomplete, match="本单位"):
        story.do(he(), Action.ASSIGN, user=reviewer.user)
    with pytest.raises(Incomplete):
        story.do(he(), Action.ASSIGN, user=zhong().user)


def test_a_case_is_not_assigned_to_whoever_handles_other_items_but_may_be_to_a_substitute() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    Post.objects.filter(pk=li().post).update(item_scope=["1-7"])
    Post.objects.filter(user=li().user).exclude(pk=li().post).update(valid_to=date(2026, 3, 1))
    with pytest.raises(Incomplete):
        story.do(he(), Action.ASSIGN, user=li().user)
    outsider = User.objects.get(pk=huang().user)
    Substitution.objects.create(post_id=wen().post, user=outsider, starts_on=TODAY, ends_on=TODAY)
    story.do(he(), Action.ASSIGN, user=outsider.pk)
    assert story.case.in_hand_id == outsider.pk


def test_outside_the_own_items_nothing_exists() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    narrowed = replace(li(), item_scope=("1-7",))
    with pytest.raises(CaseNotFound):
        story.do(narrowed, Action.TAKE)
    with pytest.raises(NotPermitted):
        register(actor=replace(xie(), item_scope=("1-7",)), at=MONDAY, given=application(EQUIPMENT, "360731"))


# ---------------------------------------------------------------- who sees what


def test_who_sees_a_case_of_each_mode() -> None:
    for item, strangers in ((FELLING, (zhong,)), (EQUIPMENT, ()), (DEVICES, (li, wen))):
        story = received(item, "360731", MONDAY)
        number = story.case.number
        county, city, elsewhere = (
            somebody("360731-SPJ", Role.COORDINATOR),
            somebody("360700-SPJ", Role.COORDINATOR),
            somebody("360734-SPJ", Role.COORDINATOR),
        )
        for seeing in (xie(), county, city):
            assert find(number=number, actor=seeing).number == number
        for blind in (
            elsewhere,
            clerk_of("360734"),
            somebody("360734-SPJ", Role.REVIEWER),
            *(one() for one in strangers),
        ):
            if item == FELLING and blind.organ == story.case.snapshot.city_organ_id:
                continue  # 报备: the city organ of a direct item sees it
            with pytest.raises(CaseNotFound):
                find(number=number, actor=blind)


def test_a_coordinator_looks_but_handles_nothing_except_the_voiding() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    coordinator = somebody("360731-SPJ", Role.COORDINATOR)
    assert offers(story.case, coordinator, at=MONDAY) == []
    with pytest.raises(NotPermitted):
        story.do(coordinator, Action.ACCEPT)
    story.do(xie(), Action.VOID, reasons="重复录入")
    assert [offer.name for offer in offers(story.refresh(), coordinator, at=story.at)] == ["CONFIRM", "DECLINE"]


def test_the_applicant_withdraws_and_resubmits_the_own_case_and_no_other() -> None:
    story, other = (received(DEVICES, "360731", MONDAY, xie()) for _ in range(2))
    applicant = Actor(kind="APPLICANT", name="刘敏", case=story.case.pk)
    with pytest.raises(CaseNotFound):
        other.do(applicant, Action.WITHDRAW, confirmed=True)
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(applicant, Action.RESUBMIT, answers=["已补"])
    with pytest.raises(NotPermitted):
        story.do(applicant, Action.ACCEPT)
    story.do(applicant, Action.WITHDRAW, confirmed=True)
    assert story.state == State.WITHDRAWN


# ---------------------------------------------------------------- fees, duplicates, transactions


def paying_case() -> Story:
    for guide in Guide.objects.select_related("item").order_by("pk"):
        if guide.fee.get("charged") and guide.fee.get("options"):
            return received(guide.item.code, "360731", MONDAY, xie())
    raise AssertionError("no item has a price list")


def test_a_fee_follows_the_answers_of_the_form_until_it_is_paid_and_must_be_settled_before_delivery() -> None:
    story = paying_case()
    fee = Fee.objects.get(case=story.case)
    for option in fee.options:
        story.do(xie(), Action.AMEND, form={option["field"]: option["choice"]})
        fee.refresh_from_db()
        assert (fee.status, fee.amount_cents) == ("DUE", option["amount_cents"])
    with pytest.raises(Incomplete):
        story.do(xie(), Action.RECORD_FEE, status="WAIVED")
    with pytest.raises(Incomplete, match="晚于今天"):
        story.do(xie(), Action.RECORD_FEE, status="PAID", receipt="票1", on="2026-03-03", amount_cents=1)
    story.do(xie(), Action.RECORD_FEE, status="WAIVED", receipt="小微企业减免")
    fee.refresh_from_db()
    assert (fee.status, fee.settled_on) == ("WAIVED", TODAY)


def test_an_unpaid_fee_holds_the_delivery_back() -> None:
    item = paying_case().case.snapshot.item
    story = driven(item, "360731", MONDAY, to=State.SEALED)
    with pytest.raises(Incomplete, match="费用"):
        story.do(xie(), Action.DELIVER, way="COUNTER", receipt="刘敏")


def test_an_item_without_a_fee_has_none_to_record() -> None:
    with pytest.raises(Barred):
        received(DEVICES, "360731", MONDAY, xie()).do(xie(), Action.RECORD_FEE, status="PAID", receipt="票")


def test_the_same_application_again_is_warned_of_and_may_be_confirmed() -> None:
    first = received(DEVICES, "360731", MONDAY, xie(), confirm_duplicate=False)
    with pytest.raises(DuplicateCase) as refusal:
        received(DEVICES, "360731", MONDAY, xie(), confirm_duplicate=False)
    assert refusal.value.extra["number"] == first.case.number
    received(DEVICES, "360731", MONDAY, xie())
    first.do(xie(), Action.WITHDRAW, confirmed=True)


def test_an_act_owns_its_transaction() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    with pytest.raises(RuntimeError), transaction.atomic():
        story.do(xie(), Action.TAKE)
    assert Case.objects.get(pk=story.case.pk).in_hand_id is None


def test_every_item_of_the_catalogue_is_received_where_it_is_delegated() -> None:
    region, received_ones = "360702", 0
    clerk = clerk_of(region)
    for code in Guide.objects.order_by("item__code").values_list("item__code", flat=True).distinct():
        try:
            story = received(code, region, MONDAY, clerk)
        except NotDelegated:
            continue
        story.complete(clerk)
        received_ones += 1
    assert received_ones > 100


def test_the_record_of_a_whole_life_verifies_whatever_zone_its_moments_came_in() -> None:
    from datetime import UTC

    story = driven(DEVICES, "360731", MONDAY, to=State.DECIDED)
    perform(number=story.case.number, action=Action.SEAL, actor=chen(), at=moment("2026-03-03").astimezone(UTC))
    story.do(xie(), Action.DELIVER, at=moment("2026-03-02"), way="COUNTER", receipt="刘敏")
    assert list(verify(case=story.case.number)) == []
    assert Event.objects.filter(case=story.case).latest("sequence").effective_on == date(2026, 3, 3)


def test_the_duties_of_a_late_proposal_stay_on_the_list_until_it_is_answered() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    story.do(zhong(), Action.EXTEND, days=3, reasons="复杂")
    late = date(2026, 6, 1)
    assert duties(zeng(), on=late).filter(pk=story.case.pk).exists()
    names = [offer.name for offer in offers(story.case, zeng(), at=moment(late))]
    assert "DECLINE" in names
    assert "CONFIRM" not in names


# ---------------------------------------------------------------- nobody is forgotten, nothing counts that is not there


def test_whoever_once_reviewed_does_not_decide_though_another_reviewed_after_a_return() -> None:
    story = driven(DEVICES, "360731", MONDAY, to=State.REVIEW)
    second = replace(zhong(), user=li().user, name="另一人")
    story.recommended(zhong())
    story.do(zeng(), Action.SEND_BACK, reasons="请再看。")
    story.recommended(second)
    first_as_decider = replace(zeng(), user=zhong().user, name=zhong().name)
    with pytest.raises(Barred) as refusal:
        story.do(first_as_decider, Action.APPROVE, content="准予。")
    assert refusal.value.code == "same-person"
    assert not duties(first_as_decider, on=story.day).filter(pk=story.case.pk).exists()


def test_an_electronic_paper_without_a_file_is_not_in_place() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    story.complete(xie(), papers=all_papers(story.case, "FILE"))
    with pytest.raises(Incomplete, match="没有文件"):
        story.do(xie(), Action.ACCEPT)


def test_a_paper_promised_before_the_law_accepted_still_bars_the_grant_until_it_is_supplied() -> None:
    story = received(DEVICES, "360731", MONDAY, xie())
    position = tolerated(story)
    story.complete(xie(), papers=but(story, position, "PROMISED"))
    late = moment("2026-03-11")
    story.do(zhong(), Action.TAKE, at=late)
    assert (story.state, story.case.tolerance_open) == (State.REVIEW, True)
    story.do(xie(), Action.SUPPLY, papers=[{"position": position, "status": "PAPER"}])
    assert story.case.tolerance_open is False


def test_what_the_confirmer_says_is_on_record() -> None:
    story = driven(EQUIPMENT, "360731", MONDAY, to=State.REVIEW)
    story.do(li(), Action.EXTEND, days=3, reasons="等待复核。")
    story.do(zeng(), "CONFIRM", reasons="情况属实，同意。")
    assert timeline(story.case)[-1].texts["confirmation"] == "情况属实，同意。"


# ---------------------------------------------------------------- who receives what


def test_the_window_of_another_region_receives_nothing_of_this_one() -> None:
    with pytest.raises(WrongRegion):
        received(DEVICES, "360731", MONDAY, huang())
    with pytest.raises(NotPermitted):
        received(DEVICES, "360731", MONDAY, li())
    assert not Case.objects.exists()


@pytest.mark.parametrize("changed", [{"edition": "2019"}, {"delegation": 999_999}, {"guide_version": 99}])
def test_a_draft_entered_under_other_terms_is_entered_anew(changed: dict[str, Any]) -> None:
    draft = received(DEVICES, "360731", MONDAY, xie(), draft=True)
    Snapshot.objects.filter(case=draft.case).update(**changed)
    with pytest.raises(TermsChanged, match="重新登记"):
        draft.do(xie(), Action.RECEIVE)
    assert draft.refresh().state == State.DRAFT


def test_a_twin_at_another_window_is_warned_of_without_its_number_until_it_has_ended() -> None:
    place = {"address": "贡江镇长征大道118号", "confirm_duplicate": False}
    elsewhere = received(DEVICES, "360702", MONDAY, huang(), **place)
    with pytest.raises(DuplicateCase, match="其他窗口") as refusal:
        received(DEVICES, "360731", MONDAY, xie(), **place)
    assert "number" not in refusal.value.extra
    assert elsewhere.case.number not in refusal.value.detail
    elsewhere.do(huang(), Action.WITHDRAW, confirmed=True)
    received(DEVICES, "360731", MONDAY, xie(), **place)
