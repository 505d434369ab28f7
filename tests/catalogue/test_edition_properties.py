"""What holds on both sides of any change of edition, inside and outside 龙南经开区, whatever the next edition says?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.catalogue.checks import as_published
from approvals.catalogue.jurisdiction import judge
from approvals.catalogue.modes import Mode
from approvals.catalogue.queries import current_rows
from approvals.catalogue.rows import EditionRow, Rows
from approvals.catalogue.whatif import Work, forecast, successor

NEW_YEAR = date(2027, 1, 1)
ZONE = "longnan-edz"
LONGNAN = "360783"
COPY = 10**6  # how far the keys of the copied rows are from those of the printed ones


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker) -> Rows:
    with django_db_blocker.unblock():
        return current_rows()


def next_edition(rows: Rows, drawn: dict[int, str | None], first: date) -> Rows:
    """A copy of the 2022 edition in which some delegations have another mode (None: are gone)."""
    edition = EditionRow("next", "下一版", "示例", first)
    items = tuple(replace(row, pk=row.pk + COPY, edition="next") for row in rows.items if row.edition == "2022")
    grants = []
    for row in rows.delegations:
        if row.edition != "2022":
            continue
        mode = drawn.get(row.pk, row.mode)
        if mode is not None:
            seal = "OWN" if mode == Mode.DIRECT else "CITY"
            grants.append(
                replace(row, pk=row.pk + COPY, item=row.item + COPY, edition="next", mode=mode, seal_path=seal)
            )
    rules = tuple(replace(rule, item=rule.item + COPY) for rule in rows.supervision_rules)
    both = replace(
        rows,
        editions=(*rows.editions, edition),
        items=(*rows.items, *items),
        delegations=(*rows.delegations, *grants),
        supervision_rules=(*rows.supervision_rules, *rules),
    )
    return as_published(both, "next")


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_day_has_one_answer_and_the_old_days_keep_theirs(printed: Rows, data: st.DataObject) -> None:
    pool = [row.pk for row in printed.delegations if row.edition == "2022"]
    choice = st.sampled_from([None, Mode.DIRECT, Mode.WINDOW])
    drawn = data.draw(st.dictionaries(st.sampled_from(pool), choice, max_size=40))
    first = data.draw(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
    then = next_edition(printed, drawn, first)
    touched = {row.pk: row for row in printed.delegations if row.pk in drawn}
    items = {row.pk: row for row in printed.items}
    for pk, row in list(touched.items())[:12]:
        old = items[row.item]
        new = successor(then, old, "next")
        assert new is not None
        eve, day = first - timedelta(days=1), first
        before = judge(printed, old, region=row.region, on=eve)
        assert judge(then, old, region=row.region, on=eve) == before
        assert then.item_on(old.code, eve).pk == old.pk
        assert then.item_on(old.code, day).pk == new.pk
        after = judge(then, new, region=row.region, on=day)
        assert after.mode == drawn[pk]
        assert (after.decide.level == "COUNTY") == (after.mode == Mode.DIRECT)
        assert after.reasons
        lines = forecast(printed, then, [Work("2022", old.code, row.region, recent=1)], edition="next", on=first)
        assert [line.after for line in lines] == [after]
        assert lines[0].changes == (before.mode != after.mode)


@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_zones_own_grant_wins_inside_it_under_every_edition_and_nowhere_else(
    printed: Rows, data: st.DataObject
) -> None:
    overlapping = [row for row in printed.delegations if row.edition == "longnan26" and row.item in city_items(printed)]
    assert len(overlapping) == 17
    row = data.draw(st.sampled_from(overlapping))
    region = data.draw(st.sampled_from([one.code for one in printed.regions if one.kind != "CITY"]))
    then = next_edition(printed, {}, NEW_YEAR)
    old = city_items(printed)[row.item]
    new = successor(then, old, "next")
    assert new is not None
    for item, day in ((old, NEW_YEAR - timedelta(days=1)), (new, NEW_YEAR)):
        inside = judge(then, item, region=LONGNAN, on=day, place=ZONE)
        assert (inside.delegation, inside.mode, inside.decide.region) == (row.pk, Mode.DIRECT, LONGNAN)
        assert any("龙南经开区范围内，优先于全域放权" in why for why in inside.reasons)
        outside = judge(then, item, region=region, on=day)
        assert outside.delegation != row.pk
        assert outside.mode != Mode.DIRECT


def city_items(rows: Rows) -> dict:
    return {row.pk: row for row in rows.items if row.edition == "2022"}


def test_the_fourteen_items_of_its_own_are_received_in_the_zone_alone(printed: Rows) -> None:
    own = [row for row in printed.items if row.edition == "longnan26"]
    assert len(own) == 26
    for item in own:
        inside = judge(printed, item, region=LONGNAN, on=NEW_YEAR, place=ZONE)
        assert (inside.mode, inside.decide.region) == (Mode.DIRECT, LONGNAN)
        assert inside.supervise
        outside = judge(printed, item, region=LONGNAN, on=NEW_YEAR)
        assert (outside.delegated, outside.decide.region) == (False, "360700")
        assert outside.nearest_miss == "只在限定范围内承接：龙南经开区"
