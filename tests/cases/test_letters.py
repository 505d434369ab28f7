"""Which paper does each act give, in whose name, with which seal and which remedies?"""

from datetime import timedelta

import pytest

from approvals.audit import register
from approvals.cases import letters
from approvals.cases.words import Action, State
from approvals.documents import authority, making
from approvals.documents.models import Letter, LetterOwed
from approvals.errors import Refused
from tests.factories import REMEDIES, Story, all_papers, driven, later, moment, received
from tests.people import chen, he, li, xie, zeng, zhong

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-03-02")


@pytest.fixture(autouse=True, scope="module")
def certificates() -> None:
    authority.make(at=MONDAY)


def collected(story: Story, kind: str = "") -> list[Letter]:
    """The letters of a case after the consumer has read all there is."""
    register.enrol(limit=10_000)
    while letters.follow_cases(at=story.at):
        pass
    found = Letter.objects.filter(subject=story.case.number).select_related("organ").order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def made(letter: Letter) -> Letter:
    while making.make_due(clock=lambda: MONDAY + timedelta(days=100)):
        pass
    letter.refresh_from_db()
    return letter


def kinds(found: list[Letter]) -> list[tuple[str, str]]:
    return [(one.kind, one.organ.code) for one in found]


def test_a_direct_case_gives_every_paper_in_the_countys_name_and_reports_to_the_city():
    story = driven("1-7", "360731", MONDAY, to=State.DELIVERED)
    county = story.case.snapshot.decide_organ.code

    found = collected(story)

    assert {code for _, code in kinds(found)} == {county}
    assert [kind for kind, _ in kinds(found)] == [
        *("RECEIPT", "ACCEPTANCE_NOTICE", "OPINION", "SITE_RECORD"),
        *("GRANT", "LICENCE", "REPORT_SLIP", "SERVICE_RECORD"),
    ]
    grant, licence, report = found[4:7]
    assert report.content["decision_number"] == grant.number
    served = {"准予行政许可决定书": grant.number, "林木采伐许可证": licence.number}
    assert {one["title"]: one["number"] for one in found[-1].content["documents"]} == served


def test_a_substantive_case_is_accepted_and_forwarded_by_the_county_and_decided_by_the_city():
    story = driven("2-30", "360731", MONDAY, to=State.SEALED)

    found = dict(kinds(collected(story)))

    assert found["ACCEPTANCE_NOTICE"] == found["FORWARDING"] == story.case.snapshot.review_organ.code
    assert found["GRANT"] == story.case.snapshot.decide_organ.code
    assert "REPORT_SLIP" not in found


def test_a_window_case_is_accepted_in_the_citys_name_under_the_seal_the_window_keeps():
    story = driven("3-25", "360731", MONDAY, to=State.REVIEW)

    [letter] = collected(story, "ACCEPTANCE_NOTICE")

    assert letter.organ.code == "360700-SPJ"
    assert made(letter).state == "MADE", letter.reason
    assert letter.seal.holder.code == "360731-WIN"


def test_a_decision_is_made_only_after_the_seal_keeper_has_sealed_and_says_who():
    story = driven("2-30", "360731", MONDAY, to=State.DECIDED)
    [grant] = collected(story, "GRANT")
    assert grant.state == "HELD"

    story.do(chen(), Action.SEAL)
    [grant] = collected(story, "GRANT")

    assert (grant.state, grant.sealed_by_name) == ("DUE", "陈玉梅")
    assert made(grant).seal.code == "360700-SPJ-A"


def test_a_denial_states_reasons_and_the_remedies_against_the_deciding_organ():
    story = driven("3-25", "360731", MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons="库房不符合条件。", remedies=REMEDIES)

    [denial] = collected(story, "DENIAL")

    assert denial.content["reasons"] == "库房不符合条件。"
    assert denial.content["remedies"]["reconsideration"] == "赣州市人民政府"
    assert denial.content["remedies"]["online"] == "全国行政复议服务平台"


def test_a_denial_whose_words_are_gone_is_owed_with_the_reason_and_blocks_nobody():
    story = driven("3-25", "360731", MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons="库房不符合条件。", remedies=REMEDIES)
    story.case.decision.reasons = ""
    story.case.decision.save()

    assert collected(story, "DENIAL") == []

    owed = LetterOwed.objects.get(subject=story.case.number)
    assert "reasons" in owed.reason
    story.case.decision.reasons = "库房不符合条件。"
    story.case.decision.save()
    assert letters.collect_again(key=owed.key, at=story.at).kind == "DENIAL"
    owed.refresh_from_db()
    assert owed.settled_at == story.at


def test_corrections_returns_pauses_extensions_and_endings_each_give_their_paper():
    story = received("2-30", "360731", MONDAY)
    story.do(xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺检验报告", "remedy": "补交检验报告"}])
    story.do(xie(), Action.RESUBMIT, answers=["已补交"], papers=all_papers(story.case))
    story.accepted(xie())
    story.recommended(li())
    story.do(he(), Action.FORWARD, proposal="GRANT", opinion="同意转报。")
    story.do(zhong(), Action.RETURN, reasons="设备代码与检验报告不一致。")
    story.do(li(), Action.EXTEND, days=5, reasons="须再次核查。")
    story.do(zeng(), "CONFIRM")
    story.do(li(), Action.TERMINATE, ground="OBJECT_GONE", reasons="设备已拆除。")
    story.do(he(), "CONFIRM")

    found = {one.kind: one for one in collected(story)}

    assert found["CORRECTION_RECEIPT"].content["answers"] == [{"answer": "已补交", "defect": "缺检验报告"}]
    assert (found["RETURN_SLIP"].organ.code, found["RETURN_SLIP"].content["to"]) == ("360700-SPJ", "于都县行政审批局")
    assert found["EXTENSION_NOTICE"].organ.code == "360700-SPJ"
    assert found["TERMINATION"].content["remedies"]["reconsideration"] == "于都县人民政府"
    assert found["FORWARDING"].content["reviewer"] == "李建平"


def test_whoever_a_decision_touches_directly_is_told_of_the_right_to_speak():
    story = driven("2-30", "360731", MONDAY, to=State.REVIEW)
    with pytest.raises(Refused, match="写明告知谁"):
        story.do(li(), Action.INFORM_OTHERS, matter="货梯井道与住宅共墙", days=5)
    story.do(li(), Action.INFORM_OTHERS, to="于都县贡江镇居民曾祥福", matter="货梯井道与住宅共墙", days=5)

    [notice] = collected(story, "HEARING_NOTICE")

    assert (notice.organ.code, story.state) == (story.case.snapshot.review_organ.code, State.REVIEW)
    assert (notice.content["to"], notice.content["days"]) == ("于都县贡江镇居民曾祥福", 5)
    assert made(notice).state == "MADE", notice.reason


def test_reading_the_register_again_issues_nothing_twice():
    story = driven("1-7", "360731", MONDAY, to=State.REVIEW)
    before = [one.pk for one in collected(story)]
    entries = [
        register.Entry(n, "case", event)
        for n, event in enumerate(type(story.case)._meta.apps.get_model("cases.Event").objects.filter(case=story.case))
    ]

    letters.collect(entries, at=story.at)

    assert [one.pk for one in collected(story)] == before


def test_a_private_use_character_in_a_name_is_mended_on_the_case_and_the_number_stays():
    story = received("1-7", "360731", MONDAY)
    party = story.case.parties.get(role="APPLICANT")
    party.name = "于都县\ue123林场"
    party.save()
    [receipt] = collected(story, "RECEIPT")
    assert made(receipt).state == "FAILED"

    party.name = "于都县𠮷䶮㐂𬱖林场"
    party.save()
    letters.collect_again(key=receipt.key, at=later(story.at, 1))

    number = receipt.number
    assert (made(receipt).state, receipt.number) == ("MADE", number), receipt.reason
