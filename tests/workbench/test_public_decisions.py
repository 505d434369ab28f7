"""Which decisions are open to everybody? 行政许可法第四十条: grants of permits, once sealed, with masked names."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.cases.words import Action, State
from approvals.organisations.masks import party as masked_party
from tests.factories import COMPANY, REMEDIES, USCC, driven, moment
from tests.people import sitting

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

YUDU = "360731"


def back(workdays: int):
    return moment(add(current_calendar(), timezone.localdate(), -workdays))


def page(**query) -> str:
    response = Client().get("/public/decisions/", query)
    assert response.status_code == 200
    return response.content.decode()


def count(shown: str) -> int:
    return shown.count("<li><h2>")


def test_a_sealed_grant_of_a_permit_is_published_with_masked_names():
    before = count(page(q="3-38"))
    story = driven("3-38", YUDU, back(1), to=State.SEALED)
    shown = page(q="3-38")
    assert count(shown) == before + 1
    assert "于都县康****有限公司" in shown
    for secret in (COMPANY, USCC, "13800004417", "刘敏", "长征大道", "准予。", story.case.number):
        assert secret not in shown


def test_what_is_decided_but_not_sealed_is_not_out_yet():
    before = count(page(q="3-38"))
    driven("3-38", YUDU, back(1), to=State.DECIDED)
    assert count(page(q="3-38")) == before


@pytest.mark.parametrize("item", ["3-16", "2-7"], ids=["filing", "confirmation"])
def test_filings_and_confirmations_are_no_permits(item):
    before = count(page(q=item))
    driven(item, YUDU, back(2), to=State.SEALED)
    assert count(page(q=item)) == before


def test_a_denial_is_never_published():
    before = count(page(q="3-38"))
    story = driven("3-38", YUDU, back(3), to=State.DECISION)
    zeng = sitting("zengzhigang", "DECIDER")
    story.do(zeng, Action.DENY, reasons="场所不符合规划", remedies=REMEDIES)
    story.do(sitting("chenyumei", "SEAL_KEEPER"), Action.SEAL)
    assert story.state == State.SEALED
    assert count(page(q="3-38")) == before


def test_pages_follow_each_other_without_a_gap_or_a_repetition(monkeypatch):
    monkeypatch.setattr("approvals.workbench.views_public.GRANTS_A_PAGE", 2)
    for day in (1, 1, 1, 2, 3):
        driven("3-38", YUDU, back(day), to=State.SEALED)
    whole = Case.objects.filter(snapshot__item="3-38", result="GRANTED", state__in=["SEALED", "DELIVERED", "ARCHIVED"])
    days, after = [], ""
    while True:
        shown = page(q="3-38", **({"after": after} if after else {}))
        days += re.findall(r'<span class="nowrap">(\d{4}-\d\d-\d\d)</span>', shown)
        found = re.search(r"after=([\d.-]+)", shown)
        if not found:
            break
        after = found.group(1)
    assert len(days) == whole.count()
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("after", ["x", "2026-13-45.1", "9" * 400, "2026-01-01.x", "../..", "%00"])
def test_a_made_up_place_begins_at_the_beginning(after):
    assert Client().get("/public/decisions/", {"after": after}).status_code == 200


def test_a_county_shows_its_own_grants():
    driven("3-38", YUDU, back(1), to=State.SEALED)
    assert "于都县康" in page(q="3-38", region=YUDU)
    shown = page(q="3-38", region="360702")
    assert count(shown) == 0 or "章贡区" in shown


def test_a_page_of_grants_costs_the_same_however_many_there_are(django_assert_max_num_queries):
    for day in (1, 2, 3):
        driven("3-38", YUDU, back(day), to=State.SEALED)
    page()
    with django_assert_max_num_queries(4):
        page()


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("王芳", "PERSON", "王**"),
        ("阿不都热依木·艾力", "PERSON", "阿**"),
        ("于都县康泽医疗器械有限公司", "COMPANY", "于都县康****有限公司"),
        ("赣南师范大学附中", "INSTITUTION", "赣南****附中"),
        ("刘敏小吃店", "UNINCORPORATED", "刘**"),
        ("", "OTHER", "**"),
    ],
)
def test_a_name_is_masked_by_what_its_bearer_is(name, kind, shown):
    assert masked_party(name, kind) == shown
