"""Who sees a case is written by the statements that write its terms and its state: no act can forget it."""

from django.db import migrations

from approvals.audit.triggers import Statements

GOING_ON = (
    "IN ('CHECK', 'CORRECTION', 'DECIDED', 'DECISION', 'DRAFT', 'KEY_POINTS', 'MENDING', 'RECEIVED', 'REVIEW', 'SEALED')"
)
ORGANS = ("accept", "name", "review", "decide", "seal", "city")
COLUMNS = "(case_id, organ_id, region_id, item, going_on)"
TERMS = ", ".join([*(f"{organ}_organ_id" for organ in ORGANS), "accept_region_id", "item"])
ORGANS_OF_NEW = " UNION ".join(f"SELECT NEW.{organ}_organ_id{' AS one' * (organ == 'accept')}" for organ in ORGANS)

ANEW = f"""
DELETE FROM cases_sight WHERE case_id = NEW.case_id;
INSERT INTO cases_sight {COLUMNS}
  SELECT NEW.case_id, seeing.one, NULL, NEW.item, cases_case.state {GOING_ON}
  FROM ({ORGANS_OF_NEW}) AS seeing, cases_case WHERE cases_case.id = NEW.case_id;
INSERT INTO cases_sight {COLUMNS}
  SELECT NEW.case_id, NULL, seeing.one, NEW.item, cases_case.state {GOING_ON}
  FROM cases_case, (
    SELECT NEW.accept_region_id AS one UNION SELECT region_id FROM cases_case WHERE id = NEW.case_id
  ) AS seeing WHERE cases_case.id = NEW.case_id;
"""
MOVED = f"UPDATE cases_sight SET going_on = NEW.state {GOING_ON} WHERE case_id = NEW.id;"

ALL = [
    f"""INSERT INTO cases_sight {COLUMNS}
      SELECT case_id, one, NULL, item, cases_case.state {GOING_ON} FROM (
        {" UNION ".join(f"SELECT case_id, item, {organ}_organ_id AS one FROM cases_snapshot" for organ in ORGANS)}
      ) AS seeing JOIN cases_case ON cases_case.id = case_id""",
    f"""INSERT INTO cases_sight {COLUMNS}
      SELECT case_id, NULL, one, item, cases_case.state {GOING_ON} FROM (
        SELECT case_id, item, accept_region_id AS one FROM cases_snapshot UNION
        SELECT case_id, item, region_id FROM cases_snapshot JOIN cases_case ON cases_case.id = case_id
      ) AS seeing JOIN cases_case ON cases_case.id = case_id""",
]


def forwards(editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("SET LOCAL statement_timeout = 0")
        # The planner is told that items gather with organs; else it takes a long list for a short one.
        editor.execute("CREATE STATISTICS sight_standing (mcv, dependencies) ON organ_id, item FROM cases_sight")
    follow(editor)
    for statement in ALL:
        editor.execute(statement)


def follow(editor, anew=ANEW, terms=TERMS):
    if editor.connection.vendor == "postgresql":
        for name, body in (("anew", anew), ("moved", MOVED)):
            editor.execute(
                # A fixed search path: a temporary table named like ours must not catch the row.
                f"CREATE FUNCTION cases_sight_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
                f"SET search_path = public, pg_temp AS $$ BEGIN {body} RETURN NULL; END $$"
            )
    for table, event, name, when, body in (
        ("cases_snapshot", "INSERT", "anew", "", anew),
        ("cases_snapshot", f"UPDATE OF {terms}", "again", "", anew),
        ("cases_case", "UPDATE OF state", "moved", _changed(editor), MOVED),
    ):
        if editor.connection.vendor == "postgresql":
            body = f"EXECUTE FUNCTION cases_sight_{'anew' if body == anew else 'moved'}()"
        else:
            body = f"BEGIN {body} END"
        editor.execute(f"CREATE TRIGGER cases_sight_{name} AFTER {event} ON {table} FOR EACH ROW {when} {body}")


def _changed(editor):
    differs = "IS DISTINCT FROM" if editor.connection.vendor == "postgresql" else "IS NOT"
    return f"WHEN ((OLD.state {GOING_ON}) {differs} (NEW.state {GOING_ON}))"


def backwards(editor):
    unfollow(editor)
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS sight_standing")


def unfollow(editor):
    on = {"anew": " ON cases_snapshot", "again": " ON cases_snapshot", "moved": " ON cases_case"}
    for name, table in on.items():
        editor.execute(f"DROP TRIGGER cases_sight_{name}{table if editor.connection.vendor == 'postgresql' else ''}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION cases_sight_anew(); DROP FUNCTION cases_sight_moved()")


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_who_sees_a_case")]
    operations = [Statements(forwards, backwards)]
