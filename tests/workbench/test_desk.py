"""What does a worklist show, to whom, in how many questions to the database?"""

import csv
import html
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models import Case
from approvals.cases.words import Action, State
from approvals.cases.worklists import duties
from approvals.organisations import masks
from approvals.workbench.exports import as_xlsx
from approvals.workbench.lists import Listing, key_of, page_of
from approvals.workbench.tabs import tabs_of
from tests import people
from tests.factories import COMPANY, USCC, driven, received
from tests.workbench.desks import at_desk

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def numbers(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-row="')[1:]]


def test_the_to_do_list_is_the_domain_s_list():
    for item in ("3-38", "3-25", "2-30"):
        driven(item, "360731", now(), to=State.REVIEW)
    for actor in (people.xie(), people.li(), people.zhong(), people.zeng()):
        shown = numbers(at_desk(actor).get("/").content.decode())
        wanted = duties(actor, on=timezone.localdate()).values_list("number", flat=True)
        assert sorted(shown) == sorted(wanted)


def test_a_case_of_another_county_is_in_no_list_no_search_and_no_export():
    number = received("3-38", "360702", now()).case.number
    client = at_desk(people.xie())
    for tab in ("todo", "open", "done", "forwarded", "returned"):
        assert number not in client.get("/", {"tab": tab}).content.decode()
    found = client.get("/", {"tab": "open", "q": number})
    assert number not in numbers(found.content.decode())
    assert number not in b"".join(client.get(reverse("export"), {"tab": "open"}).streaming_content).decode()
    rows = workbook(client.get(reverse("export-xlsx"), {"tab": "open"}))
    assert number not in [row[0].value for row in rows]


@pytest.mark.parametrize(
    "text", [COMPANY[:6], USCC, "13800004417", "燃气经营", "rqjy"], ids=["name", "code", "mobile", "item", "initials"]
)
def test_a_case_is_found_by(text):
    number = driven("3-38", "360731", now(), to=State.REVIEW).case.number
    page = at_desk(people.zhong()).get("/", {"tab": "open", "q": text}).content.decode()
    assert number in numbers(page)


def test_a_case_is_found_by_the_end_of_its_number():
    number = driven("3-38", "360731", now(), to=State.REVIEW).case.number
    assert numbers(at_desk(people.zhong()).get("/", {"tab": "open", "q": number[-8:]}).content.decode()) == [number]


def test_filters_live_in_the_address_and_a_value_nobody_offers_finds_nothing():
    number = driven("3-38", "360731", now(), to=State.REVIEW).case.number
    client = at_desk(people.zhong())
    wanted = {"tab": "todo", "region": "360731", "item": "3-38", "hand": "nobody", "mode": "WINDOW"}
    assert number in numbers(client.get("/", wanted).content.decode())
    for change in ({"region": "360702"}, {"hand": "me"}, {"due": "over"}, {"due": "xx"}, {"mode": "DIRECT"}):
        assert numbers(client.get("/", wanted | change).content.decode()) == []


def test_pages_show_every_case_once_in_the_order_of_their_last_day():
    cases = [received("3-38", "360731", now()).case.number for _ in range(25)]
    client = at_desk(people.xie())
    first = client.get("/")
    page = first.context["page"]
    second = client.get("/", {"after": page.after})
    seen = numbers(first.content.decode()) + numbers(second.content.decode())
    assert sorted(seen) == sorted(cases)
    back = client.get("/", {"before": second.context["page"].before})
    assert numbers(back.content.decode()) == numbers(first.content.decode())
    assert numbers(client.get("/", {"after": "nonsense"}).content.decode()) == numbers(first.content.decode())


def test_the_list_asks_as_many_questions_for_twenty_cases_as_for_two():
    client = at_desk(people.xie())
    for _ in range(2):
        received("3-38", "360731", now())
    client.get("/")  # catalogue and calendar are read once
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for _ in range(20):
        received("3-25", "360731", now())
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few) + 1 <= 19  # one more: the catalogue looks once a second whether it has changed


def test_a_list_that_says_more_of_each_case_asks_no_more_of_many():
    reviewer, head = people.zhong(), people.zeng()
    asked = []
    for more in (1, 4):
        for _ in range(more):
            story = driven("3-25", "360731", now(), to=State.REVIEW)
            kind = story.case.snapshot.terms["procedures"][0]["kind"]
            story.do(reviewer, Action.PAUSE, kind=kind, days=5, reasons="整改")
            story.do(head, "CONFIRM")
        with CaptureQueriesContext(connection) as queries:
            page = at_desk(reviewer).get("/", {"tab": "paused"}).content.decode()
        asked.append((len(numbers(page)), len(queries)))
    (one, few), (five, many) = asked
    assert (one, five) == (1, 5)
    assert many <= few + 1  # the catalogue looks once a second whether it has changed


@pytest.mark.parametrize("newest_first", [False, True])
def test_page_after_page_shows_each_case_once_forwards_and_backwards_also_without_a_day_and_in_two_questions(
    newest_first,
):
    today = timezone.localdate()
    cases = [received("3-25", "360731", now()).case.pk for _ in range(7)]
    days = [2, None, 1, 1, None, 1, 2]
    for pk, day in zip(cases, days, strict=True):
        Case.objects.filter(pk=pk).update(due_on=day and today + timedelta(days=day))
    ours = Case.objects.filter(pk__in=cases)
    parts = (ours.filter(pk__in=cases[:5]), ours.filter(pk__in=cases[3:]))  # two of them in both
    wanted = sorted(cases, reverse=True) if newest_first else [cases[n] for n in (2, 3, 5, 0, 6, 1, 4)]

    def walk(way: str, key: str) -> list[int]:
        seen: list[int] = []
        while True:
            page = page_of(parts, QueryDict(f"{way}={key}"), newest_first=newest_first, size=2)
            shown = [case.pk for case in page.cases]
            seen = seen + shown if way == "after" else shown + seen
            key = getattr(page, way)
            if not key:
                return seen

    assert walk("after", "") == wanted
    assert walk("before", key_of(Case.objects.get(pk=wanted[-1]))) == wanted[:-1]


def test_what_is_urgent_is_counted_to_the_cap_and_no_stopped_clock_with_it():
    today, reviewer = timezone.localdate(), people.zhong()
    late, due, later = today - timedelta(days=3), today, today + timedelta(days=3)
    days = [late, late, late, late, due, due, due, later, None]
    for day, stopped in ((day, stopped) for day in days for stopped in (None, today)):
        case = driven("3-25", "360731", now(), to=State.REVIEW).case
        Case.objects.filter(pk=case.pk).update(due_on=day, paused_on=stopped)
    waiting = duties(reviewer, on=today).count()
    assert waiting > len(days)
    for cap in (1, 2, 3, 4, 100):
        listing = Listing(tabs_of("desk", reviewer.role), QueryDict(), reviewer, today, count_cap=cap)
        assert listing.urgent() == {"over": min(4, cap), "today": min(3, cap)}
        assert listing.counts()["todo"] == min(waiting, cap)


def test_steps_and_confirmations_stand_together_in_the_order_they_are_due_each_once():
    today, head = timezone.localdate(), people.zeng()
    for days in (6, 2, 4):
        story = driven("3-25", "360731", now(), to=State.DECISION)
        if days == 4:
            story.do(people.zhong(), Action.EXTEND, days=3, reasons="复杂")
        Case.objects.filter(pk=story.case.pk).update(due_on=today + timedelta(days=days))
    listing = Listing(tabs_of("desk", head.role), QueryDict(), head, today)
    wanted = list(duties(head, on=today).order_by("due_on", "pk").values_list("pk", flat=True))
    assert [pk for pk, _, _ in listing.soonest] == wanted
    assert [case.due_on for case in listing.page().cases[:3]] == [today + timedelta(days=days) for days in (2, 4, 6)]
    assert listing.counts()["todo"] == len(wanted) == 3


def test_taking_a_case_in_the_list_puts_it_in_one_s_hand():
    number = driven("3-38", "360731", now(), to=State.REVIEW).case.number
    client = at_desk(people.zhong())
    client.post(reverse("bulk"), {"action": "TAKE", "number": number})
    assert Case.objects.get(number=number).in_hand_id == people.zhong().user


def test_a_bulk_act_tells_of_each_case_what_became_of_it():
    mine = driven("3-38", "360731", now(), to=State.REVIEW).case.number
    foreign = received("2-20", "360702", now()).case.number
    answer = at_desk(people.zhong()).post(reverse("bulk"), {"action": "TAKE", "number": [mine, foreign]})
    page = answer.content.decode()
    assert "2 件里签收了 1 件" in page
    assert f"没有 {foreign} 这个办件" in page


def test_a_row_that_has_moved_since_it_was_shown_is_told_and_left_as_it_is():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    number, shown = story.case.number, story.case.version
    page = at_desk(people.zhong()).get("/").content.decode()
    assert f'value="{number}~{shown}"' in page
    story.do(people.zhong(), Action.PAUSE, kind="HEARING", days=5, reasons="听证")
    answer = at_desk(people.zhong()).post(reverse("bulk"), {"action": "TAKE", "number": f"{number}~{shown}"})
    assert "1 件里签收了 0 件" in answer.content.decode()
    assert Case.objects.get(number=number).in_hand_id is None


@pytest.mark.parametrize(("name", "tab"), [("desk", "todo"), ("pushed", "waiting"), ("reported", "back")])
def test_after_a_bulk_act_and_a_saved_filter_one_stands_in_the_list_one_came_from(name, tab):
    mine, foreign = driven("3-38", "360731", now(), to=State.REVIEW), received("2-20", "360702", now())
    client, place = at_desk(people.zhong()), f"{reverse(name)}?tab={tab}&region=360731"
    page = client.get(place).content.decode()
    for form in re.findall(r'(?s)<form[^>]+action="/(?:bulk|filters)/".*?</form>', page):
        address = re.search(r'action="([^"]+)"', form)[1]
        sent = {key: html.unescape(value) for key, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form)}
        assert client.post(address, sent | {"number": [], "name": "本县"}).url == place
    assert client.post(reverse("bulk"), sent | {"action": "TAKE", "number": mine.case.number}).url == place
    refused = client.post(reverse("bulk"), sent | {"action": "TAKE", "number": foreign.case.number}).content.decode()
    assert f'href="{html.escape(place)}">回列表' in refused


def test_only_taking_and_assigning_are_bulk_acts():
    number = driven("3-38", "360731", now(), to=State.DECISION).case.number
    at_desk(people.zeng()).post(reverse("bulk"), {"action": Action.APPROVE, "number": number})
    assert Case.objects.get(number=number).state == State.DECISION


PERSON = {"role": "APPLICANT", "kind": "PERSON", "id_type": "RESIDENT", "id_number": "11010519491231002X"}
FIRM = {"role": "APPLICANT", "kind": "COMPANY", "id_type": "USCC", "id_number": USCC, "legal_representative": "刘敏"}
CONTACT = {"role": "CONTACT", "kind": "PERSON", "name": "刘敏", "mobile": "13800004417"}


def test_an_export_masks_people_and_holds_no_formula():
    received("3-38", "360731", now(), parties=[PERSON | {"name": "刘水生"}, CONTACT])
    received("3-25", "360731", now(), parties=[FIRM | {"name": "=HYPERLINK(1,2)"}, CONTACT])
    answer = at_desk(people.xie()).get(reverse("export"), {"tab": "open"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "刘**" in cells
    assert "刘水生" not in cells
    assert "'=HYPERLINK(1,2)" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def workbook(answer) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(row) for row in book.active.iter_rows()]


def test_an_export_stands_in_the_order_of_its_tab():
    client = at_desk(people.xie())
    for _ in range(3):
        received("3-38", "360731", now()).do(people.xie(), Action.WITHDRAW, confirmed=True)
    shown = numbers(client.get("/", {"tab": "done"}).content.decode())
    left = [row[0].value for row in workbook(client.get(reverse("export-xlsx"), {"tab": "done"}))[1:]]
    assert left == shown == sorted(shown, reverse=True)


def test_what_is_ticked_in_any_tab_leaves_it():
    client = at_desk(people.xie())
    chosen = received("3-38", "360731", now()).do(people.xie(), Action.WITHDRAW, confirmed=True).case.number
    page = client.get("/", {"tab": "done"}).content.decode()
    form = re.search(r'<form[^>]+id="bulk">.*?</form>', page, re.S)
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])) | {"number": f"{chosen}~1"}
    button = re.search(r"<button([^>]*)>导出所选", page)[1]
    assert "formmethod" not in button  # the token of the form stays out of the address
    address = re.search(r'formaction="([^"]+)"', button)[1]
    assert [row[0].value for row in workbook(client.post(address, sent))[1:]] == [chosen]


def test_a_workbook_holds_what_the_csv_holds_with_days_as_days():
    for item in ("3-38", "3-25"):
        received(item, "360731", now())
    client = at_desk(people.xie())
    text = b"".join(client.get(reverse("export"), {"tab": "open"}).streaming_content).decode("utf-8-sig")
    answer = client.get(reverse("export-xlsx"), {"tab": "open"})
    assert answer["Content-Disposition"].endswith('.xlsx"')
    rows = workbook(answer)
    told = [["" if cell.value is None else str(cell.value).removesuffix(" 00:00:00") for cell in row] for row in rows]
    assert told == list(csv.reader(io.StringIO(text)))
    assert rows[1][7].is_date


@pytest.mark.parametrize("name", ["=HYPERLINK(1,2)", "+86 公司名称长", "-1+1 公司名称", "@SUM(A1:A9)", "#N/A", "=1"])
def test_a_workbook_masks_people_and_takes_no_name_for_a_formula(name):
    received("3-38", "360731", now(), parties=[PERSON | {"name": "刘水生"}, CONTACT])
    received("3-25", "360731", now(), parties=[FIRM | {"name": name}, CONTACT])
    rows = workbook(at_desk(people.xie()).get(reverse("export-xlsx"), {"tab": "open"}))
    applicants = {row[2].value: row[2].data_type for row in rows[1:]}
    assert set(applicants) == {"刘**", name}
    assert set(applicants.values()) == {"s"}


def test_a_long_name_of_a_person_leaves_masked_and_a_short_one_of_a_company_whole():
    both = [PERSON | {"name": "买买提·吐尔逊"}, FIRM | {"name": "康泽"}, CONTACT]
    received("3-38", "360731", now(), parties=both)
    rows = workbook(at_desk(people.xie()).get(reverse("export-xlsx"), {"tab": "open"}))
    assert [row[2].value for row in rows[1:]] == ["买******、康泽"]
    assert masks.name("阿依古丽汗") == "阿****"


def test_a_workbook_leaves_out_what_a_cell_cannot_hold():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx("待办", ["甲"], [["a\x0bb"], ["字" * 40_000]])))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["ab", "字" * 32_767]


def test_a_filter_is_kept_under_a_name_and_forgotten_again():
    client = at_desk(people.xie())
    client.post(reverse("save-filter"), {"name": "本周到期", "query": "tab=todo&due=soon"})
    page = client.get("/")
    assert "本周到期" in page.content.decode()
    saved = page.context["saved"][0]
    client.post(reverse("save-filter"), {"forget": saved.pk})
    assert not client.get("/").context["saved"]
