from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0017_standstills'),
    ]

    operations = [
        # Not AddField: on SQLite it would make the table anew and lose the trigger that keeps who sees a case.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name='case',
                    name='deemed',
                    field=models.BooleanField(default=False, verbose_name='视为受理'),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE "cases_case" ADD COLUMN "deemed" bool NOT NULL DEFAULT FALSE',
                    'ALTER TABLE "cases_case" DROP COLUMN "deemed"',
                ),
            ],
        ),
        migrations.AlterField(
            model_name='event',
            name='action',
            field=models.CharField(choices=[('DRAFT', '登记'), ('RECEIVE', '收件'), ('REQUEST_CORRECTION', '一次性告知补正'), ('RESUBMIT', '补正收件'), ('ACCEPT', '受理'), ('DEEM_ACCEPTED', '视为受理'), ('REFUSE', '不予受理'), ('RETURN_TO_WINDOW', '退回窗口'), ('RESUME', '重新推送'), ('RECOMMEND', '提出审查意见'), ('SEND_BACK', '退回重审'), ('FORWARD', '审核转报'), ('CONFIRM_POINTS', '复核'), ('RETURN', '退回县级'), ('APPROVE', '准予'), ('DENY', '不予'), ('GRANT_ON_COMMITMENT', '告知承诺准予'), ('DECIDE_ON_THE_SPOT', '当场办结'), ('RECORD', '备案'), ('DECLINE_RECORD', '不予备案'), ('SEAL', '用印'), ('DISPATCH', '寄出或电子送达'), ('ACKNOWLEDGE', '电子签收'), ('DELIVER', '送达'), ('ARCHIVE', '归档'), ('PAUSE', '特别程序'), ('UNPAUSE', '恢复计时'), ('EXTEND', '延期'), ('WITHDRAW', '撤回申请'), ('TERMINATE', '终止'), ('VOID', '作废'), ('AMEND', '更正登记'), ('SUPPLY', '补齐材料'), ('RECORD_FEE', '登记缴费'), ('TAKE', '签收'), ('ASSIGN', '指派'), ('TAKE_OVER', '自动接收'), ('TRANSFER', '移转'), ('INITIATE', '依职权立案'), ('GIVE_NOTICE', '事先告知'), ('HEAR', '记录陈述申辩'), ('INFORM_OTHERS', '告知利害关系人'), ('PROPOSE_ORDER', '提出处理意见'), ('ORDER', '作出处理决定'), ('DROP', '不予处理'), ('DEEM_RENEWED', '视为准予延续'), ('RECALENDAR', '按放假安排调整到期日'), ('RECORD_VISIT', '登记现场踏勘')], max_length=20, verbose_name='动作'),
        ),
    ]
