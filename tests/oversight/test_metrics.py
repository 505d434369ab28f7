"""Does each rate say what it says, with its denominator, and without what is not yet due?"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.cases.words import Role, State
from approvals.oversight.metrics import METRICS, by_region, figure, rate
from approvals.supervision.actions import claim, feed_back
from approvals.supervision.models import Push
from tests.factories import driven, later, moment
from tests.oversight.world import FELLING, MONDAY, YUDU
from tests.people import somebody
from tests.supervision.conftest import pushed, supervisor

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_rate_is_rounded_half_up_and_of_nothing_there_is_none(top, rest):
    bottom = top + rest
    assert rate(top, bottom) == ("—" if bottom == 0 else f"{int(top * 1000 / bottom + 0.5 + 1e-9) / 10:.1f}%")


def fed_back(push: Push, at) -> None:
    found = {"on": at.date().isoformat(), "officers": ["甲某", "乙某"], "way": "ON_SITE", "result": "NO_PROBLEM"}
    feed_back(push=push.pk, actor=supervisor(push), at=at, kind="INSPECTION", given=found)


@pytest.mark.django_db
def test_what_is_not_yet_due_is_in_no_denominator_and_what_is_late_stays_in_it():
    for _ in range(2):
        driven(FELLING, YUDU, MONDAY, to=State.DECIDED)
    pushed(MONDAY)
    first, second = Push.objects.filter(copy=False).order_by("pk")
    city = somebody("360700-SPJ", Role.COORDINATOR)

    def of(key: str, on: date) -> tuple[int, int | None]:
        found = figure(METRICS[key], city, on=on, **YEAR)
        return found.top, found.bottom

    assert of("pushed", MONDAY.date()) == (2, None)
    assert of("claimed-in-time", first.claim_due_on) == (0, 0)
    claim(push=first.pk, actor=supervisor(first), at=later(MONDAY, 1))
    assert of("claimed-in-time", first.claim_due_on) == (0, 0), "claimed early is not yet due either"
    after = later(moment(second.claim_due_on), 1)
    assert of("claimed-in-time", after.date()) == (1, 2)
    assert of("claimed", after.date()) == (1, 2)
    assert of("fed-back", after.date()) == (0, 0)
    Push.objects.filter(pk=second.pk).update(state="OBJECTED")
    assert of("claimed-in-time", after.date()) == (1, 1), "while its objection is open nobody has to claim it"
    Push.objects.filter(pk=second.pk).update(state="TO_CLAIM")
    claim(push=second.pk, actor=supervisor(second), at=after)
    assert of("claimed-in-time", after.date()) == (1, 2)
    assert of("claimed", after.date()) == (2, 2)
    fed_back(first, after)
    assert of("fed-back", after.date()) == of("inspected", after.date()) == (0, 0), "nor is what was fed back early"
    first.refresh_from_db()
    past = later(moment(first.feedback_due_on), 1).date()
    assert of("fed-back", past) == of("inspected", past) == (1, 1)
    [(code, _, found)] = by_region(METRICS["claimed-in-time"], city, on=after.date(), **YEAR)
    assert (code, found.value) == (YUDU, "50.0%")
    metric = METRICS["claimed-in-time"]
    behind = metric.behind(metric.source.under(city, **YEAR), "rest", on=after.date())
    assert [one.pk for one in behind] == [second.pk]
