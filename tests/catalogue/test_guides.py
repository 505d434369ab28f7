"""Which guide does an applicant get: ten compiled ones with their peculiarities, marked provisional ones elsewhere?"""

from datetime import date, timedelta

import pytest

from approvals.catalogue import actions
from approvals.catalogue.models import Check, Confidence, FieldKind, Guide, LicenceEffect, Necessity, PowerType
from approvals.catalogue.queries import NoGuide, guide_on, item_on

pytestmark = pytest.mark.django_db

DAY = date(2022, 8, 1)
COMPILED = {"1-7", "1-12", "2-7", "2-30", "3-16", "3-25", "3-31", "3-37", "3-38", "3-40"}


def guide(code: str) -> Guide:
    return guide_on(item_on(code, DAY), DAY)


def every_guide() -> list[Guide]:
    return list(Guide.objects.select_related("item").prefetch_related("materials", "form_fields", "review_points"))


def test_every_item_has_one_published_guide_and_all_but_ten_are_marked_as_unfinished():
    guides = every_guide()
    assert len({guide.item.code for guide in guides}) == len(guides) == 118 + 26
    assert {guide.item.code for guide in guides if not guide.provisional} == COMPILED
    assert all("待完善" in guide.note for guide in guides if guide.provisional)


def test_every_guide_can_carry_a_case():
    for one in every_guide():
        assert one.materials.all(), one
        assert one.form_fields.all(), one
        assert one.review_points.all(), one
        assert any(point.key for point in one.review_points.all()), f"{one}：市级没有关键要点可核"
        assert one.legal_basis, one
        assert one.conditions, one
        assert set(one.stage_days) == {"REVIEW", "DECIDE"}
        assert sum(one.stage_days.values()) == one.promised_days
        assert one.statutory_days is None or one.promised_days <= one.statutory_days
        assert set(one.confidence.values()) <= set(Confidence.values)


def test_provisional_guides_carry_the_common_part_of_the_form():
    for one in every_guide():
        if one.provisional:
            assert [field.key for field in one.form_fields.all()][:3] == ["subject", "place", "content"]
            assert {material.necessity for material in one.materials.all()} <= {
                Necessity.REQUIRED,
                Necessity.CONDITIONAL,
            }


def test_the_ten_forms_ask_typed_questions_of_their_own():
    for code in COMPILED:
        fields = list(guide(code).form_fields.all())
        assert len(fields) >= 9, code
        kinds = {field.kind for field in fields}
        assert {FieldKind.TEXT, FieldKind.NUMBER} <= kinds, code
        assert kinds & {FieldKind.CHOICE, FieldKind.DATE}, code
        assert all(field.unit for field in fields if field.kind == FieldKind.NUMBER), code
        assert all(field.choices for field in fields if field.kind == FieldKind.CHOICE), code
        assert "subject" not in {field.key for field in fields}


def test_the_form_for_special_equipment_asks_for_class_code_place_and_number_of_sets():
    fields = {field.key: field for field in guide("2-30").form_fields.all()}
    assert "电梯" in fields["equipment_class"].choices
    assert (fields["quantity"].unit, fields["quantity"].rule) == ("台（套）", Check.WHOLE)
    assert {"equipment_code", "place_of_use"} <= set(fields)


def test_special_equipment_is_promised_in_three_working_days_two_for_the_county_and_one_for_the_city():
    one = guide("2-30")
    assert (one.promised_days, one.statutory_days, one.stage_days) == (3, 15, {"REVIEW": 2, "DECIDE": 1})
    assert one.confidence["promised_days"] == Confidence.SOURCE
    assert one.on_site


@pytest.mark.parametrize(("code", "days"), [("1-12", 10), ("3-40", 60), ("2-27", 60)])
def test_some_statutes_count_from_receipt(code, days):
    one = guide(code)
    assert (one.clock_start, one.statutory_days) == ("RECEIVED", days)


def test_real_estate_is_checked_on_the_spot_and_has_thirty_days():
    for one in every_guide():
        if one.item.main_name == "不动产统一登记":
            assert (one.acceptance_days, one.recheck_days, one.statutory_days) == (0, 0, 30), one
        else:
            assert one.acceptance_days == 5, one


def test_a_mortgage_costs_80_or_550_yuan_by_the_use_of_the_property():
    fee = guide("2-7").fee
    assert fee["charged"]
    assert {option["choice"]: option["amount_cents"] for option in fee["options"]} == {"住宅": 8000, "非住宅": 55000}
    (field,) = {option["field"] for option in fee["options"]}
    assert guide("2-7").form_fields.get(key=field).choices == ["住宅", "非住宅"]


def test_only_the_mortgage_is_charged():
    assert {one.item.code for one in every_guide() if one.fee["charged"]} == {"2-7"}


def test_filings_take_one_day_have_no_statutory_limit_and_are_recorded_in_one_step():
    filings = [one for one in every_guide() if one.item.power_type == PowerType.FILING]
    assert len(filings) == 24
    for one in filings:
        assert (one.statutory_days, one.promised_days) == (None, 1), one
        assert one.stage_days == {"REVIEW": 0, "DECIDE": 1}


def test_commitment_is_open_for_small_fellings_and_class_b_medicines_only():
    assert {one.item.code for one in every_guide() if one.commitment} == {"1-7", "3-31"}
    assert "30立方米" in guide("1-7").commitment_text
    assert "乙类非处方药" in guide("3-31").commitment_text


def test_papers_are_tolerable_only_where_the_guide_allows_it():
    for one in every_guide():
        tolerable = [paper for paper in one.materials.all() if paper.necessity == Necessity.TOLERABLE]
        assert bool(tolerable) == one.tolerance, one
        assert all("容缺" in paper.note for paper in tolerable)


def test_a_petrol_station_still_needs_its_thirteen_papers():
    assert guide("3-37").materials.count() == 13


def test_a_pause_that_stops_the_statutory_clock_rests_on_a_law():
    for one in every_guide():
        for procedure in one.special_procedures:
            assert procedure["basis"], one
            if procedure["pauses_statutory"]:
                assert "第" in procedure["basis"], (one, procedure)
                assert procedure["pauses_promised"], (one, procedure)


@pytest.mark.parametrize(
    ("code", "effect"),
    [
        ("3-25", LicenceEffect.CREATE),
        ("3-26", LicenceEffect.RENEW),
        ("3-28", LicenceEffect.AMEND),
        ("3-29", LicenceEffect.REPLACE),
        ("3-30", LicenceEffect.CANCEL),
        ("3-40", LicenceEffect.NONE),
    ],
)
def test_the_effect_on_the_licence_follows_the_business(code, effect):
    assert guide(code).licence_effect == effect


def test_whoever_changes_or_cancels_a_licence_names_the_old_one():
    for one in every_guide():
        changes = one.licence_effect in (
            LicenceEffect.AMEND,
            LicenceEffect.RENEW,
            LicenceEffect.REPLACE,
            LicenceEffect.CANCEL,
        )
        assert changes == any(field.key == "original_number" for field in one.form_fields.all()), one


def test_laws_that_change_say_from_when_to_when():
    assert [(law["law"][-6:], law["valid_from"], law["valid_to"]) for law in guide("3-40").legal_basis] == [
        ("环境影响评价法"[-6:], None, "2026-08-14"),
        ("生态环境法典", "2026-08-15", None),
    ]


# ---------------------------------------------------------------- versions


def test_a_new_version_holds_from_its_day_and_the_old_one_until_then():
    old = Guide.objects.get(item__code="2-30")
    new = Guide.objects.get(pk=old.pk)
    new.pk, new.version, new.effective_from = None, 2, date(2023, 1, 1)
    new.save(force_insert=True)
    actions.touch()
    item = item_on("2-30", DAY)
    assert guide_on(item, date(2022, 12, 31)).version == 1
    assert guide_on(item, date(2023, 1, 1)).version == 2


def test_a_draft_is_not_in_force_and_without_any_guide_the_refusal_says_what_to_do():
    old = Guide.objects.get(item__code="2-30")
    new = Guide.objects.get(pk=old.pk)
    new.pk, new.version, new.status = None, 2, Guide.Status.DRAFT
    new.save(force_insert=True)
    Guide.objects.filter(pk=old.pk).update(effective_to=DAY - timedelta(days=1))
    actions.touch()
    with pytest.raises(NoGuide, match="2-30"):
        guide("2-30")
