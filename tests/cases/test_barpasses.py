"""Who lets one application of a barred party through? Never who asked; a head of the receiving organ, once, with a reason."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from approvals.cases import barpasses, receiptbars
from approvals.cases.access import NotPermitted
from approvals.cases.barpasses import NotBarred, PassAnswered
from approvals.cases.models import BarPass
from approvals.cases.receiptbars import BarNotFound, PartyBarred
from approvals.cases.words import PassState, Role
from approvals.errors import Invalid
from approvals.organisations.access import SYSTEM
from approvals.organisations.models import SupervisionUnit
from tests.factories import USCC, driven, later, moment, received
from tests.people import he, li, somebody, wen, xie

pytestmark = pytest.mark.django_db
YUDU, EQUIPMENT = "360731", "2-30"
MONDAY = moment("2026-03-02")


@pytest.fixture
def wanted() -> BarPass:
    """What 谢小兰 asks of the heads of 于都县行政审批局: to receive one application of a company barred since that day."""
    case = driven(EQUIPMENT, YUDU, MONDAY, to="REVIEW").case
    with transaction.atomic():
        receiptbars.impose(
            case=case,
            by=SupervisionUnit.objects.order_by("pk")[0],
            source="测试",
            cause="未缴罚款",
            basis="《行政处罚法》第七十二条",
            item=EQUIPMENT,
            until_on=date(2026, 12, 31),
            actor=SYSTEM,
            at=MONDAY,
        )
    [asked] = ask()
    return asked


def ask(actor=None, **changes) -> list[BarPass]:
    given = {"id_number": USCC, "item": EQUIPMENT, "item_name": "设备", "organ": li().organ, "words": "停业即断药。"}
    return barpasses.ask(**given | changes, actor=actor or xie(), at=MONDAY)


def answer(asked: BarPass, actor, *, allow: bool = True, words: str = "罚款已缴。") -> BarPass:
    return barpasses.answer(bar_pass=asked.pk, actor=actor, at=later(MONDAY, 1), allow=allow, words=words)


def test_who_asked_does_not_answer_from_another_post(wanted: BarPass) -> None:
    with pytest.raises(NotPermitted, match="不能自己答复"):
        answer(wanted, replace(wen(), user=xie().user, name=xie().name))
    wanted.refresh_from_db()
    assert wanted.state == PassState.ASKED


@pytest.mark.parametrize(("allow", "state"), [(True, PassState.ALLOWED), (False, PassState.DECLINED)])
def test_a_request_is_answered_once(wanted: BarPass, allow: bool, state: PassState) -> None:
    answer(wanted, wen(), allow=allow)
    with pytest.raises(PassAnswered):
        answer(wanted, he(), allow=not allow)
    wanted.refresh_from_db()
    assert (wanted.state, wanted.answered_by_id) == (state, wen().user)


def test_only_a_head_of_the_receiving_organ_answers_and_says_why(wanted: BarPass) -> None:
    with pytest.raises(BarNotFound):
        answer(wanted, somebody("360734-SPJ", Role.DECIDER))
    with pytest.raises(NotPermitted, match="负责人"):
        answer(wanted, replace(xie(), user=li().user, name=li().name))
    with pytest.raises(Invalid):
        answer(wanted, wen(), words=" ")


def test_a_clerk_asks_with_a_reason_and_only_where_something_bars_the_receipt(wanted: BarPass) -> None:
    with pytest.raises(NotPermitted):
        ask(actor=li())
    with pytest.raises(Invalid):
        ask(words="  ")
    with pytest.raises(NotBarred):
        ask(item="1-7")
    assert ask() == [wanted], "asked again, it is the same request"


def test_what_was_let_through_is_one_application(wanted: BarPass) -> None:
    answer(wanted, wen())
    case = received(EQUIPMENT, YUDU, later(MONDAY, 1), xie()).case
    wanted.refresh_from_db()
    assert (wanted.state, wanted.used_by_id) == (PassState.USED, case.pk)
    with pytest.raises(PartyBarred):
        received(EQUIPMENT, YUDU, later(MONDAY, 1), xie())
