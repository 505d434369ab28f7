"""The rows of who sees a case also say what course it takes: the lists of the hand-overs find their few among many."""

from importlib import import_module

from django.db import migrations, models

from approvals.audit.triggers import Statements

BEFORE = import_module("approvals.cases.migrations.0013_sight_follows_the_case")
TERMS = f"{BEFORE.TERMS}, decide_level"
COURSE = """
  CASE WHEN {0}.accept_organ_id <> {0}.review_organ_id THEN 1 ELSE 0 END
  + CASE WHEN {0}.review_organ_id <> {0}.decide_organ_id THEN 2 ELSE 0 END
  + CASE WHEN {0}.decide_level = 'COUNTY' THEN 4 ELSE 0 END
"""
ANEW = BEFORE.ANEW.replace("item, going_on)", "item, going_on, course)").replace(
    f"state {BEFORE.GOING_ON}\n", f"state {BEFORE.GOING_ON}, {COURSE.format('NEW')}\n"
)
ALL = f"""
  UPDATE cases_sight SET course = (SELECT {COURSE.format("cases_snapshot")} FROM cases_snapshot
  WHERE cases_snapshot.case_id = cases_sight.case_id)
"""


def without(editor):
    """SQLite builds the table anew for a column: no trigger may name it meanwhile."""
    BEFORE.unfollow(editor)


def again(editor):
    BEFORE.follow(editor, anew=ANEW, terms=TERMS)
    if editor.connection.vendor == "postgresql":
        editor.execute("SET LOCAL statement_timeout = 0")
        # The planner is told that a course gathers with organs and with what is going on.
        for one in ("organ", "region"):
            editor.execute(
                f"CREATE STATISTICS sight_course_{one} (mcv, dependencies) ON {one}_id, course, going_on FROM cases_sight"
            )
    editor.execute(ALL)


def back(editor):
    BEFORE.unfollow(editor)
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP STATISTICS sight_course_organ; DROP STATISTICS sight_course_region")


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_worklists_by_limit")]
    operations = [
        Statements(without, BEFORE.follow),
        migrations.AddField(
            model_name="sight",
            name="course",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="1 受理和审查分开，2 审查和决定分开，4 县级决定", verbose_name="在谁之间走"
            ),
        ),
        Statements(again, back),
        migrations.AddIndex(
            model_name="sight",
            index=models.Index(
                condition=models.Q(("organ__isnull", False)),
                fields=["organ", "course", "going_on", "case"],
                name="sight_organ_course",
            ),
        ),
        migrations.AddIndex(
            model_name="sight",
            index=models.Index(
                condition=models.Q(("region__isnull", False)),
                fields=["region", "course", "going_on", "case"],
                name="sight_region_course",
            ),
        ),
    ]
