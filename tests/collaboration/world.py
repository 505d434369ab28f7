"""Who plans and who meets in these tests? The forestry unit of 于都 with what it has claimed, and officers of several organs."""

from __future__ import annotations

from datetime import date, datetime

from approvals.collaboration import draws, planning
from approvals.collaboration.models import InspectionPlan, Officer
from approvals.organisations.access import Actor
from approvals.organisations.models import SupervisionUnit
from approvals.supervision.actions import claim
from approvals.supervision.models import Push
from tests.factories import moment
from tests.supervision.conftest import granted, main_push, pushed, supervisor_of

UNIT = "360731-LY-J"
MONDAY = moment("2026-03-02")
PUBLISHED = moment("2026-03-09")
DRAWN = moment("2026-03-10")
PLAN = {"title": "一季度林木采伐检查", "target": "CASES", "starts_on": "2026-03-01", "ends_on": "2026-03-31"}


def planner() -> Actor:
    return supervisor_of(UNIT)


def taken_on(count: int, at: datetime = MONDAY) -> list[Push]:
    """So many decisions of 于都's forestry bureau, pushed to its unit and claimed."""
    stories = [granted(at=at) for _ in range(count)]
    pushed(stories[-1].at)
    found = [main_push(story.case) for story in stories]
    for push in found:
        claim(push=push.pk, actor=planner(), at=stories[-1].at)
    return found


def pool(push: Push) -> dict[str, Officer]:
    """Two officers (赣B001, 赣B002) who serve where the case was decided, three of the unit's own bureau."""
    unit = SupervisionUnit.objects.select_related("organ").get(code=UNIT)
    organs = [push.case.snapshot.decide_organ] * 2 + [unit.organ] * 3
    return {
        one.card: one
        for number, organ in enumerate(organs, 1)
        for one in [
            Officer.objects.create(
                unit=unit, card=f"赣B{number:03}", name=f"检查员{number}", organ=organ, starts_on=date(2026, 1, 1)
            )
        ]
    }


def drawn(**changes: object) -> InspectionPlan:
    """A plan drafted, published and drawn the next day."""
    plan = planning.draft(actor=planner(), at=PUBLISHED, given=PLAN | changes)
    planning.publish(plan=plan.pk, actor=planner(), at=PUBLISHED)
    [found] = draws.draw_due(at=DRAWN)
    return found
