"""verify_events finds what was changed in the register of licences and in the record of pushes."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.audit.register import enrol
from approvals.cases.verify import verify
from approvals.licences.models import Licence, LicenceEvent, LicenceVersion
from approvals.supervision.models import PushEvent
from approvals.supervision.placing import follow_cases
from tests.factories import moment
from tests.licences.conftest import CHANGE, REPLACEMENT, asked, decided, granted, ordered, proceeding

pytestmark = pytest.mark.django_db
TABLES = ("licences_licenceevent", "supervision_pushevent")


@pytest.fixture
def licence() -> Licence:
    licence = granted()
    decided(asked(CHANGE, licence, moment("2027-05-10")))
    ordered(proceeding(licence, "SUSPEND", "HAZARD", moment("2027-09-01"), until=date(2027, 12, 31)))
    while enrol():
        pass
    while follow_cases(at=moment("2027-09-02")):
        pass
    while enrol():
        pass
    licence.refresh_from_db()
    return licence


def behind_our_back(*statements: str) -> None:
    """As the database's owner could: lift the triggers, change rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                for name in ("keep_update", "keep_delete", "register"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        for statement in statements:
            cursor.execute(statement)


def codes() -> set[str]:
    return {finding.code for finding in verify()}


def test_what_was_not_touched_is_found_as_it_was_written(licence: Licence) -> None:
    assert codes() == set()


def test_a_changed_licence_record_is_found(licence: Licence) -> None:
    behind_our_back("UPDATE licences_licenceevent SET status = 'VALID' WHERE sequence = 3")
    assert "event-changed" in codes()


def test_a_cut_tail_of_a_licence_is_found(licence: Licence) -> None:
    behind_our_back("DELETE FROM licences_licenceevent WHERE sequence = 3")
    assert {"count-differs", "row-removed", "licence-differs"} <= codes()


def test_a_licence_row_or_paper_changed_behind_the_record_is_found(licence: Licence) -> None:
    Licence.objects.filter(pk=licence.pk).update(status="VALID", head=licence.head)
    paper = LicenceVersion.objects.get(licence=licence, version=2)
    paper.content = paper.content.replace("康泽", "康健")
    paper.save()
    assert {"licence-differs", "paper-changed"} <= codes()


def test_a_suspension_shortened_on_the_row_alone_is_found(licence: Licence) -> None:
    Licence.objects.filter(pk=licence.pk).update(suspended_until=date(2027, 9, 2))
    assert codes() == {"licence-differs"}
    Licence.objects.filter(pk=licence.pk).update(suspended_until=None)
    assert codes() == {"licence-differs"}


def test_a_suspended_licence_whose_paper_was_replaced_and_one_that_was_restored_verify(licence: Licence) -> None:
    decided(asked(REPLACEMENT, licence, moment("2027-10-11")))
    licence.refresh_from_db()
    assert (licence.version, licence.suspended_until) == (3, date(2027, 12, 31))
    assert codes() == set()
    ordered(proceeding(licence, "LIFT", "RECTIFIED", moment("2027-11-01")))
    licence.refresh_from_db()
    assert (licence.status, licence.suspended_until) == ("VALID", None)
    assert codes() == set()


def test_an_erased_paper_still_verifies(licence: Licence) -> None:
    LicenceVersion.objects.update(content="", salt="", erased_at=moment("2028-01-04"))
    assert codes() == set()


def test_a_changed_or_inserted_push_record_is_found(licence: Licence) -> None:
    first = PushEvent.objects.order_by("pk").first()
    assert first is not None
    behind_our_back(f"UPDATE supervision_pushevent SET unit = 'nobody' WHERE id = {first.pk}")
    assert "event-changed" in codes()


def test_the_database_itself_refuses_to_change_a_licence_record(licence: Licence) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceEvent.objects.filter(licence=licence).update(status="VALID")


def test_orders_are_pushed_on_the_thread_of_the_grant(licence: Licence) -> None:
    threads = {push.message.thread for event in PushEvent.objects.filter(action="PUSHED") for push in [event.push]}
    assert threads == {licence.case_number}
