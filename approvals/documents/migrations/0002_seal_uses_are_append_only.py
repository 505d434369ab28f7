from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("documents_sealuse"),
        goes_to_register("documents_sealuse", "seal-use"),
    ]
