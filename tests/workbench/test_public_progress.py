"""Who learns what about a case at the public counter? Only who holds number and code, and never more than an applicant may."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, count
from approvals.cases.models import Form
from approvals.cases.numbers import is_number
from approvals.cases.words import Action, State
from approvals.organisations.models import User
from approvals.workbench.public.progress import look_up
from tests.factories import COMPANY, driven, moment, received
from tests.people import clerk_of, somebody, zeng, zhong

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine

YUDU = "360731"
DEFECTS = [{"material": 1, "defect": "没有法定代表人签字", "remedy": "补签后重交一份原件"}]


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()
    yield
    cache.clear()


def back(workdays: int):
    return moment(add(current_calendar(), timezone.localdate(), -workdays))


def code_of(story) -> str:
    return Form.objects.get(pk=story.case.pk).query_code


def ask(number: str, code: str, client: Client | None = None, **headers):
    return (client or Client()).post("/public/progress/", {"number": number, "code": code}, **headers)


def look(story) -> str:
    response = ask(story.case.number, code_of(story))
    assert response.status_code == 200
    return response.content.decode()


def unlike(number: str) -> str:
    """Another number with a right check digit that no case has."""
    for serial in range(99_990, 99_000, -1):
        for digit in range(10):
            other = f"{number[:14]}{serial:05d}{digit}"
            if is_number(other):
                return other
    raise AssertionError


def without_the_typed(page: str, *typed: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    for text in typed:
        page = page.replace(text, "…")
    return page


def test_number_and_code_show_phase_unit_last_day_and_that_nothing_is_to_be_done():
    story = received("3-25", YUDU, back(3))
    story.accepted(clerk_of(YUDU))
    shown = look(story)
    assert "审查中" in shown
    assert "赣州市行政审批局" in shown
    assert story.case.promise_on.isoformat() in shown
    assert "还剩" in shown
    assert "你现在不用做什么" in shown


def test_an_unknown_number_and_a_wrong_code_get_the_same_page():
    story = received("3-25", YUDU, back(3))
    number, stranger = story.case.number, unlike(story.case.number)
    wrong, unknown = ask(number, "XXXXXXXX"), ask(stranger, "XXXXXXXX")
    assert wrong.status_code == unknown.status_code == 404
    assert without_the_typed(wrong.content.decode(), number) == without_the_typed(unknown.content.decode(), stranger)


def test_an_unknown_number_and_a_wrong_code_ask_the_database_the_same_questions(django_assert_num_queries):
    story = received("3-25", YUDU, back(3))
    for number in (story.case.number, unlike(story.case.number)):
        with django_assert_num_queries(1):
            assert look_up(number=number, code="XXXXXXXX", at=timezone.now()) is None


def test_a_draft_is_not_a_case_yet():
    story = received("3-25", YUDU, back(3), draft=True)
    assert story.state == State.DRAFT
    assert ask(story.case.number, code_of(story)).status_code == 404


def test_spaces_small_letters_and_full_width_digits_do_no_harm():
    story = received("3-25", YUDU, back(3))
    number = story.case.number
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number)
    assert ask(f" {number[:10].lower()} {number[10:]} ", code_of(story).lower()).status_code == 200
    assert ask(wide, f"{code_of(story)[:4]}-{code_of(story)[4:]}").status_code == 200


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "填写办件编号。"),
        ("GZ36073126", "少 10 位，编号应为 GZ 和 18 位数字。"),
        ("360731261116000011", "编号以 GZ 开头，后面 18 位数字，对照收件凭证重输。"),
        ("GZ360731261116000010", "校验位不对，对照收件凭证重输。"),
        ("GZ<script>alert(1)", "少 2 位，编号应为 GZ 和 18 位数字。"),
        ("GZ" + "²" * 18, "校验位不对，对照收件凭证重输。"),
        ("GZ" + "٣" * 18, "校验位不对，对照收件凭证重输。"),
    ],
)
def test_a_mistyped_number_is_told_from_an_unknown_one_and_stays_in_the_field(number, sentence):
    response = ask(number, "XXXXXXXX")
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_after_so_many_wrong_codes_even_the_right_one_waits(settings):
    settings.PROGRESS_TRIES_PER_NUMBER = 3
    story = received("3-25", YUDU, back(3))
    for _ in range(3):
        assert ask(story.case.number, "XXXXXXXX").status_code == 404
    refused = ask(story.case.number, code_of(story))
    assert refused.status_code == 429
    assert "没有查询" in refused.content.decode()
    assert COMPANY[:4] not in refused.content.decode()


def test_nobody_keeps_an_applicant_from_asking_who_comes_from_another_address(settings):
    settings.PROGRESS_TRIES_PER_NUMBER, settings.PROGRESS_TRIES_PER_NUMBER_ANYWHERE = 2, 4
    number, code = (story := received("3-25", YUDU, back(3))).case.number, code_of(story)
    for address in ("203.0.113.5", "203.0.113.6"):
        tried = [ask(number, "XXXXXXXX", REMOTE_ADDR=address).status_code for _ in range(3)]
        assert tried == [404, 404, 429]
    assert ask(number, "XXXXXXXX", REMOTE_ADDR="203.0.113.7").status_code == 429, "the ceiling from all addresses"
    assert ask(number, code, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_an_unknown_number_is_counted_like_a_known_one(settings):
    settings.PROGRESS_TRIES_PER_NUMBER = 2
    stranger = unlike(received("3-25", YUDU, back(3)).case.number)
    assert [ask(stranger, "XXXXXXXX").status_code for _ in range(3)] == [404, 404, 429]


def test_one_address_is_stopped_whatever_numbers_it_tries_and_others_are_not(settings):
    settings.PROGRESS_TRIES_PER_ADDRESS = 2
    story = received("3-25", YUDU, back(3))
    number = story.case.number
    others = [received("3-25", YUDU, back(3)).case.number for _ in range(2)]
    assert [ask(other, "XXXXXXXX").status_code for other in others] == [404, 404]
    assert ask(number, code_of(story)).status_code == 429
    assert ask(number, code_of(story), REMOTE_ADDR="10.1.2.3").status_code == 200


def test_behind_the_proxy_only_the_address_it_wrote_down_counts(settings):
    settings.BEHIND_PROXY, settings.PROGRESS_TRIES_PER_ADDRESS = True, 1
    story = received("3-25", YUDU, back(3))
    forged = [f"203.0.113.{one}, 198.51.100.7" for one in range(3)]
    codes = [ask(story.case.number, "XXXXXXXX", HTTP_X_FORWARDED_FOR=one).status_code for one in forged]
    assert codes == [404, 429, 429]
    assert ask(story.case.number, code_of(story), HTTP_X_FORWARDED_FOR="198.51.100.8").status_code == 200


def test_right_answers_are_never_counted(settings):
    settings.PROGRESS_TRIES_PER_NUMBER = settings.PROGRESS_TRIES_PER_ADDRESS = 2
    story = received("3-25", YUDU, back(3))
    assert [ask(story.case.number, code_of(story)).status_code for _ in range(5)] == [200] * 5


def test_a_correction_says_every_defect_until_when_and_where():
    story = received("3-38", YUDU, back(2))
    story.do(clerk_of(YUDU), Action.REQUEST_CORRECTION, defects=DEFECTS)
    shown = look(story)
    assert "等你补正" in shown
    assert DEFECTS[0]["defect"] in shown
    assert DEFECTS[0]["remedy"] in shown
    assert story.case.due_on.isoformat() in shown
    assert "于都县综合窗口" in shown


def test_what_waits_to_be_collected_says_what_and_where():
    shown = look(driven("3-25", YUDU, back(4), to=State.SEALED))
    assert "领取医疗器械经营许可证" in shown
    assert "准予" in shown
    assert "于都县政务服务中心" in shown


def test_before_the_seal_the_result_is_not_told():
    shown = look(driven("3-25", YUDU, back(4), to=State.DECIDED))
    assert "已决定，正在制证用印" in shown
    assert "结果：" not in shown


def test_a_standing_clock_is_named_and_its_kind_said_in_words():
    story = received("3-25", YUDU, back(6))
    story.accepted(clerk_of(YUDU))
    story.do(zhong(), Action.PAUSE, kind="RECTIFICATION", days=3, reasons="现场整改")
    story.do(zeng(), "CONFIRM")
    assert "停表：整改" in look(story)
    story.do(zhong(), Action.UNPAUSE, at=back(2), outcome="已整改")
    shown = look(story)
    assert "整改，停表" in shown
    assert "RECTIFICATION" not in shown


def test_a_case_past_its_last_day_says_so():
    story = received("3-25", YUDU, back(13))
    story.accepted(clerk_of(YUDU))
    over = count(current_calendar(), after=story.case.promise_on, until=timezone.localdate())
    assert over in (2, 3)
    assert f"已超期 {over} 个工作日" in look(story)


def test_an_unanswered_application_counts_as_accepted_although_nothing_has_run():
    story = received("3-25", YUDU, back(7))
    assert story.state == State.RECEIVED
    assert "审查中" in look(story)


@pytest.mark.parametrize("state", [State.REVIEW, State.KEY_POINTS, State.DECISION, State.SEALED, State.DELIVERED])
def test_opinions_names_of_officials_numbers_and_addresses_never_appear(state):
    story = driven("2-30", YUDU, back(6), to=state)
    shown = look(story)
    officials = set(User.objects.filter(is_demo=True).values_list("name", flat=True))
    assert len(officials) > 20
    assert [name for name in officials if name in shown] == []
    for secret in (
        COMPANY,
        "91350100M000100Y43",
        "13800004417",
        "刘敏",
        "长征大道",
        "符合法定条件",
        "同意转报",
        "要点相符",
    ):
        assert secret not in shown
    assert "于都县康****有限公司" in shown


def test_a_person_who_applies_is_one_character():
    person = {
        "role": "APPLICANT",
        "kind": "PERSON",
        "name": "欧阳建国平",
        "id_type": "RESIDENT",
        "id_number": "11010519491231002X",
        "mobile": "13912345678",
    }
    shown = look(received("3-25", YUDU, back(2), parties=[person]))
    assert "欧**" in shown
    for secret in ("欧阳", "11010519491231002X", "1101051949", "13912345678", "5678"):
        assert secret not in shown


def test_a_step_between_the_levels_is_not_the_applicants_business():
    story = driven("2-30", YUDU, back(5), to=State.KEY_POINTS)
    city = somebody("360700-SPJ", "REVIEWER")
    story.do(city, Action.RETURN, reasons="第三个要点的依据不足")
    shown = look(story)
    assert "审查中" in shown
    for secret in ("退回", "第三个要点", "转报", "复核"):
        assert secret not in shown


def test_nothing_of_a_progress_page_stays_in_a_cache_and_the_code_is_in_no_address():
    story = received("3-25", YUDU, back(3))
    response = ask(story.case.number, code_of(story))
    assert "no-store" in response["Cache-Control"]
    assert code_of(story) not in response.content.decode()


def test_progress_is_asked_with_a_token_of_the_page():
    strict = Client(enforce_csrf_checks=True)
    assert ask("GZ360731261116000011", "XXXXXXXX", strict).status_code == 403
