from django.db import migrations, models


def forget(apps, schema_editor):
    """Of those kept so far nobody knows whether the region was written or found by the number of the case."""
    apps.get_model("workbench", "Complaint").objects.exclude(case_number="").update(region_named=False)


class Migration(migrations.Migration):
    dependencies = [("workbench", "0002_unmaskings_are_append_only")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="region_named",
            field=models.BooleanField(
                default=True, help_text="否则地区是按办件编号找的，只用来分派", verbose_name="写明了地区"
            ),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
