"""An index by which part of a name finds parties: single and paired characters on PostgreSQL, a narrow one on SQLite.

Trigrams know nothing of a word of two characters, and that is how a Chinese name is searched.
"""

from django.db import migrations

from approvals.audit.triggers import Statements

GRAMS = """
SET LOCAL statement_timeout = 0;
CREATE OR REPLACE FUNCTION cases_pairs(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN length(said) < 2 THEN ARRAY[upper(said)]
    ELSE ARRAY(SELECT DISTINCT substr(upper(said), i, 2) FROM generate_series(1, length(said) - 1) AS i) END
$$;
CREATE OR REPLACE FUNCTION cases_grams(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT substr(upper(name), i, 1) FROM generate_series(1, length(name)) AS i
    UNION SELECT substr(upper(name), i, 2) FROM generate_series(1, length(name) - 1) AS i)
$$;
CREATE INDEX party_named ON cases_party USING gin (cases_grams(name));
"""


def forwards(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(GRAMS, params=None)
    else:
        editor.execute("CREATE INDEX party_named ON cases_party (name, case_id)")


def backwards(editor):
    editor.execute("DROP INDEX IF EXISTS party_named")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION IF EXISTS cases_grams(text); DROP FUNCTION IF EXISTS cases_pairs(text)")


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_events_are_append_only")]
    operations = [Statements(forwards, backwards)]
