from django.db import migrations

PARTS = ("APPLICANTS", "DECISION", "LICENCE", "PAPERS", "PROMISE", "SITE", "RISK")
AUDIENCES = ("CITY", "COUNTY", "CITY_COPY", "COUNTY_COPY")


def fill(apps, editor):
    """Who only receives a copy is not given the applicants' papers themselves; everything else is given to all."""
    right = apps.get_model("supervision", "ContentRight")
    right.objects.bulk_create(
        right(audience=audience, part=part, allowed=not (part == "PAPERS" and audience.endswith("_COPY")))
        for audience in AUDIENCES
        for part in PARTS
    )


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_records_are_append_only")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
