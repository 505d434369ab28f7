from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("cases_event"),
        goes_to_register("cases_event", "case"),
    ]
