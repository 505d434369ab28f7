from django.db import migrations

# (whom, share in per cent): defaults of the practice, rows that may be edited
SHARES = (("KEY", 50), ("RED", 100), ("YELLOW", 30), ("GREEN", 3))


def forwards(apps, editor):
    rule = apps.get_model("collaboration", "ShareRule")
    for ground, percent in SHARES:
        rule.objects.get_or_create(ground=ground, unit=None, defaults={"percent": percent})


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0002_records_are_append_only")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
