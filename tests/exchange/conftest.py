"""Who takes part in these tests? Receivers on real sockets, endpoints that point at them, and a clock one can turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone

from approvals.exchange import actions
from approvals.exchange.models import Endpoint, Message, new_secret
from approvals.supervision.sink import Manners, Sink

SECRET = new_secret()


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(tmp_path) -> Iterator[Callable[..., Sink]]:
    """Start a receiver: `receiver(fail=1)` and so on, see Manners."""
    numbers = count(1)
    with ExitStack() as stack:

        def start(*, port: int = 0, private_key: str = "", secret: str = SECRET, **manners) -> Sink:
            store = tmp_path / f"{next(numbers)}.jsonl"
            sink = Sink(secret=secret, store=store, port=port, manners=Manners(**manners), private_key=private_key)
            threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            stack.callback(sink.server_close)
            stack.callback(sink.shutdown)
            return sink

        yield start


@pytest.fixture
def quick(settings):
    """Time-outs of tenths of a second, so that a test of silence takes less than one."""
    settings.EXCHANGE_CONNECT_SECONDS = 0.3
    settings.EXCHANGE_READ_SECONDS = 0.5


def endpoint_to(url: str, *, code: str = "unit", **more) -> Endpoint:
    return Endpoint.objects.create(
        code=code, name=code, transport="HTTP", url=url, **{"secret": SECRET, "allow_private": True} | more
    )


def write(endpoint: Endpoint, *, at: datetime, thread: str = "", body: str = '{"办件": "演示"}', **more) -> Message:
    with transaction.atomic():
        return actions.enqueue(endpoint=endpoint, topic="push", thread=thread, body=body, at=at, **more)
