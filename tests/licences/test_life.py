"""What becomes of a licence after it was granted? One company, one licence, from the window to its end."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from approvals.calendars.workdays import local_day
from approvals.cases.access import NotPermitted
from approvals.cases.actions import settle_due
from approvals.cases.exofficio import ProceedingOpen, open_proceeding
from approvals.cases.licensing import RenewalOpen, WrongLicence
from approvals.cases.models import Case, Concern, Decision, Event, Standstill
from approvals.cases.needs import Incomplete
from approvals.cases.words import Action, State
from approvals.errors import Invalid, Refused
from approvals.licences.actions import LicenceNotChangeable
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.licences.queries import LicenceNotFound, expiring, in_force, standing_is
from approvals.organisations.access import Actor
from tests.factories import REMEDIES, driven, later, moment, received
from tests.licences.conftest import (
    CANCELLATION,
    CHANGE,
    DEVICE,
    MONDAY,
    RENEWAL,
    REPLACEMENT,
    asked,
    decided,
    granted,
    licence_of,
    ordered,
    proceeding,
)
from tests.people import chen, clerk_of, somebody, xie, zeng, zhong

pytestmark = pytest.mark.django_db


def records(licence: Licence) -> list[str]:
    return list(LicenceEvent.objects.filter(licence=licence).order_by("sequence").values_list("record", flat=True))


def test_a_grant_enters_the_licence_with_what_the_form_says() -> None:
    licence = granted()

    assert licence.number == "赣360731食药监械经营许202600001号"
    assert (licence.status, licence.issued_on, licence.valid_to) == ("VALID", date(2026, 3, 2), date(2031, 3, 1))
    assert licence.organ.name == "赣州市行政审批局"
    shown = json.loads(LicenceVersion.objects.get(licence=licence).content)
    assert {"key": "business_mode", "label": "经营方式", "value": "批发"} in shown["fields"]
    assert shown["holders"][0]["id_number"] == "91350100M000100Y43"
    assert records(licence) == ["GRANTED"]


def test_a_denial_grants_nothing() -> None:
    story = driven(DEVICE, "360731", MONDAY, to=State.DECISION)
    story.do(zeng(), Action.DENY, reasons="库房不符。", remedies=REMEDIES)

    assert not Concern.objects.filter(case=story.case).exists()


def test_two_licences_never_share_a_number_or_an_identifier() -> None:
    first, second = granted(), granted()

    assert first.number != second.number
    assert first.identifier != second.identifier


def test_a_renewal_runs_on_from_the_old_end() -> None:
    licence = granted()
    story = decided(asked(RENEWAL, licence, moment("2030-10-08")))

    licence.refresh_from_db()
    assert story.case.expires_on == date(2031, 3, 1)
    assert (licence.valid_from, licence.valid_to, licence.version) == (date(2031, 3, 2), date(2036, 3, 1), 2)


def test_a_renewal_nobody_decided_on_is_renewed_by_law_when_the_licence_runs_out() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))

    settle_due(at=moment("2031-03-01"))
    assert story.refresh().state == State.REVIEW
    settle_due(at=moment("2031-03-03"))

    licence.refresh_from_db()
    case = story.refresh()
    assert (case.state, case.result, case.decided_on) == (State.DECIDED, "GRANTED", date(2031, 3, 1))
    assert records(licence)[-1] == "DEEMED_RENEWED"
    assert licence.valid_to == date(2036, 3, 1)
    assert "第五十条" in Decision.objects.get(case=case).content
    story.do(chen(), Action.SEAL, at=moment("2031-03-04"))
    assert story.state == State.SEALED


def test_the_law_renews_first_when_somebody_acts_too_late() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    story.recommended(zhong())

    with pytest.raises(Refused):
        story.do(zeng(), Action.DENY, at=moment("2031-03-05"), reasons="x", remedies=REMEDIES)
    settle_due(at=moment("2031-03-05"))

    licence.refresh_from_db()
    assert licence.status_on(date(2031, 3, 5)) == "VALID"


def test_a_renewal_asked_for_too_late_is_not_deemed_granted() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2031-02-10"))

    settle_due(at=moment("2031-03-03"))

    assert story.refresh().state == State.REVIEW
    story.recommended(zhong())
    with pytest.raises(Incomplete, match="有效期已满"):
        story.do(zeng(), Action.APPROVE, at=moment("2031-03-04"), content="准予。")


def test_a_pause_does_not_hold_up_the_renewal_by_law() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    kinds = story.case.snapshot.terms["procedures"]
    story.do(zhong(), Action.PAUSE, kind=kinds[0]["kind"], days=20)
    story.do(zeng(), "CONFIRM")

    settle_due(at=moment("2031-03-03"))

    case = story.refresh()
    assert (case.state, case.paused_on) == (State.DECIDED, None)
    story.do(chen(), Action.SEAL, at=moment("2031-03-04"))


def test_a_change_brings_new_words_and_a_new_version() -> None:
    licence = granted()
    story = asked(CHANGE, licence, moment("2027-05-10"))
    story.recommended(zhong())
    story.do(zeng(), Action.APPROVE, content="准予变更。")

    licence.refresh_from_db()
    assert (licence.version, licence.valid_to) == (2, date(2031, 3, 1))
    assert licence.identifier.split(".")[-2] == "002"


def test_a_replacement_keeps_the_words_and_voids_the_old_version() -> None:
    licence = granted()
    before = json.loads(LicenceVersion.objects.get(licence=licence).content)
    decided(asked(REPLACEMENT, licence, moment("2027-05-10")))

    licence.refresh_from_db()
    after = json.loads(LicenceVersion.objects.get(licence=licence, version=2).content)
    assert after["fields"] == before["fields"]
    assert records(licence) == ["GRANTED", "REPLACED"]


def test_a_cancellation_on_application_ends_the_licence() -> None:
    licence = granted()
    decided(asked(CANCELLATION, licence, moment("2027-05-10")))

    licence.refresh_from_db()
    assert licence.status == "CANCELLED"
    with pytest.raises(WrongLicence, match="已经注销"):
        received(CHANGE, "360731", moment("2027-06-10"), xie(), licence=licence.number)


def test_a_licence_is_suspended_lifted_and_annulled_by_cases_of_the_same_table() -> None:
    licence = granted()
    suspension = ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-03-01"), until="2027-06-30"))
    licence.refresh_from_db()
    assert (licence.status, licence.suspended_until) == ("SUSPENDED", date(2027, 6, 30))

    ordered(proceeding(licence, "LIFT", "RECTIFIED", moment("2027-04-01")))
    licence.refresh_from_db()
    assert (licence.status, licence.suspended_until) == ("VALID", None)

    annulment = ordered(proceeding(licence, "ANNUL", "FRAUD", moment("2027-09-01")))
    licence.refresh_from_db()
    assert licence.status == "ANNULLED"
    assert records(licence) == ["GRANTED", "SUSPENDED", "LIFTED", "ANNULLED"]
    assert annulment.events() == ["INITIATE", "GIVE_NOTICE", "HEAR", "PROPOSE_ORDER", "ORDER"]
    assert Event.objects.get(case=suspension.case, action=Action.ORDER).push == "CLAIM"
    annulment.do(chen(), Action.SEAL)
    annulment.do(clerk_of("360700"), Action.DELIVER, way="MAIL", receipt="EMS0001")
    assert annulment.state == State.DELIVERED


def test_nothing_is_taken_away_before_the_holder_was_told_and_heard() -> None:
    story = proceeding(granted(), "ANNUL", "FRAUD", moment("2027-03-01"))
    with pytest.raises(Incomplete, match="还没有事先告知"):
        story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议撤销。")
    story.do(zhong(), Action.GIVE_NOTICE, facts="材料虚假", measure="拟撤销", days=5)
    with pytest.raises(Incomplete, match="陈述申辩和要求听证的期限"):
        story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议撤销。")
    story.do(zhong(), Action.HEAR, statement="要求听证。", hearing_asked=True)
    with pytest.raises(Incomplete, match="听证"):
        story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议撤销。")
    told_on, held = local_day(story.at), later(story.at, 7)
    given = {"hearing_told_on": told_on.isoformat(), "hearing_on": local_day(held).isoformat()}
    story.do(zhong(), Action.HEAR, at=held, statement="听证记录附卷。", **given)
    story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议撤销。")
    assert story.state == State.DECISION


def test_by_when_an_order_is_served_is_a_setting(settings) -> None:
    settings.LICENCE_ORDER_DELIVERY_WORKDAYS = 4
    story = ordered(proceeding(granted(), "SUSPEND", "HAZARD", moment("2026-06-01")))
    assert story.case.due_on == date(2026, 6, 5)


def test_one_licence_has_one_open_proceeding() -> None:
    licence = granted()
    proceeding(licence, "SUSPEND", "HAZARD", moment("2027-03-01"))
    with pytest.raises(ProceedingOpen):
        proceeding(licence, "ANNUL", "FRAUD", moment("2027-03-02"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"act": "ANNUL", "ground": "HAZARD", "reasons": "x"}, "ground"),
        ({"act": "REVOKE", "ground": "PENALTY_REVOCATION", "reasons": "x"}, "evidence"),
        ({"act": "LIFT", "ground": "RECTIFIED", "reasons": "x", "until": "2027-06-01"}, "until"),
        ({"act": "SUSPEND", "ground": "HAZARD", "reasons": "x", "until": "2020-06-01"}, "until"),
    ],
)
def test_an_opening_that_cannot_be_is_refused(given: dict[str, Any], field: str) -> None:
    licence = granted()
    with pytest.raises(Invalid) as refusal:
        open_proceeding(licence=licence.number, actor=zhong(), at=moment("2027-03-01"), given=given)
    assert field in refusal.value.errors
    with pytest.raises(LicenceNotChangeable):
        proceeding(licence, "LIFT", "RECTIFIED", moment("2027-03-01"))


def test_a_licence_that_was_ended_meanwhile_is_not_renewed() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-06-03"))
    ordered(proceeding(licence, "ANNUL", "FRAUD", moment("2030-06-04")))
    story.recommended(zhong())

    with pytest.raises(Incomplete, match="撤销"):
        story.do(zeng(), Action.APPROVE, at=later(story.at, 9), content="准予。")
    story.do(zeng(), Action.DENY, reasons="原许可已撤销。", remedies=REMEDIES)
    assert records(licence) == ["GRANTED", "ANNULLED"]


def test_a_licence_of_somebody_else_is_not_changed() -> None:
    licence = granted()
    stranger = {"role": "APPLICANT", "kind": "COMPANY", "name": "信丰县某公司", "id_type": "USCC"}
    parties = [
        stranger | {"id_number": "91360722MA35XY7T12"},
        {"role": "CONTACT", "kind": "PERSON", "name": "刘敏", "mobile": "13800004417"},
    ]
    with pytest.raises(WrongLicence, match="持证主体"):
        received(CHANGE, "360731", moment("2027-05-10"), xie(), licence=licence.number, parties=parties)


def test_a_licence_from_before_the_platform_is_taken_up_by_the_decision_that_changes_it() -> None:
    story = driven(REPLACEMENT, "360731", MONDAY, to=State.DECIDED)
    licence = licence_of(story)

    assert licence.number == f"旧证{story.case.number}"
    assert licence.taken_up
    assert records(licence) == ["TAKEN_UP", "REPLACED"]


def test_the_days_the_decider_writes_win() -> None:
    story = driven(DEVICE, "360731", MONDAY, to=State.DECISION)
    story.do(zeng(), Action.APPROVE, content="准予。", valid_from="2026-04-01", valid_to="2027-03-31")

    assert (licence_of(story).valid_from, licence_of(story).valid_to) == (date(2026, 4, 1), date(2027, 3, 31))
    assert licence_of(story).status_on(date(2027, 3, 31) + timedelta(days=1)) == "EXPIRED"


def test_a_suspension_until_a_day_ends_by_itself_the_day_after() -> None:
    licence = granted()
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-03-01"), until="2027-06-30"))
    licence.refresh_from_db()
    last, after = date(2027, 6, 30), date(2027, 7, 1)

    assert (licence.status_on(last), licence.standing.in_force(last)) == ("SUSPENDED", False)
    assert (licence.status_on(after), licence.standing.in_force(after)) == ("VALID", True)
    assert licence.status_on(date(2031, 3, 2)) == "EXPIRED"
    for status in ("VALID", "SUSPENDED", "EXPIRED"):
        for day in (last, after, date(2031, 3, 1), date(2031, 3, 2)):
            found = Licence.objects.filter(standing_is(status, on=day)).exists()
            assert found == (licence.status_on(day) == status), (status, day)
    assert not Licence.objects.filter(in_force(last)).exists()
    assert Licence.objects.filter(in_force(after)).exists()
    assert list(expiring(on=date(2031, 2, 1))) == [licence]

    decided(asked(CHANGE, licence, moment("2027-07-05")))
    licence.refresh_from_db()
    assert (licence.status, licence.suspended_until) == ("VALID", None)


def test_a_paper_replaced_during_a_suspension_does_not_lengthen_it() -> None:
    licence = granted()
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-03-01"), until="2027-06-30"))
    decided(asked(REPLACEMENT, licence, moment("2027-04-06")))

    licence.refresh_from_db()
    assert (licence.status, licence.suspended_until) == ("SUSPENDED", date(2027, 6, 30))
    assert licence.status_on(date(2027, 7, 1)) == "VALID"


def test_a_suspension_that_would_be_over_already_is_not_ordered() -> None:
    story = proceeding(granted(), "SUSPEND", "HAZARD", moment("2027-03-01"), until="2027-03-03")
    story.do(zhong(), Action.GIVE_NOTICE, facts="冷库停用", measure="拟暂停", days=5)
    story.do(zhong(), Action.HEAR, waived=True)
    story.do(zhong(), Action.PROPOSE_ORDER, opinion="建议暂停。")

    with pytest.raises(Incomplete, match="暂停期限已过"):
        story.do(
            zeng(), Action.ORDER, at=moment("2027-03-10"), content="暂停。", reasons="隐患未除。", remedies=REMEDIES
        )


# ---------------------------------------------------------------- renewals that the law no longer grants


@pytest.mark.parametrize(("act", "ground"), [("SUSPEND", "HAZARD"), ("ANNUL", "FRAUD"), ("STRIKE", "HOLDER_ENDED")])
def test_a_licence_that_is_no_longer_in_force_is_not_renewed_by_law_and_holds_up_no_other_case(
    act: str, ground: str
) -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    story.recommended(zhong())
    ordered(proceeding(licence, act, ground, moment("2030-12-10")))
    other = received("1-7", "360731", moment("2031-02-10"))

    assert settle_due(at=moment("2031-03-10")) == 1
    licence.refresh_from_db()
    assert (other.refresh().state, story.refresh().state) == (State.REVIEW, State.DECISION)
    assert licence.valid_to == date(2031, 3, 1)
    given = {"reasons": "证照已不再有效。", "remedies": REMEDIES, "lateness": "等候暂停、撤销的处理结果。"}
    story.do(zeng(), Action.DENY, at=moment("2031-03-11"), **given)
    assert story.case.result == "DENIED"


def test_a_renewal_of_an_ended_licence_may_be_withdrawn() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    ordered(proceeding(licence, "ANNUL", "FRAUD", moment("2030-12-10")))
    story.do(xie(), Action.WITHDRAW, at=moment("2031-03-10"), confirmed=True)
    assert story.state == State.WITHDRAWN


def test_a_licence_has_one_renewal_at_a_time() -> None:
    licence = granted()
    draft = received(RENEWAL, "360731", moment("2030-11-25"), xie(), licence=licence.number, draft=True)
    first = asked(RENEWAL, licence, moment("2030-12-02"))
    with pytest.raises(RenewalOpen, match=first.case.number):
        received(RENEWAL, "360731", moment("2030-12-03"), xie(), licence=licence.number)
    with pytest.raises(RenewalOpen, match=first.case.number):
        received(RENEWAL, "360731", moment("2030-12-03"), xie(), form={"original_number": licence.number})
    with pytest.raises(RenewalOpen):
        draft.do(xie(), Action.RECEIVE, at=moment("2030-12-03"))

    first.do(xie(), Action.WITHDRAW, confirmed=True)
    again = received(RENEWAL, "360731", moment("2030-12-04"), xie(), licence=licence.number)
    assert again.case.expires_on == date(2031, 3, 1)


def test_a_licence_whose_end_has_moved_meanwhile_is_not_renewed_by_law() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    decided(asked(CHANGE, licence, moment("2030-12-03")), valid_to="2031-06-30")

    settle_due(at=moment("2031-03-10"))
    assert story.refresh().state == State.REVIEW
    story.at = moment("2031-03-11")
    story.recommended(zhong())
    with pytest.raises(Incomplete, match="现在已到 2031-06-30"):
        story.do(zeng(), Action.APPROVE, content="准予。")
    licence.refresh_from_db()
    assert licence.valid_to == date(2031, 6, 30)


def test_what_the_law_brought_about_and_could_not_be_written_is_listed_and_stops_nothing() -> None:
    licence = granted()
    story = asked(RENEWAL, licence, moment("2030-12-02"))
    other = received("1-7", "360731", moment("2031-02-10"))
    Licence.objects.filter(pk=licence.pk).update(events=0)  # a damaged row: its next record would be its first again

    assert settle_due(at=moment("2031-03-10")) == 1
    assert (other.refresh().state, story.refresh().state) == (State.REVIEW, State.REVIEW)
    assert Standstill.objects.get().case == story.case
    assert "IntegrityError" in Standstill.objects.get().reason

    Licence.objects.filter(pk=licence.pk).update(events=1)
    assert settle_due(at=moment("2031-03-11")) == 1
    assert story.refresh().state == State.DECIDED
    assert not Standstill.objects.exists()


def test_only_a_reviewer_of_the_issuing_organ_opens_a_proceeding_and_of_its_superior_only_an_annulment() -> None:
    licence = licence_of(driven("1-7", "360731", MONDAY, to=State.DECIDED))
    superior, issuing = somebody(licence.city_organ.code, "REVIEWER"), somebody(licence.organ.code, "REVIEWER")
    withdraw = {"act": "WITHDRAW", "ground": "FACTS_CHANGED", "reasons": "客观情况重大变化。"}

    def opened(actor: Actor, given: dict[str, str]) -> Case:
        return open_proceeding(licence=licence.number, actor=actor, at=moment("2026-03-10"), given=given)

    with pytest.raises(LicenceNotFound):
        opened(somebody("360702-SPJ", "REVIEWER"), withdraw)
    for actor in (superior, somebody(licence.organ.code, "DECIDER"), clerk_of("360731")):
        with pytest.raises(NotPermitted):
            opened(actor, withdraw)
    annulled = opened(superior, {"act": "ANNUL", "ground": "FRAUD", "reasons": "以欺骗手段取得。"})
    assert annulled.holder_id == licence.city_organ_id
    other = licence_of(driven("1-7", "360731", MONDAY, to=State.DECIDED))
    case = open_proceeding(licence=other.number, actor=issuing, at=moment("2026-03-10"), given=withdraw)
    assert case.holder_id == licence.organ_id


@pytest.mark.postgres
def test_what_runs_out_soon_is_found_by_its_index_suspended_or_not():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "licence_expiring" in expiring(on=date(2031, 2, 1), days=30).explain()
