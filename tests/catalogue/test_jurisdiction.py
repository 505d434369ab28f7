"""Who holds which phase under each delegation, and what a clerk is told where none applies. Pure rows, no database."""

from dataclasses import replace
from datetime import date

import pytest

from approvals.catalogue.jurisdiction import (
    NoCounterpart,
    OverlappingDelegations,
    UnknownItem,
    UnknownRegion,
    jurisdiction,
)
from approvals.catalogue.modes import Mode
from approvals.catalogue.rows import AgreementRow, CounterpartRow, EditionRow, ItemRow, SupervisionRuleRow
from tests.catalogue import rowbook
from tests.catalogue.rowbook import CITY_BUREAU, CITY_UNIT, NANKANG, NANKANG_UNIT, SIGNED, YUDU, ZONE, delegation, world

AUGUST = date(2022, 8, 1)


def ask(rows, *, region=NANKANG, on=AUGUST, place=""):
    return jurisdiction(rows, item="2-30", region=region, on=on, place=place)


# ---------------------------------------------------------------- the three modes and the city


def test_a_direct_item_is_accepted_reviewed_decided_sealed_and_watched_in_the_county():
    answer = ask(world(delegation(Mode.DIRECT)))
    assert {holder.organ_name for holder in (answer.accept, answer.review, answer.decide, answer.seal)} == {
        "南康区市场监督管理局"
    }
    assert answer.accept.in_the_name_of is None
    assert [(unit.level, unit.unit, unit.copy) for unit in answer.supervise] == [("COUNTY", NANKANG_UNIT, False)]


def test_a_substantive_item_is_reviewed_in_the_county_and_decided_and_sealed_by_the_city():
    answer = ask(world(delegation(Mode.SUBSTANTIVE, agreement=1), agreements=(SIGNED,)))
    assert (answer.accept.level, answer.review.level, answer.decide.level, answer.seal.level) == (
        "COUNTY",
        "COUNTY",
        "CITY",
        "CITY",
    )
    assert answer.accept.in_the_name_of is None, "下放实质性审核权：县级以自己的名义受理"
    assert [(unit.level, unit.copy) for unit in answer.supervise] == [("CITY", False), ("COUNTY", True)]


def test_a_window_item_is_only_accepted_in_the_county_at_its_window_in_the_name_of_the_city():
    answer = ask(world(delegation(Mode.WINDOW)))
    assert (answer.accept.level, answer.accept.organ_name) == ("COUNTY", "南康区综合窗口")
    assert answer.accept.in_the_name_of == CITY_BUREAU
    assert answer.accept.in_the_name_of_name == "赣州市市场监督管理局"
    assert answer.review == answer.decide == answer.seal
    assert answer.decide.organ == CITY_BUREAU


def test_what_is_not_delegated_stays_with_the_city_in_every_phase_and_the_applicant_is_sent_there():
    answer = ask(world())
    assert not answer.delegated
    assert answer.mode is None
    assert answer.delegation is None
    assert {holder.organ for holder in (answer.accept, answer.review, answer.decide, answer.seal)} == {CITY_BUREAU}
    assert [(unit.level, unit.unit) for unit in answer.supervise] == [("CITY", CITY_UNIT)]
    assert answer.nearest_miss == "本事项没有放权"
    assert any("权力保留在市级：由赣州市市场监督管理局受理、审核、决定" in why for why in answer.reasons)


def test_at_the_city_itself_nothing_is_missed():
    answer = ask(world(delegation(Mode.WINDOW)), region=rowbook.CITY)
    assert not answer.delegated
    assert answer.nearest_miss is None
    assert answer.accept.organ == CITY_BUREAU


def test_the_county_held_second_seal_is_used_by_the_county_in_the_name_of_the_city():
    answer = ask(world(delegation(Mode.SUBSTANTIVE, agreement=1, seal_path="NO2"), agreements=(SIGNED,)))
    assert (answer.seal.level, answer.seal.organ_name) == ("COUNTY", "南康区市场监督管理局")
    assert answer.seal.in_the_name_of == CITY_BUREAU
    assert answer.decide.level == "CITY"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("on", "applies"),
    [(date(2022, 5, 31), False), (date(2022, 6, 1), True), (date(2023, 12, 31), True), (date(2024, 1, 1), False)],
)
def test_a_delegation_applies_from_its_first_to_its_last_day(on, applies):
    rows = world(delegation(Mode.DIRECT, start=date(2022, 6, 1), effective_to=date(2023, 12, 31)))
    assert ask(rows, on=on).delegated is applies


def test_before_its_start_the_clerk_is_told_from_when():
    answer = ask(world(delegation(Mode.DIRECT, start=date(2022, 6, 1))), on=date(2022, 5, 31))
    assert answer.nearest_miss == "自 2022-06-01 起由南康区承接"


def test_after_its_end_the_clerk_is_told_until_when():
    answer = ask(world(delegation(Mode.DIRECT, effective_to=date(2022, 7, 31))))
    assert answer.nearest_miss == "南康区承接至 2022-07-31 止"


def test_an_edition_that_ended_takes_its_delegations_with_it():
    ended = replace(rowbook.WORLD.editions[0], effective_to=date(2022, 7, 31))
    assert not ask(world(delegation(Mode.DIRECT), editions=(ended,))).delegated


def test_the_same_code_in_the_next_edition_is_another_row_from_that_day_on():
    first = replace(rowbook.WORLD.editions[0], effective_to=date(2023, 12, 31))
    second = EditionRow("2024", "2024版", "赣市府办发〔2023〕1号", date(2024, 1, 1))
    other = ItemRow(77, "2024", "2-30", 2, 30, "另一事项", CITY_BUREAU)
    rows = world(
        delegation(Mode.WINDOW),
        replace(delegation(Mode.DIRECT, pk=2, start=date(2024, 1, 1)), edition="2024", item=77),
        editions=(first, second),
        items=(*rowbook.WORLD.items, other),
    )
    assert (ask(rows, on=date(2023, 12, 31)).edition, ask(rows, on=date(2023, 12, 31)).mode) == ("2022", Mode.WINDOW)
    assert (ask(rows, on=date(2024, 1, 1)).edition, ask(rows, on=date(2024, 1, 1)).mode) == ("2024", Mode.DIRECT)


def test_two_delegations_on_one_day_are_refused_instead_of_guessed():
    with pytest.raises(OverlappingDelegations, match="南康区"):
        ask(world(delegation(Mode.DIRECT), delegation(Mode.WINDOW, pk=2, start=date(2022, 7, 15))))


# ---------------------------------------------------------------- agreements


@pytest.mark.parametrize(
    ("agreement", "miss"),
    [
        (None, "承接协议未签"),
        (AgreementRow(1, "承接-1", False, None, date(2022, 7, 1)), "承接协议未签"),
        (replace(SIGNED, effective_from=date(2022, 9, 1)), "承接协议未生效：自 2022-09-01 起生效"),
        (replace(SIGNED, effective_to=date(2022, 7, 15)), "承接协议已于 2022-07-15 终止"),
    ],
)
def test_without_an_agreement_in_force_a_substantive_delegation_does_not_apply(agreement, miss):
    agreements = (agreement,) if agreement else ()
    answer = ask(world(delegation(Mode.SUBSTANTIVE, agreement=1 if agreement else None), agreements=agreements))
    assert not answer.delegated
    assert answer.nearest_miss == miss
    assert answer.decide.organ == answer.accept.organ == CITY_BUREAU


def test_the_agreement_is_among_the_reasons():
    answer = ask(world(delegation(Mode.SUBSTANTIVE, agreement=1), agreements=(SIGNED,)))
    assert "承接协议 承接-1：2022-06-10 签订，自 2022-07-01 起生效" in answer.reasons


@pytest.mark.parametrize("mode", [Mode.DIRECT, Mode.WINDOW])
def test_the_other_modes_need_no_agreement(mode):
    assert ask(world(delegation(mode))).delegated


def test_a_missing_agreement_is_a_nearer_miss_than_a_date():
    later = delegation(Mode.WINDOW, pk=2, start=date(2023, 1, 1))
    assert ask(world(delegation(Mode.SUBSTANTIVE), later)).nearest_miss == "承接协议未签"


# ---------------------------------------------------------------- receivers


def test_an_item_of_one_region_says_so_everywhere_else():
    assert ask(world(delegation(Mode.DIRECT, region=YUDU))).nearest_miss == "只由于都县行使"


def test_a_zone_is_told_that_zones_take_no_direct_items_with_the_footnote():
    edition = replace(rowbook.WORLD.editions[0], footnotes=((2, "附件2注：开发区除外"),))
    rows = world(delegation(Mode.DIRECT), delegation(Mode.DIRECT, pk=2, region=YUDU), editions=(edition,))
    assert ask(rows, region=ZONE).nearest_miss == "赣州经开区不承接直接下放事项（附件2注：开发区除外）"


def test_a_county_left_out_of_several_is_told_that_it_is_not_on_the_list():
    rows = world(delegation(Mode.WINDOW), delegation(Mode.WINDOW, pk=2, region=ZONE))
    assert ask(rows, region=YUDU).nearest_miss == "于都县不在承接名单内"


# ---------------------------------------------------------------- places


def zone_in_nankang() -> tuple:
    return (
        delegation(Mode.WINDOW),
        delegation(Mode.DIRECT, pk=2, place="longnan-edz", document="赣市府办字〔2022〕21号"),
    )


def test_inside_a_place_the_narrower_grant_wins_and_the_explanation_says_so():
    answer = ask(world(*zone_in_nankang()), place="longnan-edz")
    assert (answer.delegation, answer.mode) == (2, Mode.DIRECT)
    assert any(
        "限longnan-edz范围内，优先于全域放权" in why and "赣市府办字〔2022〕21号" in why for why in answer.reasons
    )


@pytest.mark.parametrize("place", ["", "elsewhere"])
def test_outside_the_place_the_grant_for_the_whole_region_applies(place):
    answer = ask(world(*zone_in_nankang()), place=place)
    assert (answer.delegation, answer.mode) == (1, Mode.WINDOW)


def test_a_grant_for_a_place_alone_does_not_reach_the_rest_of_the_region():
    answer = ask(world(zone_in_nankang()[1]))
    assert not answer.delegated
    assert answer.nearest_miss == "只在限定范围内承接：longnan-edz"


# ---------------------------------------------------------------- organs and supervision


def test_a_region_without_the_bureau_takes_over_with_its_approval_bureau():
    assert ask(world(delegation(Mode.DIRECT, region=YUDU)), region=YUDU).decide.organ_name == "于都县行政审批局"


def test_the_table_of_organs_may_name_another_organ_for_one_phase():
    rows = world(
        delegation(Mode.DIRECT),
        counterparts=(
            *rowbook.WORLD.counterparts,
            CounterpartRow(CITY_BUREAU, NANKANG, rowbook.NANKANG_APPROVAL, "ACCEPT"),
        ),
    )
    answer = ask(rows)
    assert (answer.accept.organ_name, answer.decide.organ_name) == ("南康区行政审批局", "南康区市场监督管理局")


def test_a_region_without_any_organ_is_refused():
    bare = tuple(organ for organ in rowbook.WORLD.organs if organ.region != ZONE)
    with pytest.raises(NoCounterpart, match="赣州经开区"):
        ask(world(delegation(Mode.DIRECT, region=ZONE), organs=bare), region=ZONE)


def test_where_a_region_has_no_unit_of_the_trade_the_city_unit_watches_until_it_is_confirmed():
    (only,) = ask(world(delegation(Mode.DIRECT, region=YUDU)), region=YUDU).supervise
    assert (only.level, only.unit, only.copy, only.provisional) == ("CITY", CITY_UNIT, False, True)


def test_an_exception_of_one_region_wins_over_the_table_of_trades():
    rules = (*rowbook.WORLD.supervision_rules, SupervisionRuleRow(rowbook.ITEM, CITY_UNIT, NANKANG, True))
    (only,) = ask(world(delegation(Mode.DIRECT), supervision_rules=rules)).supervise
    assert (only.unit, only.provisional) == (CITY_UNIT, True)


def test_an_unconfirmed_unit_is_marked_in_the_reasons():
    rules = (SupervisionRuleRow(rowbook.ITEM, CITY_UNIT, provisional=True),)
    answer = ask(world(delegation(Mode.WINDOW), supervision_rules=rules))
    assert answer.supervise[0].provisional
    assert "待确认" in answer.reasons[-1]


def test_without_any_rule_the_answer_says_that_the_push_has_no_owner():
    answer = ask(world(delegation(Mode.WINDOW), supervision_rules=()))
    assert answer.supervise == ()
    assert "无主清单" in answer.reasons[-1]


# ---------------------------------------------------------------- wrong questions


def test_an_unknown_item_or_region_is_refused_in_chinese():
    with pytest.raises(UnknownItem, match="清单里没有代码为「9-9」的事项"):
        jurisdiction(world(), item="9-9", region=NANKANG, on=AUGUST)
    with pytest.raises(UnknownRegion, match="没有区划代码为「999999」的地区"):
        ask(world(), region="999999")
