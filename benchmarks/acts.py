"""Which six acts make a lifecycle? A real item of the window mode, from acceptance to delivery, by the people in their posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from approvals.cases.actions import perform
from approvals.cases.models import Case
from approvals.cases.words import Action
from approvals.organisations.access import Actor
from tests.factories import Story, moment, received, site_record, yes_to_all
from tests.people import chen, xie, zeng, zhong

ITEM, REGION = "3-39", "360731"  # 生产建设项目水土保持方案审批，于都县：服务窗口前移，不发证照
RECEIVED_AT = moment("2026-03-02")


@dataclass(frozen=True)
class Planned:
    """One act of the lifecycle: everything `perform` is told but the case."""

    action: Action
    actor: Actor
    at: datetime
    given: dict[str, Any]


def prepared() -> Story:
    """A case received at the county's window, its form filled in and its papers ticked."""
    story = received(ITEM, REGION, RECEIVED_AT, xie())
    story.complete(xie())
    return story


def lifecycle(case: Case) -> tuple[Planned, ...]:
    """The six acts, each with the same input for every case of the item."""
    review = {
        "proposal": "GRANT",
        "opinion": "经审查，申请材料齐全，符合法定条件。",
        "points": yes_to_all(case),
        "site": site_record(RECEIVED_AT.date()),
    }
    grant = {"content": "准予水土保持方案。"}
    return tuple(
        Planned(action, actor, RECEIVED_AT + timedelta(minutes=minute), given)
        for minute, (action, actor, given) in enumerate(
            (
                (Action.ACCEPT, xie(), {}),
                (Action.TAKE, zhong(), {}),
                (Action.RECOMMEND, zhong(), review),
                (Action.APPROVE, zeng(), grant),
                (Action.SEAL, chen(), {}),
                (Action.DELIVER, xie(), {"way": "COUNTER", "receipt": "刘敏"}),
            ),
            start=10,
        )
    )


def live(number: str, acts: tuple[Planned, ...]) -> Iterator[Action]:
    """Lead a case through the acts by the real door; each act's name once it is done."""
    for act in acts:
        perform(number=number, action=act.action, actor=act.actor, at=act.at, given=act.given)
        yield act.action
