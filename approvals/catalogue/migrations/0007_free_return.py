"""Whether an item's window mails originals back free of charge: one more thing a published guide keeps.

The rules of 0005 name every column and, on SQLite, stand in the way of building the table anew: dropped before, laid again after.
"""

from importlib import import_module

from django.db import migrations, models

from approvals.audit.triggers import Statements

stays = import_module("approvals.catalogue.migrations.0005_published_guides_stay")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0006_agreement_and_document_records")]
    operations = [
        Statements(stays.backwards, stays.forwards),
        migrations.AddField(
            model_name="guide",
            name="free_return",
            field=models.BooleanField(
                default=False, help_text="办结后由窗口免费邮寄退还申请人的原件", verbose_name="原件免费寄还"
            ),
        ),
        Statements(stays.forwards, stays.backwards),
    ]
