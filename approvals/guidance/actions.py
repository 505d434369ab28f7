"""How is a question asked, answered, closed and made known? The only writer of questions and their threads.

A question has an answer deadline of GUIDANCE_ANSWER_WORKDAYS working days (赣市府办发〔2022〕7号 四（四）: 及时解答).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add, local_day
from approvals.cases.access import not_found
from approvals.cases.access import visible as visible_cases
from approvals.cases.models import Case
from approvals.catalogue.queries import item_on
from approvals.documents.models import StoredFile
from approvals.errors import Invalid, Refused
from approvals.guidance.access import MayNotAnswer, MayNotAsk, QuestionNotFound, may_answer, may_ask, roster, visible
from approvals.guidance.models import Attachment, Question, Saying, VideoMeeting
from approvals.notices.actions import people_in, tell
from approvals.organisations.access import Actor
from approvals.organisations.models import Role

TITLE, TEXT = 80, 4000
PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")


class QuestionClosed(Refused):
    code = "question-closed"
    title = "这条咨询已经办结"


def ask(
    *,
    actor: Actor,
    item: str,
    title: str,
    text: str,
    at: datetime,
    case_number: str = "",
    files: Sequence[tuple[StoredFile, str]] = (),
) -> Question:
    """A county asks the city unit of an item, perhaps about one of its cases (then the case's item counts).

    Raises MayNotAsk, Invalid, CaseNotFound, UnknownItem.
    """
    if not may_ask(actor):
        raise MayNotAsk("由县级办件岗位或协调员提问；请换到这样的岗位。")
    on, case = local_day(at), None
    title, text = checked(title=title, text=text)
    if case_number:
        case = Case.objects.filter(visible_cases(actor), number=case_number).select_related("snapshot").first()
        if case is None:
            raise not_found(case_number)
        item = case.snapshot.item
    listed = item_on(item, on)
    city = listed.city_unit
    named = roster(city.pk, item, on=on)
    with transaction.atomic():
        question = Question.objects.create(
            item=item,
            item_name=listed.name[:200],
            case=case,
            region_id=actor.region,
            organ_id=actor.organ,
            asked_by_id=actor.user,
            city_organ=city,
            advisor=named[0].answers_on(on) if named else None,
            title=title,
            asked_at=at,
            due_on=add(current_calendar(), on, settings.GUIDANCE_ANSWER_WORKDAYS),
        )
        saying(question, actor, text, at=at, is_answer=False, files=files)
        tell_city(question, key=f"question-{question.pk}", title=f"{actor.organ_name}咨询：{title}", at=at)
    return question


def say(
    *, actor: Actor, question: int, text: str, at: datetime, files: Sequence[tuple[StoredFile, str]] = ()
) -> Saying:
    """The next turn: the city answers, or the county asks on, which opens the question again with a new deadline.

    Raises QuestionNotFound, MayNotAnswer, QuestionClosed, Invalid.
    """
    on = local_day(at)
    _, text = checked(title="-", text=text)
    with transaction.atomic():
        one = locked(actor, question)
        if one.state == Question.State.CLOSED:
            raise QuestionClosed("已办结的不再续写；请另提一条咨询。")
        from_county = one.region_id == actor.region and may_ask(actor)
        if not from_county and not may_answer(actor, one, on=on):
            raise MayNotAnswer(f"由{one.city_organ.name}的业务指导员、审查岗、决定岗或事项管理员答复。")
        said = saying(one, actor, text, at=at, is_answer=not from_county, files=files)
        if from_county:
            if one.state == Question.State.ANSWERED:
                one.due_on = add(current_calendar(), on, settings.GUIDANCE_ANSWER_WORKDAYS)
            one.state = Question.State.OPEN
            tell_city(one, key=f"question-{one.pk}-{said.pk}", title=f"{actor.organ_name}追问：{one.title}", at=at)
        else:
            one.late = one.late or one.overdue(on)
            one.state, one.answered_at = Question.State.ANSWERED, one.answered_at or at
            county = {said.user_id for said in one.sayings.filter(is_answer=False)} | {one.asked_by_id}
            key = f"question-{one.pk}-{said.pk}"
            tell(to=county, kind="answered", title=f"已答复：{one.title}", key=key, url=address(one), at=at)
        one.save(update_fields=["state", "due_on", "answered_at", "late"])
    return said


def close(*, actor: Actor, question: int, at: datetime) -> Question:
    """The county has what it needs. Raises QuestionNotFound, MayNotAsk, QuestionClosed."""
    with transaction.atomic():
        one = locked(actor, question)
        if one.region_id != actor.region or not may_ask(actor):
            raise MayNotAsk("由提问的县（市、区）办结。")
        if one.state == Question.State.CLOSED:
            raise QuestionClosed("别人刚办结过；刷新看现状。")
        one.late = one.late or one.overdue(local_day(at))
        one.state, one.closed_at = Question.State.CLOSED, at
        one.save(update_fields=["state", "closed_at", "late"])
    return one


def meet(
    *, actor: Actor, question: int, starts_at: datetime, at: datetime, minutes: int = 30, link: str = ""
) -> VideoMeeting:
    """Book a video consultation on a question; both sides are told. The link comes from VIDEO_ROOM_URL unless given.

    Raises QuestionNotFound, MayNotAnswer, QuestionClosed, Invalid.
    """
    with transaction.atomic():
        one = locked(actor, question)
        if one.state == Question.State.CLOSED:
            raise QuestionClosed("已办结的不再约视频会商。")
        if not may_answer(actor, one, on=local_day(at)) and not (one.region_id == actor.region and may_ask(actor)):
            raise MayNotAnswer("由提问的县（市、区）或答复的市直单位预约。")
        link = link.strip() or settings.VIDEO_ROOM_URL.format(room=f"question-{one.pk}")
        errors: dict[str, list[str]] = {}
        if starts_at <= at:
            errors["starts_at"] = ["开始时间须在现在之后。"]
        if not 5 <= minutes <= 240:
            errors["minutes"] = ["时长填 5 到 240 分钟。"]
        if urlsplit(link).scheme not in ("http", "https"):
            errors["link"] = ["没有配置视频平台：填会议链接，以 http:// 或 https:// 开头。"]
        if errors:
            raise Invalid(errors)
        booked = VideoMeeting.objects.create(
            question=one, starts_at=starts_at, minutes=minutes, link=link, booked_by_id=actor.user
        )
        both = {one.asked_by_id, one.advisor_id or one.asked_by_id, actor.user or one.asked_by_id}
        title = f"视频会商 {timezone.localtime(starts_at):%m月%d日 %H:%M}：{one.title}"
        tell(to=both, kind="meeting", title=title, key=f"meeting-{booked.pk}", url=address(one), at=at)
    return booked


def nag(*, on: date, at: datetime) -> int:
    """Tell advisor, deciders and coordinators of the city unit of questions past their day, once each working day."""
    if not current_calendar().is_workday(on):
        return 0
    told = 0
    late = Question.objects.filter(state=Question.State.OPEN, due_on__lt=on).select_related("city_organ").order_by("pk")
    for one in late:
        heads = people_in(on=on, organs=[one.city_organ_id], roles=[Role.DECIDER, Role.COORDINATOR])
        people = {*heads, *([one.advisor_id] if one.advisor_id else [])}
        key = f"question-{one.pk}-late-{on}"
        told += tell(to=people, kind="late", title=f"超期未答复：{one.title}", key=key, url=address(one), at=at)
    return told


def address(question: Question) -> str:
    return f"/guidance/{question.pk}/"


def locked(actor: Actor, question: int) -> Question:
    """The question, locked, if this actor may see it. Raises QuestionNotFound."""
    seen = Question.objects.select_for_update(of=("self",)).select_related("city_organ").filter(visible(actor))
    one = seen.filter(pk=question).first()
    if one is None:
        raise QuestionNotFound("没有这条业务咨询；从列表里打开。")
    return one


def saying(
    question: Question,
    actor: Actor,
    text: str,
    *,
    at: datetime,
    is_answer: bool,
    files: Sequence[tuple[StoredFile, str]],
) -> Saying:
    said = Saying.objects.create(
        question=question,
        user_id=actor.user,
        name=actor.name,
        organ=actor.organ_name,
        is_answer=is_answer,
        text=text,
        at=at,
    )
    Attachment.objects.bulk_create([Attachment(saying=said, stored=stored, name=name[:200]) for stored, name in files])
    return said


def tell_city(question: Question, *, key: str, title: str, at: datetime) -> None:
    """Tell the advisor, or, where nobody is on the roster, the item admins and reviewers of the unit."""
    people = [question.advisor_id] if question.advisor_id else []
    on = local_day(at)
    people = people or people_in(on=on, organs=[question.city_organ_id], roles=[Role.ITEM_ADMIN, Role.REVIEWER])
    tell(to=people, kind="question", title=title, key=key, url=address(question), at=at)


def checked(*, title: str, text: str, public: bool = False) -> tuple[str, str]:
    """Title and text without blanks around them. Raises Invalid."""
    title, text = title.strip(), text.strip()
    errors: dict[str, list[str]] = {}
    if not title or len(title) > TITLE:
        errors["title"] = [f"写一句 {TITLE} 字以内的标题。"]
    if not text or len(text) > TEXT:
        errors["text"] = [f"写清内容，{TEXT} 字以内。"]
    if public and PERSONAL.search(f"{title}\n{text}"):
        errors["text"] = ["删去身份证号和手机号再发布。"]
    if errors:
        raise Invalid(errors)
    return title, text
