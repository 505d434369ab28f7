"""PostgreSQL is told that open cases gather with few holders; else it takes a long worklist for a short one."""

from django.db import migrations

from approvals.audit.triggers import Statements


def forwards(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE STATISTICS case_standing (mcv, dependencies) ON holder_id, state FROM cases_case")


def backwards(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS IF EXISTS case_standing")


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_worklists_by_index")]
    operations = [Statements(forwards, backwards)]
