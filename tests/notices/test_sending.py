"""Does the applicant hear at every turn, over an open channel, once, and with nothing personal in it?"""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from approvals.audit.register import Entry
from approvals.audit.sources import readers
from approvals.cases import reminding, telling
from approvals.cases.models import Event
from approvals.cases.words import Action, Role, State
from approvals.exchange.models import Endpoint, new_secret
from approvals.notices.actions import tell
from approvals.notices.models import Channel, Sent, Wording
from approvals.notices.queries import notices_of
from approvals.notices.sending import digest, wish
from approvals.organisations.models import User
from tests import people
from tests.factories import Story, driven, received

ITEM, YUDU = "2-30", "360731"
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def gateway(kind: str = "SMS") -> Channel:
    endpoint = Endpoint.objects.create(
        code=f"gateway-{kind.lower()}",
        name="网关",
        transport=Endpoint.Transport.HTTP,
        url="https://gateway.example/send",
        secret=new_secret(),
    )
    return Channel.objects.create(kind=kind, endpoint=endpoint)


@pytest.mark.django_db
def test_words_with_a_blank_that_could_be_personal_are_refused():
    for text in ("{name}您好", "{number", "{0}", "{number.__class__}"):
        with pytest.raises(ValidationError):
            Wording(occasion="RECEIVED", kind="SMS", text=text).save()


@pytest.mark.django_db
def test_a_person_who_wishes_it_hears_of_each_over_the_channel_and_others_only_in_the_platform():
    gateway("GZT")
    xie, huang = people.xie().user, people.huang().user
    wish(user=xie, channels=["GZT", "PIGEON"], daily=False)
    tell(to=[xie, huang], kind="returned", title="一件办件退回", key="k", at=AT)
    tell(to=[xie, huang], kind="returned", title="一件办件退回", key="k", at=AT)

    sent = Sent.objects.get()
    assert json.loads(sent.message.body)["to"] == User.objects.get(pk=xie).username
    assert sent.text == "一件办件退回"


@pytest.mark.django_db
def test_the_daily_message_counts_what_is_unread_and_comes_once_a_day():
    gateway("GZT")
    xie = people.xie().user
    wish(user=xie, channels=["GZT"], daily=True)
    assert digest(on=date(2026, 3, 2), at=AT) == 0
    tell(to=[xie], kind="returned", title="一件", key="a", at=AT)
    tell(to=[xie], kind="returned", title="又一件", key="b", at=AT)

    assert digest(on=date(2026, 3, 2), at=AT) == 1
    assert digest(on=date(2026, 3, 2), at=AT) == 0
    assert "2 条未读" in Sent.objects.get().text


def entries(story: Story) -> list[Entry]:
    return [Entry(n, "case", one) for n, one in enumerate(Event.objects.filter(case=story.case).order_by("sequence"))]


@pytest.mark.django_db
def test_from_receipt_to_acceptance_the_applicant_hears_and_the_telephone_is_nowhere_in_the_clear():
    gateway()
    clerk = people.xie()
    story = received(ITEM, YUDU, AT, clerk)
    story.accepted(clerk)
    case = story.case
    for _ in range(2):
        telling.tell_all(entries(story), at=story.at)

    sent = list(Sent.objects.filter(about=case.number).order_by("pk"))
    assert [one.occasion for one in sent] == ["RECEIVED", "ACCEPTED"]
    assert json.loads(sent[0].message.body)["to"] == "13800004417"
    assert Client().get(sent[0].text[sent[0].text.index("/public/") :]).status_code == 200
    for one in sent:
        assert case.number in one.text
        assert "13800004417" not in one.text
        assert not any(party.name in one.text for party in case.parties.all())
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM exchange_message")
        assert not any("13800004417" in body for (body,) in cursor.fetchall())


@pytest.mark.django_db
def test_old_history_and_a_closed_gateway_are_silent():
    channel = gateway()
    clerk = people.xie()
    story = received(ITEM, YUDU, AT, clerk)
    telling.tell_all(entries(story), at=AT + timedelta(days=30))
    channel.enabled = False
    channel.save()
    telling.tell_all(entries(story), at=story.at)
    assert not Sent.objects.exists()


@pytest.mark.django_db
def test_whoever_worked_on_it_hears_of_a_return_and_everybody_of_what_is_due_in_their_hands():
    story = driven(ITEM, YUDU, AT, to=State.KEY_POINTS)
    reviewer = int(story.case.reviewed_by.strip(",").split(",")[0])
    city = people.somebody(story.case.snapshot.decide_organ.code, Role.REVIEWER)
    story.do(city, Action.TAKE)
    assert reminding.remind(on=story.case.due_on, at=AT) == 1
    assert reminding.remind(on=story.case.due_on, at=AT) == 0
    assert notices_of(city.user).get().title == "你手上今天到期 1 件"

    story.do(city, Action.RETURN, reasons="复核发现总平面图与现场不符")
    telling.tell_all(entries(story), at=story.at)
    assert notices_of(reviewer).get().title.startswith("退回县级")


def test_the_reader_is_woken_and_swept():
    assert "cases.tell" in readers
    assert {"cases.tell", "cases.remind", "notices.digest"} <= set(settings.CELERY_BEAT_SCHEDULE)
