"""Does the page of a case offer exactly what the workflow table gives this person, and does a refusal lose nothing?"""

import html
import re
from datetime import date
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.cases.actions import settle_due
from approvals.cases.models import Event, Form
from approvals.cases.queries import estimated
from approvals.cases.rows import terms_of
from approvals.cases.words import Action, State
from approvals.workbench.templatetags import workbench as marks
from tests import people
from tests.factories import all_papers, driven, filled, moment, received, yes_to_all
from tests.workbench.desks import acts_on, at_desk

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def test_the_two_sides_of_a_proposal_see_their_own_buttons():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    proposer = people.zhong()
    kind = terms_of(story.case.snapshot).procedures[0].kind
    story.do(proposer, Action.PAUSE, kind=kind, days=5, reasons="专家评审")
    assert "RETRACT" in acts_on(at_desk(proposer).get(f"/cases/{story.case.number}/").content.decode())
    head = acts_on(at_desk(people.zeng()).get(f"/cases/{story.case.number}/").content.decode())
    assert {"CONFIRM", "DECLINE"} <= head
    client = at_desk(people.zeng())
    client.post(reverse("act", args=[story.case.number, "CONFIRM"]), {"version": story.case.version})
    assert story.refresh().paused_on is not None


@pytest.mark.parametrize("path", ["", "why/", "letters/RECEIPT/"])
def test_a_case_of_another_county_does_not_exist(path):
    number = received("3-38", "360702", now()).case.number
    answer = at_desk(people.xie()).get(f"/cases/{number}/{path}")
    assert answer.status_code == 404
    assert number not in answer.content.decode().replace(f"没有 {number} 这个办件", "")


def test_an_act_on_a_case_of_another_county_is_not_found_and_writes_nothing():
    story = received("3-38", "360702", now())
    answer = at_desk(people.xie()).post(reverse("act", args=[story.case.number, "VOID"]), {"reasons": "试一试"})
    assert answer.status_code == 404
    assert Event.objects.filter(case=story.case).count() == 2


def test_an_incomplete_opinion_comes_back_with_every_word_and_the_reason_beside_its_field():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    typed = {"version": story.case.version, "opinion": "现场与图纸一致，材料齐全。", "points.1.answer": "NO"}
    answer = at_desk(people.zhong()).post(reverse("act", args=[story.case.number, "RECOMMEND"]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "现场与图纸一致，材料齐全。" in page
    assert 'name="points.1.answer" value="NO" checked' in page
    assert "选择建议准予或建议不予" in page
    assert "要点 1 不符合，写明情况" in page
    assert story.refresh().state == State.REVIEW


def test_a_whole_opinion_moves_the_case_and_says_so():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    typed = {"version": story.case.version, "proposal": "GRANT", "opinion": "符合法定条件。"}
    for point in yes_to_all(story.case):
        typed[f"points.{point['position']}.answer"] = "YES"
    site = {"officers": "钟秋萍、李晓燕", "on": str(timezone.localdate()), "place": "经营场所", "findings": "一致"}
    typed |= {f"site.{key}": value for key, value in site.items()}
    client = at_desk(people.zhong())
    answer = client.post(reverse("act", args=[story.case.number, "RECOMMEND"]), typed, follow=True)
    assert "已提出审查意见。" in answer.content.decode()
    assert story.refresh().state == State.DECISION


def test_a_stale_page_writes_nothing_shows_what_changed_and_keeps_the_words():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    before = story.case.version
    story.do(people.zhong(), Action.TAKE)
    typed = {"version": before, "reasons": "材料第 3 份缺页，补齐后再推送。"}
    client, address = at_desk(people.zhong()), reverse("act", args=[story.case.number, "RETURN_TO_WINDOW"])
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "在你打开之后有变化" in page
    assert "签收" in page
    assert "材料第 3 份缺页，补齐后再推送。" in page
    assert story.refresh().state == State.REVIEW
    tab = html.unescape(re.search(r'data-tab href="([^"]+)"[^>]*>经过', page)[1])
    assert client.get(urljoin(address, tab), follow=True).context["tab"] == "log"


def test_a_second_press_after_a_lost_answer_says_that_one_s_own_act_is_written():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    typed = {"version": story.case.version, "reasons": "材料第 3 份缺页，补齐后再推送。"}
    client, address = at_desk(people.zhong()), reverse("act", args=[story.case.number, "RETURN_TO_WINDOW"])
    assert client.post(address, typed).status_code == 302
    again = client.post(address, typed)
    assert again.status_code == 412
    assert re.search(r"退回窗口你在 \d\d:\d\d 已经办过，这一次没有再写入。", again.content.decode())


def test_an_act_that_is_not_this_person_s_is_refused_on_the_page():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    answer = at_desk(people.zeng()).post(reverse("act", args=[story.case.number, "RECOMMEND"]), {"opinion": "直接决定"})
    assert answer.status_code == 403
    assert "审查岗" in answer.content.decode()


def test_an_unknown_act_is_refused_on_the_page():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    answer = at_desk(people.zhong()).post(reverse("act", args=[story.case.number, "FLY"]), {})
    assert answer.status_code == 409


def test_identity_numbers_and_phones_are_masked():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    page = at_desk(people.zhong()).get(f"/cases/{story.case.number}/?tab_of=application").content.decode()
    assert "138****4417" in page
    assert "13800004417" not in page


def test_the_day_is_explained_day_by_day():
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    page = at_desk(people.zhong()).get(reverse("case-why", args=[story.case.number])).content.decode()
    assert "第1天" in page
    assert "到期" in page
    assert "行政许可法第四十二条" in page


def test_every_tab_answers():
    story = driven("2-30", "360731", now(), to=State.DECISION)
    client = at_desk(people.zeng())
    for tab in ("step", "application", "opinions", "letters", "log", "nonsense"):
        assert client.get(f"/cases/{story.case.number}/?tab_of={tab}").status_code == 200


def test_every_letter_of_a_whole_life_can_be_printed_and_says_it_is_not_official():
    for item in ("2-30", "3-16"):
        story = driven(item, "360731", now(), to=State.DELIVERED)
        client = at_desk(people.xie())
        letters = set(Event.objects.filter(case=story.case).exclude(letter="").values_list("letter", flat=True))
        assert len(letters) >= 4
        for letter in letters:
            page = client.get(reverse("letter", args=[story.case.number, letter]))
            assert page.status_code == 200
            assert "未盖章，不作凭证" in page.content.decode()


def test_a_letter_that_was_never_written_does_not_exist():
    story = received("3-38", "360731", now())
    for kind in ("DENIAL", "NONSENSE"):
        assert at_desk(people.xie()).get(reverse("letter", args=[story.case.number, kind])).status_code == 404


def test_the_page_asks_a_bounded_number_of_questions():
    story = driven("2-30", "360731", now(), to=State.DECISION)
    client = at_desk(people.zeng())
    client.get(f"/cases/{story.case.number}/")
    for _ in range(10):
        received("3-25", "360731", now())
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/cases/{story.case.number}/")
    assert len(asked) <= 34


def test_the_standard_sentences_of_the_items_guide_are_offered_where_a_notice_is_written():
    story = received("2-30", "360731", timezone.now())
    page = at_desk(people.xie()).get(f"/cases/{story.case.number}/?act=REQUEST_CORRECTION").content.decode()
    assert 'data-defect="监督检验证明已过有效期"' in page
    assert 'data-remedy="补交有效期内的监督检验证明或者首次检验报告"' in page
    refusing = at_desk(people.xie()).get(f"/cases/{story.case.number}/?act=REFUSE").content.decode()
    assert "申请登记的设备不属于特种设备目录范围" in refusing


def test_a_due_day_beyond_the_published_holidays_is_marked_on_the_list_and_in_the_header(monkeypatch):
    assert [estimated(day) for day in (None, date(2026, 3, 2), date(2099, 1, 5))] == [False, False, True]
    story = driven("3-38", "360731", now(), to=State.REVIEW)
    story.refresh()
    monkeypatch.setattr(marks, "estimated", lambda day: day == story.case.promise_on)
    client = at_desk(people.zhong())
    assert client.get(f"/cases/{story.case.number}/").content.decode().count(">预计<") >= 1
    monkeypatch.setattr(marks, "estimated", lambda day: day == story.case.due_on)
    assert ">预计<" in client.get("/", follow=True).content.decode()
    monkeypatch.setattr(marks, "estimated", lambda day: False)
    assert ">预计<" not in client.get("/", follow=True).content.decode()


def test_the_window_completes_what_the_law_accepted_on_the_page():
    story = received("3-38", "360731", moment("2026-03-02"))
    settle_due(at=moment("2026-03-11"))
    number = story.refresh().number
    client = at_desk(people.xie())
    page = client.get(f"/cases/{number}/?act=SUPPLY").content.decode()
    lacking = story.case.form.fields[0]
    assert f'name="form.{lacking["key"]}"' in page
    answers = {f"form.{key}": value for key, value in filled(story.case).items()}
    papers = {f"papers.{one['position']}.status": "PAPER" for one in all_papers(story.case)}
    client.post(reverse("act", args=[number, "SUPPLY"]), {"version": story.case.version, **answers, **papers})

    assert not story.case.materials.filter(status="MISSING").exists()
    assert Form.objects.get(pk=story.case.pk).data == filled(story.case)
    assert 'name="form.' not in client.get(f"/cases/{number}/?act=SUPPLY").content.decode()


def test_a_second_notice_asks_on_the_page_why_each_defect_is_new():
    story = received("3-38", "360731", now())
    client = at_desk(people.xie())
    address = f"/cases/{story.case.number}/?act=REQUEST_CORRECTION"
    assert "为什么是新问题" not in client.get(address).content.decode()
    story.do(people.xie(), Action.REQUEST_CORRECTION, defects=[{"defect": "缺页", "remedy": "补全"}])
    story.do(people.xie(), Action.RESUBMIT, answers=["已补"])
    assert "为什么是新问题" in client.get(address).content.decode()

    typed = {"version": story.case.version, "defects.0.defect": "没有签字", "defects.0.remedy": "补签"}
    refused = client.post(reverse("act", args=[story.case.number, "REQUEST_CORRECTION"]), typed)
    assert (refused.status_code, "原来就有的不能再要求补正" in refused.content.decode()) == (422, True)
    client.post(
        reverse("act", args=[story.case.number, "REQUEST_CORRECTION"]),
        typed | {"defects.0.why_new": "补交的一页没有签字"},
    )
    assert story.refresh().proposal == Action.REQUEST_CORRECTION


def test_a_refused_notice_keeps_the_paper_of_each_defect_and_says_in_its_row_what_is_wrong():
    story = received("3-38", "360731", now())
    typed = {"version": story.case.version, "defects.0.material": "2", "defects.0.defect": "缺页"}
    page = at_desk(people.xie()).post(reverse("act", args=[story.case.number, "REQUEST_CORRECTION"]), typed)
    told = page.content.decode()
    assert page.status_code == 422
    assert '<option value="2" selected>' in told
    assert 'href="#f-defects-0-remedy"' in told
    assert re.search(r'id="f-defects-0-remedy"[^>]*aria-describedby="f-defects-0-remedy-e"', told)
    assert 'id="f-defects-0-remedy-e"' in told
