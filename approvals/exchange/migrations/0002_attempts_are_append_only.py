from django.db import migrations

from approvals.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [append_only("exchange_attempt")]
