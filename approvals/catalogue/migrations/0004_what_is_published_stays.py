"""The rows of a published edition never change except their end date (and an item's search words); none is deleted."""

from django.db import migrations

from approvals.audit.triggers import Statements, columns_of

MESSAGE = "已发布的清单只能定终止日期"
FIXED = "('PUBLISHED', 'SUPERSEDED')"
OF_EDITION = f"(SELECT status FROM catalogue_edition WHERE id = OLD.edition_id) IN {FIXED}"
# table: (whether the old row is fixed, columns that may still change)
TABLES = {
    "catalogue_edition": (f"OLD.status IN {FIXED}", ("effective_to", "status")),
    "catalogue_annex": (OF_EDITION, ()),
    "catalogue_item": (OF_EDITION, ("keywords", "initials")),
    "catalogue_delegation": (OF_EDITION, ("effective_to",)),
}
BACK_TO_DRAFT = f"NEW.status NOT IN {FIXED}"


def forwards(editor):
    postgres = editor.connection.vendor == "postgresql"
    for table, (fixed, free) in TABLES.items():
        columns = columns_of(editor, table)
        differs = "IS DISTINCT FROM" if postgres else "IS NOT"
        changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns if name not in free)
        if table == "catalogue_edition":
            changed += f" OR {BACK_TO_DRAFT}"
        if postgres:
            editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {fixed} THEN IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = "
                f"'restrict_violation'; ELSIF {changed} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = "
                f"'restrict_violation'; END IF; END IF; "
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
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_stays()")
        else:
            for act in ("update", "delete"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays_{act}")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_delegation_days_never_overlap")]
    operations = [Statements(forwards, backwards)]
