"""To whom does a decision go, and when is it due? 赣市府办发〔2022〕7号 四（六）."""

from __future__ import annotations

import json
from datetime import date

import pytest

from approvals.audit.models import Cursor, RegisterEntry
from approvals.audit.register import enrol
from approvals.cases.models import Snapshot
from approvals.cases.words import Action, Role
from approvals.organisations.models import SupervisionUnit
from approvals.supervision import placing
from approvals.supervision.access import NotCoordinator, OrphanNotFound
from approvals.supervision.actions import AlreadyAssigned, UnitOutOfReach, assign, claim
from approvals.supervision.models import ContentRight, Orphan, Push, PushEvent, UnitEndpoint
from approvals.supervision.queries import alarms_of, orphans
from tests.factories import COMPANY, USCC, Story, moment, received
from tests.people import clerk_of, somebody
from tests.supervision.conftest import (
    EQUIPMENT,
    FELLING,
    GAS,
    MONDAY,
    YUDU,
    coordinator_of,
    denied,
    granted,
    granted_and_pushed,
    main_push,
    pushed,
    supervisor_of,
)

pytestmark = pytest.mark.django_db


def sent(story: Story) -> set[tuple[str, str, str]]:
    return set(Push.objects.filter(case=story.case).values_list("unit__code", "level", "purpose"))


def test_what_the_county_decided_the_county_supervises():
    story = granted_and_pushed(FELLING)
    assert sent(story) == {("360731-LY-J", "COUNTY", "CLAIM")}


@pytest.mark.parametrize("item", [EQUIPMENT, GAS])
def test_what_the_city_decided_the_city_claims_and_the_county_knows(item):
    story = granted_and_pushed(item)
    assert {(level, purpose) for _, level, purpose in sent(story)} == {("CITY", "CLAIM"), ("COUNTY", "INFORM")}
    copy = Push.objects.get(case=story.case, copy=True)
    assert (copy.state, copy.claim_due_on) == ("FOR_INFORMATION", None)


def test_a_denial_is_told_and_nobody_has_to_claim_it():
    story = denied()
    pushed(story.at)
    push = main_push(story.case)
    assert (push.purpose, push.result, push.claim_due_on) == ("INFORM", "DENIED", None)


def test_what_ends_without_a_decision_is_not_pushed():
    story = received(FELLING, YUDU, MONDAY)
    story.do(clerk_of(YUDU), Action.WITHDRAW, confirmed=True)
    pushed(story.at)
    assert sent(story) == set()
    assert not Orphan.objects.filter(case=story.case).exists()


def test_due_days_over_the_national_day_are_working_days():
    """2026: 1 to 7 October are holidays, Saturday 10 October is worked."""
    story = granted(at=moment("2026-09-29", 9))
    assert story.case.decided_on == date(2026, 9, 29)
    pushed(moment("2026-10-09"))
    push = main_push(story.case)
    assert push.confirm_by_on == date(2026, 9, 30)
    assert push.due_on == date(2026, 10, 9)
    assert push.claim_due_on == date(2026, 10, 13)


def test_when_a_push_is_to_be_confirmed_and_counts_as_due_soon_are_settings(settings):
    settings.PUSH_CONFIRM_WORKDAYS, settings.PUSH_SOON_WORKDAYS = 2, 1
    story = granted(at=moment("2026-09-28", 9))
    pushed(story.at)
    push = main_push(story.case)
    assert (push.confirm_by_on, push.due_on) == (date(2026, 9, 30), date(2026, 10, 8))
    on = date(2026, 9, 29)
    assert "PUSH_SOON" not in [one.code for one in alarms_of(push, on=on)]
    settings.PUSH_SOON_WORKDAYS = 2
    assert "PUSH_SOON" in [one.code for one in alarms_of(push, on=on)]


def test_the_pushes_of_a_unit_are_numbered_without_a_gap():
    stories = [granted(at=MONDAY) for _ in range(4)]
    pushed(MONDAY)
    numbers = Push.objects.filter(unit__code="360731-LY-J").order_by("unit_sequence")
    assert [push.unit_sequence for push in numbers] == [1, 2, 3, 4]
    assert [push.case_id for push in numbers] == [story.case.pk for story in stories]
    assert UnitEndpoint.objects.get(unit__code="360731-LY-J").pushed == 4


def test_reading_the_register_again_from_the_start_doubles_nothing():
    story = granted_and_pushed(GAS)
    before = list(Push.objects.filter(case=story.case).values())
    Cursor.objects.filter(name=placing.READER).update(position=0)
    pushed(story.at)
    assert list(Push.objects.filter(case=story.case).values()) == before
    assert PushEvent.objects.filter(case=story.case).count() == len(before)


def test_a_consumer_that_breaks_half_way_has_pushed_nothing_and_goes_on_where_it_was(monkeypatch):
    story = granted(GAS)
    while enrol():
        pass
    place = placing.place

    def breaks(entries, *, at):
        place(entries, at=at)
        raise ConnectionError

    monkeypatch.setattr(placing, "place", breaks)
    with pytest.raises(ConnectionError):
        placing.follow_cases(at=story.at)
    assert sent(story) == set()
    monkeypatch.setattr(placing, "place", place)
    pushed(story.at)
    assert len(sent(story)) == 2


def test_two_responsible_units_claim_one_case_each_for_itself():
    story = granted()
    named = [
        {"unit": unit.pk, "level": "COUNTY", "copy": False, "provisional": False}
        for unit in SupervisionUnit.objects.filter(code__in=["360731-LY-J", "360731-SCJG-J"])
    ]
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=named)
    pushed(story.at)
    first, second = Push.objects.filter(case=story.case)
    claim(push=first.pk, actor=supervisor_of(first.unit.code), at=story.at)
    second.refresh_from_db()
    assert second.state == "TO_CLAIM"
    assert claim(push=second.pk, actor=supervisor_of(second.unit.code), at=story.at).state == "CLAIMED"


# ---------------------------------------------------------------- 无主清单


@pytest.fixture
def orphaned() -> Story:
    """A decision for which the table of units had no answer."""
    story = granted()
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=[])
    pushed(story.at)
    return story


def test_a_decision_without_a_unit_waits_for_the_coordinator_and_never_for_nobody(orphaned):
    (mine,) = orphans(coordinator_of(YUDU)).filter(case=orphaned.case)
    assert (mine.purpose, mine.decided_on, mine.due_on) == ("CLAIM", date(2026, 3, 2), date(2026, 3, 5))
    assert orphans(coordinator_of("360700")).filter(case=orphaned.case).exists()
    assert not orphans(coordinator_of("360702")).filter(case=orphaned.case).exists()
    pushed(orphaned.at)
    assert Orphan.objects.filter(case=orphaned.case).count() == 1


def test_where_only_a_copy_is_known_the_copy_goes_and_the_rest_waits():
    story = granted(GAS)
    copies = [one for one in story.case.snapshot.supervisors if one["copy"]]
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=copies)
    pushed(story.at)
    assert {purpose for _, _, purpose in sent(story)} == {"INFORM"}
    assert Orphan.objects.filter(case=story.case).exists()


def test_the_coordinator_names_a_unit_and_it_is_pushed_at_once(orphaned):
    orphan = Orphan.objects.get(case=orphaned.case)
    push = assign(orphan=orphan.pk, unit="360731-LY-J", actor=coordinator_of(YUDU), at=orphaned.at)
    assert (push.purpose, push.level, push.state) == ("CLAIM", "COUNTY", "TO_CLAIM")
    assert push.message.state == "WAITING"
    with pytest.raises(AlreadyAssigned):
        assign(orphan=orphan.pk, unit="360731-SCJG-J", actor=coordinator_of("360700"), at=orphaned.at)


def test_sealed_papers_reach_every_holder_once_when_the_follower_comes_after_the_assignment():
    """The seal is on the paper but not yet read from the register while the coordinator names the unit."""
    story = granted(GAS)
    copies = [one for one in story.case.snapshot.supervisors if one["copy"]]
    Snapshot.objects.filter(pk=story.case.pk).update(supervisors=copies)
    pushed(story.at)
    ContentRight.objects.update_or_create(audience="CITY", part="SITE", defaults={"allowed": False})
    story.do(somebody(story.case.snapshot.terms["seal"]["code"], Role.SEAL_KEEPER), Action.SEAL)
    unit = SupervisionUnit.objects.filter(organ__region="360700").order_by("pk")[0]
    orphan = Orphan.objects.get(case=story.case)
    made = assign(orphan=orphan.pk, unit=unit.code, actor=coordinator_of("360700"), at=story.at)
    assert json.loads(made.message.body)["withheld"] == ["SITE"]
    for _ in range(2):
        pushed(story.at)
        papers = Push.objects.filter(case=story.case, subject="PAPERS").values_list("unit", "copy")
        assert sorted(papers) == sorted([(unit.pk, False), (copies[0]["unit"], True)])
        Cursor.objects.filter(name=placing.READER).update(position=0)


def test_only_coordinators_of_the_region_or_the_city_name_a_unit_and_only_one_within_reach(orphaned):
    orphan = Orphan.objects.get(case=orphaned.case).pk
    with pytest.raises(NotCoordinator):
        assign(orphan=orphan, unit="360731-LY-J", actor=supervisor_of("360731-LY-J"), at=orphaned.at)
    with pytest.raises(OrphanNotFound):
        assign(orphan=orphan, unit="360731-LY-J", actor=coordinator_of("360702"), at=orphaned.at)
    for unit in ("360702-LY-J", "nowhere"):
        with pytest.raises(UnitOutOfReach):
            assign(orphan=orphan, unit=unit, actor=coordinator_of(YUDU), at=orphaned.at)
    assert not Push.objects.filter(case=orphaned.case).exists()
    assert assign(orphan=orphan, unit="360702-LY-J", actor=coordinator_of("360700"), at=orphaned.at)


# ---------------------------------------------------------------- 内容


def test_the_unit_is_told_what_it_needs_and_no_identity_number():
    story = granted_and_pushed(EQUIPMENT)
    push = main_push(story.case)
    told = json.loads(push.message.body)
    assert set(told) == {
        "schema",
        "id",
        "thread",
        "sequence",
        "purpose",
        "purpose_words",
        "pushed_at",
        "unit",
        "due",
        "case",
        "applicants",
        "decision",
        "licence",
        "accountable",
        "materials",
        "commitment",
        "papers",
        "site",
        "risk",
        "subject",
        "subject_words",
        "replaces",
        "withheld",
    }
    assert (told["schema"], told["id"], told["thread"]) == ("push/1", str(push.pk), story.case.number)
    assert told["case"]["mode_words"] == "下放实质性审核权"
    assert (told["case"]["item"], told["case"]["region_name"]) == (EQUIPMENT, "于都县")
    assert told["decision"]["result_words"] == "准予"
    assert told["decision"]["content"] == "准予。"
    assert told["due"] == {
        "push_on": "2026-03-05",
        "claim_on": "2026-03-05",
        "claim_workdays": 3,
        "feedback_workdays": 30,
    }
    (applicant,) = told["applicants"]
    assert (applicant["name"], applicant["id_last"]) == (COMPANY, USCC[-4:])
    assert [(one["phase_words"], one["level"]) for one in told["accountable"]] == [
        ("受理", "COUNTY"),
        ("审查", "COUNTY"),
        ("决定", "CITY"),
        ("用印", "CITY"),
    ]
    assert all(one["status"] == "PAPER" for one in told["materials"])
    assert told["commitment"] is None
    assert USCC not in push.message.body
    assert "13800004417" not in push.message.body


def test_the_record_holds_the_digest_of_exactly_what_was_sent_and_no_names():
    story = granted_and_pushed()
    record = PushEvent.objects.get(case=story.case)
    assert record.action == "PUSHED"
    assert len(record.data["body_sha256"]) == 64
    assert COMPANY not in record.body


def test_push_records_enter_the_register():
    story = granted_and_pushed()
    while enrol():
        pass
    rows = set(PushEvent.objects.filter(case=story.case).values_list("pk", flat=True))
    assert set(RegisterEntry.objects.filter(kind="push", row__in=rows).values_list("row", flat=True)) == rows
