"""Does a county in doubt get its answer from the city, in time, and does the next county find it?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from approvals.calendars import queries as calendars
from approvals.calendars.models import CalendarYear
from approvals.calendars.notice import from_text
from approvals.cases.access import CaseNotFound
from approvals.cases.recalendar import ask
from approvals.errors import Invalid
from approvals.guidance import actions, knowledge, recounting
from approvals.guidance.access import MayNotAnswer, MayNotAsk, QuestionNotFound
from approvals.guidance.models import Acknowledgement, Advisor, Question
from approvals.guidance.queries import question_for, questions, standings
from approvals.notices.queries import notices_of
from approvals.organisations.access import SYSTEM, actor_in
from approvals.organisations.models import Post, Role, User
from tests import people

FRIDAY = datetime(2026, 3, 6, 2, tzinfo=UTC)
ITEM = "3-38"
pytestmark = pytest.mark.django_db


def asked(actor=None, **changed) -> Question:
    given = {"item": ITEM, "title": "改扩建是否要重新检测", "text": "只换了外壳，没有动承压部件。", "at": FRIDAY}
    return actions.ask(actor=actor or people.li(), **given | changed)


def answerer(question: Question):
    return people.somebody(question.city_organ.code, Role.REVIEWER)


def test_a_question_goes_to_the_advisor_of_the_item_and_is_due_the_next_working_day():
    city = asked().city_organ
    named = answerer(asked())
    Advisor.objects.create(organ=city, user_id=named.user, items=[ITEM], starts_on=date(2026, 1, 1))

    question = asked()

    assert question.advisor_id == named.user
    assert question.due_on == date(2026, 3, 9)
    assert notices_of(named.user).filter(key=f"question-{question.pk}").exists()


def test_while_the_advisor_is_away_the_deputy_is_asked():
    city = asked().city_organ
    advisor, deputy = answerer(asked()), User.objects.get(pk=people.zeng().user)
    Advisor.objects.create(
        organ=city,
        user_id=advisor.user,
        deputy=deputy,
        away_from=FRIDAY.date(),
        away_to=FRIDAY.date(),
        starts_on=date(2026, 1, 1),
    )

    assert asked().advisor == deputy
    assert asked(at=FRIDAY + timedelta(days=3)).advisor_id == advisor.user


def test_the_answer_reaches_whoever_asked_and_a_further_question_opens_it_again():
    li = people.li()
    question = asked()
    answer = actions.say(actor=answerer(question), question=question.pk, text="不必重新检测。", at=FRIDAY)
    assert answer.is_answer
    assert notices_of(li.user).get().title == "已答复：改扩建是否要重新检测"

    actions.say(actor=li, question=question.pk, text="换了承压部件呢？", at=FRIDAY + timedelta(days=5))

    question.refresh_from_db()
    assert (question.state, question.due_on) == ("OPEN", date(2026, 3, 12))
    actions.close(actor=li, question=question.pk, at=FRIDAY + timedelta(days=5))
    with pytest.raises(actions.QuestionClosed):
        actions.say(actor=li, question=question.pk, text="还有", at=FRIDAY)


def test_another_county_and_another_city_unit_find_nothing():
    question = asked()
    post = Post.objects.filter(organ__region="360700", role=Role.REVIEWER).exclude(organ=question.city_organ)[0]
    other = actor_in(post, user=post.user)
    for stranger in (people.huang(), other):
        assert not questions(stranger).filter(pk=question.pk).exists()
        with pytest.raises(QuestionNotFound):
            question_for(stranger, question.pk)
        with pytest.raises(QuestionNotFound):
            actions.say(actor=stranger, question=question.pk, text="我来答", at=FRIDAY)


def test_only_counties_ask_and_a_colleague_of_the_county_does_not_answer_for_the_city():
    with pytest.raises(MayNotAsk):
        asked(people.zeng())
    question = asked()
    said = actions.say(actor=people.wen(), question=question.pk, text="补充：是换壳。", at=FRIDAY)
    assert not said.is_answer
    sealer = people.somebody(question.city_organ.code, Role.SEAL_KEEPER)
    with pytest.raises(MayNotAnswer):
        actions.say(actor=sealer, question=question.pk, text="可以", at=FRIDAY)


def test_a_guessed_case_is_not_found_and_nothing_is_written():
    before = Question.objects.count()
    with pytest.raises(CaseNotFound):
        asked(case_number="GZ360731260302999995")
    with pytest.raises(Invalid) as wrong:
        asked(title=" ", text="")
    assert set(wrong.value.errors) == {"title", "text"}
    assert Question.objects.count() == before


def test_what_is_late_is_said_once_a_working_day_and_counts_against_the_unit():
    question = asked()
    head = people.somebody(question.city_organ.code, Role.DECIDER)
    tuesday = date(2026, 3, 10)

    assert actions.nag(on=question.due_on, at=FRIDAY) == 0
    assert standings(people.li(), on=question.due_on)[0].due == 0
    assert actions.nag(on=date(2026, 3, 14), at=FRIDAY) == 0, "nobody is reminded on a Saturday"
    assert actions.nag(on=tuesday, at=FRIDAY) > 0
    assert actions.nag(on=tuesday, at=FRIDAY) == 0
    assert notices_of(head.user).filter(kind="late").count() == 1
    assert (standings(people.li(), on=tuesday)[0].due, standings(people.li(), on=tuesday)[0].in_time) == (1, 0)


def standing(on: date) -> tuple[int, int, int, int]:
    [one] = standings(people.li(), on=on)
    return one.due, one.in_time, one.waiting, one.late


def test_a_late_answer_stays_late_and_a_question_asked_on_waits_again():
    question, wednesday = asked(), date(2026, 3, 11)
    late = FRIDAY + timedelta(days=5)
    actions.say(actor=answerer(question), question=question.pk, text="不必。", at=late)
    assert standing(wednesday) == (1, 0, 0, 0)
    actions.say(actor=people.li(), question=question.pk, text="换了承压部件呢？", at=late)
    assert standing(wednesday) == (1, 0, 1, 0), "the new limit does not make the first answer timely"

    prompt = asked()
    actions.say(actor=answerer(prompt), question=prompt.pk, text="不必。", at=FRIDAY)
    assert standing(wednesday) == (2, 1, 1, 0)
    actions.say(actor=people.li(), question=prompt.pk, text="换了承压部件呢？", at=FRIDAY)
    assert standing(wednesday) == (2, 0, 2, 1), "what was asked on is waited for too"

    given_up = asked()
    actions.close(actor=people.li(), question=given_up.pk, at=late)
    assert standing(wednesday) == (3, 0, 2, 1), "closed past its day without an answer, it was due"
    actions.close(actor=people.li(), question=asked().pk, at=FRIDAY)
    assert standing(wednesday) == (3, 0, 2, 1)


def test_an_answer_made_known_is_found_by_words_and_initials_in_every_county_until_withdrawn():
    question = asked()
    city = answerer(question)
    actions.say(actor=city, question=question.pk, text="不必。", at=FRIDAY)
    given = {
        "item": ITEM,
        "kind": "ANSWER",
        "title": "换壳不必重新检测",
        "question": "换外壳",
        "answer": "不必重新检测",
    }
    article = knowledge.publish(actor=city, source=question.pk, at=FRIDAY, **given)
    initials = article.item_name and knowledge.search_items(ITEM, day=FRIDAY.date())[0].initials[:4]

    for text in ("换壳", "外壳 检测", initials):
        assert article in knowledge.known(people.huang(), text=text, on=FRIDAY.date())
    assert article not in knowledge.known(people.huang(), text="完全无关的词", on=FRIDAY.date())
    assert article not in knowledge.known(people.huang(), item="1-1")

    knowledge.withdraw(actor=city, article=article.pk, why="规定改了", at=FRIDAY)
    assert article not in knowledge.known(people.huang(), item=ITEM)


def test_personal_numbers_are_never_made_known_and_counties_do_not_publish():
    given = {"item": ITEM, "kind": "TYPICAL", "title": "一个案例", "question": "电话 13800138000", "answer": "准予"}
    city = answerer(asked())
    with pytest.raises(Invalid):
        knowledge.publish(actor=city, at=FRIDAY, **given)
    with pytest.raises(knowledge.MayNotPublish):
        knowledge.publish(actor=people.wen(), at=FRIDAY, **given)


def test_a_training_notice_is_acknowledged_by_each_person_once():
    city = answerer(asked())
    given = {"title": "特种设备审查培训", "text": "周三上午", "due_on": date(2026, 3, 13), "at": FRIDAY}
    training = knowledge.announce(actor=city, regions=["360731"], roles=["REVIEWER"], **given)
    li = people.li()

    assert knowledge.acknowledge(actor=li, training=training.pk, at=FRIDAY)
    assert not knowledge.acknowledge(actor=li, training=training.pk, at=FRIDAY)
    assert Acknowledgement.objects.filter(training=training, at__isnull=False).count() == 1
    with pytest.raises(knowledge.TrainingNotFound):
        knowledge.acknowledge(actor=people.huang(), training=training.pk, at=FRIDAY)
    with pytest.raises(Invalid):
        knowledge.announce(actor=city, regions=["999999"], **given)


def test_a_video_meeting_needs_a_link_where_no_platform_is_configured(settings):
    question = asked()
    when = FRIDAY + timedelta(hours=3)
    with pytest.raises(Invalid):
        actions.meet(actor=people.li(), question=question.pk, starts_at=when, at=FRIDAY)
    settings.VIDEO_ROOM_URL = "https://video.example/{room}"
    booked = actions.meet(actor=people.li(), question=question.pk, starts_at=when, at=FRIDAY)
    assert booked.link == f"https://video.example/question-{question.pk}"
    with pytest.raises(Invalid):
        actions.meet(actor=people.li(), question=question.pk, starts_at=when, link="javascript:alert(1)", at=FRIDAY)


@pytest.fixture
def unpublished():
    """The holidays of 2027 are not published yet."""
    CalendarYear.objects.filter(year=2027).delete()
    calendars.forget()
    yield
    calendars.forget()


def test_a_question_that_waits_moves_with_the_holidays_from_the_day_it_was_asked_or_asked_on(unpublished):
    at = datetime(2026, 12, 30, 2, tzinfo=UTC)
    fresh, again, answered = (asked(at=at) for _ in range(3))
    actions.say(actor=answerer(again), question=again.pk, text="不用。", at=at + timedelta(hours=1))
    actions.say(actor=people.li(), question=again.pk, text="还有一问。", at=at + timedelta(days=1))
    actions.say(actor=answerer(answered), question=answered.pk, text="不用。", at=at + timedelta(hours=1))
    before = Question.objects.get(pk=again.pk).due_on
    notice = from_text(
        year="2027",
        document="国办发明电〔2026〕9号",
        title="国务院办公厅关于2027年部分节假日安排的通知",
        url="",
        published_on="2026-11-04",
        lines="2027-01-01 至 2027-01-03 放假 元旦",
    )
    ask(actor=SYSTEM, at=at + timedelta(days=1), ground="2027 年放假安排", notice=notice)
    assert recounting.go_on(at=at + timedelta(days=1)) == 1
    assert (before, Question.objects.get(pk=again.pk).due_on) == (date(2027, 1, 1), date(2027, 1, 4))
    assert [Question.objects.get(pk=one.pk).due_on for one in (fresh, answered)] == [date(2026, 12, 31)] * 2
