"""What does somebody at home learn from a guide, and is it what the clerk is told?"""

import html
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, next_workday
from approvals.catalogue.queries import guide_on, item_on, items_in_force, jurisdiction_of
from approvals.workbench.public import answers
from approvals.workbench.public.items import papers_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

COUNTIES = ("360731", "360702", "360791", "360700")


def page(address: str, **query) -> str:
    response = Client().get(address, query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_everybody_sees_every_item_without_login():
    shown = page("/public/")
    for item in items_in_force(timezone.localdate()):
        assert f"/public/items/{item.code}/" in shown


@pytest.mark.parametrize(
    ("typed", "code"), [("加油站", "3-37"), ("特种设备", "2-30"), ("3-38", "3-38"), ("tzsbsydj", "2-30")]
)
def test_an_item_is_found_by_everyday_words_code_and_initials(typed, code):
    assert f"/public/items/{code}/" in page("/public/", q=typed)


def test_a_sentence_that_fits_nothing_leads_to_what_is_near():
    shown = page("/public/", q="我想开一家药店")
    assert "没有完全对上的事项" in shown
    assert "/public/items/3-31/" in shown


def test_what_is_typed_into_the_search_comes_back_as_text():
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    response = Client().get("/public/", {"q": attack})
    shown = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize("region", COUNTIES)
@pytest.mark.parametrize("code", ["1-1", "1-12", "2-7", "2-30", "3-25", "3-38"])
def test_the_answer_for_a_county_is_the_one_of_jurisdiction(code, region):
    today = timezone.localdate()
    found = jurisdiction_of(item=code, region=region, on=today)
    shown = page(f"/public/items/{code}/", region=region)
    name = answers.region_named(region).name
    if found.accept.region == region:
        assert f"{name}可以办" in shown
    else:
        assert f"{name}不办这一项，到赣州市政务服务中心办" in shown
        assert found.nearest_miss in shown
    for holder in (found.accept, found.review, found.decide):
        assert holder.organ_name in shown
    for reason in found.reasons:
        assert reason in shown
    window = answers.window_of(found.accept.region)
    assert window.name in shown
    assert window.address in shown
    assert window.phone in shown


def test_each_item_of_the_list_says_for_each_county_what_jurisdiction_says():
    today = timezone.localdate()
    for region in COUNTIES:
        shown = page("/public/", region=region)
        here = sum(
            jurisdiction_of(item=item.code, region=region, on=today).accept.region == region
            for item in items_in_force(today)
        )
        assert shown.count(f"{answers.region_named(region).name}可以办") == here


@pytest.mark.parametrize("on", [date(2026, 3, 11), date(2026, 3, 15), date(2026, 9, 30)])
def test_the_last_day_counts_working_days_from_the_first_day_a_window_is_open(on):
    guide = guide_on(item_on("2-30", on), on)
    answer = answers.answer(item="2-30", guide=guide, region=answers.region_named("360731"), on=on)
    calendar = current_calendar()
    begins = on if calendar.is_workday(on) else next_workday(calendar, on)
    assert answer.accepted_on == begins
    assert answer.due_on == add(calendar, begins, guide.promised_days)


def test_a_guide_says_what_it_asks_and_keeps_the_review_points_to_the_reviewers():
    guide = guide_on(item_on("2-30", timezone.localdate()), timezone.localdate())
    shown = page("/public/items/2-30/")
    for material in guide.materials.all():
        assert material.name in shown
    for condition in guide.conditions:
        assert condition in shown
    for basis in guide.legal_basis:
        assert basis["law"] in shown
    assert f"{guide.statutory_days} 个工作日" in shown
    assert guide.result_name in shown
    for point in guide.review_points.all():
        assert point.text not in shown


def test_ticking_my_case_leaves_out_what_others_must_bring():
    guide = guide_on(item_on("2-30", timezone.localdate()), timezone.localdate())
    conditional = [one for one in guide.materials.all() if one.scenario]
    mine, *others = conditional
    narrowed = papers_of(guide, ticked=[str(mine.position)], narrowed=True)
    assert mine in [paper.material for paper in narrowed.needed]
    assert set(narrowed.spared) == {one for one in others if one.scenario != mine.scenario}
    shown = page("/public/items/2-30/", mine="1", case=str(mine.position))
    assert "你的情形不用交" in shown
    everything = papers_of(guide, ticked=[], narrowed=False)
    assert len(everything.needed) == len(guide.materials.all())


@pytest.mark.parametrize(
    "address", ["/public/items/9-99/", "/public/items/2-30/?region=999999", "/public/?region=%00x", "/public/items/'/"]
)
def test_what_does_not_exist_is_said_in_a_page_of_the_counter(address):
    response = Client().get(address)
    assert response.status_code == 404
    assert "看全部事项" in response.content.decode()


def test_a_page_asks_the_database_the_same_few_questions_however_many_items(django_assert_max_num_queries):
    Client().get("/public/", {"region": "360731"})
    with django_assert_max_num_queries(4):
        Client().get("/public/", {"region": "360731"})
    with django_assert_max_num_queries(6):
        Client().get("/public/items/2-30/", {"region": "360731"})


def test_the_public_sees_the_tiers_of_a_fee_the_form_the_services_and_how_long_a_law_holds():
    mortgage, report = page("/public/items/2-7/"), page("/public/items/3-40/")
    assert "非住宅：" in mortgage
    assert "550 元" in mortgage
    assert "申请表要填什么" in mortgage
    assert "环境影响报告书（表）编制" in report
    assert "任何部门不得指定" in report
    assert "至 2026-08-14施行" in report
    assert "行政许可法第四十五条" in report  # what may stop the clock, and on which ground
