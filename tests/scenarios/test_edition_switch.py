"""Midnight of a new edition: what is open finishes as it began, what comes in after midnight follows the new list."""

from datetime import date

import pytest

from approvals.cases.management.commands.check_cases import open_cases, wrong_with
from approvals.cases.registration import NotDelegated
from approvals.cases.words import Action, State
from approvals.catalogue import actions
from approvals.catalogue.queries import current_rows
from approvals.catalogue.whatif import held
from approvals.demo.example_edition import draft_example
from approvals.organisations.models import Role
from approvals.workbench.forecasting import outlook
from tests.factories import Story, driven, moment, received, yes_to_all
from tests.people import chen, clerk_of, he, li, sitting, somebody, wen, xie, zeng, zhong

pytestmark = pytest.mark.django_db

ELEVATOR, GAS, FUEL, FELLING = "2-30", "3-38", "3-37", "1-7"
YUDU, CHONGYI, NANKANG = "360731", "360725", "360703"
DRAFTED, PUBLISHED = moment("2025-11-03"), moment("2025-12-01")
EVE, MORNING = moment("2025-12-31", 16), moment("2026-01-05", 9)
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def in_flight() -> dict[str, Story]:
    """Received in the last office hours of the old edition, each at another stage."""
    return {
        "elevator": driven(ELEVATOR, YUDU, EVE, to=State.KEY_POINTS),
        "gas": driven(GAS, CHONGYI, EVE, to=State.REVIEW),
        "fuel": received(FUEL, NANKANG, EVE),
    }


def test_the_list_changes_at_midnight_and_no_case_in_flight_notices(in_flight: dict[str, Story]) -> None:
    author, editor = sitting("xiaojiangnan", Role.ITEM_ADMIN), sitting("yangshanming", Role.COORDINATOR)
    edition = draft_example(author=author, editor=editor, at=DRAFTED)
    frozen = {name: story.case.snapshot.terms for name, story in in_flight.items()}
    foreseen = outlook(edition, today=EVE.date())
    groups = {(line.work.item, line.work.region): line for line in foreseen.lines}
    assert {key for key, line in groups.items() if line.changes} == {
        (ELEVATOR, YUDU),
        (GAS, CHONGYI),
        (FUEL, NANKANG),
    }
    assert groups[ELEVATOR, YUDU].work.open == 1
    assert ("于都县行政审批局", "决定") in {(one.who, one.phase) for one in foreseen.loads if one.gains}
    assert ("赣州市行政审批局", "决定") in {(one.who, one.phase) for one in foreseen.loads if one.loses}

    actions.check_edition(code=edition.code, actor=author, at=DRAFTED)
    actions.publish_edition(code=edition.code, actor=editor, at=PUBLISHED)

    # the last minute of the old year: still the old list
    late = received(ELEVATOR, YUDU, moment("2025-12-31", 23, 59))
    assert (late.case.snapshot.edition, late.case.snapshot.mode) == ("2022", "SUBSTANTIVE")
    # the first minute of the new one: the new list, and exactly what the forecast said
    new = received(ELEVATOR, YUDU, moment("2026-01-01", 0, 0), address="另一台电梯")
    assert (new.case.snapshot.edition, new.case.snapshot.mode) == ("example", "DIRECT")
    assert new.case.snapshot.decide_organ.name == held(groups[ELEVATOR, YUDU].after, "decide")[0]
    assert [one["unit_name"] for one in new.case.snapshot.supervisors] == list(
        held(groups[ELEVATOR, YUDU].after, "supervise")
    )
    with pytest.raises(NotDelegated, match="不在承接名单内"):
        received(GAS, CHONGYI, MORNING)
    with pytest.raises(NotDelegated):
        received(FUEL, NANKANG, MORNING)

    # what is in flight: not one term changed, and each goes on by the rules it came in under
    for name, story in in_flight.items():
        assert story.refresh().snapshot.terms == frozen[name]
    assert [text for case in open_cases() for text in wrong_with(case)] == []
    finish_at_the_city(in_flight["elevator"])
    finish_a_vanished_window(in_flight["gas"])
    fuel = in_flight["fuel"]
    fuel.at = MORNING
    fuel.accepted(clerk_of(NANKANG))
    assert fuel.case.holder.code == "360700-SPJ"
    new.at = MORNING
    finish_in_the_county(new)
    added = received("1-21", NANKANG, MORNING)
    assert added.case.snapshot.item_name.startswith("示例新增")
    assert "longnan26" in current_rows().edition


def finish_at_the_city(story: Story) -> None:
    """The city decides a case it no longer would have got."""
    story.at = MORNING
    story.do(zhong(), Action.CONFIRM_POINTS, opinion="要点相符。", points=yes_to_all(story.case))
    story.do(zeng(), Action.APPROVE, content="准予登记。", valid_from="2026-01-05")
    story.do(chen(), Action.SEAL)
    assert story.state == State.SEALED


def finish_a_vanished_window(story: Story) -> None:
    """The window mode is gone from 崇义县, the case that came in by it is decided by the city and handed out there."""
    story.at = MORNING
    story.recommended(zhong())
    story.do(zeng(), Action.APPROVE, content="准予经营。", valid_from="2026-01-05", valid_to="2031-01-04")
    story.do(chen(), Action.SEAL)
    story.do(clerk_of(CHONGYI), Action.DELIVER, way="COUNTER", receipt="刘敏")
    assert story.state == State.DELIVERED


def finish_in_the_county(story: Story) -> None:
    """What came in under the new list is decided by the county alone."""
    story.accepted(xie())
    story.recommended(li())
    assert story.state == State.DECISION
    story.do(wen(), Action.APPROVE, content="准予登记。", valid_from="2026-01-05")
    assert story.case.snapshot.seal_organ.code == "360731-SPJ"
    assert he().organ == wen().organ == somebody("360731-SPJ", Role.DECIDER).organ
