"""Is whoever cheated kept out for as long as the law says, and whoever cheated in no matter of safety not?"""

from datetime import date

import pytest

from approvals.cases import barpasses, receiptbars
from approvals.cases.fraudbans import years_after
from approvals.cases.models import BarRecord, ReceiptBar
from approvals.cases.receiptbars import PartyBarred
from approvals.cases.words import Action, State
from approvals.catalogue.models import SafetyItem
from approvals.licences.models import Licence
from approvals.supervision import barring
from approvals.supervision.access import NotSupervisor
from tests.factories import REMEDIES, USCC, Story, driven, moment, received
from tests.licences.conftest import granted, ordered, proceeding
from tests.people import wen, xie, zeng
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
YUDU, SHOP, FELLING = "360731", "3-25", "1-7"
MONDAY = moment("2026-03-02")


def annulled(licence: Licence, ground: str = "FRAUD") -> Story:
    return ordered(proceeding(licence, "ANNUL", ground, moment("2026-06-01")))


def test_a_licence_got_by_fraud_keeps_its_holder_out_of_the_item_for_three_years():
    annulled(granted())
    bar = ReceiptBar.objects.get()
    assert (bar.item, bar.organ.code, bar.unit) == (SHOP, "360700-SPJ", None)
    assert (bar.from_on, bar.until_on) == (date(2026, 6, 1), date(2029, 6, 1))
    assert "第七十九条" in bar.basis
    with pytest.raises(PartyBarred, match="赣州市行政审批局"):
        received(SHOP, YUDU, moment("2029-06-01"))
    assert received(SHOP, YUDU, moment("2029-06-02")).state == State.RECEIVED


def test_the_ban_is_of_that_item_and_of_that_party_only():
    annulled(granted())
    assert received(FELLING, YUDU, moment("2026-06-10")).state == State.RECEIVED


def test_annulled_for_another_ground_nobody_is_banned():
    annulled(granted(), "UNQUALIFIED")
    assert not ReceiptBar.objects.exists()


def test_where_safety_is_not_concerned_nobody_is_banned_and_which_items_those_are_is_data():
    SafetyItem.objects.filter(item=SHOP).delete()
    annulled(granted())
    assert not ReceiptBar.objects.exists()


def test_a_denial_for_false_papers_keeps_the_applicant_out_for_a_year():
    story = driven(SHOP, YUDU, MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons="体系核查报告系伪造。", false_papers=True, remedies=REMEDIES)
    bar = ReceiptBar.objects.get()
    assert (bar.from_on, bar.until_on, bar.organ.code) == (date(2026, 3, 2), date(2027, 3, 2), "360700-SPJ")
    assert "第七十八条" in bar.basis


def test_a_refusal_to_accept_for_false_papers_does_so_once_its_head_confirms():
    story = received(SHOP, YUDU, MONDAY)
    given = {"ground": "FALSE_PAPERS", "reasons": "营业执照系伪造。", "remedies": REMEDIES}
    story.do(xie(), Action.REFUSE, **given)
    assert not ReceiptBar.objects.exists()
    story.do(zeng(), "CONFIRM")
    assert story.state == State.REFUSED
    assert ReceiptBar.objects.get().until_on == date(2027, 3, 2)


def test_a_plain_denial_bans_nobody():
    story = driven(SHOP, YUDU, MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons="库房不符。", remedies=REMEDIES)
    assert not ReceiptBar.objects.exists()


def test_how_many_years_is_a_setting(settings):
    settings.FRAUD_BAN_YEARS = 5
    annulled(granted())
    assert ReceiptBar.objects.get().until_on == date(2031, 6, 1)
    assert years_after(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_a_head_may_let_one_application_through_and_that_is_kept():
    annulled(granted())
    at = moment("2026-06-10")
    organ = zeng().organ
    [wish] = barpasses.ask(
        id_number=USCC, item=SHOP, item_name="三类器械", organ=organ, actor=xie(), at=at, words="法院判决撤销原决定。"
    )
    barpasses.answer(bar_pass=wish.pk, actor=zeng(), at=at, allow=True, words="核实无误。")
    assert received(SHOP, YUDU, at).state == State.RECEIVED
    acts = list(BarRecord.objects.order_by("sequence").values_list("act", flat=True))
    assert acts == ["IMPOSED", "ASKED", "ALLOWED", "USED"]
    assert list(receiptbars.findings()) == []
    with pytest.raises(PartyBarred):
        received(SHOP, YUDU, at, address="别处")


def test_the_organ_that_imposed_it_lifts_it_and_sees_it_and_nobody_else_lifts_it():
    annulled(granted())
    bar = ReceiptBar.objects.get()
    page = at_desk(zeng()).get("/receipt-bars/").content.decode()
    assert "赣州市行政审批局" in page
    assert "解除对" in page
    with pytest.raises((NotSupervisor, receiptbars.BarNotFound)):
        barring.lift(bar=bar.pk, actor=wen(), at=moment("2026-06-10"), words="试试")
    barring.lift(bar=bar.pk, actor=zeng(), at=moment("2026-06-10"), words="复议决定撤销原决定。")
    assert received(SHOP, YUDU, moment("2026-06-11")).state == State.RECEIVED
