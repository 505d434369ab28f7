"""One item, one region, one place: never two delegations on one day.

PostgreSQL: an exclusion constraint, which holds against concurrent writers too. It needs btree_gist; where that is not
installed and this role may not install it, a trigger stands in. SQLite has one writer, there a trigger is as good.
"""

from django.db import migrations, transaction
from django.db.utils import DatabaseError

from approvals.audit.triggers import Statements

TABLE = "catalogue_delegation"
CONSTRAINT = "delegation_days_never_overlap"
MESSAGE = "同一事项在同一地区的放权日期重叠"
MEETS = f"""SELECT 1 FROM {TABLE} AS other
    WHERE other.item_id = NEW.item_id AND other.region_id = NEW.region_id AND other.place = NEW.place
      AND other.id <> COALESCE(NEW.id, -1)
      AND (other.effective_to IS NULL OR other.effective_to >= NEW.effective_from)
      AND (NEW.effective_to IS NULL OR NEW.effective_to >= other.effective_from)"""


def has_btree_gist(editor):
    connection = editor.connection
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except DatabaseError:  # not available on this server, or not ours to install
        return False
    return True


def forwards(editor):
    if editor.connection.vendor != "postgresql":
        for act in ("INSERT", "UPDATE"):
            editor.execute(
                f"CREATE TRIGGER {CONSTRAINT}_{act.lower()} BEFORE {act} ON {TABLE} WHEN EXISTS ({MEETS}) "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
    elif has_btree_gist(editor):
        editor.execute(
            f"ALTER TABLE {TABLE} ADD CONSTRAINT {CONSTRAINT} EXCLUDE USING gist (item_id WITH =, "
            f"region_id WITH =, place WITH =, daterange(effective_from, effective_to, '[]') WITH &&)"
        )
    else:
        editor.execute(
            f"CREATE OR REPLACE FUNCTION {CONSTRAINT}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS ({MEETS}) THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'exclusion_violation'; "
            f"END IF; RETURN NEW; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {CONSTRAINT} BEFORE INSERT OR UPDATE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {CONSTRAINT}()"
        )


def backwards(editor):
    if editor.connection.vendor != "postgresql":
        for act in ("insert", "update"):
            editor.execute(f"DROP TRIGGER IF EXISTS {CONSTRAINT}_{act}")
        return
    editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {CONSTRAINT}")
    editor.execute(f"DROP TRIGGER IF EXISTS {CONSTRAINT} ON {TABLE}")
    editor.execute(f"DROP FUNCTION IF EXISTS {CONSTRAINT}()")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_records_are_append_only")]
    operations = [Statements(forwards, backwards)]
