"""A published guide and its parts never change except the guide's end date; none is deleted."""

from django.db import migrations

from approvals.audit.triggers import Statements, columns_of

MESSAGE = "已发布的办事指南只能定失效日期"
PARTS = ("material", "formfield", "reviewpoint", "intermediaryservice", "standardphrase")
OF_GUIDE = "(SELECT status FROM catalogue_guide WHERE id = OLD.guide_id) = 'PUBLISHED'"


def rules(editor):
    """(table, whether the old row is fixed, which change of it is refused)."""
    columns = columns_of(editor, "catalogue_guide")
    yield "catalogue_guide", "OLD.status = 'PUBLISHED'", [name for name in columns if name != "effective_to"]
    for part in PARTS:
        yield f"catalogue_{part}", OF_GUIDE, []


def forwards(editor):
    postgres = editor.connection.vendor == "postgresql"
    differs = "IS DISTINCT FROM" if postgres else "IS NOT"
    for table, fixed, kept in rules(editor):
        changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in kept) or "TRUE"
        if postgres:
            refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'"
            editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {fixed} THEN IF TG_OP = 'DELETE' THEN {refuse}; ELSIF {changed} THEN {refuse}; END IF; END IF; "
                f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_stays()"
            )
        else:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            editor.execute(
                f"CREATE TRIGGER {table}_stays_update BEFORE UPDATE ON {table} WHEN {fixed} AND ({changed}) {refuse}"
            )
            editor.execute(f"CREATE TRIGGER {table}_stays_delete BEFORE DELETE ON {table} WHEN {fixed} {refuse}")


def backwards(editor):
    for table, _, _ in rules(editor):
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_stays()")
        else:
            for act in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays_{act}")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_what_is_published_stays")]
    operations = [Statements(forwards, backwards)]
