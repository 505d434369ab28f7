"""Does an edition live as it should: copied, changed on record, checked, published by another, and then left alone?"""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from approvals.audit.chain import link
from approvals.catalogue import actions, checks, whatif
from approvals.catalogue.access import NoDraft, NotYourItem, SamePerson
from approvals.catalogue.diff import counts, diff
from approvals.catalogue.jurisdiction import OverlappingDelegations, judge, jurisdiction
from approvals.catalogue.models import (
    Agreement,
    Annex,
    CatalogueAct,
    CatalogueRecord,
    Delegation,
    Edition,
    Guide,
    Item,
    LegalDocument,
    Material,
    SupervisionRule,
)
from approvals.catalogue.queries import current_rows, guide_on, item_on, items_in_force, jurisdiction_of
from approvals.catalogue.rowset import rows_of
from approvals.catalogue.sheeting import sheet_of
from approvals.catalogue.sheets import digest_of, export_text
from approvals.catalogue.tables import terms_amiss
from approvals.demo.example_edition import draft_example
from approvals.errors import Invalid
from approvals.organisations.access import Actor
from approvals.organisations.models import Role
from tests.factories import moment
from tests.people import sitting

pytestmark = pytest.mark.django_db

AT = moment("2026-03-02")
NEW_YEAR = date(2027, 1, 1)
CODE = "example"


def xiao() -> Actor:
    """肖江南, item admin of 市行政审批局."""
    return sitting("xiaojiangnan", Role.ITEM_ADMIN)


def yang() -> Actor:
    """杨善明, coordinator of the city."""
    return sitting("yangshanming", Role.COORDINATOR)


def wen_weiguo() -> Actor:
    """温卫国, item admin of 市自然资源局."""
    return sitting("wenweiguo", Role.ITEM_ADMIN)


def example() -> Edition:
    return draft_example(author=xiao(), editor=yang(), at=AT)


def publish() -> actions.Published:
    actions.check_edition(code=CODE, actor=xiao(), at=AT)
    return actions.publish_edition(code=CODE, actor=yang(), at=AT)


def changed_answers(rows) -> dict:
    """Every answer of the day, by item identity and region."""
    return {
        (item.identity, region.code): judge(rows, item, region=region.code, on=NEW_YEAR)
        for item in rows.items
        for region in rows.regions[:3]
        if item.edition == CODE
    }


def test_the_example_is_published_as_forecast_and_what_it_replaces_ends_the_day_before():
    before = sheet_of(Edition.objects.get(code="2022"))
    draft = example()
    now, then = current_rows(), checks.rows_with(draft)
    works = [
        whatif.Work("2022", item.code, region, recent=3, open=1)
        for item in now.items
        if item.edition == "2022"
        for region in ("360703", "360725", "360731")
    ]
    forecast = whatif.forecast(now, then, works, edition=CODE, on=NEW_YEAR)
    foreseen = changed_answers(then)
    assert {one.code for one in forecast if one.changes and one.work.region == "360731"} == {"2-30", "3-37", "3-38"}
    assert all(one.changes for one in forecast if one.work.region == "360725" and one.before.mode == "WINDOW")
    assert [load for load in whatif.loads(forecast) if load.who == "赣州市行政审批局" and load.loses]

    done = publish()

    assert done.counts == counts(diff(before, sheet_of(Edition.objects.get(code=CODE))))
    assert set(done.counts) == {"ADDED", "DROPPED", "RENAMED", "MOVED", "RECEIVERS_DROPPED"}
    old = Edition.objects.get(code="2022")
    assert (old.effective_to, old.status) == (date(2026, 12, 31), Edition.Status.PUBLISHED)
    rows = current_rows()
    assert changed_answers(rows) == foreseen
    for one in forecast:
        if one.listed:
            asked = jurisdiction_of(item=one.code, region=one.work.region, on=NEW_YEAR)
            assert asked == one.after, one
    # one day before, everything is as it was
    eve = NEW_YEAR - timedelta(days=1)
    assert jurisdiction_of(item="2-30", region="360731", on=eve).mode == "SUBSTANTIVE"
    assert jurisdiction_of(item="2-30", region="360731", on=NEW_YEAR).mode == "DIRECT"
    assert not jurisdiction_of(item="3-38", region="360725", on=NEW_YEAR).delegated
    assert (len(items_in_force(eve)), len(items_in_force(NEW_YEAR))) == (118, 119)
    assert guide_on(item_on("2-30", NEW_YEAR), NEW_YEAR).status == Guide.Status.PUBLISHED
    # the narrower grant of 龙南经开区 outlives the edition it was printed beside
    inside = jurisdiction_of(item="3-46", region="360783", on=NEW_YEAR, place="longnan-edz")
    assert (inside.mode, inside.decide.organ_name) == ("DIRECT", "龙南市行政审批局")
    the_chain_holds_the_digests_of_text_and_differences(done)


def the_chain_holds_the_digests_of_text_and_differences(done: actions.Published) -> None:
    records = list(CatalogueRecord.objects.filter(stream=CODE).order_by("sequence"))
    assert [row.sequence for row in records] == list(range(1, len(records) + 1))
    for previous, row in zip([None, *records], records, strict=False):
        assert row.digest == link(previous.digest if previous else "0" * 64, row.body)
    last = json.loads(records[-1].body)
    assert records[-1].act == CatalogueAct.PUBLISHED
    assert last["after"]["export"] == done.digest == Edition.objects.get(code=CODE).digest
    assert done.digest == digest_of(export_text(sheet_of(Edition.objects.get(code=CODE))))
    assert last["after"]["changes"]["ADDED"] == 2
    saved = next(json.loads(row.body) for row in records if row.subject.startswith("1-7"))
    assert saved["before"]["main_name"] == "林木采伐许可证核发"
    assert saved["after"]["main_name"].startswith("示例更名")


def test_a_draft_is_changed_by_its_units_checked_whole_and_published_by_another_person():
    draft = draft_example(author=yang(), editor=yang(), at=AT)
    an_item_admin_changes_only_the_items_of_the_own_unit()
    it_never_begins_in_the_past()
    nobody_publishes_what_they_drafted_and_only_the_coordinator_publishes()
    an_item_nobody_receives_decides_or_watches_is_refused_with_the_list(draft)
    it_is_nowhere_to_be_seen(draft)


def nobody_publishes_what_they_drafted_and_only_the_coordinator_publishes() -> None:
    with pytest.raises(NoDraft):
        actions.publish_edition(code=CODE, actor=replace(yang(), user=0), at=AT)
    actions.check_edition(code=CODE, actor=xiao(), at=AT)
    with pytest.raises(SamePerson):
        actions.publish_edition(code=CODE, actor=yang(), at=AT)
    with pytest.raises(NotYourItem):
        actions.publish_edition(code=CODE, actor=xiao(), at=AT)
    with pytest.raises(NoDraft, match="先退回草拟"):
        actions.save_item(edition=CODE, code="1-7", changes={"remark": "x"}, actor=xiao(), at=AT)
    actions.reopen_edition(code=CODE, reason="还要改", actor=yang(), at=AT)
    actions.save_item(edition=CODE, code="1-7", changes={"remark": "示例"}, actor=xiao(), at=AT)


def an_item_nobody_receives_decides_or_watches_is_refused_with_the_list(draft: Edition) -> None:
    Delegation.objects.filter(edition=draft, item__code="1-1").delete()
    SupervisionRule.objects.filter(item__edition=draft, item__code="2-7").delete()
    Guide.objects.filter(item__edition=draft, item__code="3-40").delete()
    Delegation.objects.filter(edition=draft, item__code="2-1", region="360731").update(agreement=None)
    with pytest.raises(actions.EditionIncomplete) as refused:
        actions.check_edition(code=CODE, actor=xiao(), at=AT)
    found = {one["item"]: one["text"] for one in refused.value.extra["blockers"]}
    assert "没有任何地区承接" in found["1-1"]
    assert "没有监管单位" in found["2-7"]
    assert "没有办事指南" in found["3-40"]
    assert "于都县" in found["2-1"]
    assert "协议" in found["2-1"]
    assert Edition.objects.get(code=CODE).status == Edition.Status.DRAFT


def it_never_begins_in_the_past() -> None:
    actions.save_edition(code=CODE, changes={"effective_from": date(2026, 3, 2)}, actor=yang(), at=AT)
    with pytest.raises(actions.EditionIncomplete, match="应在 2026-03-02 之后"):
        actions.check_edition(code=CODE, actor=xiao(), at=AT)
    actions.save_edition(code=CODE, changes={"effective_from": NEW_YEAR}, actor=yang(), at=AT)


def an_item_admin_changes_only_the_items_of_the_own_unit() -> None:
    item = actions.save_item(edition=CODE, code="2-7", changes={"remark": "改"}, actor=wen_weiguo(), at=AT)
    assert item.remark == "改"
    for act in (
        lambda: actions.save_item(edition=CODE, code="1-7", changes={"remark": "改"}, actor=wen_weiguo(), at=AT),
        lambda: actions.remove_item(edition=CODE, code="1-7", reason="x", actor=wen_weiguo(), at=AT),
        lambda: actions.add_item(edition=CODE, unit="360700-SPJ", values={"main_name": "x"}, actor=wen_weiguo(), at=AT),
        lambda: actions.end_many(
            edition=CODE, items=["1-7"], regions=["360703"], on=NEW_YEAR, reason="x", actor=wen_weiguo(), at=AT
        ),
    ):
        with pytest.raises(NotYourItem):
            act()
    with pytest.raises(Invalid, match="已是"):
        actions.save_item(edition=CODE, code="2-7", changes={"seq": 8}, actor=wen_weiguo(), at=AT)
    with pytest.raises(NoDraft, match="已经发布"):
        actions.save_item(edition="2022", code="2-7", changes={"remark": "改"}, actor=wen_weiguo(), at=AT)


PUBLISHED = [
    (Item, {"code": "2-30"}, {"main_name": "别的"}),
    (Item, {"code": "2-30"}, {"city_unit": 2}),
    (Annex, {"number": 1}, {"footnote": "没有"}),
    (Edition, {}, {"title": "别的"}),
    (Edition, {}, {"status": "DRAFT"}),
    (Delegation, {"item__code": "2-30"}, {"mode": "DIRECT", "seal_path": "OWN"}),
    (Delegation, {"item__code": "2-30"}, {"effective_from": date(2022, 7, 2)}),
]
GUIDED = [(Guide, "item", {"promised_days": 2}), (Material, "guide__item", {"copies": 9})]


def test_the_database_itself_keeps_what_is_published():
    for model, found, changes in PUBLISHED:
        rows = model.objects.filter(**({"code": "2022"} if model is Edition else {"edition__code": "2022"}), **found)
        assert rows.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**changes)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.model._base_manager.filter(pk=rows[0].pk)._raw_delete("default")
    for model, path, changes in GUIDED:
        rows = model.objects.filter(**{f"{path}__code": "2-30"})
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**changes)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    draft = Edition.objects.create(
        code="d", title="草拟", document=LegalDocument.objects.first(), effective_from=NEW_YEAR
    )
    own = Annex.objects.create(edition=draft, number=9, title="示例")
    with pytest.raises(DatabaseError), transaction.atomic():
        Annex.objects.filter(pk=own.pk).update(edition=Edition.objects.get(code="2022"))
    assert Delegation.objects.filter(item__code="2-30", region="360703").update(effective_to=date(2026, 12, 31)) == 1
    assert Item.objects.filter(code="2-30").update(keywords="电梯") == 1


def test_a_new_list_of_a_place_goes_on_with_what_the_old_one_granted_of_the_citys_items():
    draft = actions.copy_edition(
        source="longnan26",
        code="longnan-27",
        title="龙南经开区清单（示例）",
        document="赣市府办字〔2022〕21号",
        effective_from=NEW_YEAR,
        actor=xiao(),
        at=AT,
    )
    strange = Delegation.objects.filter(edition__code="longnan26").exclude(item__edition__code="longnan26")
    assert strange.count() == 17
    late = strange.first()
    Delegation.objects.filter(pk=late.pk).update(effective_to=date(2026, 6, 30))
    late = Delegation.objects.get(pk=late.pk)
    late.pk, late.effective_from, late.effective_to = None, NEW_YEAR, None
    with transaction.atomic():
        late.save(force_insert=True)
        assert [one.item for one in checks.of_edition(draft, on=AT.date()) if "才能接续" in one.text] == [
            late.item.code
        ]
        transaction.set_rollback(True)
    Delegation.objects.filter(edition__code="longnan26").exclude(item__edition__code="longnan26").update(
        effective_to=None
    )
    asked = {"item": "3-46", "region": "360783", "on": NEW_YEAR, "place": "longnan-edz"}
    foreseen = jurisdiction(checks.rows_with(draft), **asked)
    actions.check_edition(code="longnan-27", actor=xiao(), at=AT)
    actions.publish_edition(code="longnan-27", actor=yang(), at=AT)
    answer = jurisdiction_of(**asked)
    assert (answer.mode, answer.reasons) == (foreseen.mode, foreseen.reasons)
    assert answer.mode == "DIRECT"
    assert Delegation.objects.filter(edition=draft, item__edition__code="2022", effective_from=NEW_YEAR).count() == 17
    assert set(strange.filter(edition__code="longnan26").values_list("effective_to", flat=True)) == {date(2026, 12, 31)}
    last = CatalogueRecord.objects.filter(stream="longnan-27").latest("sequence")
    assert len(json.loads(last.body)["after"]["carried"]) == 17


def test_a_places_list_grants_within_the_place_and_leaves_the_rows_of_other_lists_alone():
    wide = Delegation.objects.get(edition__code="2022", item__code="3-46", region="360783", place="")
    grant = actions.Grant(mode="DIRECT", effective_from=NEW_YEAR, document="赣市府办字〔2022〕21号")
    common = {"items": ["3-46"], "regions": ["360783"], "actor": yang(), "at": AT}
    with pytest.raises(Invalid, match="限定范围"):
        actions.grant_many(edition="longnan26", grant=grant, **common)
    with pytest.raises(OverlappingDelegations, match="那一版"):
        actions.grant_many(edition="2022", grant=replace(grant, place="longnan-edz"), **common)
    wide.refresh_from_db()
    assert wide.effective_to is None


def test_a_substantive_grant_rests_on_a_signed_agreement_in_force():
    unit = Item.objects.get(edition__code="2022", code="2-30").city_unit
    terms = {"number": "承接-示例", "city_unit": unit.code, "region": "360731", "effective_from": NEW_YEAR}
    Agreement.objects.filter(city_unit=unit, region="360731").update(effective_to=NEW_YEAR - timedelta(days=2))
    paper = actions.draft_agreement(values=terms, actor=yang(), at=AT)
    grant = actions.Grant(mode="SUBSTANTIVE", effective_from=NEW_YEAR, document="赣市府办发〔2022〕7号")
    common = {"edition": "2022", "items": ["2-30"], "regions": ["360731"], "actor": yang(), "at": AT}
    with pytest.raises(Invalid, match="没有已签"):
        actions.grant_many(grant=grant, **common)
    Agreement.objects.filter(pk=paper.pk).update(status="SIGNED", signed_on=date(2026, 3, 1))
    with pytest.raises(Invalid, match="没有已签"):
        actions.grant_many(grant=replace(grant, effective_from=NEW_YEAR - timedelta(days=1)), **common)
    (row,) = actions.grant_many(grant=grant, **common).added
    assert row.agreement == paper
    Agreement.objects.filter(pk=paper.pk).update(status="DRAFT")
    row.agreement.refresh_from_db()
    assert "没有签订" in terms_amiss(row)["agreement"]
    with pytest.raises(Invalid, match="不能再改"):
        actions.save_agreement(agreement=paper.pk, values=terms | {"region": "360732"}, actor=yang(), at=AT)


def test_the_database_itself_refuses_days_that_overlap():
    row = Delegation.objects.get(item__code="2-30", region="360703")
    with pytest.raises(DatabaseError), transaction.atomic():
        Delegation.objects.create(
            edition_id=row.edition_id,
            item_id=row.item_id,
            region_id="360703",
            mode="WINDOW",
            seal_path="CITY",
            effective_from=date(2026, 1, 1),
            document_id=row.document_id,
        )


def test_two_editions_differ_in_nothing_from_themselves():
    sheet = sheet_of(Edition.objects.get(code="2022"))
    assert diff(sheet, sheet) == []
    other = sheet_of(Edition.objects.get(code="longnan26"))
    kinds = counts(diff(sheet, other))
    assert kinds["DROPPED"] == 118 - 3  # three of 省重点保护陆生野生动物 are printed alike in both
    assert kinds["ADDED"] == 26 - 3


def it_is_nowhere_to_be_seen(draft: Edition) -> None:
    assert CODE not in {row.code for row in current_rows().editions}
    assert CODE in {row.code for row in rows_of([draft.pk]).editions}
    assert jurisdiction_of(item="2-30", region="360731", on=NEW_YEAR).mode == "SUBSTANTIVE"
