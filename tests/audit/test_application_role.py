"""Can the account under which the platform runs change a record? Not even by switching the protection off."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, ProgrammingError, connection, transaction

from approvals.audit.models import RegisterEntry, RegisterHead
from approvals.organisations.models import Region

pytestmark = pytest.mark.postgres
PASSWORD = "for-this-test-only"


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Connect as another role for a while."""
    usual = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    connection.close()
    connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = role, PASSWORD
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"], connection.settings_dict["PASSWORD"] = usual


@pytest.fixture
def role(live_db, monkeypatch) -> Iterator[str]:
    """The application role of this database, over one record in the register."""
    name = f"app_{live_db.name}"[:60]
    monkeypatch.setenv("APPLICATION_PASSWORD", PASSWORD)
    call_command("grant_application_role", role=name)
    position = RegisterEntry.objects.count() + 1
    RegisterEntry.objects.create(position=position, kind="TEST", row=position, row_digest="0", previous="0", digest="0")
    RegisterHead.objects.get_or_create(pk=1)
    yield name
    execute(f"DROP OWNED BY {name}")
    execute(f"DROP ROLE {name}")


@pytest.mark.parametrize("table", ["audit_registerentry", "cases_event"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET digest = 'x'",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TRIGGER {}_keep ON {} RENAME TO gone",
        "DROP TRIGGER {}_keep ON {}",
        "DROP TABLE {} CASCADE",
    ],
)
def test_the_application_cannot_change_a_record(role, change, table):
    with acting_as(role), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        execute(change.format(table, table))


@pytest.mark.parametrize(
    "trick",
    [
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TEMPORARY TABLE audit_pending (kind text, row bigint)",
        "CREATE TABLE anything (id int)",
        "UPDATE django_migrations SET name = 'x'",
    ],
)
def test_the_application_cannot_switch_the_protection_off(role, trick):
    with acting_as(role), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        execute(trick)


def test_the_application_reads_everything_appends_records_and_writes_the_rest(role):
    with acting_as(role):
        position = RegisterEntry.objects.count() + 1
        RegisterEntry.objects.create(
            position=position, kind="TEST", row=position, row_digest="0", previous="0", digest="0"
        )
        written = RegisterHead.objects.update(position=position)
        renamed = Region.objects.filter(code="360702").update(position=99)

    assert (written, renamed) == (1, 1)


def test_even_the_owner_is_refused_by_the_trigger(role):
    with pytest.raises(DatabaseError, match="留痕只增不改"):
        execute("UPDATE audit_registerentry SET digest = 'x'")


def test_granting_again_changes_nothing(role):
    call_command("grant_application_role", role=role)

    with acting_as(role), pytest.raises(ProgrammingError):
        execute("DELETE FROM audit_registerentry")


def test_a_role_that_could_help_itself_is_refused(live_db):
    with pytest.raises(CommandError, match="超级用户或拥有表"):
        call_command("grant_application_role", role=connection.settings_dict["USER"])


def test_a_role_is_not_made_without_a_password(live_db, monkeypatch):
    monkeypatch.delenv("APPLICATION_PASSWORD", raising=False)

    with pytest.raises(CommandError, match="APPLICATION_PASSWORD"):
        call_command("grant_application_role", role="app_never_made")
