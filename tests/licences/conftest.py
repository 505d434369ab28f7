"""Who holds which licence in these tests? 于都县康泽医疗器械有限公司, and the library that is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from approvals.cases.exofficio import open_proceeding
from approvals.cases.models import Case, Concern
from approvals.cases.words import Action, State
from approvals.exchange.models import Endpoint, new_secret
from approvals.licences.library_server import Library
from approvals.licences.models import Licence
from tests.factories import REMEDIES, Story, all_papers, driven, filled, moment, received
from tests.people import xie, zeng, zhong

MONDAY = moment("2026-03-02")
DEVICE, RENEWAL, CHANGE, REPLACEMENT, CANCELLATION = "3-25", "3-26", "3-27", "3-29", "3-30"
SECRET = new_secret()


def licence_of(story: Story) -> Licence:
    return Concern.objects.select_related("licence").get(case=story.case).licence


def granted(at: datetime = MONDAY) -> Licence:
    """A licence for medical devices of 于都县, granted by 市行政审批局."""
    return licence_of(driven(DEVICE, "360731", at, to=State.DECIDED))


def asked(item: str, licence: Licence, at: datetime) -> Story:
    """An application about a licence, accepted at 于都县's window."""
    story = received(item, "360731", at, xie(), licence=licence.number)
    answers = filled(story.case) | {"original_number": licence.number}
    story.do(xie(), Action.AMEND, form=answers, papers=all_papers(story.case))
    story.do(xie(), Action.ACCEPT)
    return story


def decided(story: Story, **given: Any) -> Story:
    story.recommended(zhong())
    story.do(zeng(), Action.APPROVE, content="准予。", **given)
    return story


def proceeding(licence: Licence, act: str, ground: str, at: datetime, **more: Any) -> Story:
    given = {"act": act, "ground": ground, "reasons": "现场检查发现冷库停用，限期整改未完成。"} | more
    case = open_proceeding(licence=licence.number, actor=zhong(), at=at, given=given)
    return Story(Case.objects.select_related("snapshot", "holder").get(pk=case.pk), at)


def ordered(story: Story) -> Story:
    """Told, heard, proposed, decided: by two people."""
    if story.case.proceeding.notice_owed:
        story.do(zhong(), Action.GIVE_NOTICE, facts="冷库停用", measure="拟处理", days=5)
        story.do(zhong(), Action.HEAR, waived=True)
    story.do(zhong(), Action.PROPOSE_ORDER, opinion="事实清楚，建议处理。")
    story.do(zeng(), Action.ORDER, content="照办。", reasons="事实清楚，依据充分。", remedies=REMEDIES)
    return story


@pytest.fixture
def library(tmp_path) -> Iterator[Callable[..., Library]]:
    """Start a licence library: `library(fail=1)`, `library(lose=1)`."""
    numbers = count(1)
    with ExitStack() as stack:

        def start(**manners: int) -> Library:
            server = Library(secret=SECRET, store=tmp_path / f"{next(numbers)}.jsonl", **manners)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return server

        yield start


def connected(server: Library) -> Endpoint:
    return Endpoint.objects.create(
        code="licence-library",
        name="市电子证照库",
        transport="HTTP",
        url=server.url,
        secret=SECRET,
        receipts="SHARED",
        allow_private=True,
    )
