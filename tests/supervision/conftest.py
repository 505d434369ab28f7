"""How does a decision get to its unit in these tests? By the register and the consumer, as in life."""

from __future__ import annotations

from datetime import datetime

import pytest

from approvals.audit.register import enrol
from approvals.cases.models import Case
from approvals.cases.words import Action, Role, State
from approvals.exchange.models import Endpoint
from approvals.organisations.access import Actor, actor_in
from approvals.organisations.models import Post, SupervisionUnit
from approvals.supervision.models import Push, UnitEndpoint
from approvals.supervision.placing import follow_cases
from tests.exchange.conftest import SECRET, clock, quick, receiver  # noqa: F401
from tests.factories import Story, driven, moment, received, remedies_against
from tests.people import TODAY, clerk_of, somebody

FELLING = "1-7"  # 林木采伐许可证核发: DIRECT, county decides
EQUIPMENT = "2-30"  # 特种设备使用登记: SUBSTANTIVE, city decides
GAS = "3-38"  # 燃气经营许可证新办: WINDOW, city decides
YUDU = "360731"
MONDAY = moment("2026-03-02")


def pushed(at: datetime) -> None:
    """Let the register and the consumer run until they rest."""
    while enrol():
        pass
    while follow_cases(at=at):
        pass


def granted(item: str = FELLING, region: str = YUDU, at: datetime = MONDAY) -> Story:
    return driven(item, region, at, to=State.DECIDED)


def granted_and_pushed(item: str = FELLING, region: str = YUDU, at: datetime = MONDAY) -> Story:
    story = granted(item, region, at)
    pushed(story.at)
    return story


def denied(item: str = FELLING, region: str = YUDU, at: datetime = MONDAY) -> Story:
    story = received(item, region, at)
    terms = story.case.snapshot.terms
    reviewer = somebody(terms["review"]["code"], Role.REVIEWER)
    decider = somebody(terms["decide"]["code"], Role.DECIDER, other_than=(reviewer,))
    story.accepted(clerk_of(region))
    story.recommended(reviewer, "DENY")
    story.do(decider, Action.DENY, reasons="不符合法定条件。", remedies=remedies_against(story.case))
    return story


def main_push(case: Case) -> Push:
    """The push to the responsible unit."""
    return Push.objects.select_related("unit", "message").get(case=case, copy=False, subject="DECISION")


@pytest.fixture
def story() -> Story:
    return granted_and_pushed()


@pytest.fixture
def push(story) -> Push:
    return main_push(story.case)


def supervisor(push: Push) -> Actor:
    """Whoever sits in the push's unit."""
    return supervisor_of(push.unit.code)


def supervisor_of(unit: str, *, nth: int = 0) -> Actor:
    posts = Post.objects.in_force(TODAY).filter(unit__code=unit, role=Role.SUPERVISOR)
    post = posts.select_related("organ__region", "user", "unit").order_by("pk")[nth]
    return actor_in(post, user=post.user)


def coordinator_of(region: str) -> Actor:
    return somebody(f"{region}-SPJ", Role.COORDINATOR)


def receives_at(unit: str, url: str) -> Endpoint:
    """From now on this unit has a system of its own."""
    endpoint = Endpoint.objects.create(
        code=f"http-{unit}", name=unit, transport="HTTP", url=url, secret=SECRET, allow_private=True
    )
    UnitEndpoint.objects.update_or_create(unit=SupervisionUnit.objects.get(code=unit), defaults={"endpoint": endpoint})
    return endpoint
