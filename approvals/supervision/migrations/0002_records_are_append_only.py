from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("supervision_pushevent"),
        goes_to_register("supervision_pushevent", "push"),
    ]
