"""Are the samples drawn so that nobody can choose them and anybody can draw them again?"""

import hashlib
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from approvals.audit.models import DailyRoot
from approvals.audit.roots import keep_root
from approvals.cases.exofficio import open_proceeding
from approvals.cases.models import Case
from approvals.cases.words import Action, Role, State
from approvals.oversight.draws import draw_month, mistakes_of, populations
from approvals.oversight.models import Draw, Filing, Sample, SampleRate
from approvals.oversight.sampling import digest_of, drawn, seed_of, size_of
from approvals.oversight.words import Population
from tests.factories import Story, all_papers, driven, filled, moment, received, remedies_against
from tests.licences.conftest import licence_of
from tests.oversight.world import EQUIPMENT, FELLING, MONDAY, SHOP, YUDU, told
from tests.people import clerk_of, somebody

MARCH = date(2026, 3, 1)
APRIL = moment("2026-04-01", 1, 10)
numbers = st.sets(st.text("0123456789GZ", min_size=3, max_size=8), max_size=60)


@given(numbers, st.text(min_size=1, max_size=8), st.integers(0, 100))
def test_the_same_list_and_seed_draw_the_same_whatever_the_order(some, seed, percent):
    listed = sorted(some)
    assert drawn(listed, seed=seed, percent=percent) == drawn([*listed[::-1], *listed[:3]], seed=seed, percent=percent)
    assert len(drawn(listed, seed=seed, percent=percent)) == size_of(len(listed), percent)
    assert digest_of(listed) == digest_of(listed[::-1])


@given(numbers, st.integers(1, 100))
def test_a_larger_share_draws_the_same_cases_and_more(some, percent):
    listed = sorted(some)
    assert drawn(listed, seed="s", percent=100)[: size_of(len(listed), percent)] == drawn(
        listed, seed="s", percent=percent
    )


def test_five_per_cent_of_anything_is_at_least_one():
    assert [size_of(n, 5) for n in (0, 1, 20, 21, 100)] == [0, 1, 1, 2, 5]


def test_a_stranger_draws_the_same_with_the_standard_library_alone():
    listed, seed = [f"GZ{n:03}" for n in range(50)], seed_of("a" * 64, unit="U", population="REVIEW", month=MARCH)
    by_hand = sorted(listed, key=lambda number: hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest())[:3]
    assert drawn(listed, seed=seed, percent=5) == by_hand
    assert seed == hashlib.sha256(("a" * 64 + "\nU\nREVIEW\n2026-03").encode()).hexdigest()


def refused(item: str) -> Story:
    story = received(item, YUDU, MONDAY)
    given = {"ground": "NOT_THIS_ORGAN", "reasons": "不属于本机关。", "right_organ": "省级机关"}
    story.do(clerk_of(YUDU), Action.REFUSE, **given, remedies=remedies_against(story.case, "ACCEPT"))
    story.do(somebody(story.case.snapshot.terms["accept"]["code"], Role.CHECKER), "CONFIRM")
    return story


@pytest.fixture
def march(db):
    """A county decided one case, reviewed one, accepted one at its window, refused one that the city would have decided
    and one of its own, and left one undecided."""
    stories = {
        Population.DECISION: driven(FELLING, YUDU, MONDAY, to=State.DECIDED),
        Population.REVIEW: driven(EQUIPMENT, YUDU, MONDAY, to=State.KEY_POINTS),
        Population.ACCEPTANCE: driven(SHOP, YUDU, MONDAY, to=State.REVIEW),
        Population.ENDING: refused(EQUIPMENT),
    }
    refused(FELLING)
    driven(FELLING, YUDU, MONDAY, to=State.REVIEW)
    told(MONDAY)
    return stories


def test_each_kind_of_act_is_drawn_from_what_the_county_did_and_from_nothing_else(march):
    found = {(kind, number): organ for (_, kind), acts in populations(MARCH).items() for number, organ in acts.items()}
    assert {kind for kind, _ in found} == set(Population)
    assert set(found) == {(kind.value, story.case.number) for kind, story in march.items()}
    assert {organ[:6] for organ in found.values()} == {YUDU}


def test_a_month_is_drawn_once_after_it_is_over_and_comes_out_the_same_again(march):
    assert draw_month(month=MARCH, at=moment("2026-03-31", 23)) == []
    draws = draw_month(month=MARCH, at=APRIL)
    assert {draw.population for draw in draws} == set(Population)
    assert draw_month(month=MARCH, at=APRIL) == []
    assert Sample.objects.count() == 4
    assert [list(mistakes_of(draw)) for draw in Draw.objects.select_related("unit")] == [[], [], [], []]
    printed = StringIO()
    call_command("draw_sample", "--month", "2026-03", "--check", stdout=printed)
    assert "0 处不符" in printed.getvalue()


def test_every_draw_of_a_month_follows_from_the_first_root_after_its_end_whenever_somebody_draws(march, tmp_path):
    keep_root(on=date(2026, 3, 30), folder=tmp_path)
    [first] = draw_month(month=MARCH, at=APRIL, kind="DECISION")
    root = DailyRoot.objects.get(day=date(2026, 3, 31))
    driven(FELLING, YUDU, moment("2026-04-02"), to=State.REVIEW)
    told(moment("2026-04-02"))
    assert keep_root(on=date(2026, 4, 2), folder=tmp_path).digest != root.digest
    rest = draw_month(month=MARCH, at=moment("2026-04-03"))
    assert {(one.root_position, one.root) for one in (first, *rest)} == {(root.position, root.digest)}
    other = DailyRoot.objects.get(day=date(2026, 4, 2))
    seed = seed_of(other.digest, unit=first.unit.code, population=first.population, month=MARCH)
    Draw.objects.filter(pk=first.pk).update(root=other.digest, root_position=other.position, seed=seed)
    first.refresh_from_db()
    assert "总册摘要不是该月结束后的第一个日根" in mistakes_of(first), "whoever had several to choose from is found out"


def test_a_draw_that_was_tampered_with_does_not_come_out_again(march):
    draw_month(month=MARCH, at=APRIL)
    draw = Draw.objects.select_related("unit").get(population=Population.DECISION)
    Draw.objects.filter(pk=draw.pk).update(seed="0" * 64, numbers=[])
    with pytest.raises(SystemExit):
        call_command("draw_sample", "--month", "2026-03", "--check", stdout=StringIO())
    assert len(list(mistakes_of(Draw.objects.select_related("unit").get(pk=draw.pk)))) == 4


def test_the_share_is_data_for_a_unit_for_the_city_and_else_a_setting(march):
    unit = march[Population.DECISION].case.snapshot.city_organ
    SampleRate.objects.create(population=Population.DECISION, unit=None, percent=30)
    SampleRate.objects.create(population=Population.DECISION, unit=unit, percent=0)
    shares = {draw.population: draw.percent for draw in draw_month(month=MARCH, at=APRIL)}
    assert shares == {"DECISION": 0, "REVIEW": 5, "ACCEPTANCE": 5, "ENDING": 5}
    assert not Sample.objects.filter(draw__population="DECISION").exists()


def test_what_a_county_did_before_a_transfer_is_still_drawn_from(march):
    story = march[Population.REVIEW]
    story.do(somebody("360700-SPJ", Role.REVIEWER), Action.RETURN, reasons="补充说明")
    assert populations(MARCH)[story.case.snapshot.city_organ_id, "REVIEW"] == {story.case.number: f"{YUDU}-SPJ"}


def test_what_is_dated_back_into_a_month_that_was_drawn_belongs_to_the_month_it_was_written_down_in(march):
    story, clerk = received(SHOP, YUDU, moment("2026-03-30")), clerk_of(YUDU)
    story.do(clerk, Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(clerk, Action.RESUBMIT, at=moment("2026-03-31"), answers=["已补"], papers=all_papers(story.case))
    told(story.at)
    draw_month(month=MARCH, at=APRIL)
    story.do(clerk, Action.AMEND, form=filled(story.case))
    story.do(clerk, Action.ACCEPT, at=moment("2026-04-02"))
    assert story.case.accepted_on == date(2026, 3, 31), "the day the papers were complete"
    assert [list(mistakes_of(draw)) for draw in Draw.objects.select_related("unit")] == [[], [], [], []]
    assert story.case.number in populations(date(2026, 4, 1))[story.case.snapshot.city_organ_id, "ACCEPTANCE"]


def test_what_a_county_orders_of_its_own_motion_is_filed_with_the_city_and_drawn_from(db):
    base = driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    organ = base.case.snapshot.terms["decide"]["code"]
    reviewer = somebody(organ, Role.REVIEWER)
    decider = somebody(organ, Role.DECIDER, other_than=(reviewer,))
    given = {"act": "ANNUL", "ground": "FRAUD", "reasons": "以欺骗手段取得。"}
    case = open_proceeding(licence=licence_of(base).number, actor=reviewer, at=moment("2026-03-10"), given=given)
    story = Story(Case.objects.select_related("snapshot", "holder").get(pk=case.pk), moment("2026-03-10"))
    story.do(reviewer, Action.GIVE_NOTICE, facts="材料系伪造", measure="拟撤销", days=5)
    story.do(reviewer, Action.HEAR, waived=True)
    story.do(reviewer, Action.PROPOSE_ORDER, opinion="建议撤销。")
    story.do(decider, Action.ORDER, content="撤销。", reasons="以欺骗手段取得。", remedies=remedies_against(story.case))
    told(story.at)
    filing = Filing.objects.get(case=story.case)
    assert (filing.result, filing.unit_id, filing.organ.code) == ("ORDERED", story.case.snapshot.city_organ_id, organ)
    drawn_from = populations(MARCH)[story.case.snapshot.city_organ_id, "DECISION"]
    assert drawn_from == {base.case.number: organ, story.case.number: organ}
