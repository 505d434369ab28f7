"""Is a seed folder loaded whole or not at all, and is every mistake in it named by its place?"""

import shutil

import pytest
from django.conf import settings

from approvals.catalogue import actions
from approvals.catalogue.jurisdiction import OverlappingDelegations
from approvals.catalogue.models import (
    Delegation,
    Edition,
    FormField,
    Guide,
    Item,
    Material,
    ReviewPoint,
    Stamp,
    SupervisionRule,
)
from approvals.organisations.models import SupervisionUnit
from approvals.organisations.seedfile import SeedMalformed

pytestmark = pytest.mark.django_db

SEEDS = settings.BASE_DIR / "seeds" / "2022"
KEPT = (Edition, Item, Delegation, SupervisionRule, Guide, Material, FormField, ReviewPoint, Stamp)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SEEDS, tmp_path / "2022")


def everything() -> dict:
    return {model: sorted(map(str, model.objects.values_list())) for model in KEPT}


def change(folder, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{name} 里没有 {old}"
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_loading_again_changes_nothing():
    before = everything()
    loaded = actions.load(SEEDS)
    assert loaded.added == 0
    assert loaded.total > 3000
    assert everything() == before


def test_loading_again_undoes_no_act_of_administration():
    row = Delegation.objects.filter(item__code="3-38", region="360703").get()
    actions.end_delegation(delegation=row.pk, on=row.effective_from)
    rule = SupervisionRule.objects.get(item__code="3-38")
    rule.unit, rule.provisional = SupervisionUnit.objects.get(code="360700-CG-J"), False
    rule.save()
    actions.load(SEEDS)
    row.refresh_from_db()
    rule.refresh_from_db()
    assert row.effective_to == row.effective_from
    assert (rule.unit.code, rule.provisional) == ("360700-CG-J", False)


def test_what_is_missing_is_added_and_nothing_else(folder):
    with (folder / "delegations.csv").open("a", encoding="utf-8") as file:
        file.write("1,8,360703,,DIRECT,2023-01-01,,赣市府办发〔2022〕7号,OWN,\n")
    assert actions.load(folder).added == 1
    assert actions.load(folder).added == 0
    assert actions.load(SEEDS).added == 0


def test_another_folder_becomes_another_edition_beside_the_first(folder):
    change(folder, "edition.csv", "2022,", "2030,")
    change(folder, "edition.csv", "2022-02-25", "2030-01-01")
    assert actions.load(folder).added > 3000 - 500
    assert Item.objects.filter(edition__code="2030").count() == 118
    assert Item.objects.filter(edition__code="2022").count() == 118


MISTAKES = [
    ("items.csv", "市司法局,", "市邮政局,", 11, "city_unit"),
    ("items.csv", "行政确认,,", "行政审批,,", 6, "power_type"),
    ("items.csv", "1,direct,5,", "1,direct,4,", 6, "seq"),
    ("items.csv", "1,direct,5,", "1,window,5,", 6, "mode"),
    ("items.csv", "1,direct,5,", "1,direct,五,", 6, "seq"),
    ("items.csv", "1,direct,5,", "7,direct,5,", 6, "annex"),
    ("items.csv", "power_type,", "kind,", 1, "power_type"),
    ("edition.csv", ",2022-02-25,", ",2021-12-31,", 2, "effective_from"),
    ("documents.csv", "2022-02-25,2022-02-25,,", "2022-02-25,2022-02-25,2022-02-01,", 2, "effective_to"),
    ("delegations.csv", "1-7 9-11", "1-7 9-99", 2, "seqs"),
    ("delegations.csv", "COUNTIES", "360700", 2, "receivers"),
    ("delegations.csv", "360702,,DIRECT", "360702,,LENT", 3, "mode"),
    ("delegations.csv", "8 12-20", "7 8 12-20", 3, "seqs"),
    (
        "delegations.csv",
        "2022-07-01,,赣市府办发〔2022〕7号,CITY",
        "2022-07-01,,赣市府办发〔2022〕7号,OWN",
        4,
        "seal_path",
    ),
    ("agreements.csv", "SIGNED,2022-06-06", "SIGNED,", 2, "signed_on"),
    ("agreements.csv", "SIGNED,2022-06-06", "SIGNED,2022-08-06", 2, "signed_on"),
    ("agreements.csv", "SIGNED,2022-06-06", "SIGNED,6月6日", 2, "signed_on"),
    ("counterparts.csv", "360702,,360702-SPJ", "360702,,360703-SPJ", 2, "organ"),
    ("supervision.csv", "360700-LY-J", "360700-XX-J", 8, "unit"),
    ("guides.csv", "ACCEPTED,10,2,1,", "ACCEPTED,10,3,1,", 2, "decide_stage_days"),
    ("guides.csv", "15,15,SOURCE,3,", "15,2,SOURCE,3,", 2, "promised_days"),
    ("guides_provisional.csv", "1-2,OTHER", "1-2,OTHERS", 3, "templates"),
    ("guide_materials.csv", "2-30,特种设备使用登记表", "2-31,特种设备使用登记表", 2, "guide"),
    ("guide_materials.csv", "equipment_class=锅炉", "equipment_class=飞机", 7, "when"),
    ("guide_fields.csv", "是,按台（套）|按单位,", "是,,", 2, "choices"),
    ("guide_fields.csv", "registration_by,登记方式,CHOICE", "登记 方式,登记方式,CHOICE", 2, "key"),
    ("guide_points.csv", "相符,否", "相符,也许", 2, "key"),
    ("guide_procedures.csv", "2-30,HEARING", "2-30,LUNCH", 2, "kind"),
    ("keywords.csv", "1-1,", "1-100,", 2, "item"),
]


@pytest.mark.parametrize(("name", "old", "new", "row", "column"), MISTAKES)
def test_a_mistake_is_named_by_file_row_and_column_and_nothing_is_loaded(folder, name, old, new, row, column):
    change(folder, "edition.csv", "2022,", "2030,")
    change(folder, name, old, new)
    before = everything()
    with pytest.raises(SeedMalformed) as refused:
        actions.load(folder)
    assert (refused.value.extra["file"], refused.value.extra["row"], refused.value.extra["column"]) == (
        name,
        row,
        column,
    )
    assert f"{name} 第{row}行「{column}」列" in str(refused.value)
    assert everything() == before


OF_LICENCES = "licence_"  # the licences read these themselves


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.iterdir() if not path.name.startswith(OF_LICENCES)))
def test_no_seed_file_may_be_missing(folder, name):
    (folder / name).unlink()
    with pytest.raises(SeedMalformed, match=name):
        actions.load(folder)


@pytest.mark.parametrize(
    ("name", "line", "miss"), [("supervision.csv", 2, "1-1"), ("guides_provisional.csv", 2, "1-1")]
)
def test_an_item_without_supervisor_or_guide_is_refused_by_name(folder, name, line, miss):
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[line - 1]
    (folder / name).write_text("".join(lines), encoding="utf-8")
    with pytest.raises(SeedMalformed, match=f"事项 {miss} 没有"):
        actions.load(folder)


def test_dates_of_one_item_in_one_region_that_overlap_are_refused_and_rolled_back(folder):
    with (folder / "delegations.csv").open("a", encoding="utf-8") as file:
        file.write("1,7,360703,,DIRECT,2023-01-01,,赣市府办发〔2022〕7号,OWN,\n")
    before = everything()
    with pytest.raises(OverlappingDelegations, match="事项 1-7 在南康区"):
        actions.load(folder)
    assert everything() == before
