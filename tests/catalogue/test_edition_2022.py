"""Does the loaded edition say what 赣市府办发〔2022〕7号 prints: whose power, given to whom, watched by whom?"""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command

from approvals.catalogue.models import (
    Agreement,
    Delegation,
    Edition,
    Item,
    Mode,
    PowerType,
    SupervisionRule,
)
from approvals.catalogue.queries import jurisdiction_of
from approvals.organisations.models import Region

pytestmark = pytest.mark.django_db

PRINTED = settings.BASE_DIR / "seeds" / "2022" / "items.csv"
ZONES = {"360791", "360792"}
ZHANGGONG = "360702"
ONLY_ZHANGGONG = {"1-8", *(f"1-{seq}" for seq in range(12, 21))}


def items():
    return Item.objects.filter(edition__code="2022")


def grants():
    return Delegation.objects.filter(edition__code="2022")


def rules_of_2022():
    return SupervisionRule.objects.filter(item__edition__code="2022")


def test_the_three_annexes_print_20_45_and_53_items():
    assert Counter(items().values_list("annex", flat=True)) == {1: 20, 2: 45, 3: 53}


def test_the_items_are_of_these_kinds_of_power():
    assert Counter(items().values_list("power_type", flat=True)) == {
        PowerType.PERMIT: 67,
        PowerType.CONFIRMATION: 20,
        PowerType.FILING: 24,
        PowerType.OTHER: 7,
    }


def test_the_items_belong_to_ten_city_units():
    assert Counter(items().values_list("city_unit__code", flat=True)) == {
        "360700-SPJ": 43,
        "360700-ZRZY": 37,
        "360700-ZJ": 9,
        "360700-SCJG": 8,
        "360700-JT": 7,
        "360700-NY": 5,
        "360700-SW": 5,
        "360700-SF": 2,
        "360700-JY": 1,
        "360700-STHJ": 1,
    }


def test_the_export_equals_the_published_list_cell_by_cell():
    out = io.StringIO()
    call_command("catalogue", "export", "2022", stdout=out)
    assert list(csv.reader(io.StringIO(out.getvalue()))) == list(csv.reader(PRINTED.open(encoding="utf-8", newline="")))
    assert out.getvalue().encode() == PRINTED.read_bytes()


def test_the_edition_is_published_and_notes_that_a_briefing_swaps_two_numbers():
    edition = Edition.objects.get(code="2022")
    assert (edition.status, edition.effective_from) == (Edition.Status.PUBLISHED, date(2022, 2, 25))
    assert "互换" in edition.note


# ---------------------------------------------------------------- delegations


def receivers(code: str) -> set[str]:
    return set(grants().filter(item__code=code).values_list("region", flat=True))


def test_the_items_marked_for_zhanggong_are_given_to_it_alone():
    assert set(items().filter(remark="由章贡区行使").values_list("code", flat=True)) == ONLY_ZHANGGONG
    assert all(receivers(code) == {ZHANGGONG} for code in ONLY_ZHANGGONG)


def test_the_other_direct_items_go_to_the_eighteen_counties_and_to_no_zone():
    counties = set(Region.objects.filter(kind=Region.Kind.COUNTY).values_list("code", flat=True))
    assert len(counties) == 18
    others = set(items().filter(annex=1).values_list("code", flat=True)) - ONLY_ZHANGGONG
    assert all(receivers(code) == counties for code in others)


@pytest.mark.parametrize("annex", [2, 3])
def test_the_items_of_annex_two_and_three_go_to_all_twenty_regions(annex):
    regions = set(Region.objects.exclude(kind=Region.Kind.CITY).values_list("code", flat=True))
    assert len(regions) == 20
    assert all(receivers(item.code) == regions for item in items().filter(annex=annex))


def test_each_annex_has_its_mode_and_its_first_day():
    rows = grants().values_list("item__annex", "mode", "effective_from", "effective_to").distinct()
    assert set(rows) == {
        (1, Mode.DIRECT, date(2022, 6, 1), None),
        (2, Mode.SUBSTANTIVE, date(2022, 7, 1), None),
        (3, Mode.WINDOW, date(2022, 7, 1), None),
    }


def test_every_substantive_delegation_stands_on_the_agreement_of_its_unit_and_region():
    rows = grants().filter(mode=Mode.SUBSTANTIVE).select_related("agreement", "item")
    assert len(rows) == 45 * 20
    for row in rows:
        assert (row.agreement.city_unit_id, row.agreement.region_id) == (row.item.city_unit_id, row.region_id)
        assert row.agreement.status == Agreement.Status.SIGNED
        assert row.agreement.effective_from == date(2022, 7, 1)
    assert Agreement.objects.count() == 6 * 20
    assert not grants().exclude(mode=Mode.SUBSTANTIVE).filter(agreement__isnull=False).exists()


# ---------------------------------------------------------------- supervision


def test_nine_units_watch_their_own_items():
    for rule in rules_of_2022().exclude(item__city_unit__code="360700-SPJ").select_related("item", "unit"):
        assert rule.unit.organ_id == rule.item.city_unit_id
        assert not rule.provisional


def test_the_43_items_of_the_approval_bureau_are_watched_by_a_trade_bureau_and_marked_unconfirmed():
    rules = rules_of_2022().filter(item__city_unit__code="360700-SPJ").select_related("unit__organ")
    assert len(rules) == 43
    assert all(rule.provisional for rule in rules)
    assert {rule.unit.organ.code for rule in rules}.isdisjoint({"360700-SPJ"})


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ("1-7", "章贡区林业局（监管）"),
        ("1-8", "章贡区城市管理局（监管）"),
        ("1-9", "章贡区司法局（监管）"),
        ("2-30", "赣州市市场监督管理局（监管）"),
        ("3-37", "赣州市商务局（监管）"),
        ("3-40", "赣州市生态环境局（监管）"),
    ],
)
def test_the_first_supervisor_is_the_trade_bureau_of_the_deciding_level(item, unit):
    answer = jurisdiction_of(item=item, region=ZHANGGONG, on=date(2022, 8, 1))
    assert answer.supervise[0].unit_name == unit
    assert not answer.supervise[0].copy


def test_where_the_city_decides_the_county_gets_a_copy():
    answer = jurisdiction_of(item="2-30", region=ZHANGGONG, on=date(2022, 8, 1))
    assert [(unit.level, unit.copy) for unit in answer.supervise] == [("CITY", False), ("COUNTY", True)]


# ---------------------------------------------------------------- who is sent where


@pytest.mark.parametrize(
    ("item", "region", "on", "miss"),
    [
        ("1-7", "360703", date(2022, 5, 31), "自 2022-06-01 起由南康区承接"),
        ("2-30", "360731", date(2022, 6, 30), "自 2022-07-01 起由于都县承接"),
        ("1-12", "360703", date(2022, 8, 1), "只由章贡区行使"),
        ("1-12", "360791", date(2022, 8, 1), "只由章贡区行使"),
    ],
)
def test_the_clerk_is_told_what_was_missing(item, region, on, miss):
    assert jurisdiction_of(item=item, region=region, on=on).nearest_miss == miss


@pytest.mark.parametrize("zone", sorted(ZONES))
def test_a_zone_takes_no_direct_item_by_the_footnote_of_annex_one(zone):
    answer = jurisdiction_of(item="1-7", region=zone, on=date(2022, 8, 1))
    assert not answer.delegated
    assert "不承接直接下放事项（附件1注：" in answer.nearest_miss
    assert answer.decide.organ_code == "360700-SPJ"


def test_gas_is_substantive_for_a_change_and_window_for_a_new_licence():
    modes = {code: jurisdiction_of(item=code, region="360703", on=date(2022, 8, 1)).mode for code in ("2-28", "3-38")}
    assert modes == {"2-28": Mode.SUBSTANTIVE, "3-38": Mode.WINDOW}


def test_items_of_the_approval_bureau_are_held_by_the_countys_approval_bureau():
    answer = jurisdiction_of(item="2-30", region="360731", on=date(2022, 8, 1))
    assert answer.review.organ_code == "360731-SPJ"


def test_items_of_another_bureau_are_held_by_its_counterpart():
    assert jurisdiction_of(item="2-7", region="360731", on=date(2022, 8, 1)).review.organ_code == "360731-ZRZY"


def test_a_zone_without_the_bureau_uses_its_approval_bureau():
    assert jurisdiction_of(item="2-7", region="360792", on=date(2022, 8, 1)).review.organ_code == "360792-SPJ"
