"""How does the database itself refuse to change a record? Triggers, the same promise on SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

MESSAGE = "留痕只增不改"


class Statements(Operation):
    """A migration operation that only talks to the database: `RunPython` without building all models of that day, which
    costs half a second each time."""

    reduces_to_sql = False
    reversible = True

    def __init__(
        self,
        forwards: Callable[[BaseDatabaseSchemaEditor], None],
        backwards: Callable[[BaseDatabaseSchemaEditor], None],
    ) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.forwards(schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.backwards(schema_editor)

    def describe(self) -> str:
        return "Statements of our own"


def columns_of(editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    """The columns a table has in the database now."""
    with editor.connection.cursor() as cursor:
        return [one.name for one in editor.connection.introspection.get_table_description(cursor, table)]


def append_only(table: str) -> Statements:
    """A migration operation: update, delete (and truncate, where it exists) of `table` fail from now on."""

    def forwards(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
                params=None,  # the per cent sign is PL/pgSQL's, not a placeholder
            )
            editor.execute(
                f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_refuse()"
            )
        else:
            for act in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_keep_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END"
                )

    def backwards(editor: BaseDatabaseSchemaEditor) -> None:
        names = ("keep", "keep_all") if editor.connection.vendor == "postgresql" else ("keep_update", "keep_delete")
        suffix = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name in names:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{suffix}")

    return Statements(forwards, backwards)


def goes_to_register(table: str, kind: str) -> Statements:
    """A migration operation: each row of `table` is put on the pending list by the statement that inserts it."""

    def forwards(editor: BaseDatabaseSchemaEditor) -> None:
        insert = f"INSERT INTO audit_pending (kind, row) VALUES ('{kind}', NEW.id)"
        if editor.connection.vendor == "postgresql":
            insert = insert.replace("(kind, row)", '(kind, "row")')
            editor.execute(
                # A fixed search path: a temporary table named like ours must not catch the row.
                f"CREATE OR REPLACE FUNCTION {table}_to_register() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                f"SET search_path = public, pg_temp AS $$ BEGIN {insert}; RETURN NULL; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_register AFTER INSERT ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_to_register()"
            )
        else:
            editor.execute(f"CREATE TRIGGER {table}_register AFTER INSERT ON {table} BEGIN {insert}; END")

    def backwards(editor: BaseDatabaseSchemaEditor) -> None:
        suffix = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_register{suffix}")

    return Statements(forwards, backwards)
