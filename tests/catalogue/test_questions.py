"""How are items found, how fresh is a process's copy of the catalogue, and what does asking cost?"""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.catalogue import actions, queries
from approvals.catalogue.jurisdiction import UnknownItem
from approvals.catalogue.models import Delegation
from approvals.catalogue.queries import BeforeFirstYear, guide_on, item_on, jurisdiction_of, search_items
from approvals.errors import Invalid

pytestmark = pytest.mark.django_db

DAY = date(2022, 8, 1)


def found(text: str, **more) -> list[str]:
    return [item.code for item in search_items(text, day=DAY, **more)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2-30", "2-30"),
        ("特种设备", "2-30"),
        ("电梯", "2-30"),
        ("tzsbsydj", "2-30"),
        ("TZSB", "2-30"),
        ("加油站", "3-37"),
        ("开药店", "3-31"),
        ("砍树", "1-7"),
        ("预售", "1-12"),
        ("按揭", "2-7"),
        ("燃气 新办", "3-38"),
        ("燃气 变更", "2-28"),
    ],
)
def test_an_item_is_found_by_code_name_everyday_word_or_pinyin_initials(text, first):
    assert found(text)[0] == first


def test_every_word_must_match_and_nothing_is_found_by_nothing():
    assert found("燃气 电梯") == []
    assert found("   ") == []
    assert found("没有这种事") == []


def test_the_list_is_cut_and_in_print_order_among_equals():
    assert found("医疗器械", limit=3) == ["3-21", "3-22", "3-23"]


def test_an_item_that_is_not_on_the_list_is_refused():
    with pytest.raises(UnknownItem, match="如 3-38"):
        item_on("4-1", DAY)


def test_a_day_before_2022_is_refused():
    with pytest.raises(BeforeFirstYear, match="没有 2021 年的清单"):
        jurisdiction_of(item="3-38", region="360703", on=date(2021, 12, 31))


def test_before_the_first_edition_the_city_holds_everything():
    answer = jurisdiction_of(item="3-38", region="360703", on=date(2022, 1, 4))
    assert not answer.delegated
    assert answer.nearest_miss == "自 2022-07-01 起由南康区承接"


# ---------------------------------------------------------------- freshness


def ask():
    return jurisdiction_of(item="3-38", region="360703", on=DAY)


def test_a_receipt_asks_the_catalogue_with_at_most_one_statement(django_assert_max_num_queries):
    guide_on(item_on("3-38", DAY), DAY)
    queries._looked_at.clear()
    with django_assert_max_num_queries(1):
        guide = guide_on(item_on("3-38", DAY), DAY)
        ask()
        assert list(guide.materials.all())
        assert list(guide.form_fields.all())
        assert list(guide.review_points.all())
        assert guide.item.city_unit.name


def test_taking_a_delegation_back_is_seen_at_once():
    assert ask().delegated
    row = Delegation.objects.get(item__code="3-38", region="360703")
    actions.end_delegation(delegation=row.pk, on=date(2022, 7, 31))
    assert ask().nearest_miss == "南康区承接至 2022-07-31 止"


def test_a_delegation_cannot_end_before_it_begins():
    row = Delegation.objects.get(item__code="3-38", region="360703")
    with pytest.raises(Invalid, match="不能早于起始日期 2022-07-01"):
        actions.end_delegation(delegation=row.pk, on=date(2022, 6, 30))


def test_what_was_rolled_back_was_never_true_for_anybody():
    assert ask().delegated
    row = Delegation.objects.get(item__code="3-38", region="360703")
    with transaction.atomic():
        actions.end_delegation(delegation=row.pk, on=date(2022, 7, 31))
        assert not ask().delegated
        transaction.set_rollback(True)
    assert ask().delegated


def test_a_write_by_another_process_is_noticed_at_the_next_look(monkeypatch):
    assert ask().delegated
    row = Delegation.objects.get(item__code="3-38", region="360703")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(queries, "forget", lambda: None)
        elsewhere.setattr(transaction, "on_commit", lambda _: None)
        actions.end_delegation(delegation=row.pk, on=date(2022, 7, 31))
    assert ask().delegated, "此前一秒内看过，还不再看"
    queries._looked_at.clear()
    assert not ask().delegated


def test_an_unchanged_catalogue_is_not_read_again():
    queries.forget()
    ask()
    queries._looked_at.clear()
    with CaptureQueriesContext(connection) as asked:
        ask()
    assert len(asked) == 1
    assert "catalogue_stamp" in asked[0]["sql"]
