"""From a filing or a drawn case to a finding, its correction order, the answer, and the end of it."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import F

from approvals.audit.chain import link
from approvals.audit.findings import of_all_rooms
from approvals.cases.access import visible
from approvals.cases.models import Case, Snapshot
from approvals.cases.words import Role, State
from approvals.errors import Invalid
from approvals.notices.models import Notice
from approvals.organisations.models import Post
from approvals.oversight import actions
from approvals.oversight.access import NotAnswerable, NothingOverseen, NotOverseer, of_case
from approvals.oversight.actions import AlreadyDone, NotInvolved, SamePersonTwice
from approvals.oversight.draws import draw_month
from approvals.oversight.models import Filing, Finding, Ledger, Record, Sample
from approvals.oversight.queries import responsibilities
from tests.factories import driven, later, moment
from tests.oversight.world import EQUIPMENT, FELLING, MONDAY, YUDU, told
from tests.people import sitting, somebody, zhong

pytestmark = pytest.mark.django_db
ORDER = {"kind": "PAPERS", "text": "缺少权属证明。", "order": "补齐并说明。", "days": 5}


@pytest.fixture
def filed():
    """于都县 decided a felling; the filing lies with the city unit."""
    driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    driven(EQUIPMENT, YUDU, MONDAY, to=State.DECIDED)
    told(MONDAY)
    told(MONDAY)
    return Filing.objects.get()


@pytest.fixture
def city(filed):
    return somebody(filed.unit.code, Role.REVIEWER)


@pytest.fixture
def county(filed):
    return somebody(filed.organ.code, Role.DECIDER)


def test_every_decision_of_a_county_and_no_other_is_filed_once_with_a_day(filed):
    assert filed.case.snapshot.item == FELLING
    assert (filed.decided_on, filed.due_on) == (date(2026, 3, 2), date(2026, 3, 16))
    assert filed.organ.region_id == YUDU
    assert filed.unit.region_id == "360700"


def test_the_city_unit_reads_a_filing_once_and_others_do_not_find_it(filed, city, county):
    stranger = somebody("360734-SPJ", Role.REVIEWER)
    assert not Filing.objects.filter(of_case(stranger)).exists()
    with pytest.raises(NothingOverseen):
        actions.acknowledge(filing=filed.pk, actor=stranger, at=MONDAY)
    with pytest.raises(NotOverseer):
        actions.acknowledge(filing=filed.pk, actor=county, at=MONDAY)
    assert actions.acknowledge(filing=filed.pk, actor=city, at=MONDAY).state == "ACKNOWLEDGED"
    told(MONDAY)
    assert [found for found in of_all_rooms() if "监督" in found.where + found.text] == []
    Ledger.objects.update(events=F("events") + 1)
    assert {found.code for found in of_all_rooms() if "监督" in found.where} == {"count-differs"}
    Ledger.objects.update(events=F("events") - 1)
    with pytest.raises(AlreadyDone):
        actions.acknowledge(filing=filed.pk, actor=city, at=MONDAY)


def test_finding_order_answer_sent_back_answer_closed(filed, city, county):
    finding = actions.open_finding(filing=filed.pk, actor=city, at=MONDAY, given=ORDER)
    assert (finding.state, finding.due_on, finding.organ) == ("ORDERED", date(2026, 3, 9), filed.organ)
    assert Notice.objects.filter(user=county.user, key=f"finding:{finding.pk}:opened").exists()
    with pytest.raises(NotAnswerable):
        actions.answer(finding=finding.pk, actor=city, at=MONDAY, given={"text": "？"})
    tuesday = later(MONDAY, 1)
    actions.answer(finding=finding.pk, actor=county, at=tuesday, given={"text": "已补齐。"})
    with pytest.raises(AlreadyDone):
        actions.answer(finding=finding.pk, actor=county, at=tuesday, given={"text": "再答一次"})
    with pytest.raises(NotOverseer):
        actions.judge(finding=finding.pk, actor=county, at=tuesday, given={"good": True, "verdict": "自己销号"})
    sent_back = actions.judge(
        finding=finding.pk, actor=city, at=tuesday, given={"good": False, "verdict": "缺章", "days": 3}
    )
    assert (sent_back.state, sent_back.due_on) == ("ORDERED", date(2026, 3, 6))
    actions.answer(finding=finding.pk, actor=county, at=later(tuesday, 1), given={"text": "已盖章。"})
    closed = actions.judge(
        finding=finding.pk, actor=city, at=later(tuesday, 2), given={"good": True, "verdict": "到位"}
    )
    assert closed.state == "CLOSED"
    records = list(Record.objects.order_by("sequence"))
    assert [one.action for one in records] == [
        "FILED", "FOUND", "ANSWERED", "SENT_BACK", "ANSWERED", "CLOSED",
    ]  # fmt: skip
    assert all(one.digest == link(one.previous, one.text()) for one in records)
    assert [one.previous for one in records[1:]] == [one.digest for one in records[:-1]]


def test_a_drawn_case_is_passed_or_becomes_a_finding_and_never_both(filed, city):
    draw_month(month=date(2026, 3, 1), at=moment("2026-04-01"))
    sample = Sample.objects.get(draw__unit=filed.unit, draw__population="DECISION")
    finding = actions.open_finding(sample=sample.pk, actor=city, at=moment("2026-04-02"), given=ORDER)
    assert (finding.source, finding.organ_id) == ("SAMPLE", sample.organ_id)
    with pytest.raises(AlreadyDone):
        actions.pass_sample(sample=sample.pk, actor=city, at=moment("2026-04-02"))


def test_another_lead_needs_a_case_of_the_own_items_in_which_a_county_took_part(filed, city):
    finding = actions.open_finding(case=filed.case.number, actor=city, at=MONDAY, given=ORDER)
    assert (finding.source, finding.organ_id) == ("OTHER", filed.organ_id)


def test_who_has_some_items_only_opens_no_finding_on_another_and_sees_nobody_held_to_account_for_it(
    filed, city, county
):
    elsewhere = replace(city, item_scope=(EQUIPMENT,))
    for source in ({"case": filed.case.number}, {"filing": filed.pk}):
        with pytest.raises((Invalid, NothingOverseen)):
            actions.open_finding(actor=elsewhere, at=MONDAY, given=ORDER, **source)
    finding = actions.open_finding(
        case=filed.case.number, actor=replace(city, item_scope=(FELLING,)), at=MONDAY, given=ORDER
    )
    assert Finding.objects.get() == finding
    head = somebody(filed.unit.code, Role.DECIDER)
    actions.hold_to_account(
        finding=finding.pk, actor=head, at=MONDAY, given={"person": county.user, "ground": "审查不严"}
    )
    assert responsibilities(replace(head, item_scope=(FELLING,))).count() == 1
    assert not responsibilities(replace(head, item_scope=(EQUIPMENT,))).exists()


def test_who_is_held_to_account_took_part_and_is_judged_by_another(filed, city, county):
    head = somebody(filed.unit.code, Role.DECIDER)
    finding = actions.open_finding(filing=filed.pk, actor=city, at=MONDAY, given=ORDER)
    people = actions.people_of(finding)
    assert county.user in people
    with pytest.raises(NotOverseer):
        actions.hold_to_account(finding=finding.pk, actor=city, at=MONDAY, given={"person": county.user, "ground": "x"})
    with pytest.raises(NotInvolved):
        actions.hold_to_account(finding=finding.pk, actor=head, at=MONDAY, given={"person": head.user, "ground": "x"})
    opened = actions.hold_to_account(
        finding=finding.pk, actor=head, at=MONDAY, given={"person": county.user, "ground": "审查不严"}
    )
    told_to = {"consequence": "CRITICISM", "outcome": "通报批评。"}
    with pytest.raises(SamePersonTwice):
        actions.end_responsibility(responsibility=opened.pk, actor=head, at=MONDAY, given=told_to)
    with pytest.raises(SamePersonTwice):
        actions.end_responsibility(responsibility=opened.pk, actor=county, at=MONDAY, given=told_to)
    with pytest.raises(NothingOverseen):
        actions.end_responsibility(
            responsibility=opened.pk, actor=sitting("zhongqiuping", Role.REVIEWER), at=MONDAY, given=told_to
        )
    assert Finding.objects.get(pk=finding.pk).responsibilities.get().part


def test_a_drawn_case_found_good_is_passed_once_by_the_unit_that_drew_it(filed, city, county):
    draw_month(month=date(2026, 3, 1), at=moment("2026-04-01"))
    sample = Sample.objects.get(draw__unit=filed.unit, draw__population="DECISION")
    at = moment("2026-04-02")
    with pytest.raises(NotOverseer):
        actions.pass_sample(sample=sample.pk, actor=county, at=at)
    actions.pass_sample(sample=sample.pk, actor=city, at=at)
    sample.refresh_from_db()
    assert (sample.state, sample.checked_by_id, sample.checked_at) == ("PASSED", city.user, at)
    assert Record.objects.filter(subject=f"sample:{sample.pk}").latest("sequence").action == "CHECKED"
    with pytest.raises(AlreadyDone):
        actions.pass_sample(sample=sample.pk, actor=city, at=at)


def test_another_head_records_once_what_came_of_holding_somebody_to_account(filed, city, county):
    head = somebody(filed.unit.code, Role.DECIDER)
    finding = actions.open_finding(filing=filed.pk, actor=city, at=MONDAY, given=ORDER)
    given = {"person": county.user, "ground": "审查不严"}
    opened = actions.hold_to_account(finding=finding.pk, actor=head, at=MONDAY, given=given)
    another = replace(head, user=zhong().user, name=zhong().name)
    ended = {"consequence": "CRITICISM", "outcome": "通报批评。"}
    at = later(MONDAY, 1)
    actions.end_responsibility(responsibility=opened.pk, actor=another, at=at, given=ended)
    opened.refresh_from_db()
    assert (opened.state, opened.consequence, opened.outcome) == ("DECIDED", "CRITICISM", "通报批评。")
    assert (opened.decided_by_id, opened.decided_at) == (another.user, at)
    assert Record.objects.filter(subject=f"responsibility:{opened.pk}").latest("sequence").action == "HELD_TO"
    with pytest.raises(AlreadyDone):
        actions.end_responsibility(responsibility=opened.pk, actor=another, at=at, given=ended)


def test_no_unit_opens_a_finding_on_a_case_it_may_see_but_that_comes_under_another_unit(filed):
    posts = Post.objects.in_force(MONDAY.date()).filter(organ__region="360700", role=Role.REVIEWER)
    organ = posts.exclude(organ=filed.unit).filter(organ__kind="BUREAU").values_list("organ", "organ__code")[0]
    other = somebody(organ[1], Role.REVIEWER)
    number = filed.case.number
    Snapshot.objects.filter(case=filed.case).update(seal_organ=organ[0])
    assert Case.objects.filter(visible(other), number=number).exists()
    with pytest.raises(Invalid, match="不是本单位对口"):
        actions.open_finding(case=number, actor=other, at=MONDAY, given=ORDER)
    assert not Finding.objects.exists()


def test_no_finding_is_opened_on_a_case_no_county_took_part_in(filed, city):
    organ = filed.unit_id
    given = dict.fromkeys(("decide_organ", "review_organ", "accept_organ", "name_organ"), organ)
    Snapshot.objects.filter(case=filed.case).update(**given)
    with pytest.raises(Invalid, match="没有县级经手"):
        actions.open_finding(case=filed.case.number, actor=city, at=MONDAY, given=ORDER)
    assert not Finding.objects.exists()
