"""Is every bad input of the backbone answered with its code, in Chinese, with what to do, and nothing written?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from approvals.calendars.workdays import local_day
from approvals.cases.models import Case, Event
from approvals.cases.words import State
from approvals.catalogue import actions as catalogue
from approvals.catalogue.models import Agreement
from approvals.organisations.access import actor_in
from approvals.organisations.models import Organ, Post, Role, User
from tests.api.callers import Caller, complete, problem, recommend
from tests.factories import REMEDIES, application, driven, received
from tests.people import clerk_of, he, huang, li, wen, xie, zeng

pytestmark = pytest.mark.django_db
YUDU, ZONE = "360731", "360791"
FELLING, EQUIPMENT = "1-7", "2-30"


@pytest.fixture
def window() -> Caller:
    return Caller(xie())


@pytest.fixture
def number(window: Caller) -> str:
    return window.register(application(FELLING, YUDU)).json()["number"]


def as_it_was(number: str) -> tuple:
    case = Case.objects.get(number=number)
    return case.state, case.version, case.head, Event.objects.filter(case=case).count()


def test_item_not_delegated_here_says_how_near_it_was_and_who_decides() -> None:
    zone = Caller(clerk_of(ZONE))
    told = problem(zone.register(application(FELLING, ZONE)), 409, "not-delegated")
    assert told["nearest_miss"]
    assert told["decided_by"] == "赣州市行政审批局"
    assert told["accepted_by"] in told["detail"]
    assert not Case.objects.exists()


def test_without_a_signed_agreement_a_substantive_item_is_not_received(window: Caller) -> None:
    Agreement.objects.filter(region=YUDU).update(status=Agreement.Status.DRAFT)
    catalogue.touch()
    told = problem(window.register(application(EQUIPMENT, YUDU)), 409, "agreement-missing")
    assert "协议" in told["nearest_miss"]


def test_wrong_level(window: Caller) -> None:
    number = window.register(application(EQUIPMENT, YUDU)).json()["number"]
    complete(window, number)
    window.does(number, "accept")
    recommend(Caller(li()), number)
    Caller(he()).does(number, "forward", proposal="GRANT", opinion="同意转报。")
    before = as_it_was(number)
    told = problem(Caller(wen()).act(number, "approve", content="准予。"), 403, "not-permitted")
    assert "赣州市行政审批局" in told["detail"]
    assert as_it_was(number) == before


def test_wrong_organ(window: Caller, number: str) -> None:
    stranger = Caller(huang())
    told = problem(stranger.post(f"cases/{number}/actions/accept", If_Match='"v2"'), 404, "case-not-found")
    assert "康泽" not in str(told)
    problem(stranger.register(application(FELLING, YUDU)), 403, "wrong-region")


def test_only_a_window_takes_in() -> None:
    problem(Caller(li()).register(application(FELLING, YUDU)), 403, "not-permitted")


def test_wrong_state(window: Caller, number: str) -> None:
    before = as_it_was(number)
    told = problem(window.act(number, "deliver", way="COUNTER", receipt="刘敏"), 409, "action-unavailable")
    assert (told["action"], told["state"]) == ("DELIVER", "RECEIVED")
    problem(window.act(number, "no_such_action"), 409, "action-unavailable")
    problem(window.act(number, "deem_accepted"), 403, "not-permitted")
    assert as_it_was(number) == before


def test_mail_asks_the_same_here_and_only_the_applicant_confirms_the_arrival() -> None:
    number = driven(EQUIPMENT, YUDU, timezone.now() - timedelta(hours=1), to=State.SEALED).case.number
    window, before = Caller(clerk_of(YUDU)), as_it_was(number)
    address = {"recipient": "王小红", "phone": "13900007731", "address": "贡江镇渡江大道 9 号"}
    told = problem(window.act(number, "dispatch", way="MAIL", recipient="王小红"), 422, "incomplete")
    assert {blocker["field"] for blocker in told["blockers"]} == {"phone", "address", "tracking"}
    problem(window.act(number, "acknowledge"), 403, "not-permitted")
    assert as_it_was(number) == before
    window.does(number, "dispatch", way="MAIL", tracking="EZ8CN", **address)
    record = window.get(f"cases/{number}/events").content.decode()
    assert "EZ8CN" in record
    assert not any(value in record for value in address.values())


def test_missing_material(window: Caller, number: str) -> None:
    before = as_it_was(number)
    told = problem(window.act(number, "accept"), 422, "material-missing")
    assert {blocker["code"] for blocker in told["blockers"]} == {"materials", "form"}
    assert told["blockers"] == window.offered(number)["ACCEPT"]["missing"]
    assert as_it_was(number) == before


def test_missing_reasons_and_missing_remedies(window: Caller, number: str) -> None:
    complete(window, number)
    window.does(number, "accept")
    recommend(Caller(li()), number, "DENY")
    decider = Caller(wen())
    before, remedies = as_it_was(number), decider.case(number)["form"]["remedies"]["DECIDE"]
    problem(decider.act(number, "deny", remedies=remedies), 422, "reasons-required")
    problem(decider.act(number, "deny", reasons="不符合条件。"), 422, "remedies-required")
    told = problem(decider.act(number, "deny", reasons="不符合。", remedies=remedies | {"court": ""}), 422, "invalid")
    assert list(told["errors"]) == ["remedies.court"]
    assert as_it_was(number) == before


def test_when_the_time_to_accept_has_run_out_the_case_counts_as_accepted() -> None:
    long_ago = timezone.now() - timedelta(days=30)
    story = received(FELLING, YUDU, long_ago, xie())
    window = Caller(xie())
    given = {"ground": "BARRED", "reasons": "依法不得申请。", "remedies": REMEDIES}
    told = problem(window.act(story.case.number, "refuse", **given), 409, "action-unavailable")
    assert "审查" in told["detail"]
    assert {"ACCEPT", "REFUSE", "REQUEST_CORRECTION"}.isdisjoint(window.offered(story.case.number))


def test_whoever_reviewed_does_not_decide(window: Caller, number: str) -> None:
    complete(window, number)
    window.does(number, "accept")
    recommend(Caller(li()), number)
    him = User.objects.get(pk=li().user)
    organ = Organ.objects.get(code="360731-SPJ")
    post = Post.objects.create(user=him, organ=organ, role=Role.DECIDER, valid_from=date(2022, 1, 1))
    told = problem(Caller(actor_in(post, user=him)).act(number, "approve", content="准予。"), 409, "same-person")
    assert "AB 岗" in told["detail"]


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("USCC", "91350100M000100Y44"),
        ("USCC", "9135"),
        ("RESIDENT", "360721199003070011"),
        ("RESIDENT", "36072119901332001X"),
        ("PASSPORT", "E"),
    ],
)
def test_invalid_identity_numbers(window: Caller, id_type: str, number: str) -> None:
    given = application(FELLING, YUDU)
    given["parties"][0] |= {"id_type": id_type, "id_number": number}
    told = problem(window.register(given), 422, "invalid")
    assert list(told["errors"]) == ["parties.0.id_number"]
    assert number not in str(told)
    assert not Case.objects.exists()


def test_invalid_mobile_and_unknown_fields(window: Caller) -> None:
    given = application(FELLING, YUDU) | {"colour": "red"}
    assert "colour" in problem(window.register(given), 422, "invalid")["errors"]
    given = application(FELLING, YUDU)
    given["parties"][1]["mobile"] = "1380000441"
    assert "parties.1.mobile" in problem(window.register(given), 422, "invalid")["errors"]
    given["parties"] = []
    problem(window.register(given), 422, "invalid")


def test_a_day_before_2022_and_a_day_that_is_none(window: Caller) -> None:
    told = problem(window.get("jurisdiction", item=FELLING, region=YUDU, on="2021-12-31"), 422, "before-first-year")
    assert "2022" in told["detail"]
    for nonsense in ("2022-02-30", "yesterday", "0000-00-00", "99999-01-01", ""):
        problem(window.get("jurisdiction", item=FELLING, region=YUDU, on=nonsense), 422, "invalid")


def test_items_and_regions_nobody_knows(window: Caller) -> None:
    problem(window.get("jurisdiction", item="9-99", region=YUDU), 404, "unknown-item")
    problem(window.get("jurisdiction", item=FELLING, region="999999"), 404, "unknown-region")
    problem(window.get("items/9-99"), 404, "unknown-item")
    assert set(problem(window.get("jurisdiction"), 422, "invalid")["errors"]) == {"item", "region"}


def test_a_proposal_waits_for_another_person(window: Caller, number: str) -> None:
    remedies = window.case(number)["form"]["remedies"]["ACCEPT"]
    given = {"ground": "BARRED", "reasons": "依法不得申请。", "remedies": remedies}
    window.does(number, "refuse", **given)
    problem(window.act(number, "confirm"), 403, "not-permitted")
    problem(window.act(number, "refuse", **given), 409, "action-unavailable")
    decider = Caller(wen())
    problem(decider.act(number, "decline"), 422, "invalid")
    decider.does(number, "decline", reasons="理由不足。")
    problem(decider.act(number, "confirm"), 409, "action-unavailable")


def test_the_city_does_not_see_what_the_county_decides_alone_but_may_look(window: Caller, number: str) -> None:
    """市行政审批局 holds the power it delegated and may look; it may not act."""
    city = Caller(zeng())
    assert city.case(number)["number"] == number
    problem(city.act(number, "accept"), 403, "not-permitted")


def test_today_is_the_day_in_shanghai(window: Caller) -> None:
    assert window.get("items").json()["on"] == local_day(timezone.now()).isoformat()
