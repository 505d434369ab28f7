"""Does a search find what a text means, whether it is rare or frequent, on either engine?"""

from datetime import date

import pytest
from django.db.models import QuerySet

from approvals.cases import search
from approvals.cases.models import Case, Party
from approvals.cases.models.case import GoingOn
from approvals.organisations.models import Role
from tests.factories import COMPANY, USCC, moment, received
from tests.people import somebody

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def found(text: str) -> set[str]:
    """What is found among all cases; somebody who sees them all by rows of their own finds the same, also of open ones."""
    everywhere = numbers(Case.objects.filter(search.meant(text, day=DAY).of_all))
    city = search.meant(text, day=DAY, actor=somebody("360700-SPJ", Role.COORDINATOR))
    assert numbers(Case.objects.filter(city.of_all)) == everywhere
    for region, seen in (("360731", "3-38"), ("360702", "3-25")):
        mine = search.meant(text, day=DAY, actor=somebody(f"{region}-SPJ", Role.COORDINATOR))
        theirs = everywhere & numbers(Case.objects.filter(snapshot__item=seen))
        assert numbers(Case.objects.filter(mine.of_all, region=region)) == theirs, text
        assert numbers(Case.objects.filter(mine.going_on, GoingOn("state"), region=region)) == theirs, text
    return everywhere


def numbers(cases: QuerySet[Case]) -> set[str]:
    return set(cases.values_list("number", flat=True))


@pytest.fixture
def cases() -> dict[str, str]:
    one = received("3-38", "360731", moment("2026-03-02")).case
    other = received("3-25", "360702", moment("2026-03-02")).case
    Party.objects.filter(case=other, role="APPLICANT").update(name="Mei Chuan 梅川_100%（集团）有限公司", id_hash="x")
    return {"kang": one.number, "mei": other.number}


@pytest.mark.parametrize(("rare", "few"), [(1000, 5000), (0, 5000), (0, 0)])
def test_each_way_to_say_a_case_finds_it_and_no_other(cases, monkeypatch, rare, few):
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "RARE", rare)  # 0: everything is frequent
    kang, mei = {cases["kang"]}, {cases["mei"]}
    for text in ("康泽", "泽", COMPANY, USCC, USCC.lower(), *kang, cases["kang"][-7:]):
        assert found(text) == kang, text
    for text in ("梅川", "梅", "mei chuan", "CHUAN 梅", "_100%", "（集团）", *mei, cases["mei"][-6:]):
        assert found(text) == mei, text
    assert found("有限公司") == kang | mei
    assert found("13800004417") == kang | mei
    for text in ("泽康", "梅_", "%", "没有这家公司", "999999", "GZ999999999999"):
        assert found(text) == (mei if text in {"%"} else set()), text


@pytest.mark.parametrize(("rare", "few"), [(1000, 5000), (0, 5000), (0, 0)])
def test_an_item_finds_its_cases(cases, monkeypatch, rare, few):
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "RARE", rare)
    name = Case.objects.get(number=cases["kang"]).snapshot.item_name
    assert cases["kang"] in found(name)
    assert cases["mei"] not in found(name)


@pytest.mark.postgres
def test_a_part_of_a_name_is_looked_up_in_the_index(db):
    plan = Party.objects.filter(name__holds="梅川").values("case").explain()
    assert "cases_grams" in plan
