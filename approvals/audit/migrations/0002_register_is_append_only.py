from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        append_only("audit_registerentry"),
        append_only("audit_dailyroot"),
        append_only("audit_managementrecord"),
        goes_to_register("audit_managementrecord", "management"),
    ]
