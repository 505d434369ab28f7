"""How does the database itself refuse to change a record? Triggers, the same promise on SQLite and PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "留痕只增不改"


def append_only(table: str) -> migrations.RunPython:
    """A migration operation: update, delete (and truncate, where it exists) of `table` fail from now on."""

    def forwards(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
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

    def backwards(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        names = ("keep", "keep_all") if editor.connection.vendor == "postgresql" else ("keep_update", "keep_delete")
        suffix = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name in names:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{suffix}")

    return migrations.RunPython(forwards, backwards)


def goes_to_register(table: str, kind: str) -> migrations.RunPython:
    """A migration operation: each row of `table` is put on the pending list by the statement that inserts it."""

    def forwards(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
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

    def backwards(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        suffix = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_register{suffix}")

    return migrations.RunPython(forwards, backwards)
