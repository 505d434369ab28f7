"""Who may take a licence away of an organ's own motion, and what is said before? Four eyes, a notice, reasons, remedies."""

from dataclasses import replace

import pytest

from approvals.cases.access import NotPermitted
from approvals.cases.choosing import Barred
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from tests.factories import REMEDIES, moment
from tests.licences.conftest import granted, licence_of, proceeding
from tests.people import zeng, zhong

pytestmark = pytest.mark.django_db
SPRING = moment("2027-03-01")


def asked_for(refusal: pytest.ExceptionInfo[Incomplete]) -> set[str]:
    return {blocker.field for blocker in refusal.value.blockers}


def test_whoever_proposes_an_order_does_not_decide_it_nor_send_it_back() -> None:
    story = proceeding(granted(), "REVOKE", "PENALTY_REVOCATION", SPRING, evidence="赣市监罚〔2027〕3号")
    story.do(zhong(), Action.PROPOSE_ORDER, opinion="登记吊销。")
    in_both_posts = replace(zeng(), user=zhong().user, name=zhong().name)
    told = {"reasons": "处罚决定已生效。", "remedies": REMEDIES}
    for action, given in ((Action.ORDER, told), (Action.SEND_BACK, {"reasons": "再看"})):
        with pytest.raises(Barred) as refusal:
            story.do(in_both_posts, action, **given)
        assert refusal.value.code == "same-person"
    story.do(zeng(), Action.ORDER, **told)
    assert licence_of(story).status == "REVOKED"


def test_an_organs_own_proceeding_is_dropped_by_the_decider_with_reasons() -> None:
    licence = granted()
    story = proceeding(licence, "ANNUL", "FRAUD", SPRING)
    with pytest.raises(NotPermitted):
        story.do(zhong(), Action.DROP, reasons="查无实据。")
    with pytest.raises(Incomplete) as refusal:
        story.do(zeng(), Action.DROP)
    assert refusal.value.code == "reasons-required"
    story.do(zeng(), Action.DROP, reasons="查无实据。")
    licence.refresh_from_db()
    assert (story.state, story.case.result, licence.status) == (State.TERMINATED, "DROPPED", "VALID")


def test_a_notice_before_an_order_says_the_facts_the_measure_and_the_time_to_answer() -> None:
    story = proceeding(granted(), "ANNUL", "FRAUD", SPRING)
    whole = {"facts": "材料虚假", "measure": "拟撤销", "days": 5}
    for missing in whole:
        with pytest.raises(Incomplete) as refusal:
            story.do(zhong(), Action.GIVE_NOTICE, **{field: said for field, said in whole.items() if field != missing})
        assert asked_for(refusal) == {missing}


def test_an_order_states_reasons_and_remedies() -> None:
    story = proceeding(granted(), "ANNUL", "FRAUD", SPRING)
    story.do(zhong(), Action.GIVE_NOTICE, facts="材料虚假", measure="拟撤销", days=5)
    story.do(zhong(), Action.HEAR, waived=True)
    story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议撤销。")
    for given, field in (({"remedies": REMEDIES}, "reasons"), ({"reasons": "属实。"}, "remedies")):
        with pytest.raises(Incomplete) as refusal:
            story.do(zeng(), Action.ORDER, **given)
        assert asked_for(refusal) == {field}
