from django.db import migrations, models
from django.db.models import Q

from approvals.audit.triggers import Statements


def _nothing(editor):
    pass


def _fill(editor):
    """A push arrived when its message did; what has not arrived has no limit to claim."""
    editor.execute(
        "UPDATE supervision_push SET delivered_at ="
        " (SELECT delivered_at FROM exchange_message WHERE exchange_message.id = supervision_push.message_id)"
    )
    editor.execute(
        "UPDATE supervision_push SET claim_due_on = NULL"
        " WHERE delivered_at IS NULL AND state = 'TO_CLAIM' AND NOT forced"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0006_policy_documents'),
    ]

    operations = [
        migrations.AddField(
            model_name='push',
            name='delivered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='首次送达时刻'),
        ),
        migrations.AlterField(
            model_name='push',
            name='claim_due_on',
            field=models.DateField(blank=True, help_text='自送达起算，送达之前为空', null=True, verbose_name='认领到期'),
        ),
        migrations.RemoveConstraint(model_name='push', name='push_to_claim_has_a_limit'),
        Statements(_fill, _nothing),
        migrations.AddConstraint(
            model_name='push',
            constraint=models.CheckConstraint(
                condition=Q(purpose='CLAIM', claim_due_on__isnull=False)
                | Q(purpose='CLAIM', delivered_at__isnull=True)
                | Q(purpose='INFORM', state='FOR_INFORMATION', claim_due_on__isnull=True),
                name='push_to_claim_has_a_limit',
            ),
        ),
    ]
