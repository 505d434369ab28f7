"""When has a unit without a system of its own received something? Listed: delivered. Opened by a person: confirmed."""

from __future__ import annotations

import pytest

from approvals.exchange import actions
from approvals.exchange.delivery import deliver
from approvals.exchange.models import Endpoint
from tests.exchange.conftest import endpoint_to, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox() -> Endpoint:
    return Endpoint.objects.create(code="inbox", name="收件箱", transport="INBOX")


def test_an_inbox_message_is_delivered_by_being_listed_and_confirmed_by_being_opened(inbox, clock):
    message = write(inbox, at=clock())
    assert (message.delivered_at, message.confirmed_at, message.state) == (clock(), None, "WAITING")
    listed = clock()
    clock.turn(hours=3)

    assert actions.open_message(message, by="钟立", at=clock())

    assert (message.state, message.delivered_at, message.confirmed_at) == ("CONFIRMED", listed, clock())
    assert message.receipt["opened_by"] == "钟立"


def test_the_first_to_open_it_stays_the_one_who_confirmed(inbox, clock):
    message = write(inbox, at=clock())
    actions.open_message(message, by="钟立", at=clock())
    clock.turn(hours=1)
    assert not actions.open_message(message, by="刘敏", at=clock())
    message.refresh_from_db()
    assert message.receipt["opened_by"] == "钟立"


def test_nobody_in_particular_cannot_confirm(inbox, clock):
    with pytest.raises(ValueError, match="具名"):
        actions.open_message(write(inbox, at=clock()), by="", at=clock())


def test_an_inbox_message_is_never_posted(inbox, clock):
    write(inbox, at=clock())
    assert deliver(clock=clock) == 0


def test_what_goes_by_http_is_not_confirmed_by_opening_it(clock):
    message = write(endpoint_to("http://127.0.0.1:9/"), at=clock())
    with pytest.raises(actions.NotInInbox):
        actions.open_message(message, by="钟立", at=clock())
