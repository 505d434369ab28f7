"""Are the city, its regions, organs and people such that every item can be handled everywhere?"""

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from stdnum.cn import uscc

from approvals.organisations.actions import load
from approvals.organisations.models import Organ, Region, RegionAlias, SupervisionUnit
from approvals.organisations.seedfile import SeedMalformed

pytestmark = pytest.mark.django_db
SEEDS = settings.BASE_DIR / "seeds" / "organisations"
STATUTORY = {
    "360702": "章贡区", "360703": "南康区", "360704": "赣县区", "360722": "信丰县", "360723": "大余县",
    "360724": "上犹县", "360725": "崇义县", "360726": "安远县", "360728": "定南县", "360729": "全南县",
    "360730": "宁都县", "360731": "于都县", "360732": "兴国县", "360733": "会昌县", "360734": "寻乌县",
    "360735": "石城县", "360781": "瑞金市", "360783": "龙南市",
}  # fmt: skip
CITY_UNITS = {
    "SPJ": "市行政审批局", "ZRZY": "市自然资源局", "ZJ": "市住建局", "SCJG": "市市场监管局", "JT": "市交通运输局",
    "NY": "市农业农村局", "SW": "市商务局", "SF": "市司法局", "JY": "市教育局", "STHJ": "市生态环境局",
    "FGW": "市发改委", "WGXL": "市文广新旅局",
}  # fmt: skip


def rows(model: type) -> list[tuple]:
    return sorted(model.objects.values_list())


def test_there_is_one_city_with_eighteen_statutory_regions_and_two_zones() -> None:
    assert dict(Region.objects.filter(kind="COUNTY", is_statutory=True).values_list("code", "name")) == STATUTORY
    zones = Region.objects.filter(kind="ZONE", is_statutory=False)
    assert dict(zones.values_list("code", "name")) == {"360791": "赣州经开区", "360792": "蓉江新区"}
    assert Region.objects.get(kind="CITY").code == "360700"
    assert Region.objects.count() == 21


def test_an_appeal_goes_to_the_government_of_the_region_and_for_a_zone_to_the_citys() -> None:
    assert Region.objects.get(code="360731").government == "于都县人民政府"
    assert Region.objects.get(code="360702").government == "赣州市章贡区人民政府"
    for zone in Region.objects.filter(kind="ZONE"):
        assert zone.government == "赣州市人民政府"
    assert all("待核" in remark for remark in Region.objects.values_list("remark", flat=True))


def test_a_foreign_code_means_another_region_in_another_system() -> None:
    assert RegionAlias.objects.get(system="医保经办系统", code="360703").region_id == "360791"
    assert Region.objects.get(code="360703").name == "南康区"


def test_the_city_units_bear_the_short_names_of_the_published_lists() -> None:
    city = Organ.objects.filter(region="360700").values_list("code", "short_name")
    assert {code.split("-")[1]: name for code, name in city if code.split("-")[1] in CITY_UNITS} == CITY_UNITS
    with (settings.BASE_DIR / "seeds" / "2022" / "items.csv").open(encoding="utf-8", newline="") as file:
        named = {row["city_unit"] for row in csv.DictReader(file)}
    assert named <= set(CITY_UNITS.values())


def test_every_region_has_an_approval_bureau_and_a_window() -> None:
    for key, kind in (("SPJ", "APPROVAL_BUREAU"), ("WIN", "WINDOW")):
        found = set(Organ.objects.filter(kind=kind).values_list("code", flat=True))
        assert found == {f"{region}-{key}" for region in Region.objects.values_list("code", flat=True)}


def test_a_statutory_region_has_every_bureau_and_a_zone_only_some() -> None:
    keys = defaultdict(set)
    for code in Organ.objects.values_list("code", flat=True):
        keys[code[:6]].add(code[7:])
    for region in STATUTORY:
        assert keys[region] == keys["360700"] - {"BB"}
    assert keys["360792"] < keys["360791"] < keys["360702"]


def test_every_bureau_watches_and_no_approval_bureau_does() -> None:
    bureaux = set(Organ.objects.filter(kind="BUREAU").values_list("code", flat=True))
    assert set(SupervisionUnit.objects.values_list("code", "organ__code")) == {(f"{code}-J", code) for code in bureaux}


def test_every_organ_but_a_window_has_a_valid_credit_code_of_its_own() -> None:
    codes = dict(Organ.objects.exclude(kind="WINDOW").values_list("code", "uscc"))
    assert len(set(codes.values())) == len(codes)
    for code in codes.values():
        assert uscc.is_valid(code)
        assert code.startswith("11")
    assert set(Organ.objects.filter(kind="WINDOW").values_list("uscc", flat=True)) == {""}


def test_loading_again_changes_nothing() -> None:
    before = [rows(model) for model in (Region, RegionAlias, Organ, SupervisionUnit)]
    loaded = load(SEEDS)
    assert [rows(model) for model in (Region, RegionAlias, Organ, SupervisionUnit)] == before
    assert (loaded.regions, loaded.organs, loaded.units) == (21, len(before[2]), len(before[3]))


def test_loading_brings_a_renamed_organ_up_to_the_seed_under_the_same_key() -> None:
    key = Organ.objects.get(code="360731-SPJ").pk
    Organ.objects.filter(pk=key).update(name="于都县某局", phone="")
    load(SEEDS)
    organ = Organ.objects.get(pk=key)
    assert (organ.name, organ.phone) == ("于都县行政审批局", "0797-12345")


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column"),
    [
        ("regions.csv", "360702,章贡区", "360702,", 3, "name"),
        ("regions.csv", "COUNTY,是", "COUNTY,yes", 3, "statutory"),
        ("regions.csv", "CITY,是", "TOWN,是", 2, "kind"),
        ("aliases.csv", "360791,医保", "360799,医保", 2, "region"),
        ("organs.csv", "11360700DM00000136", "11360700DM00000137", 2, "uscc"),
        ("organs.csv", "360700-ZRZY,", "360701-ZRZY,", 3, "code"),
        ("organs.csv", "360700-ZRZY,赣州市自然资源局", "360700-ZRZY,赣州市行政审批局", 3, "name"),
        ("units.csv", "（监管）,360700-ZRZY", "（监管）,360700-NONE", 2, "organ"),
        ("units.csv", "code,name,organ", "code,name", 1, "organ"),
    ],
)
def test_a_malformed_seed_names_file_row_and_column_and_loads_nothing(
    tmp_path: Path, file: str, old: str, new: str, row: int, column: str
) -> None:
    folder = Path(shutil.copytree(SEEDS, tmp_path / "organisations"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    first = (folder / "regions.csv").read_text(encoding="utf-8")
    (folder / "regions.csv").write_text(first.replace("定南县人民政府", "改名县人民政府"), encoding="utf-8")
    with pytest.raises(SeedMalformed) as refusal:
        load(folder)
    assert refusal.value.extra == {"file": file, "row": row, "column": column}
    assert f"第{row}行「{column}」列" in refusal.value.detail
    assert Region.objects.get(code="360728").government == "定南县人民政府"
