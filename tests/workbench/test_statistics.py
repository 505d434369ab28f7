"""Does every number equal the list it opens, and does nobody count what they may not see?"""

import csv
import io
import itertools
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from approvals.audit.register import enrol
from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Case
from approvals.cases.words import Action, Role, State
from approvals.statistics.queries import rates
from approvals.statistics.questions import BY, MEASURES, MOST_MONTHS, asked, cases_of
from approvals.statistics.rollups import follow_register, recount
from approvals.supervision.models import Push
from approvals.supervision.placing import follow_cases
from approvals.supervision.words import PushState, Subject
from approvals.workbench.figures import Cell, Line
from tests import people
from tests.factories import driven, moment, received, remedies_against
from tests.people import clerk_of, somebody
from tests.supervision.conftest import pushed
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db
YUDU = "360731"


def now():
    return timezone.now()


def coordinator(region: str = "360700"):
    return somebody(f"{region}-SPJ", Role.COORDINATOR)


def cells(line: Line) -> list[Cell]:
    return [*line.modes, *line.months, line.total, *(cell for _, cell in line.sides)]


def page(client: Client, **query: str):
    counted()
    return client.get(reverse("statistics"), query).context


def a_bit_of_everything() -> None:
    driven("3-25", YUDU, now(), to=State.DECIDED)
    driven("1-7", YUDU, now(), to=State.DELIVERED)
    driven("2-30", "360781", now(), to=State.REVIEW)
    story = received("3-38", "360702", now())
    story.do(
        clerk_of("360702"),
        Action.REQUEST_CORRECTION,
        defects=[{"material": 1, "defect": "没有签字", "remedy": "补签"}],
    )
    while enrol():
        pass
    while follow_cases(at=now()):
        pass


def counted() -> None:
    """What the background does within seconds: everything that happened is in the figures."""
    while enrol():
        pass
    while follow_register(at=now()):
        pass


@pytest.mark.parametrize("by", list(BY))
def test_each_number_equals_the_list_behind_it(by):
    a_bit_of_everything()
    client = at_desk(coordinator())
    for measure in MEASURES:
        shown = page(client, measure=measure, by=by)
        total, *lines = [cells(line) for line in (shown["total"], *shown["lines"])]
        for cell in {cell for cell in (*total, *itertools.chain(*lines)) if cell.number or cell in total}:
            assert behind(coordinator(), cell.query) == cell.number, cell.query
        opened = client.get(f"{reverse('statistics-cases')}?{total[0].query}")
        assert opened.context["count"] == total[0].number


def behind(actor, query: str) -> int:
    """How many cases the list under this address has."""
    on, given = timezone.localdate(), QueryDict(query)
    also, month = given.get("also", ""), given.get("month", "")
    return cases_of(actor, asked(given, on=on), on=on, also=also, month=month).count()


def test_a_decision_whose_push_was_cancelled_is_pushed_neither_in_the_number_nor_in_its_list():
    driven("3-25", YUDU, now(), to=State.DELIVERED)
    pushed(now())
    total = page(at_desk(coordinator()), measure="pushed")["total"].total
    assert behind(coordinator(), total.query) == total.number == 1
    Push.objects.filter(copy=False, subject=Subject.DECISION).update(state=PushState.CANCELLED)
    recount(Case.objects.values_list("pk", flat=True), at=now())
    total = page(at_desk(coordinator()), measure="pushed")["total"].total
    assert behind(coordinator(), total.query) == total.number == 0


def test_modes_and_months_add_up_to_the_sum_of_the_line():
    a_bit_of_everything()
    shown = page(at_desk(coordinator()), measure="received")
    for line in [shown["total"], *shown["lines"]]:
        assert sum(cell.number for cell in line.modes) == sum(cell.number for cell in line.months) == line.total.number
        for cell in line.months:
            assert sum(n for _, n in cell.split) == cell.number
    assert shown["total"].total.number == 4


def test_the_results_of_decisions_are_told_apart():
    driven("3-25", YUDU, now(), to=State.DECIDED)
    story = received("1-7", YUDU, now())
    terms = story.case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    story.accepted(clerk_of(YUDU))
    story.recommended(reviewer, "DENY")
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer,))
    story.do(decider, Action.DENY, reasons="不符合法定条件。", remedies=remedies_against(story.case))
    client = at_desk(coordinator())
    found = {key: page(client, measure=key)["total"].total.number for key in ("decided", "granted", "denied", "filed")}
    assert found == {"decided": 2, "granted": 1, "denied": 1, "filed": 0}


def test_a_voided_case_is_counted_nowhere():
    story = received("3-38", YUDU, now())
    story.do(clerk_of(YUDU), Action.VOID, reasons="重复登记。")
    story.do(coordinator(YUDU), "CONFIRM")
    assert page(at_desk(coordinator()), measure="received")["total"].total.number == 0


def test_a_county_counts_its_own_cases_only():
    received("3-38", YUDU, now())
    received("3-38", "360702", now())
    for actor in (people.xie(), coordinator(YUDU)):
        shown = page(at_desk(actor), measure="received")
        assert [(line.name, line.total.number) for line in shown["lines"]] == [("于都县", 1)]
        elsewhere = at_desk(actor).get(reverse("statistics-cases"), {"measure": "received", "region": "360702"})
        assert elsewhere.context["count"] == 0


def test_who_handles_no_cases_counts_none():
    received("3-38", YUDU, now())
    keeper = somebody("360700-SCJG", Role.SUPERVISOR)
    assert page(at_desk(keeper), measure="received")["total"].total.number == 0


def test_the_city_sees_a_line_for_every_region_and_where_nothing_was_handed_down():
    shown = page(at_desk(coordinator()), measure="received")
    lines = {line.name: line for line in shown["lines"]}
    assert len(lines) == 20
    assert lines["赣州经开区"].modes[0].word == "不承接"
    assert lines["于都县"].modes[0].word == ""


def test_what_took_longer_than_promised_is_over_decided_or_not():
    ago = moment(add(current_calendar(), timezone.localdate(), -40))
    driven("3-25", YUDU, ago, to=State.REVIEW)
    driven("3-25", YUDU, now(), to=State.REVIEW)
    assert page(at_desk(coordinator()), measure="overdue")["total"].total.number == 1


def test_every_rate_stands_with_its_two_numbers():
    a_bit_of_everything()
    counted()
    at = timezone.localdate()
    found = {one.label: (one.part, one.whole) for one in rates(coordinator(), asked({}, on=at))}
    assert found["按时办结"] == (2, 2)
    assert found["补正"] == (1, 4)
    assert found["按时认领"] == (0, 0)
    text = at_desk(coordinator()).get(reverse("statistics")).content.decode()
    assert re.search(r"补正</th><td[^>]*>1 / 4</td><td[^>]*>25.0%", text)


def test_the_table_asks_the_same_number_of_questions_for_many_cases():
    client = at_desk(coordinator())
    received("3-38", YUDU, now())
    client.get(reverse("statistics"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("statistics"))
    for _ in range(8):
        received("3-25", "360702", now())
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("statistics"))
    assert len(many) <= len(few) + 1 <= 14  # one more: the catalogue looks once a second whether it has changed


def test_the_csv_has_the_numbers_of_the_page_and_no_formula():
    a_bit_of_everything()
    client = at_desk(coordinator())
    query = {"measure": "received", "by": "item"}
    shown = page(client, **query)
    answer = client.get(reverse("statistics"), query | {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["事项", "直接下放", "下放审核", "窗口前移"]
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[1:]] == [line.name for line in [shown["total"], *shown["lines"]]]
    assert rows[1][-4] == str(shown["total"].total.number)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_workbook_has_the_lines_of_the_csv_and_numbers_that_are_numbers():
    a_bit_of_everything()
    client = at_desk(coordinator())
    shown = page(client, measure="received")
    answer = client.get(reverse("statistics"), {"measure": "received", "format": "xlsx"})
    assert answer["Content-Disposition"].endswith('.xlsx"')
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["地区", *(line.name for line in [shown["total"], *shown["lines"]])]
    assert rows[1][-4] == 4
    assert isinstance(rows[1][1], int)


def test_the_page_says_when_the_figures_lack_something():
    client = at_desk(coordinator())
    received("3-38", YUDU, now())
    assert "还没有计入" in client.get(reverse("statistics")).content.decode()
    counted()
    assert "还没有计入" not in client.get(reverse("statistics")).content.decode()


def test_a_period_lives_in_the_address_is_put_in_order_and_is_at_most_a_year():
    on = timezone.localdate()
    turned = asked({"from": "2026-03", "to": "2025-12"}, on=on)
    assert [f"{month:%Y-%m}" for month in turned.months] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    assert len(asked({"from": "2000-01", "to": "2026-03"}, on=on).months) == MOST_MONTHS
    assert parse_qs(urlsplit(f"?{turned.address()}").query)["from"] == ["2025-12"]


@pytest.mark.parametrize(
    "query",
    [
        {"month": "nonsense"},
        {"unit": "x"},
        {"by": "x", "measure": "x"},
        {"region": "999999"},
        {"from": "0001-01", "to": "0001-01"},
        {"from": "9999-12", "to": "9999-12"},
        {"mode": "x\x00"},
        {"also": "x"},
    ],
)
def test_a_value_nobody_offers_breaks_nothing(query):
    client = at_desk(people.zhong())
    assert client.get(reverse("statistics"), query).status_code == 200
    assert client.get(reverse("statistics-cases"), query).status_code == 200
