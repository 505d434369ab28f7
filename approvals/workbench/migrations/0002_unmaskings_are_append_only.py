from django.db import migrations

from approvals.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("workbench", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("workbench_unmasking"),
    ]
