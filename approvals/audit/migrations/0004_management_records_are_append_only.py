from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_management_records")]
    operations = [
        append_only("audit_managementrecord"),
        goes_to_register("audit_managementrecord", "management"),
    ]
