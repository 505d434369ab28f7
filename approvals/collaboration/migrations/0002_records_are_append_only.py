from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("collaboration_jointrecord"),
        goes_to_register("collaboration_jointrecord", "collaboration"),
    ]
