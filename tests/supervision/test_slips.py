"""Is the 推送单 made out to the unit that was really pushed to? 赣市府办发〔2022〕7号 四（六）."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from approvals.audit.register import enrol
from approvals.cases import letters
from approvals.cases.models import Case, Snapshot
from approvals.documents.models import Letter, LetterOwed
from approvals.organisations.models import SupervisionUnit
from approvals.supervision import slips
from approvals.supervision.actions import assign
from approvals.supervision.models import Orphan, PushRule
from approvals.supervision.objecting import answer_objection, object_to
from tests.factories import later
from tests.supervision.conftest import YUDU, coordinator_of, granted, main_push, pushed, supervisor

pytestmark = pytest.mark.django_db


def papers(at: datetime, *, ahead_of_letters: bool = False) -> None:
    """Let what is pushed get its slips, the letters of the acts first."""
    while enrol():
        pass
    while not ahead_of_letters and letters.follow_cases(at=at):
        pass
    while slips.follow_pushes(at=at):
        pass


def slips_of(case: Case) -> list[tuple[str, date]]:
    found = Letter.objects.filter(subject=case.number, kind="PUSH_SLIP").order_by("pk")
    return [(one.content["to"], one.issued_on) for one in found]


def other_unit(story) -> SupervisionUnit:
    named = [one["unit"] for one in story.case.snapshot.supervisors]
    return SupervisionUnit.objects.filter(organ__region=YUDU).exclude(pk__in=named).order_by("pk").first()


def test_a_slip_goes_to_whom_the_rule_sent_the_push_and_names_the_decision():
    story = granted()
    unit = other_unit(story)
    PushRule.objects.create(item=story.case.snapshot.item, unit=unit, valid_from=date(2026, 1, 1))
    pushed(story.at)
    assert main_push(story.case).unit == unit
    papers(story.at, ahead_of_letters=True)
    assert slips_of(story.case) == [], "the decision has no number yet"
    papers(story.at)
    papers(story.at)
    assert slips_of(story.case) == [(unit.name, story.day)]
    slip = Letter.objects.get(subject=story.case.number, kind="PUSH_SLIP")
    grant = Letter.objects.get(subject=story.case.number, kind="GRANT")
    assert (slip.content["decision_number"], slip.content["purpose"]) == (grant.number, "请认领")
    assert not LetterOwed.objects.filter(subject=story.case.number, settled_at=None).exists()


def test_what_goes_to_another_unit_has_a_slip_of_its_own_on_its_day():
    story = granted()
    pushed(story.at)
    push = main_push(story.case)
    object_to(push=push.pk, actor=supervisor(push), at=later(story.at, 1), ground="NOT_OURS", words="不是本单位职责")
    other, at = other_unit(story), later(story.at, 2)
    given = {"answer": "REROUTE", "words": "由该单位监管", "unit": other.code}
    answer_objection(push=push.pk, actor=coordinator_of(YUDU), at=at, **given)
    papers(at)
    assert slips_of(story.case) == [(push.unit.name, story.day), (other.name, at.date())]


def test_a_decision_without_a_unit_has_its_slip_when_a_coordinator_has_named_one():
    story = granted()
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=[])
    pushed(story.at)
    papers(story.at)
    assert slips_of(story.case) == []
    at = later(story.at, 1)
    orphan = Orphan.objects.get(case=story.case)
    push = assign(orphan=orphan.pk, unit="360731-LY-J", actor=coordinator_of(YUDU), at=at)
    papers(at)
    assert slips_of(story.case) == [(push.unit.name, at.date())]


def test_a_slip_that_failed_is_made_anew_for_the_unit_it_was_for():
    story = granted()
    pushed(story.at)
    papers(story.at)
    Letter.objects.filter(subject=story.case.number, kind="PUSH_SLIP").update(state=Letter.State.FAILED)
    slip = Letter.objects.get(subject=story.case.number, kind="PUSH_SLIP")
    again = letters.collect_again(key=slip.key, at=later(story.at, 1))
    assert (again.pk, again.state, again.content["to"]) == (slip.pk, "DUE", main_push(story.case).unit.name)
