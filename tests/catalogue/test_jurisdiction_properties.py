"""What holds for all items, all regions and all days around every boundary of the loaded edition?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.catalogue.jurisdiction import jurisdiction
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import current_rows
from approvals.catalogue.rows import AgreementRow, Rows, covers
from tests.catalogue.rowbook import NANKANG, delegation, world


def boundaries(rows: Rows) -> list[date]:
    """The days before, on and after every date that occurs in the rows."""
    dated = [*rows.delegations, *rows.agreements, *rows.editions]
    days = {row.effective_from for row in dated} | {row.effective_to for row in dated if row.effective_to}
    return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})


def exactly_one_holds_each_phase(answer) -> None:
    for holder in (answer.accept, answer.review, answer.decide, answer.seal):
        assert holder.organ
        assert holder.organ_name
        assert holder.level == ("CITY" if holder.region == "360700" else "COUNTY")
    if answer.delegated:
        assert answer.nearest_miss is None
        assert answer.supervise
        assert [unit.copy for unit in answer.supervise].count(False) == 1
        assert not answer.supervise[0].copy
        assert answer.accept.level == "COUNTY"
    else:
        assert answer.nearest_miss or answer.region == "360700"
        assert answer.accept == answer.review == answer.decide == answer.seal
        assert answer.decide.level == "CITY"
    assert answer.reasons


@pytest.mark.django_db
def test_everywhere_and_on_every_boundary_day_at_most_one_delegation_applies_and_exactly_one_organ_decides():
    rows = current_rows()
    days = boundaries(rows)
    assert {date(2022, 2, 24), date(2022, 5, 31), date(2022, 6, 1), date(2022, 6, 30), date(2022, 7, 1)} <= set(days)
    asked = 0
    for day in days:
        for item in rows.items:
            for region in rows.regions:
                answer = jurisdiction(rows, item=item.code, region=region.code, on=day)
                exactly_one_holds_each_phase(answer)
                applying = [
                    row
                    for row in rows.delegations_in.get((item.pk, region.code), ())
                    if covers(row.effective_from, row.effective_to, day) and not row.place
                ]
                assert len(applying) <= 1
                assert [answer.delegation] == [row.pk for row in applying] or not answer.delegated
                asked += 1
    assert asked == len(days) * (118 + 26) * 21


@pytest.mark.django_db
def test_on_any_day_of_the_backbone_the_number_of_received_pairs_is_what_the_annexes_print():
    rows = current_rows()

    def received(day: date) -> int:
        return sum(
            jurisdiction(rows, item=item.code, region=region.code, on=day).delegated
            for item in rows.items
            for region in rows.regions
        )

    assert received(date(2022, 5, 31)) == 0
    assert received(date(2022, 6, 1)) == 10 * 18 + 10
    assert received(date(2022, 7, 1)) == 10 * 18 + 10 + (45 + 53) * 20


@pytest.mark.django_db
def test_with_every_agreement_torn_up_exactly_the_substantive_items_fall_back_to_the_city():
    rows = current_rows()
    torn = replace(rows, agreements=())
    day = date(2022, 8, 1)
    for item in rows.items:
        before = jurisdiction(rows, item=item.code, region="360731", on=day)
        after = jurisdiction(torn, item=item.code, region="360731", on=day)
        if before.mode == Mode.SUBSTANTIVE:
            assert (after.delegated, after.nearest_miss) == (False, "承接协议未签")
        else:
            assert after == before


DAYS = st.dates(date(2022, 3, 1), date(2023, 12, 31))  # the edition is in force


@given(
    mode=st.sampled_from(list(Mode)),
    start=DAYS,
    length=st.integers(0, 400),
    agreed=st.one_of(st.none(), DAYS),
    on=DAYS,
)
def test_one_dated_delegation_applies_exactly_while_it_and_its_agreement_are_in_force(mode, start, length, agreed, on):
    end = start + timedelta(days=length)
    agreements = (AgreementRow(1, "承接-1", True, agreed, agreed),) if agreed else ()
    rows = world(
        delegation(mode, start=start, effective_to=end, agreement=1 if agreed else None), agreements=agreements
    )
    answer = jurisdiction(rows, item="2-30", region=NANKANG, on=on)
    expected = start <= on <= end and (mode != Mode.SUBSTANTIVE or (agreed is not None and agreed <= on))
    assert answer.delegated is expected
    exactly_one_holds_each_phase(answer)
