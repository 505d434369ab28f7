"""Do the statistics, the metrics and the ledger say the same of a decision that was pushed? 赣市府办发〔2022〕7号 四（六）."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from approvals.audit.register import enrol
from approvals.cases.models import Case, Snapshot
from approvals.cases.words import Role
from approvals.exchange.delivery import deliver
from approvals.organisations.models import SupervisionUnit
from approvals.oversight.metrics import METRICS, figure
from approvals.statistics import rollups
from approvals.statistics.queries import rates
from approvals.statistics.questions import MEASURES, Question
from approvals.supervision import ledger
from approvals.supervision.actions import assign, open_push
from approvals.supervision.models import Orphan, Push
from approvals.supervision.objecting import answer_objection, object_to
from approvals.supervision.queries import alarms_of
from approvals.supervision.receipts import note_receipts
from tests.factories import later
from tests.people import somebody
from tests.supervision.conftest import (
    YUDU,
    coordinator_of,
    granted,
    granted_and_pushed,
    main_push,
    pushed,
    receives_at,
    supervisor,
)

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
FORESTRY = "360731-LY-J"


def said(case: Case, at: datetime) -> tuple[tuple[int, int], tuple[int, int | None], bool]:
    """推送及时率 in the statistics, in the metrics, and whether the ledger counts the receipt as in time."""
    while enrol():
        pass
    while rollups.follow_register(at=at):
        pass
    while rollups.let_days_pass(at=at):
        pass
    city = somebody("360700-SPJ", Role.COORDINATOR)
    counted = {
        one.label: (one.part, one.whole) for one in rates(city, Question(MEASURES["pushed"], "region", MARCH, MARCH))
    }
    metric = figure(METRICS["push-in-time"], city, first=MARCH, last=date(2026, 3, 31), on=at.date())
    (line,) = ledger.lines(on=at.date(), case=case.number)
    return counted["按时推送"], (metric.top, metric.bottom), line.in_time


def test_what_is_listed_in_an_inbox_in_time_is_in_time_however_late_it_is_opened():
    story = granted_and_pushed()
    push = main_push(story.case)
    assert said(story.case, later(story.at, 3)) == ((0, 0), (0, 0), False), "not yet due"
    open_push(push=push.pk, actor=supervisor(push), at=later(story.at, 5))
    assert said(story.case, later(story.at, 5)) == ((1, 1), (1, 1), True)


def test_what_a_system_receives_late_is_late(receiver):
    receives_at(FORESTRY, receiver(fail=1, status=503).url)
    story = granted_and_pushed()
    deliver(clock=lambda: story.at)
    at = later(story.at, 4)
    assert said(story.case, at) == ((0, 1), (0, 1), False)
    assert deliver(clock=lambda: at) == 1
    note_receipts(at=at)
    assert said(story.case, at) == ((0, 1), (0, 1), False)


def test_a_decision_that_nobody_was_named_for_is_late_until_it_has_arrived_and_stays_so():
    story = granted()
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=[])
    pushed(story.at)
    at = later(story.at, 4)
    assert said(story.case, at) == ((0, 1), (0, 1), False)
    orphan = Orphan.objects.get(case=story.case)
    push = assign(orphan=orphan.pk, unit=FORESTRY, actor=coordinator_of(YUDU), at=at)
    open_push(push=push.pk, actor=supervisor(push), at=at)
    assert said(story.case, at) == ((0, 1), (0, 1), False)


def test_what_is_routed_anew_counts_by_its_first_push_and_has_a_due_day_of_its_own():
    story = granted_and_pushed()
    push = main_push(story.case)
    object_to(push=push.pk, actor=supervisor(push), at=later(story.at, 2), ground="NOT_OURS", words="不是本单位职责")
    other = SupervisionUnit.objects.filter(organ__region=YUDU).exclude(pk=push.unit_id).first()
    at = later(story.at, 5)
    given = {"answer": "REROUTE", "words": "由该单位监管", "unit": other.code}
    anew = answer_objection(push=push.pk, actor=coordinator_of(YUDU), at=at, **given)
    assert (anew.due_on, anew.confirm_by_on) == (later(at, 3).date(), later(at, 1).date())
    assert not {"PUSH_LATE", "UNCONFIRMED"} & {alarm.code for alarm in alarms_of(anew, on=at.date())}
    (line,) = ledger.lines(on=at.date(), case=story.case.number)
    assert (line.state, line.due_on) == (ledger.NOT_YET, later(at, 3).date())
    open_push(push=anew.pk, actor=supervisor(anew), at=later(at, 1))
    assert said(story.case, later(at, 1)) == ((1, 1), (1, 1), True)
    assert Push.objects.get(pk=push.pk).state == "REPLACED"
