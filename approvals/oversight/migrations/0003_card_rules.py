from django.db import migrations

# (code, what for, colour, from how many working days over): defaults of the practice, rows that may be edited
RULES = (
    ("STAGE-YELLOW", "STAGE_OVERRUN", "YELLOW", 1),
    ("STAGE-RED", "STAGE_OVERRUN", "RED", 3),
    ("CLAIM-YELLOW", "UNCLAIMED_PUSH", "YELLOW", 1),
    ("CLAIM-RED", "UNCLAIMED_PUSH", "RED", 5),
    ("DEEMED-RED", "DEEMED_ACCEPTANCE", "RED", 0),
)


def forwards(apps, editor):
    rule = apps.get_model("oversight", "CardRule")
    for code, trigger, colour, workdays in RULES:
        rule.objects.get_or_create(code=code, defaults={"trigger": trigger, "colour": colour, "workdays": workdays})


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_records_are_append_only")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
