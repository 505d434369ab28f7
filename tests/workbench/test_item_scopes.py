"""Does a post that is limited to some items find anything of another item, on any page or at the interface?

Every address without a key is walked: a new list is asked by itself.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from django.urls import get_resolver
from django.utils import timezone

from approvals.calendars.queries import current_calendar
from approvals.calendars.workdays import add
from approvals.cases.models import Handover, ReceiptBar, Snapshot
from approvals.cases.words import Role
from approvals.catalogue.models import Delegation
from approvals.collaboration.models import Gathering, Inspection, InspectionPlan
from approvals.documents.models import LetterOwed
from approvals.guidance.models import Question
from approvals.organisations.access import Actor
from approvals.organisations.models import Post
from approvals.oversight.models import Filing, Finding, TakeBack
from approvals.supervision.models import Objection, Orphan, Push
from tests.factories import moment
from tests.people import somebody
from tests.supervision.conftest import EQUIPMENT, YUDU, coordinator_of, granted_and_pushed
from tests.workbench.desks import at_desk

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]  # pages: the same on any engine
MARK = "只归别岗办理的事项"
APART = (  # told to all, or no list of anything
    "admin/",
    "api/v1/schema",
    "calendar/",
    "catalogue/",
    "healthz",
    "intake/",
    "login/",
    "logout/",
    "password/",
    "post/",
    "public/",
    "readyz",
    "second-factor/",
    "statistics/monthly/",
)


def addresses(patterns, before: str = "") -> Iterator[str]:
    for one in patterns:
        address = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from addresses(one.url_patterns, address)
        elif not set(address) & set("<(") and not address.startswith(APART) and not address.endswith((".csv", ".xlsx")):
            yield f"/{address}"


@pytest.fixture
def of_another_item() -> tuple[str, ...]:
    """One of everything that is about a case or an item, and the words by which a page gives it away."""
    today = timezone.localdate()
    story = granted_and_pushed(EQUIPMENT, at=moment(add(current_calendar(), today, -2)))
    case, at = story.case, story.at
    Snapshot.objects.filter(pk=case.pk).update(item_name=MARK)
    case.snapshot.refresh_from_db()
    push = Push.objects.get(case=case, copy=False)
    county, city, by = case.snapshot.review_organ_id, case.snapshot.decide_organ_id, coordinator_of(YUDU).user
    named = {"item": EQUIPMENT, "item_name": MARK}
    held = {"case": case, "organ_id": county, "unit_id": city, "region_id": YUDU}
    days = {"decided_on": today, "due_on": today}
    Orphan.objects.create(case=case, event_sequence=99, purpose="CLAIM", listed_at=at, **days)
    Objection.objects.create(
        push=push, ground="NOT_OURS", words=MARK, salt="", raised_at=at, raised_by_id=by, due_on=today
    )
    Handover.objects.create(case=case, giver_id=county, taker_id=city, way="HAND", handed_name="甲", handed_at=at)
    Question.objects.create(
        case=case,
        region_id=YUDU,
        organ_id=county,
        asked_by_id=by,
        city_organ_id=city,
        title=MARK,
        asked_at=at,
        due_on=today,
        **named,
    )
    Filing.objects.create(event_sequence=1, result="GRANTED", filed_at=at, **days, **held)
    Finding.objects.create(
        source="SAMPLE", kind="OTHER", text=MARK, order=MARK, due_on=today, opened_at=at, opened_by_id=by, **held
    )
    TakeBack.objects.create(
        direction="TAKE",
        delegation=Delegation.objects.filter(item__code=EQUIPMENT, region=YUDU)[0],
        unit_id=city,
        second_id=city,
        region_id=YUDU,
        from_on=today + timedelta(days=30),
        open_cases="FINISH",
        reasons=MARK,
        proposed_at=at,
        proposed_by_id=by,
        **named,
    )
    plan = InspectionPlan.objects.create(
        unit=push.unit, title="一季度检查", target="CASES", starts_on=today, ends_on=today, percent=1, created_by_id=by
    )
    Inspection.objects.create(
        plan=plan, push=push, case=case, number=case.number, position=1, ground="GENERAL", state="TO_STAFF"
    )
    Gathering.objects.create(
        case=case,
        kind="CONSULTATION",
        topic=MARK,
        agenda=MARK,
        region_id=YUDU,
        organ_id=county,
        called_by_id=by,
        called_at=at,
        starts_at=at,
        **named,
    )
    bar = ReceiptBar.objects.create(
        id_hash="x", name=MARK, unit=push.unit, case=case, source="t", from_on=today, until_on=date(2099, 1, 1)
    )
    bar.passes.create(region_id=YUDU, organ_id=county, asked_at=at, asked_by_id=by, words=MARK, **named)
    LetterOwed.objects.create(subject=case.number, kind="GRANT", organ_id=city, noticed_at=at, reason=MARK)
    return case.number, MARK


def given_away(actor: Actor, walked: Iterable[str], words: tuple[str, ...]) -> set[str]:
    """The pages and lists on which this person reads of it."""
    desk = at_desk(actor)
    answers = {address: desk.get(address) for address in walked}
    return {
        address
        for address, answer in answers.items()
        if answer.status_code == 200 and any(word in answer.content.decode() for word in words)
    }


COORDINATORS = {  # what tells of it without a limit: else the test would be blind there
    "/api/v1/gatherings",
    "/api/v1/guidance/questions",
    "/api/v1/orphans",
    "/api/v1/oversight/findings",
    "/api/v1/receipt-bars/passes",
    "/custody/",
    "/guidance/",
    "/inspections/",
    "/letters/",
    "/oversight/filings/",
    "/oversight/take-backs/",
    "/receipt-bars/",
    "/statistics/cases/",
    "/supervision/",
    "/supervision/ledger/",
    "/supervision/objections/",
}


@pytest.mark.parametrize(
    ("organ", "role", "shown"),
    [
        ("360700-SPJ", Role.COORDINATOR, COORDINATORS),
        ("360700-SCJG", Role.SUPERVISOR, {"/api/v1/pushes", "/inspections/", "/receipt-bars/", "/supervision/ledger/"}),
        ("360700-SPJ", Role.DECIDER, {"/custody/", "/letters/", "/oversight/findings/", "/oversight/take-backs/"}),
    ],
)
def test_nothing_of_another_item_is_found_anywhere(of_another_item, organ: str, role: str, shown: set[str]):
    actor = somebody(organ, role)
    assert given_away(actor, shown, of_another_item) == shown
    Post.objects.filter(pk=actor.post).update(item_scope=["1-7"])
    assert given_away(actor, addresses(get_resolver().url_patterns), of_another_item) == set()
    if role == Role.COORDINATOR:
        groups = at_desk(actor).get("/coordination/").context["groups"]
        assert [one.matter.label for _, group in groups for one in group if one.count] == []
