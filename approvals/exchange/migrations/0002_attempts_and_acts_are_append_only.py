from django.db import migrations

from approvals.audit.triggers import append_only, goes_to_register


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("audit", "0002_register_is_append_only")]
    operations = [
        append_only("exchange_attempt"),
        append_only("exchange_endpointact"),
        goes_to_register("exchange_endpointact", "endpoint"),
    ]
