"""No row of a draft is moved into a published edition: what belongs to one is added by the acts, never carried over.

0004 looks at the edition a row was of; these look at the one it would be of.
"""

from django.db import migrations

from approvals.audit.triggers import Statements

MESSAGE = "不能把草稿的行移入已发布的清单"
TABLES = ("catalogue_annex", "catalogue_item", "catalogue_delegation")
JOINS = "(SELECT status FROM catalogue_edition WHERE id = NEW.edition_id) IN ('PUBLISHED', 'SUPERSEDED')"


def forwards(editor):
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_joins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF NEW.edition_id IS DISTINCT FROM OLD.edition_id AND {JOINS} THEN "
                f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_joins BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_joins()"
            )
        else:
            editor.execute(
                f"CREATE TRIGGER {table}_joins BEFORE UPDATE ON {table} "
                f"WHEN NEW.edition_id IS NOT OLD.edition_id AND {JOINS} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def backwards(editor):
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_joins ON {table}")
            editor.execute(f"DROP FUNCTION IF EXISTS {table}_joins()")
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_joins")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0007_free_return")]
    operations = [Statements(forwards, backwards)]
